"""How the application is enclosed: envelope, other sites, gate and limits, from outside in."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from data.errors import SettingError
from serving.api.envelope import Envelope
from serving.security.access import Access, Provider
from serving.security.gate import Gate
from serving.security.headers import SecurityHeaders
from serving.security.keys import KeyRing
from serving.security.limits import Allowance, Limits
from serving.security.other_sites import ASKED, TOLD, OtherSites
from serving.security.rates import Rates
from serving.security.scopes import Addresses

if TYPE_CHECKING:
    from serving.security.tokens import Tokens

AROUND_A_FILE = 2**20
"""Bytes that a form may add to the file in it."""

ONE = 256 * 2**10
"""Bytes of a request about one job: ten times what the longest that is valid needs."""


def enclose(app: FastAPI, access: Access, max_file: int) -> None:
    """Let nothing reach ``app`` but what ``access`` allows.

    Args:
        app: What answers.
        access: Who may ask, how often and how much.
        max_file: Most bytes of a file to be scored.

    Raises:
        SettingError: In production nobody could get in.
        KeysError: The file of API keys cannot be read.
    """
    app.add_middleware(
        Limits,
        usual=Allowance(ONE, access.timeout),
        special={
            "/v1/outcomes": Allowance(access.max_body, access.timeout),
            "/v1/predictions/batch": Allowance(access.max_body, access.long_timeout),
            "/v1/files": Allowance(max_file + AROUND_A_FILE, access.long_timeout),
        },
    )
    if access.production or access.rate is not None or access.form_rate is not None:
        app.add_middleware(
            Gate,
            access=access,
            keys=_keys(access) if access.production else None,
            tokens=_tokens(access.provider) if access.provider else None,
            rates=Rates(access.redis_url, workers=access.workers),
            addresses=Addresses(),
        )
    if access.cors_origins:
        app.add_middleware(
            OtherSites,
            allow_origins=access.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=ASKED,
            expose_headers=TOLD,
        )
    headers = SecurityHeaders(https=access.https, shared=bool(access.cors_origins))
    app.add_middleware(Envelope, beside=headers.beside)


def require_way_in(access: Access) -> None:
    """Check, before anything heavy is loaded, that somebody can get in.

    Raises:
        SettingError: In production nobody could.
        KeysError: The file of API keys cannot be read.
    """
    if access.production:
        _keys(access)


def _tokens(provider: Provider) -> "Tokens":
    # Here, since what reads tokens is a tenth of the memory of a service that takes none.
    from serving.security.provider_keys import ProviderKeys
    from serving.security.tokens import Tokens

    return Tokens(provider, ProviderKeys(provider))


def _keys(access: Access) -> KeyRing:
    keys = KeyRing(access.keys)
    if access.provider is None and not keys.opens:
        raise SettingError(
            f"PAYLENS_MODE is production and nobody could get in: {access.keys} holds no key in "
            "force, and PAYLENS_OIDC_ISSUER is not set. Make a key with paylens-serve keys create "
            "--tenant NAME --scopes predict, or set PAYLENS_OIDC_ISSUER and PAYLENS_OIDC_AUDIENCE"
        )
    return keys
