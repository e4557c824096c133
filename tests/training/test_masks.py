import numpy as np
import polars as pl
import pytest

from data.record import INPUT_TYPES
from features.encoder import Encoder
from tests.records import make_records
from training.config import Config
from training.masks import ALWAYS, MASKS, masked, told_without_level, with_masked_copies
from training.sample import sampled

INPUTS = make_records(400).select(list(INPUT_TYPES))
MASKED = [name for name in MASKS if name != "employer"]


def people(*rows: dict[str, object]) -> pl.DataFrame:
    full = [{name: row.get(name) for name in INPUT_TYPES} for row in rows]
    return pl.DataFrame(full, schema=dict(INPUT_TYPES), orient="row")


@pytest.mark.parametrize("name", MASKED)
def test_a_mask_blanks_its_own_inputs_and_no_other(name: str) -> None:
    copy = masked(INPUTS, name)
    for column in INPUT_TYPES:
        if column not in MASKS[name]:
            assert copy[column].equals(INPUTS[column], null_equal=True), column
        elif column == "skills":
            assert copy[column].list.len().sum() == 0
        else:
            assert copy[column].null_count() == copy.height, column


@pytest.mark.parametrize("name", MASKS)
def test_a_masked_record_keeps_its_types_so_that_it_is_encoded_as_any_other(name: str) -> None:
    copy = masked(INPUTS, name)
    assert copy.schema == INPUTS.schema
    encoder, _ = Encoder.fit(INPUTS, np.zeros(400), np.ones(400), np.arange(400) % 2)
    assert encoder.encode(copy).shape[0] == 400


def test_the_barest_request_keeps_role_country_and_what_is_given_by_default() -> None:
    copy = masked(INPUTS, "all")
    known = {column for column in INPUT_TYPES if copy[column].null_count() < copy.height}
    assert known == {*ALWAYS, "skills"}


def test_every_mask_of_the_default_choices_exists() -> None:
    assert set(Config().masks) <= set(MASKS)


def test_the_seniority_that_the_level_told_goes_with_it_and_one_of_the_title_stays() -> None:
    told = people(
        {"title": "Senior data scientist", "seniority": "senior", "company_level": "L5"},
        {"title": "Data scientist", "seniority": "senior", "company_level": "L5"},
        {"title": None, "seniority": "senior", "company_level": "L5"},
        {"title": "Data scientist", "seniority": "senior"},
        {"title": None, "seniority": "senior"},
    )
    assert told_without_level(told).to_list() == [True, False, False, True, True]
    copy = masked(told, "employer")
    assert copy["seniority"].to_list() == ["senior", None, None, "senior", "senior"]
    assert copy["company_level"].null_count() == 5


@pytest.mark.parametrize("column", ["company", "company_level", "years_at_company"])
def test_asking_without_an_employer_hides_its_name_level_and_time_there(column: str) -> None:
    assert masked(INPUTS, "employer")[column].null_count() == INPUTS.height
    assert masked(INPUTS, "company")[column].null_count() == INPUTS.height


def test_each_copy_is_its_record_with_one_mask_drawn_for_it() -> None:
    both, origin = with_masked_copies(INPUTS, MASKED_EVENLY, np.random.default_rng(0))
    assert both[: INPUTS.height].equals(INPUTS, null_equal=True)
    assert origin[: INPUTS.height].tolist() == list(range(INPUTS.height))
    of_mask = {name: masked(INPUTS, name) for name in MASKED_EVENLY}
    copies = both[INPUTS.height :]
    for place in range(copies.height):
        copy, record = copies[place], origin[INPUTS.height + place]
        assert any(copy.equals(of[int(record)], null_equal=True) for of in of_mask.values())


def test_no_record_has_more_than_one_copy() -> None:
    _, origin = with_masked_copies(INPUTS, MASKED_EVENLY, np.random.default_rng(0))
    assert np.bincount(origin).max() <= 2


def test_masks_are_drawn_as_often_as_asked_for() -> None:
    # Everyone here states all that the masks hide, so every draw makes a copy.
    full = INPUTS.filter(pl.col("company").is_not_null(), pl.col("company_stage").is_not_null())
    full = pl.concat([full] * 20)
    odds = {"skills": 1.0, "company": 3.0}
    full = full.filter(pl.col("skills").list.len() > 0)
    both, _ = with_masked_copies(full, odds, np.random.default_rng(0))
    copies = both[full.height :]
    share = copies.filter(pl.col("company").is_null()).height / full.height
    # A binomial share has standard error sqrt(0.75 * 0.25 / n); four of them are nearly never left.
    assert share == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / full.height))


MASKED_EVENLY = dict.fromkeys(MASKS, 1.0)


def test_a_share_of_the_records_is_copied_and_the_others_keep_their_whole_weight() -> None:
    _, origin = with_masked_copies(INPUTS, {"all": 1.0}, np.random.default_rng(0), copied=0.25)
    assert (np.bincount(origin) == 2).sum() == pytest.approx(100, abs=30)
    records = make_records(400)
    sample = sampled(records, Config(copied=0.25), np.random.default_rng(0))
    whole = sampled(records, Config(copied=1.0), np.random.default_rng(0))
    assert 0 < sample.frame["is_copy"].sum() < whole.frame["is_copy"].sum() / 2
    assert sample.weight.sum() == pytest.approx(whole.weight.sum())
