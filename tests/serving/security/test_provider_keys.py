import asyncio
import threading
from typing import Any

import pytest

from data.errors import CredentialError, ProviderError
from serving.security.access import Provider
from serving.security.provider_keys import FRESH, LOOK_APART, ProviderKeys
from tests.serving.security.provider import IdentityProvider
from tests.serving.security.test_keys import Clock

PROVIDER = Provider("https://id.example", "paylens", keys_kept=3600)


class Published:
    """What a provider would answer, and how often it was asked; None: nothing."""

    def __init__(self, told: dict[str, Any] | None) -> None:
        self.told = told
        self.asked = 0

    def __call__(self, _: Provider) -> dict[str, Any]:
        self.asked += 1
        if self.told is None:
            raise OSError("no route to host")
        return self.told


@pytest.fixture
def published(provider: IdentityProvider) -> Published:
    return Published(provider._published())


async def settled(keys: ProviderKeys) -> None:
    if keys._looking is not None:
        await keys._looking


def test_a_known_key_is_asked_for_once(published: Published) -> None:
    async def run() -> None:
        keys = ProviderKeys(PROVIDER, published, Clock())
        for _ in range(3):
            assert (await keys.key("first")).key_id == "first"
        assert (await keys.key(None)).key_id == "first"

    asyncio.run(run())
    assert published.asked == 1


def test_many_who_come_at_once_share_one_look(published: Published) -> None:
    async def run() -> None:
        keys = ProviderKeys(PROVIDER, published, Clock())
        await asyncio.gather(*(keys.key("first") for _ in range(20)))

    asyncio.run(run())
    assert published.asked == 1


def test_an_unknown_key_is_looked_for_again_but_not_more_often_than_stated(
    published: Published,
) -> None:
    async def run() -> None:
        clock = Clock()
        keys = ProviderKeys(PROVIDER, published, clock)
        await keys.key("first")
        for _ in range(5):
            with pytest.raises(CredentialError):
                await keys.key("made up")
        assert published.asked == 1
        clock.now += LOOK_APART
        for _ in range(5):
            with pytest.raises(CredentialError):
                await keys.key("made up")
        assert published.asked == 2

    asyncio.run(run())


def test_known_keys_go_on_while_the_provider_is_out_of_reach_for_the_stated_time(
    published: Published,
) -> None:
    async def run() -> None:
        clock = Clock()
        keys = ProviderKeys(PROVIDER, published, clock)
        await keys.key("first")
        published.told = None
        clock.now += FRESH + 1
        assert await keys.key("first")
        await settled(keys)
        assert published.asked == 2
        with pytest.raises(ProviderError) as refused:
            await keys.key("second")
        assert refused.value.headers == {"Retry-After": str(round(LOOK_APART))}
        clock.now = PROVIDER.keys_kept
        with pytest.raises(ProviderError, match="out of reach"):
            await keys.key("first")

    asyncio.run(run())


def test_a_key_that_is_no_longer_published_is_forgotten(published: Published) -> None:
    async def run() -> None:
        clock = Clock()
        keys = ProviderKeys(PROVIDER, published, clock)
        await keys.key("first")
        assert published.told is not None
        published.told = {"keys": [{**published.told["keys"][0], "kid": "second"}]}
        clock.now += FRESH + 1
        await keys.key("first")
        await settled(keys)
        with pytest.raises(CredentialError):
            await keys.key("first")
        assert await keys.key("second")

    asyncio.run(run())


@pytest.mark.parametrize("told", [{}, {"keys": []}, {"keys": [{"kty": "??"}]}, {"keys": "none"}])
def test_an_answer_that_holds_no_keys_is_as_good_as_none(told: dict[str, Any]) -> None:
    async def run() -> None:
        with pytest.raises(ProviderError):
            await ProviderKeys(PROVIDER, Published(told), Clock()).key("first")

    asyncio.run(run())


def test_a_provider_that_hangs_holds_up_nobody_whose_key_is_known(published: Published) -> None:
    hangs, goes_on = threading.Event(), threading.Event()

    def fetch(provider: Provider) -> dict[str, Any]:
        if published.asked:
            hangs.set()
            assert goes_on.wait(30)
        return published(provider)

    async def run() -> None:
        clock = Clock()
        keys = ProviderKeys(PROVIDER, fetch, clock)
        await keys.key("first")
        clock.now += LOOK_APART
        waits = asyncio.create_task(keys.key("second"))
        assert await asyncio.to_thread(hangs.wait, 30)
        assert (await keys.key("first")).key_id == "first"
        assert not waits.done()
        goes_on.set()
        with pytest.raises(CredentialError):
            await waits

    asyncio.run(run())
