"""Tokens of a real identity provider on this machine, whose keys change and which goes away."""

import asyncio
import base64
import json
import re
import time
from typing import Any

import jwt
import pytest

from data.errors import CredentialError, ProviderError
from serving.api.caller import Caller
from serving.security.access import Provider
from serving.security.provider_keys import FRESH, LOOK_APART, ProviderKeys
from serving.security.scopes import Scope
from serving.security.tokens import LONGEST, Tokens
from tests.serving.security.provider import AUDIENCE, IdentityProvider
from tests.serving.security.test_keys import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(provider: IdentityProvider, clock: Clock) -> Tokens:
    trusted = Provider(provider.issuer, AUDIENCE)
    return Tokens(trusted, ProviderKeys(trusted, clock=clock))


@pytest.mark.parametrize(
    "claims", [{"scope": "openid predict"}, {"scope": None, "scp": ["predict"]}]
)
def test_a_token_lets_in_whom_it_names_for_the_scopes_it_holds(
    provider: IdentityProvider, tokens: Tokens, claims: dict[str, Any]
) -> None:
    grant = asyncio.run(tokens.grant(provider.sign(**claims)))
    assert grant.caller == Caller(provider.issuer, "payroll")
    assert grant.scopes == {Scope.PREDICT}


def test_the_tenant_is_read_from_the_claim_that_the_settings_name(
    provider: IdentityProvider,
) -> None:
    trusted = Provider(provider.issuer, AUDIENCE, tenant_claim="org")
    tokens = Tokens(trusted, ProviderKeys(trusted))
    assert asyncio.run(tokens.grant(provider.sign(org="globex"))).caller.tenant == "globex"
    with pytest.raises(CredentialError, match="reserved"):
        asyncio.run(tokens.grant(provider.sign(org="form")))
    with pytest.raises(CredentialError, match="no claim org"):
        asyncio.run(Tokens(trusted, ProviderKeys(trusted)).grant(provider.sign()))


@pytest.mark.parametrize("claim", ["org", "client_id", "azp", "cid", "appid", "sub"])
@pytest.mark.parametrize("given", ["acme\ud800", "a\0b", "a\nb", "x" * (LONGEST + 1)])
def test_a_claim_that_is_no_plain_text_is_refused_by_name(
    provider: IdentityProvider, claim: str, given: str
) -> None:
    trusted = Provider(provider.issuer, AUDIENCE, tenant_claim="org")
    token = provider.sign(**{"org": "acme", "client_id": None, claim: given})
    tokens = Tokens(trusted, ProviderKeys(trusted))
    with pytest.raises(CredentialError, match=f"{claim} is not printable text"):
        asyncio.run(tokens.grant(token))


@pytest.mark.parametrize("claim", ["client_id", "azp", "cid", "appid"])
def test_a_client_is_the_program_by_whichever_name_its_provider_has_for_it(
    provider: IdentityProvider, tokens: Tokens, claim: str
) -> None:
    token = provider.sign(**{"client_id": None, claim: "payroll", "sub": "jane@acme.example"})
    assert asyncio.run(tokens.grant(token)).caller.client == "payroll"


def test_where_no_program_is_named_the_subject_is_known_by_a_digest_alone(
    provider: IdentityProvider, tokens: Tokens
) -> None:
    async def client_of(subject: str) -> str:
        return (await tokens.grant(provider.sign(client_id="", sub=subject))).caller.client

    async def run() -> None:
        told = await client_of("jane@acme.example")
        assert re.fullmatch("sub-sha256:[0-9a-f]{16}", told)
        assert told == await client_of("jane@acme.example") != await client_of("john@acme.example")

    asyncio.run(run())


def test_a_token_that_names_nobody_is_refused(provider: IdentityProvider, tokens: Tokens) -> None:
    with pytest.raises(CredentialError, match="names nobody"):
        asyncio.run(tokens.grant(provider.sign(client_id=None, sub="")))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"nbf": int(time.time()) + 3600}, "not yet valid"),
        ({"aud": "somebody else"}, "[Aa]udience"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"exp": None}, "exp"),
        ({"aud": None}, "aud"),
        ({"sub": None}, "sub"),
    ],
)
def test_a_token_that_is_late_early_or_for_somebody_else_is_refused(
    provider: IdentityProvider, tokens: Tokens, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CredentialError, match=reason):
        asyncio.run(tokens.grant(provider.sign(**changes)))


def test_a_token_changed_after_it_was_signed_is_refused(
    provider: IdentityProvider, tokens: Tokens
) -> None:
    head, body, signature = provider.sign().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    more = json.dumps({**claims, "scope": "predict admin"}).encode()
    forged = f"{head}.{base64.urlsafe_b64encode(more).rstrip(b'=').decode()}.{signature}"
    with pytest.raises(CredentialError):
        asyncio.run(tokens.grant(forged))


def test_a_token_signed_by_a_shared_secret_or_by_nothing_is_refused(
    provider: IdentityProvider, tokens: Tokens
) -> None:
    claims = jwt.decode(provider.sign(), options={"verify_signature": False})
    shared = jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": "first"})
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "first"})
    for token in (shared, unsigned):
        with pytest.raises(CredentialError, match="must be signed with"):
            asyncio.run(tokens.grant(token))
    assert provider.asked == 0


def test_a_key_is_never_used_for_another_algorithm_than_its_own(
    provider: IdentityProvider, tokens: Tokens
) -> None:
    by_rsa = provider.sign()
    provider.rotate("first", elliptic=True)
    with pytest.raises(CredentialError, match="the token is refused"):
        asyncio.run(tokens.grant(by_rsa))


@pytest.mark.parametrize("junk", ["x", "a.b.c", "....", "é"])
def test_what_is_no_token_is_refused_with_what_would_be_taken(tokens: Tokens, junk: str) -> None:
    with pytest.raises(CredentialError, match="neither an API key nor a token"):
        asyncio.run(tokens.grant(junk))


def test_keys_may_change_and_the_provider_may_go_away(
    provider: IdentityProvider, tokens: Tokens, clock: Clock
) -> None:
    async def run() -> None:
        old = provider.sign()
        assert await tokens.grant(old)
        provider.rotate("second", elliptic=True)
        clock.now += LOOK_APART
        assert await tokens.grant(provider.sign())
        with pytest.raises(CredentialError, match="does not publish"):
            await tokens.grant(old)
        provider.stop()
        clock.now += FRESH
        assert await tokens.grant(provider.sign())
        clock.now += Provider("", "").keys_kept
        with pytest.raises(ProviderError):
            await tokens.grant(provider.sign())

    asyncio.run(run())
    assert provider.asked == 2
