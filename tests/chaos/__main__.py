"""``python -m tests.chaos``: what ``make chaos`` runs."""

import argparse
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.run import run
from tests.conftest import SMALL
from tests.records import make_records, pool
from training.pipeline import run as fit


def main() -> None:
    """Run for as long as told, print the table, and exit 1 where an answer was wrong or lost."""
    options = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    options.add_argument("--minutes", type=float, default=10.0)
    asked = options.parse_args()
    model = fit(pool(make_records(3000)), SMALL, date(2026, 1, 1), lambda _: None).model
    with TemporaryDirectory(prefix="paylens-chaos-") as folder:
        report = run(model, Path(folder), 60 * asked.minutes)
        print(report.table())  # noqa: T201
        for line in (*report.tally.wrong[:10], *report.tally.failed[:10]):
            print(line)  # noqa: T201
    sys.exit(0 if report.holds else 1)


if __name__ == "__main__":
    main()
