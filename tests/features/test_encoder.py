import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.record import INPUT_TYPES, PROTECTED
from features.encoder import Encoder
from tests.records import COMPANIES, PLACES, ROLES, SENIORITIES, STAGES, make_records


def fitted(n: int = 600) -> tuple[Encoder, np.ndarray, pl.DataFrame]:
    records = make_records(n)
    inputs = records.select(list(INPUT_TYPES))
    log_pay = np.log(records["pay_usd"].to_numpy())
    encoder, matrix = Encoder.fit(inputs, log_pay, np.ones(n), np.arange(n) % 4)
    return encoder, matrix, inputs


ENCODER, MATRIX, INPUTS = fitted()

maybe = st.none() | st.text(max_size=8)
one_record = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Senior data scientist", "Plumber", "Machine learning", ""])
        | maybe,
        "role": st.sampled_from([*ROLES, "never seen", None]),
        "seniority": st.sampled_from([*SENIORITIES, "never seen", None]),
        "company": st.sampled_from([*COMPANIES, "Nobody & sons"]) | maybe,
        "company_level": st.sampled_from(["L3", "L4", "L99", None]),
        "company_stage": st.sampled_from([*STAGES, "big_tech"]),
        "country": st.sampled_from([place[0] for place in PLACES] + ["DE", None]),
        "metro": st.sampled_from([place[2] for place in PLACES] + [None]),
        "skills": st.lists(st.sampled_from(["python", "sql", "rust", "cobol"]), unique=True),
        "years_experience": st.none() | st.floats(0, 70),
        "years_at_company": st.none() | st.floats(0, 70),
        "observed_on": st.none() | st.dates(),
        "pay_basis": st.sampled_from(["total", "posted_base"]),
    }
)


def frame_of(rows: list[dict[str, object]]) -> pl.DataFrame:
    full = [{name: row.get(name) for name in INPUT_TYPES} for row in rows]
    return pl.DataFrame(full, schema=dict(INPUT_TYPES), orient="row")


@given(st.lists(one_record, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_one_record_alone_is_encoded_as_it_is_among_many(rows: list[dict[str, object]]) -> None:
    many = ENCODER.encode(frame_of(rows))
    for number, row in enumerate(rows):
        np.testing.assert_array_equal(many[number], ENCODER.encode_one(row))


def test_permuting_the_rows_permutes_the_output() -> None:
    order = np.random.default_rng(1).permutation(INPUTS.height)
    np.testing.assert_array_equal(ENCODER.encode(INPUTS)[order], ENCODER.encode(INPUTS[order]))


def test_a_stored_encoder_gives_the_same_numbers() -> None:
    again = Encoder.from_state(json.loads(json.dumps(ENCODER.state())))
    np.testing.assert_array_equal(again.encode(INPUTS), ENCODER.encode(INPUTS))
    assert again.columns == ENCODER.columns


def test_no_column_comes_from_a_protected_attribute_or_from_pay() -> None:
    fields = {column.field for column in ENCODER.columns}
    assert fields <= set(INPUT_TYPES)
    assert not fields & {*PROTECTED, "source", "base", "bonus", "equity", "total_compensation"}


def test_column_names_are_unique_and_match_the_width_of_the_matrix() -> None:
    names = [column.name for column in ENCODER.columns]
    assert len(set(names)) == len(names) == MATRIX.shape[1] == ENCODER.encode(INPUTS).shape[1]


def test_only_experience_and_seniority_may_be_promised_to_raise_pay() -> None:
    assert {column.field for column in ENCODER.columns if column.rising} == {
        "years_experience",
        "seniority",
    }


def test_a_training_row_never_sees_its_own_pay_in_its_target_mean() -> None:
    records = make_records(400)
    inputs = records.select(list(INPUT_TYPES))
    log_pay = np.log(records["pay_usd"].to_numpy())
    fold = np.arange(400) % 4
    _, before = Encoder.fit(inputs, log_pay, np.ones(400), fold)
    changed = log_pay.copy()
    changed[fold == 2] += np.random.default_rng(0).normal(size=100)
    # The other folds' target means move; those of fold 2 only by the mean of its pay basis.
    encoder, after = Encoder.fit(inputs, changed, np.ones(400), fold)
    shift = changed.mean() - log_pay.mean()
    column = [c.name for c in encoder.columns].index("role:mean")
    own = fold == 2
    moved = after[own, column] - before[own, column]
    roles = inputs["role"].to_numpy()
    others = np.array([(roles[~own] == role).sum() for role in roles[own]])
    np.testing.assert_allclose(moved, -shift * others / (others + 10), atol=1e-6)
    assert np.abs(after[~own, column] - before[~own, column]).max() > 1e-2


def test_a_word_that_very_many_say_does_not_tell_which_fold_a_row_is_in() -> None:
    records = make_records(6000)
    inputs = records.select(list(INPUT_TYPES))
    log_pay = np.log(records["pay_usd"].to_numpy())
    encoder, matrix = Encoder.fit(inputs, log_pay, np.ones(6000), np.arange(6000) % 4)
    names = [column.name for column in encoder.columns]
    for name in ("role:mean", "role:count", "pay_basis:mean", "locality:count"):
        values = len(np.unique(matrix[:, names.index(name)]))
        assert values == inputs[name.split(":")[0]].n_unique()


@pytest.mark.parametrize("field", ["role", "company", "metro"])
def test_a_word_never_seen_is_unknown_not_an_error(field: str) -> None:
    row = dict.fromkeys(INPUT_TYPES) | {"skills": [], "pay_basis": "total", field: "never seen"}
    encoded = ENCODER.encode_one(row)
    of_field = [
        n for n, c in enumerate(ENCODER.columns) if c.field == field and "rank" not in c.name
    ]
    assert np.isnan(encoded[of_field]).all()


def test_a_day_after_the_last_one_seen_counts_as_the_last() -> None:
    last = INPUTS["observed_on"].max()
    row = INPUTS.row(0, named=True)
    at = [c.name for c in ENCODER.columns].index("observed_on:year")
    later = ENCODER.encode_one({**row, "observed_on": pl.Series([last]).dt.offset_by("5y")[0]})
    assert later[at] == ENCODER.encode_one({**row, "observed_on": last})[at]
