import json
from pathlib import Path

from tests.bench.cost import Cost
from tests.bench.scoring import Figures, section
from tests.bench.sides import BARE, CSV, sides


def test_the_page_holds_ours_against_the_walk_alone(tmp_path: Path) -> None:
    measured = {}
    for side in sides(tmp_path, tmp_path, ["location"], 690):
        figures = Figures()
        for seconds in (10.0, 12.0):
            said = json.dumps({"seconds": 5.0, "processor_seconds": 5.0})
            figures.add(side, 1000, Cost(seconds, seconds, 200.0, said))
        measured[side.name] = side, figures
    assert measured[CSV][1].rates == [100.0, 1000 / 12]
    assert measured[BARE][1].rates == [200.0, 200.0]
    text = section(measured, {CSV: 190.0, "parquet": 150.0}, 1000, pinned_to=True)
    met = [line.split(" | ")[1:] for line in text.splitlines()[-4:]]
    assert met == [
        ["0.46", "≥ 0.8", "**no** |"],
        ["0.46", "≥ 0.8", "**no** |"],
        ["1.05", "≤ 1.1", "yes |"],
        ["1.33", "≤ 1.1", "**no** |"],
    ]
