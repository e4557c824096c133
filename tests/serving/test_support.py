from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.support import HIGH, MEDIUM, STAGE_NEEDS, Support
from tests.records import ROLES, SENIORITIES, make_records

RECORDS = make_records(3000)
SUPPORT = Support.count(RECORDS)
USUAL: dict[str, Any] = {
    "pay_basis": "total",
    "role": "data_scientist",
    "country": "US",
    "seniority": "senior",
    "years_experience": 6.0,
    "company_stage": "seed",
}


def counted(n: int, **changed: Any) -> Support:
    """Return the support of ``n`` records like ``USUAL``, among others of another role."""
    alike = pl.concat([make_records(1)] * n).with_columns(
        *(pl.lit(USUAL[field]).alias(field) for field in ("role", "country", "seniority")),
        pl.lit(5.0).alias("years_experience"),
        pl.lit("public").alias("company_stage"),
        **{name: pl.lit(value) for name, value in changed.items()},
    )
    others = RECORDS.filter(pl.col("role") != USUAL["role"])
    return Support.count(pl.concat([alike, others]))


def test_similar_records_agree_in_basis_role_country_and_seniority() -> None:
    like = RECORDS.filter(role="data_scientist", country="US", seniority="senior").height
    assert SUPPORT.similar(USUAL) == like
    assert SUPPORT.similar({**USUAL, "pay_basis": "posted_base"}) == 0
    assert SUPPORT.similar({**USUAL, "country": "DE"}) == 0


@given(
    st.sampled_from([*ROLES, None]),
    st.sampled_from(["US", "FR", None]),
    st.sampled_from([*SENIORITIES, None]),
)
def test_a_field_left_open_agrees_with_every_value(
    role: str | None, country: str | None, seniority: str | None
) -> None:
    given_ = {"role": role, "country": country, "seniority": seniority}
    known = {name: value for name, value in given_.items() if value is not None}
    expected = RECORDS.filter(**known).height if known else RECORDS.height
    assert SUPPORT.similar({"pay_basis": "total", **given_}) == expected


@pytest.mark.parametrize(
    ("n", "label"), [(HIGH, "high"), (HIGH - 1, "medium"), (MEDIUM, "medium"), (MEDIUM - 1, "low")]
)
def test_the_more_similar_records_the_more_reliable(n: int, label: str) -> None:
    support = counted(n)
    found = support.judge({**USUAL, "company_stage": "public"})
    assert (found.label, found.similar_records) == (label, n)
    assert bool(found.reasons) is (label != "high")


def test_a_reason_says_how_few_there_are() -> None:
    (reason,) = counted(12).judge({**USUAL, "company_stage": "public"}).reasons
    assert reason == "only 12 similar records (same role, country and seniority)"


@pytest.mark.parametrize(("field", "word"), [("role", "sales_engineer"), ("country", "DE")])
def test_a_word_never_seen_makes_an_answer_low_and_is_named(field: str, word: str) -> None:
    found = SUPPORT.judge({**USUAL, field: word})
    assert found.label == "low"
    assert f"{field} {word} was never seen in training" in found.reasons


def test_a_stage_hardly_seen_keeps_an_answer_from_high_and_is_named() -> None:
    found = counted(STAGE_NEEDS).judge({**USUAL, "company_stage": "big_tech"})
    assert found.label == "medium"
    assert found.reasons == (f"company_stage big_tech was seen in 0 records, under {STAGE_NEEDS}",)


def test_more_experience_than_anyone_had_keeps_an_answer_from_high_and_is_named() -> None:
    found = counted(HIGH).judge({**USUAL, "company_stage": "public", "years_experience": 40.0})
    assert found.label == "medium"
    (reason,) = found.reasons
    assert reason.startswith("years_experience 40 lies outside the 0 to ")


def test_without_seniority_and_experience_an_answer_is_not_high() -> None:
    blank = {**USUAL, "seniority": None, "years_experience": None, "company_stage": "public"}
    found = counted(HIGH).judge(blank)
    assert found.label == "medium"
    assert found.reasons == ("neither seniority nor years_experience is known",)


def test_words_left_open_are_no_reason() -> None:
    asked = {**USUAL, "company_stage": None, "country": None}
    assert counted(HIGH).judge(asked).reasons == ()


def test_the_range_of_experience_is_not_stretched_by_one_typing_error() -> None:
    odd = RECORDS.with_columns(
        pl.when(pl.int_range(pl.len()) == 0)
        .then(69.0)
        .otherwise("years_experience")
        .alias("years_experience")
    )
    assert Support.count(odd).years[1] <= 15.0


def test_each_record_counts_once() -> None:
    assert sum(SUPPORT.alike.values()) == RECORDS.height
    assert SUPPORT.bases == {"total": RECORDS.height}
    stages = RECORDS["company_stage"]
    assert sum(SUPPORT.words["company_stage"].values()) == RECORDS.height - stages.null_count()
