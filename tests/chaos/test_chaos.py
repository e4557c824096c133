"""Seconds of what ``make chaos`` does for minutes, with a real registry and real processes."""

from pathlib import Path

import pytest

from serving.model import CompensationModel
from tests.chaos.answers import Reigns
from tests.chaos.events import (
    end_a_worker_while_a_broken_model_leads,
    fill_the_disk,
    promote_broken,
    roll_back,
    stop_the_database,
)
from tests.chaos.run import run
from tests.conftest import require
from tests.serving.log.postgres import found

EVENTS = (
    stop_the_database,
    promote_broken,
    fill_the_disk,
    roll_back,
    end_a_worker_while_a_broken_model_leads,
)
"""Those that hold the others."""

pytestmark = [pytest.mark.chaos, pytest.mark.filterwarnings("ignore:::mlflow")]


def test_nothing_is_wrong_or_lost_while_models_and_workers_come_and_go(
    model: CompensationModel, tmp_path: Path
) -> None:
    require(found(), "PostgreSQL (make postgres installs it)")
    report = run(model, tmp_path, seconds=10, events=EVENTS, clients=4, pause=0.1)
    assert report.tally.wrong == []
    assert report.tally.failed == []
    assert report.ledger.agrees, report.ledger
    assert report.ledger.entries > 50
    # Only a full disk refuses, where this process may mount one.
    assert (report.tally.refused > 0) == ("fill_the_disk" in report.events)
    assert len(report.events) >= len(EVENTS) - 1
    assert set(report.tally.versions) == {"1", "2"}
    assert set(report.tally.kinds) == {"one", "batch", "slow", "file"}
    assert report.tally.requests > 50
    assert "wrong answers" in report.table()


def test_an_answer_is_wrong_when_its_model_had_not_begun_or_was_over() -> None:
    reigns = Reigns(patience=2.0)
    reigns.led = [(0.0, "1"), (9.0, "2"), (20.0, "1")]
    reigns.surely = [0.0, 10.0]
    assert reigns.allowed(5.0, 6.0) == {"1"}
    assert reigns.allowed(9.5, 10.5) == {"1", "2"}
    assert reigns.allowed(11.0, 11.5) == {"1", "2"}
    assert reigns.allowed(15.0, 15.5) == {"2"}
    assert reigns.allowed(30.0, 30.5) == {"1", "2"}, "the last one is still being promoted"
    reigns.surely.append(21.0)
    assert reigns.allowed(23.5, 24.0) == {"1"}
