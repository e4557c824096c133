import asyncio

import pytest
from limits import parse

from data.errors import RateError
from serving.security.rates import TRY_AGAIN, Headers, Rates
from tests.serving.security.conftest import Redis
from tests.serving.security.test_keys import Clock

TWO = parse("2/hour")


async def counted(rates: Rates, who: str = "acme") -> bool:
    """Whether one more request is let in."""
    headers: Headers = []
    refused: RateError | None = None
    try:
        await rates.take(TWO, "client", who, headers)
    except RateError as error:
        refused = error
    assert dict(headers)[b"ratelimit-policy"] == b'"client";q=2;w=3600'
    if refused is not None:
        assert 0 < int(refused.headers["Retry-After"]) <= 3600
        assert "2 per 1 hour" in str(refused)
    return refused is None


def test_a_client_may_ask_as_often_as_stated_and_no_more() -> None:
    async def run() -> None:
        rates = Rates()
        assert [await counted(rates) for _ in range(3)] == [True, True, False]
        assert await counted(rates, "globex")

    asyncio.run(run())


@pytest.mark.parametrize(("workers", "each"), [(1, 4), (2, 2), (3, 1), (9, 1)])
def test_workers_that_count_alone_share_what_a_client_may_ask(workers: int, each: int) -> None:
    async def run() -> None:
        rates = Rates(workers=workers)
        headers: Headers = []
        for _ in range(each):
            await rates.take(parse("4/hour"), "client", "acme", headers)
        assert dict(headers)[b"ratelimit-policy"] == f'"client";q={each};w=3600'.encode()
        with pytest.raises(RateError, match=f"more than {each} per 1 hour"):
            await rates.take(parse("4/hour"), "client", "acme", [])

    asyncio.run(run())


def test_workers_that_count_in_redis_let_in_the_whole_limit(redis: Redis) -> None:
    async def run() -> None:
        one, other = Rates(redis.url, workers=2), Rates(redis.url, workers=2)
        assert [await counted(rates) for rates in (one, one, other)] == [True, True, False]
        for rates in (one, other):
            await rates.close()

    asyncio.run(run())


def test_a_window_ends_when_retry_after_says() -> None:
    async def run() -> None:
        rates, brief = Rates(), parse("1/second")
        await rates.take(brief, "client", "acme", [])
        with pytest.raises(RateError) as refused:
            await rates.take(brief, "client", "acme", [])
        await asyncio.sleep(int(refused.value.headers["Retry-After"]))
        await rates.take(brief, "client", "acme", [])

    asyncio.run(run())


def test_instances_that_share_redis_count_together(redis: Redis) -> None:
    async def run() -> None:
        one, other = Rates(redis.url), Rates(redis.url)
        assert [await counted(rates) for rates in (one, other, one)] == [True, True, False]
        for rates in (one, other):
            await rates.close()

    asyncio.run(run())


def test_while_redis_is_away_each_instance_counts_alone_and_later_together_again(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        clock = Clock()
        one, other = Rates(redis.url, clock), Rates(redis.url, clock)
        assert await counted(one)
        redis.stop()
        for rates in (one, other):
            assert [await counted(rates) for _ in range(3)] == [True, True, False]
        assert caplog.text.count("Redis cannot be asked") == 2
        redis.start()
        assert not await counted(one)
        clock.now += TRY_AGAIN
        assert [await counted(rates) for rates in (one, other, one)] == [True, True, False]
        for rates in (one, other):
            await rates.close()

    asyncio.run(run())


def test_a_redis_that_never_was_there_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        rates = Rates("redis://127.0.0.1:1/0")
        assert await counted(rates)
        await rates.close()

    asyncio.run(run())
    assert "counts alone" in caplog.text
