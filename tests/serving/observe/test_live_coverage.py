"""Live coverage among the metrics: read beside the scrapes, told at them."""

from pathlib import Path

import pytest

from serving.log.address import Address
from serving.log.chain import Entry
from serving.log.journal import Journal
from serving.log.outcomes import Live
from serving.observe.journal import show
from serving.observe.metrics import Metrics
from tests.serving.log.notes import make_note


def test_a_scrape_tells_what_was_last_read_and_reads_nothing(tmp_path: Path) -> None:
    from serving.log.event import line

    journal, measures = Journal(Address.read(f"sqlite:///{tmp_path}/log.db"), tmp_path), Metrics()
    coverage = show(journal, measures.gauges)
    with journal.opened().writing() as chain:
        for number in range(40):
            note = make_note()
            chain.append([Entry.of(line(note))])
            counted = {"prediction": note.id, "tenant": "acme", "stated": 0.8, "groups": {}}
            chain.count_outcome({**counted, "inside": number < 30})
    measures.told()
    assert coverage.groups == ()
    coverage.refresh()
    told = measures.told().decode()
    assert 'paylens_outcomes_known{group="all",stated="0.8"} 40.0' in told
    assert 'paylens_outcomes_covered_ratio{group="all",stated="0.8"} 0.75' in told
    journal.store.close()


def test_what_was_read_is_told_on_while_the_database_is_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(Address.read("postgresql://nobody@127.0.0.1:9/nothing"), tmp_path)
    coverage = show(journal, Metrics().gauges)
    coverage.groups = before = (Live("all", 0.8, 40, 30),)
    coverage.refresh()
    assert coverage.groups == before
    assert "live coverage cannot be read" in caplog.text
