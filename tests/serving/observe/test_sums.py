"""Figures of several processes, one of which has only just begun."""

import os
import subprocess
import sys
from pathlib import Path

COUNTED = """
from pathlib import Path
from serving.observe.metrics import Metrics

metrics = Metrics()
metrics.answered("/v1/predictions", "POST", 200, 0.001)
{then}
print(metrics.told().decode())
"""


def told(folder: Path, then: str = "") -> str:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    command = [sys.executable, "-c", COUNTED.format(then=then)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def requests(text: str) -> float:
    (line,) = (each for each in text.splitlines() if each.startswith("paylens_requests_total{"))
    return float(line.rpartition(" ")[2])


def test_counts_of_processes_are_added_up(tmp_path: Path) -> None:
    assert requests(told(tmp_path)) == 1
    assert requests(told(tmp_path)) == 2


def test_a_process_that_has_only_begun_hinders_no_scrape(tmp_path: Path) -> None:
    for name in ("counter_999999.db", "histogram_999999.db", "gauge_livesum_999999.db"):
        (tmp_path / name).touch()
    assert requests(told(tmp_path)) == 1


def test_a_process_forgotten_by_two_at_once_is_forgotten(tmp_path: Path) -> None:
    # What the other one has removed between this one's look and its own try.
    then = "\n".join(
        (
            "import os, prometheus_client.multiprocess as several",
            "from serving.observe.shared import forget_the_dead",
            "remove = os.remove",
            "def twice(path): remove(path); remove(path)",
            "several.os.remove = twice",
            f"Path({str(tmp_path)!r}, 'gauge_livesum_999999.db').touch()",
            "forget_the_dead()",
        )
    )
    assert requests(told(tmp_path, then)) == 1
    assert not (tmp_path / "gauge_livesum_999999.db").exists()
