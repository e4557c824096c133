"""What each skill goes along with in pay, all else alike: two sets of residuals, one regression.

Log pay less what everything but skills says of it, regressed on each skill less what everything
else says of who lists it. Both are taken out of fold, so that neither follows its own record; all
skills enter together, so that one listed along with another is not credited with its worth.

Source: Robinson 1988, "Root-N-Consistent Semiparametric Regression"; out-of-fold residuals as in
Chernozhukov et al. 2018, "Double/debiased machine learning", definition 3.2 (DML2).
"""

from collections import Counter

import numpy as np
import polars as pl

from features.encoder import Encoder
from serving.model import CompensationModel
from serving.premiums import Premium
from training.config import Config
from training.split import folds_of
from training.trees import Rows, grow, side_by_side

LEAST = 30
"""A skill that fewer records list is not told."""

MOST_HOLDERS = 200
"""People of a skill for whom the model's own difference is averaged."""

ROUNDS = 150
"""Trees of a location that knows no skills: it has an eighth of the data's weight to explain."""

LEAST_LEFT = 0.01
"""Share of a skill's variance that all else must leave open, at least."""

RIDGE = 1.0
"""Penalty, in records, that keeps rare words from following single records."""

WORDS = ("role", "country", "region", "seniority", "pay_basis", "source", "company_stage")
YEARS = (1.0, 3.0, 6.0, 10.0, 15.0)
LISTED = (2.0, 4.0, 7.0, 11.0, 16.0)


def premiums(model: CompensationModel, records: pl.DataFrame, config: Config) -> dict[str, Premium]:
    """Return what was measured of each skill that at least ``LEAST`` records list.

    Records that list no skill at all do not count: to list none is not to have none.

    Args:
        model: Whose own differences are told beside the measured ones.
        records: ``data.record.RECORD_TYPES``.
        config: Every choice.
    """
    listing = records.filter(pl.col("skills").list.len() > 0)
    seen = Counter(skill for skills in listing["skills"] for skill in skills)
    skills = sorted(skill for skill, n in seen.items() if n >= LEAST)
    if not skills or listing["group_id"].n_unique() < 10 * config.folds:
        return {}
    fold = folds_of(listing["group_id"], config.folds, np.random.default_rng(config.seed))
    held = holding(listing, skills)
    pay = log_pay_left(listing, fold, config)
    left = held - expected(controls(listing), held, fold)
    # Who lists a skill must not follow from all else, or nobody alike is there to compare with.
    open_ = (left**2).mean(axis=0) > LEAST_LEFT * held.mean(axis=0)
    skills = [skill for skill, is_open in zip(skills, open_, strict=True) if is_open]
    if not skills:
        return {}
    left = left[:, open_]
    effects, errors = regressed(
        pay, left, listing["weight"].to_numpy(), listing["group_id"].rank("dense").to_numpy()
    )
    modelled = differences(model, listing, skills, np.random.default_rng(config.seed))
    return {
        skill: Premium(seen[skill], float(effect), float(error), own)
        for skill, effect, error, own in zip(skills, effects, errors, modelled, strict=True)
    }


def holding(records: pl.DataFrame, skills: list[str]) -> np.ndarray:
    """Return whether each record lists each of ``skills``, float64 0 or 1, (rows, skills)."""
    return np.column_stack(
        [records["skills"].list.contains(skill).to_numpy().astype(float) for skill in skills]
    )


def log_pay_left(records: pl.DataFrame, fold: np.ndarray, config: Config) -> np.ndarray:
    """Return log pay less its location out of fold by all but skills, shape (rows,)."""
    inputs = records.with_columns(pl.lit([], pl.List(pl.String)).alias("skills"))
    log_pay, weight = np.log(records["pay_usd"].to_numpy()), records["weight"].to_numpy()
    parameters = {**config.locations_for(0)[0], "objective": "regression", "learning_rate": 0.1}
    left = np.empty(records.height)

    def one(number: int) -> None:
        own = fold == number
        inner = folds_of(
            records["group_id"].filter(~own), config.folds, np.random.default_rng(number)
        )
        encoder, matrix = Encoder.fit(inputs.filter(~own), log_pay[~own], weight[~own], inner)
        rows = Rows(matrix, log_pay[~own], weight[~own], encoder.columns)
        booster = grow(rows, parameters, ROUNDS, config.seed)
        left[own] = log_pay[own] - booster.predict(encoder.encode(inputs.filter(own)))

    side_by_side(one, range(config.folds))
    return left


def controls(records: pl.DataFrame) -> np.ndarray:
    """Return all else that says who lists what: words as flags, numbers in bands, (rows, flags)."""
    words = records.select(pl.col(WORDS).fill_null("?")).to_dummies()
    years = np.digitize(records["years_experience"].fill_null(-1.0).to_numpy(), YEARS)
    listed = np.digitize(records["skills"].list.len().to_numpy(), LISTED)
    unknown = records["years_experience"].is_null().to_numpy()
    bands = [
        *(years == band for band in range(len(YEARS) + 1)),
        *(listed == band for band in range(len(LISTED) + 1)),
        unknown,
        np.ones(records.height, dtype=bool),
    ]
    return np.hstack([words.to_numpy().astype(float), np.column_stack(bands).astype(float)])


def expected(known: np.ndarray, held: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Return how likely each record lists each skill, by ridge regression out of fold.

    Args:
        known: ``controls``, shape (rows, flags).
        held: ``holding``, shape (rows, skills).
        fold: Of each row.
    """
    answer = np.empty_like(held)
    gram, moment = known.T @ known, known.T @ held
    for number in np.unique(fold):
        own = fold == number
        inside, told = known[own], held[own]
        ridge = gram - inside.T @ inside + RIDGE * np.eye(known.shape[1])
        answer[own] = inside @ np.linalg.solve(ridge, moment - inside.T @ told)
    return answer


def regressed(
    pay: np.ndarray, left: np.ndarray, weight: np.ndarray, group: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients of ``pay`` on ``left`` and their standard errors, shape (skills,).

    Errors hold for rows of one group that are alike (Liang and Zeger 1986, equation 8).

    Args:
        pay: Log pay left, shape (rows,).
        left: Skills left, shape (rows, skills).
        weight: Of each row.
        group: Number of each row's group.
    """
    inverse = np.linalg.pinv(left.T @ (left * weight[:, None]))
    effects = inverse @ (left.T @ (weight * pay))
    scores = left * (weight * (pay - left @ effects))[:, None]
    _, place = np.unique(group, return_inverse=True)
    summed = np.zeros((place.max() + 1, left.shape[1]))
    np.add.at(summed, place, scores)
    groups = len(summed)
    variance = inverse @ (summed.T @ summed) @ inverse * groups / max(groups - 1, 1)
    return effects, np.sqrt(np.maximum(np.diag(variance), 0.0))


def differences(
    model: CompensationModel, records: pl.DataFrame, skills: list[str], rng: np.random.Generator
) -> list[float]:
    """Return what the model makes of each skill, log pay, mean over some who list it."""
    found = []
    for skill in skills:
        holders = records.filter(pl.col("skills").list.contains(skill))
        some = holders[rng.permutation(holders.height)[:MOST_HOLDERS]]
        without = some.with_columns(
            pl.col("skills").list.filter(pl.element() != skill)  # the others stay
        )
        both = model.encoder.encode(pl.concat([some, without]))
        location = model.boosters["location"].predict(both)
        found.append(float(np.mean(location[: some.height] - location[some.height :])))
    return found
