"""What a scored row is told: the numbers of one prediction, to the cent."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import SourceError
from data.record import INPUT_TYPES
from serving.components import split, split_many
from serving.model import CompensationModel
from serving.prediction import Predictions
from serving.scoring.answers import Answers, in_cents

ANSWERS = Answers((5, 50, 95), 0.8)
CENT = 0.0051
"""Half a cent of rounding, and the error of a float."""


@pytest.fixture(scope="module")
def inputs(records: pl.DataFrame) -> pl.DataFrame:
    """Inputs of which every fifth asks for base pay, and some lack what they could have."""
    basis = pl.when(pl.int_range(pl.len()) % 5 == 0).then(pl.lit("base")).otherwise("pay_basis")
    return (
        records.head(200)
        .select(list(INPUT_TYPES))
        .with_columns(basis.alias("pay_basis"), pl.lit(date(2030, 1, 1)).alias("observed_on"))
    )


def no_problems(rows: int) -> pl.Series:
    return pl.Series("problem", [None] * rows, dtype=pl.String)


def test_every_row_is_told_what_it_would_be_told_alone(
    model: CompensationModel, inputs: pl.DataFrame
) -> None:
    answers = ANSWERS.of(model, inputs, no_problems(inputs.height))
    assert answers.schema == ANSWERS.types
    pairs = zip(inputs.iter_rows(named=True), answers.iter_rows(named=True), strict=True)
    for record, told in pairs:
        alone = model.predict_one(record)
        lower, upper = model.interval(alone, 0.8)
        assert told["p5"] == pytest.approx(model.quantile(alone, 0.05), abs=CENT)
        assert told["p95"] == pytest.approx(model.quantile(alone, 0.95), abs=CENT)
        assert told["median"] == told["p50"]
        assert told["lower"] == pytest.approx(lower, abs=CENT)
        assert told["upper"] == pytest.approx(upper, abs=CENT)
        parts = model.components(alone)
        assert (
            (parts is None) == (told["predicted_base"] is None) == (record["pay_basis"] == "base")
        )
        if parts is not None:
            assert told["predicted_base"] == pytest.approx(parts.base, abs=CENT)
            assert told["predicted_equity"] == pytest.approx(parts.equity, abs=CENT)
            total = sum(told[f"predicted_{name}"] for name in ("base", "bonus", "equity"))
            assert total == pytest.approx(told["median"], abs=1e-6)


def test_a_row_with_a_problem_has_the_reason_and_no_amounts(
    model: CompensationModel, inputs: pl.DataFrame
) -> None:
    problems = pl.Series("problem", [None, "years_experience five: a number", None])
    whole = ANSWERS.of(model, inputs.head(3), no_problems(3))
    answers = ANSWERS.of(model, inputs.head(3), problems)
    *amounts, problem = answers.row(1)
    assert amounts == [None] * len(amounts)
    assert problem == "years_experience five: a number"
    assert answers[[0, 2]].equals(whole[[0, 2]])


def test_the_prefix_begins_every_name(model: CompensationModel, inputs: pl.DataFrame) -> None:
    answers = Answers((50,), 0.9, "now_").of(model, inputs.head(2), no_problems(2))
    assert answers.columns == [
        "now_p50",
        "now_median",
        "now_lower",
        "now_upper",
        "now_predicted_base",
        "now_predicted_bonus",
        "now_predicted_equity",
        "now_problem",
    ]


def test_a_name_that_is_taken_is_refused_and_a_prefix_offered() -> None:
    with pytest.raises(
        SourceError, match=r"in\.csv: .*'p50', 'problem'.* with a prefix, such as paylens_"
    ):
        ANSWERS.require_free(["p50", " problem ", "title"], Path("in.csv"))
    Answers((50,), 0.8, "x_").require_free(["p50", "problem"], Path("in.csv"))


def test_of_a_file_that_is_logged_each_row_has_its_own_id(
    model: CompensationModel, inputs: pl.DataFrame
) -> None:
    answers = Answers((50,), 0.8, "x_", synthetic=True, file="f" * 32)
    table = answers.of(model, inputs.head(2), no_problems(2))
    assert table.schema == answers.types
    assert table["x_prediction_id"].to_list() == [f"{'f' * 32}.1", f"{'f' * 32}.2"]


@given(
    st.floats(1, 1e8),
    st.floats(0.0, 20.0),
    st.floats(-2.0, 3.0),
)
def test_components_are_split_alike_for_one_and_many_and_add_up_to_the_cent(
    median: float, log_base: float, share: float
) -> None:
    many = split_many(np.array([median]), np.array([log_base]), np.array([share]))
    one = split(median, log_base, share)
    np.testing.assert_allclose(many[0], [one.base, one.bonus, one.equity], rtol=1e-12, atol=1e-9)
    none = np.empty(1)
    predictions = Predictions(none, none, [""], np.empty((1, 2)), np.array([median]), many)
    cents = in_cents(predictions, 0)[0]
    assert cents[0] == round(100 * median)
    assert cents[3:].sum() == cents[0]
    assert (cents[3:] >= 0).all()


def test_every_row_of_a_synthetic_model_says_so(
    model: CompensationModel, inputs: pl.DataFrame
) -> None:
    answers = Answers((50,), 0.8, "x_", synthetic=True).of(model, inputs.head(3), no_problems(3))
    assert answers["x_synthetic"].to_list() == [True] * 3
    assert "x_synthetic" in Answers((50,), 0.8, "x_", synthetic=True).types
    assert "x_synthetic" not in Answers((50,), 0.8, "x_").types
