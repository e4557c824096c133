"""How the decision log does, and how often the ranges held, among the metrics."""

from serving.log.journal import Journal
from serving.log.outcomes import Live
from serving.observe.gauges import Gauges
from serving.observe.live_coverage import LiveCoverage


def show(journal: Journal, gauges: Gauges) -> LiveCoverage:
    """Have ``gauges`` tell what ``journal`` knows; return what has to be refreshed for it."""
    coverage = LiveCoverage(journal)
    gauges.add(
        "paylens_log_waiting_events",
        "Entries of the decision log that wait for its database.",
        lambda: {(): journal.status().queued + journal.status().spooled},
    )
    gauges.add(
        "paylens_log_spool_bytes",
        "What they take on disk.",
        lambda: {(): journal.status().spool_bytes},
    )
    gauges.add(
        "paylens_log_lag_seconds",
        "Since the database had every entry.",
        lambda: {(): journal.status().lag_seconds},
        together="livemax",
    )
    gauges.add(
        "paylens_log_lost_events",
        "Entries that could not be kept.",
        lambda: {(): journal.status().lost},
    )
    gauges.add(
        "paylens_log_set_aside_events",
        "Entries that the database refused for what they hold.",
        lambda: {(): journal.status().set_aside},
    )
    gauges.add(
        "paylens_outcomes_known",
        "Predictions whose actual pay was told.",
        lambda: {_labels(each): each.n for each in coverage.groups},
        labels=("group", "stated"),
        together="livemostrecent",
    )
    gauges.add(
        "paylens_outcomes_covered_ratio",
        "Share of actual pays inside the range that was told.",
        lambda: {_labels(each): each.inside / each.n for each in coverage.groups},
        labels=("group", "stated"),
        together="livemostrecent",
    )
    return coverage


def _labels(live: Live) -> tuple[str, str]:
    return live.group, f"{live.stated:g}"
