"""What every answer forbids the browser that gets it."""

from collections.abc import Iterator

HEADERS = (
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""Nothing is loaded, framed or told to other sites; the form's page has a policy of its own."""

HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
"""A year, only where the service is said to be reached by HTTPS alone."""


class SecurityHeaders:
    """The headers that are added where a route did not choose others.

    Args:
        https: Whether the service is only reached by HTTPS.
        shared: Whether pages of other sites may read answers.
    """

    def __init__(self, https: bool = False, shared: bool = False) -> None:
        chosen = HEADERS[:-1] if shared else HEADERS
        self._always = (*chosen, HSTS) if https else chosen

    def beside(self, present: set[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Yield what is missing beside the names in ``present``."""
        if b"cache-control" not in present:
            # What has a tag may be kept and asked again; all else may be about a person.
            yield b"cache-control", b"no-cache" if b"etag" in present else b"no-store"
        for name, value in self._always:
            if name not in present:
                yield name, value
