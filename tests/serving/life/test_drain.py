"""A process that ends says so, and asks its connections to close."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from data.errors import DrainingError
from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.life.drain import Drain


def service(model_folder: Path, drain: Drain) -> TestClient:
    champion = Champion(model_folder, None)
    champion.refresh()
    return TestClient(assemble(champion, Recogniser(Stages()), drain=drain))


def test_while_draining_it_is_not_ready_and_still_answers(model_folder: Path) -> None:
    drain = Drain()
    client = service(model_folder, drain)
    assert client.get("/readyz").status_code == 200
    drain.draining = True
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/draining"
    assert client.get("/healthz").status_code == 200
    assert client.post("/v1/predictions", json={"role": "data_scientist"}).status_code == 200


def test_connections_are_asked_to_close_only_while_draining(model_folder: Path) -> None:
    drain = Drain()
    client = service(model_folder, drain)
    assert client.get("/healthz").headers.get("connection") != "close"
    drain.draining = True
    assert client.get("/healthz").headers["connection"] == "close"


def signals(notice: float, numbers: list[int]) -> list[tuple[bool, int]]:
    """Send ``numbers`` to this process while it may drain; what uvicorn's handler was told."""
    seen: list[tuple[bool, int]] = []

    async def run() -> None:
        called = asyncio.Event()
        loop = asyncio.get_running_loop()

        def uvicorns(number: int, _: Any) -> None:
            seen.append((drain.draining, number))
            loop.call_soon_threadsafe(called.set)

        before = signal.signal(signal.SIGTERM, uvicorns)
        before_int = signal.signal(signal.SIGINT, uvicorns)
        try:
            with (drain := Drain(notice)):
                for number in numbers:
                    signal.raise_signal(signal.Signals(number))
                    if numbers == [signal.SIGTERM]:
                        assert not seen, "notice is given first"
                async with asyncio.timeout(10):
                    await called.wait()
            assert signal.getsignal(signal.SIGTERM) is uvicorns
        finally:
            signal.signal(signal.SIGTERM, before)
            signal.signal(signal.SIGINT, before_int)

    asyncio.run(run())
    return seen


def test_after_the_notice_uvicorn_is_told() -> None:
    assert signals(0.05, [signal.SIGTERM]) == [(True, signal.SIGTERM)]


def test_a_second_signal_gives_no_notice() -> None:
    assert signals(3600, [signal.SIGTERM, signal.SIGTERM]) == [(True, signal.SIGTERM)]


def test_somebody_at_a_terminal_need_not_wait() -> None:
    assert signals(3600, [signal.SIGINT]) == [(True, signal.SIGINT)]


def test_long_work_is_given_up_before_requests_are_cut_off() -> None:
    async def run() -> float:
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            with (drain := Drain(0.05, 1.0)):
                began = asyncio.get_running_loop().time()
                signal.raise_signal(signal.SIGTERM)
                with pytest.raises(DrainingError, match="send it again"):
                    async with drain.in_time():
                        await asyncio.Event().wait()
                return asyncio.get_running_loop().time() - began
        finally:
            signal.signal(signal.SIGTERM, before)

    assert 0.5 <= asyncio.run(run()) < 1.05


def test_what_begins_while_the_process_ends_has_only_the_time_that_is_left() -> None:
    async def run() -> None:
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            with (drain := Drain(0.05, 1.0)):
                signal.raise_signal(signal.SIGTERM)
                await asyncio.sleep(0)
                async with asyncio.timeout(10):
                    with pytest.raises(DrainingError):
                        async with drain.in_time():
                            await asyncio.Event().wait()
        finally:
            signal.signal(signal.SIGTERM, before)

    asyncio.run(run())
