"""What is done again and again goes on whatever happens, and ends with its block."""

import threading

import pytest

from serving.life.every import Every

PATIENCE = 10.0


def test_it_is_done_again_and_again_even_after_it_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    times, thrice = [], threading.Event()

    def task() -> None:
        times.append(1)
        if len(times) == 3:
            thrice.set()
        raise RuntimeError("the registry is gone")

    with Every(0.001, task):
        assert thrice.wait(PATIENCE)
    assert "is tried again" in caplog.text


def test_after_its_block_nothing_is_done_and_it_may_begin_again() -> None:
    done = threading.Event()
    every = Every(0.001, done.set)
    for _ in range(2):
        with every:
            assert done.wait(PATIENCE)
        done.clear()
        assert not done.wait(0.02)


def test_never_is_never() -> None:
    before = threading.active_count()
    with Every(0, pytest.fail):
        assert threading.active_count() == before


def test_it_may_begin_at_once() -> None:
    done = threading.Event()
    with Every(3600, done.set, at_once=True):
        assert done.wait(PATIENCE)
