from typing import Any

import polars as pl
import pytest

from serving.model import CompensationModel
from serving.premiums import Premium
from training.card import card, groups_table, metrics_table, skills_table
from training.pipeline import Outcome

GROUPS = pl.DataFrame(
    {
        "by": ["role", "role", "country"],
        "group": ["data_scientist", "data_scientist", "US"],
        "n": [1234, 1234, 100],
        "stated": [0.8, 0.9, 0.8],
        "measured": [0.812, 0.911, 0.75],
        "low": [0.789, 0.9, 0.66],
        "high": [0.833, 0.92, 0.83],
        "drawn": [0.81, 0.91, 0.79],
        "mdape": [0.101, 0.101, 0.25],
    }
)
METRICS = {
    "random": {
        "records": 1234.0,
        "pinball_loss": 0.06054,
        "median_absolute_percentage_error": 0.1149,
        "coverage_80": 0.8019,
        "coverage_90": 0.899,
        "interval_score_90": 0.71,
    },
    "look-up": {"records": 1234.0, "pinball_loss": 0.09},
}


def manifest(**told: Any) -> dict[str, Any]:
    data = {
        "description": "levels_fyi 50,087 records",
        "synthetic": False,
        "observed_from": "2017-01-02",
        "observed_to": "2021-08-17",
    }
    return {"trained_on": "2026-01-01", "data": data | told, "metrics": METRICS}


def test_the_card_says_what_was_learned_from_and_what_was_measured() -> None:
    text = card(manifest(), GROUPS)
    assert "trained on 2026-01-01" in text
    assert "levels_fyi 50,087 records, observed 2017-01-02 to 2021-08-17" in text
    assert "| coverage, stated 80 % | 80.2% | – |" in text
    assert "| role | data_scientist | 1,234 | 81.2% | 78.9% to 83.3% | 81.0% | 10.1% |" in text
    assert "nothing after 2021-08-17 was seen" in text


@pytest.mark.parametrize("synthetic", [True, False])
def test_only_the_card_of_an_invented_market_says_that_it_is_invented(synthetic: bool) -> None:
    assert ("Synthetic" in card(manifest(synthetic=synthetic), GROUPS)) is synthetic


def test_each_row_of_the_metrics_has_a_cell_for_each_split_and_baseline() -> None:
    lines = metrics_table(METRICS).splitlines()
    assert {line.count("|") for line in lines} == {4}
    assert lines[0] == "| | random | look-up |"
    assert "| pinball loss (log pay) | 0.0605 | 0.0900 |" in lines
    assert lines[-1] == "| records | 1,234 | 1,234 |"


def test_the_groups_are_told_at_80_percent_once_each() -> None:
    lines = groups_table(GROUPS).splitlines()
    assert len(lines) == 2 + 2
    assert lines[-1] == "| country | US | 100 | 75.0% | 66.0% to 83.0% | 79.0% | 25.0% |"


def test_without_groups_of_enough_records_the_table_is_a_header(outcome: Outcome) -> None:
    assert groups_table(outcome.report.by_group.clear()).count("\n") == 2


def test_the_fitted_model_carries_its_own_card(model: CompensationModel) -> None:
    assert model.manifest["trained_on"] in model.card
    assert model.manifest["data"]["description"] in model.card
    for split in model.manifest["metrics"]:
        assert split in model.card


def test_the_card_tells_the_skills_whose_premium_is_shown() -> None:
    found = {
        "go": Premium(400, 0.1, 0.02, 0.05),
        "git": Premium(900, 0.01, 0.02, 0.0),
        "php": Premium(300, -0.1, 0.02, -0.1),
    }
    said = skills_table(found)
    assert "| go | 1.11 | 1.06 to 1.15 | 400 |" in said
    assert said.index("| go |") < said.index("| php |")
    assert "git" not in said
    assert "association" in said


def test_the_card_says_when_no_skill_shows_anything() -> None:
    assert "No skill" in skills_table({})
    assert skills_table(None) == skills_table({})
