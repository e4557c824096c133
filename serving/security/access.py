"""The settings of access: read once at start, checked before anything listens."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from limits import RateLimitItem, parse_many

from data.errors import SettingError
from serving.limits import above_zero

MIB = 1 << 20
RATE, FORM_RATE = "600/minute", "30/minute"
"""What one client may ask, and one address without a key, where nothing else is set."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The company's own identity provider.

    Attributes:
        issuer: Who signs the tokens, as their ``iss`` says.
        audience: Whom they are for, as their ``aud`` says.
        jwks_url: Where the provider publishes its keys; None: asked of the issuer.
        tenant_claim: The claim that names the tenant; None: the issuer is the tenant.
        keys_kept: Seconds for which known keys go on while the provider is out of reach.
    """

    issuer: str
    audience: str
    jwks_url: str | None = None
    tenant_claim: str | None = None
    keys_kept: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask, how often and how much.

    Attributes:
        production: Whether callers of the API must say who they are.
        keys: The file of API keys.
        provider: The identity provider whose tokens are taken.
        rate: What one client may ask of the API; None: as much as it likes.
        form_rate: What one address may ask without a key; None: as much as it likes.
        redis_url: Where several instances count together; None: each counts alone.
        workers: Processes of the instance, which then share what each may ask.
        cors_origins: Other sites whose pages may ask the API.
        https: Whether the service is only reached by HTTPS.
        max_body: Most bytes of a request about many: a batch or outcomes.
        timeout: Seconds until an answer must begin.
        long_timeout: The same, for batches and files.
    """

    production: bool = False
    keys: Path = Path(".paylens/keys.json")
    provider: Provider | None = None
    rate: RateLimitItem | None = None
    form_rate: RateLimitItem | None = None
    redis_url: str | None = None
    workers: int = 1
    cors_origins: tuple[str, ...] = ()
    https: bool = False
    max_body: int = 32 * MIB
    timeout: float = 30.0
    long_timeout: float = 600.0

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings in ``environment``.

        Raises:
            SettingError: One of them has a value that means nothing here.
        """
        production = _chosen(environment, "PAYLENS_MODE", ("local", "production")) == "production"
        return cls(
            production=production,
            keys=Path(environment.get("PAYLENS_KEYS") or ".paylens/keys.json"),
            provider=_provider(environment),
            rate=_rate(environment, "PAYLENS_RATE", RATE if production else None),
            form_rate=_rate(environment, "PAYLENS_FORM_RATE", FORM_RATE if production else None),
            redis_url=_redis_url(environment),
            workers=above_zero(environment, "PAYLENS_WORKERS", 1),
            cors_origins=_origins(environment),
            https=_chosen(environment, "PAYLENS_HTTPS", ("no", "yes")) == "yes",
            max_body=int(_number(environment, "PAYLENS_MAX_BODY", 32) * MIB),
            timeout=_number(environment, "PAYLENS_TIMEOUT", 30),
            long_timeout=_number(environment, "PAYLENS_LONG_TIMEOUT", 600),
        )

    def require_safe(self, host: str) -> None:
        """Check that an API which asks nobody who they are listens to this machine alone.

        Raises:
            SettingError: It would listen to others.
        """
        if not self.production and not _is_loopback(host):
            raise SettingError(
                f"--host {host} would let anybody ask without a key, and PAYLENS_MODE is local: "
                "listen on 127.0.0.1, or set PAYLENS_MODE=production and make a key with "
                "paylens-serve keys create --tenant NAME --scopes predict"
            )


def _chosen(environment: Mapping[str, str], name: str, choices: tuple[str, str]) -> str:
    given = environment.get(name) or choices[0]
    if given not in choices:
        raise SettingError(f"{name} is {given!r}; it is {' or '.join(choices)}")
    return given


def _redis_url(environment: Mapping[str, str]) -> str | None:
    given = environment.get("PAYLENS_REDIS_URL") or None
    if given is not None and urlsplit(given).scheme not in {"redis", "rediss"}:
        raise SettingError(
            f"PAYLENS_REDIS_URL is {given!r}; it begins with redis:// or, encrypted, rediss://"
        )
    return given


def _origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    origins = tuple((environment.get("PAYLENS_CORS_ORIGINS") or "").replace(",", " ").split())
    for origin in origins:
        parts = urlsplit(origin)
        if not parts.scheme or parts.netloc == "" or parts.path:
            raise SettingError(
                f"PAYLENS_CORS_ORIGINS has {origin!r}; an origin is a scheme and a name, such as "
                f"https://{parts.netloc or origin.split('/')[0]}"
            )
    return origins


def _provider(environment: Mapping[str, str]) -> Provider | None:
    issuer, audience, jwks_url, tenant_claim = (
        environment.get(f"PAYLENS_OIDC_{name}") or None
        for name in ("ISSUER", "AUDIENCE", "JWKS_URL", "TENANT_CLAIM")
    )
    kept = _number(environment, "PAYLENS_OIDC_KEYS_KEPT", 86_400)
    if issuer is None and audience is None:
        for name in ("JWKS_URL", "TENANT_CLAIM"):
            if environment.get(f"PAYLENS_OIDC_{name}"):
                raise SettingError(
                    f"PAYLENS_OIDC_{name} is set and PAYLENS_OIDC_ISSUER is not, so no token would "
                    "be taken: set the issuer and the audience too, or none of them"
                )
        return None
    if issuer is None or audience is None:
        missing = "PAYLENS_OIDC_ISSUER" if issuer is None else "PAYLENS_OIDC_AUDIENCE"
        raise SettingError(
            f"{missing} is not set: a token is only taken from a known issuer and if it is meant "
            "for this service, so an identity provider needs both"
        )
    for name, url in (("ISSUER", issuer), ("JWKS_URL", jwks_url)):
        parts = urlsplit(url or issuer)
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and _is_loopback(parts.hostname or "")
        )
        if not safe:
            raise SettingError(
                f"PAYLENS_OIDC_{name} is {url!r}; it must begin with https://, since whoever "
                "answers there says which tokens are taken"
            )
    return Provider(issuer, audience, jwks_url, tenant_claim, kept)


def _rate(environment: Mapping[str, str], name: str, default: str | None) -> RateLimitItem | None:
    given = environment.get(name) or default
    if given is None or given == "none":
        return None
    try:
        (rate,) = parse_many(given)
    except ValueError as error:
        raise SettingError(
            f"{name} is {given!r}; it is one number and time, such as 600/minute, or none"
        ) from error
    return rate


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    given = environment.get(name) or str(default)
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise SettingError(f"{name} is {given!r}; it is a number above 0")
    return number


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
