import math

import numpy as np
import polars as pl
import pytest

from serving.model import CompensationModel
from tests.conftest import SMALL
from tests.records import ROLES, make_records
from training.fit import fit
from training.premiums import LEAST, premiums, regressed

WORTH = {"python": 0.0, "go": 0.1, "cuda": 0.2, "sql": -0.05, "docker": 0.0, "rust": 0.15}
"""The truth: log pay that goes along with each skill, all else alike."""


def with_skills(n: int, seed: int) -> pl.DataFrame:
    """Return records with skills of known worth, which roles and other skills go along with.

    Docker is the skill of the best paid role and of those who have cuda, and worth nothing itself.
    """
    rng = np.random.default_rng((seed, 7))
    records = make_records(n, seed)
    best = (records["role"] == ROLES[-1]).to_numpy()
    odds = {skill: np.full(n, 0.3) for skill in WORTH}
    odds["docker"] = np.where(best, 0.7, 0.15)
    has = {skill: rng.random(n) < odds[skill] for skill in WORTH}
    has["docker"] |= has["cuda"] & (rng.random(n) < 0.5)
    worth = sum(WORTH[skill] * has[skill] for skill in WORTH)
    skills = [[skill for skill in WORTH if has[skill][row]] for row in range(n)]
    return records.with_columns(
        pl.Series("skills", skills, pl.List(pl.String)),
        (pl.col("pay_usd") * pl.Series(np.exp(worth))).alias("pay_usd"),
    )


@pytest.fixture(scope="module")
def any_model() -> CompensationModel:
    return fit(with_skills(1000, 0), SMALL, lambda _: None).model


def test_measured_premiums_hold_the_truth_as_often_as_they_say(
    any_model: CompensationModel,
) -> None:
    replicates = 10
    inside, worthless = [], []
    for seed in range(replicates):
        found = premiums(any_model, with_skills(1500, seed), SMALL)
        assert set(found) == set(WORTH)
        for skill, of in found.items():
            inside.append(abs(of.measured - WORTH[skill]) <= 1.96 * of.error)
            if WORTH[skill] == 0:
                worthless.append(of.average.shown)
    # Three binomial standard errors of 60 cases, and of the 20 of worthless skills.
    assert np.mean(inside) == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / len(inside)))
    assert np.mean(worthless) <= 0.05 + 3 * math.sqrt(0.95 * 0.05 / len(worthless))


def test_a_skill_is_not_credited_with_its_role_or_its_company(
    any_model: CompensationModel,
) -> None:
    records = with_skills(6000, 3)
    docker = records["skills"].list.contains("docker").to_numpy()
    raw = np.log(records["pay_usd"].to_numpy())
    assert raw[docker].mean() - raw[~docker].mean() > 0.05
    assert abs(premiums(any_model, records, SMALL)["docker"].measured) < 0.03


def test_a_skill_of_few_records_is_not_told(any_model: CompensationModel) -> None:
    records = with_skills(600, 0)
    few = pl.Series(np.arange(600) < LEAST - 1)
    rare = records.with_columns(
        pl.when(few)
        .then(pl.col("skills").list.concat(pl.lit(["cobol"])))
        .otherwise("skills")
        .alias("skills")
    )
    assert "cobol" not in premiums(any_model, rare, SMALL)


def test_records_that_list_nothing_are_left_out(any_model: CompensationModel) -> None:
    records = with_skills(800, 0)
    silent = make_records(400, 9).with_columns(
        pl.lit([], pl.List(pl.String)).alias("skills"),
        pl.format("other:{}", "record_id").alias("record_id"),
        pl.format("other:{}", "record_id").alias("group_id"),
    )
    alone = premiums(any_model, records, SMALL)
    both = premiums(any_model, pl.concat([records, silent]), SMALL)
    assert {skill: of.n for skill, of in both.items()} == {s: of.n for s, of in alone.items()}


def test_where_nobody_lists_a_skill_nothing_is_measured(any_model: CompensationModel) -> None:
    none = make_records(400).with_columns(pl.lit([], pl.List(pl.String)).alias("skills"))
    assert premiums(any_model, none, SMALL) == {}


def test_a_skill_that_everybody_lists_cannot_be_measured(any_model: CompensationModel) -> None:
    everyone = make_records(400).with_columns(
        pl.lit(["python"], pl.List(pl.String)).alias("skills")
    )
    assert premiums(any_model, everyone, SMALL) == {}


def test_rows_of_one_group_count_as_one_for_the_error() -> None:
    rng = np.random.default_rng(0)
    left, pay = rng.normal(size=(300, 1)), rng.normal(size=300)
    _, once = regressed(pay, left, np.ones(300), np.arange(300))
    effects, thrice = regressed(
        np.tile(pay, 3), np.tile(left, (3, 1)), np.ones(900), np.tile(np.arange(300), 3)
    )
    np.testing.assert_allclose(thrice, once)
    assert effects == pytest.approx(regressed(pay, left, np.ones(300), np.arange(300))[0])
