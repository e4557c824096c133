from typing import Any

import polars as pl
import pytest

from serving import support
from serving.support import HIGH, HIGH_SCALE, MEDIUM, MEDIUM_SCALE, STAGE_NEEDS, Said, Support
from tests.records import make_records

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


def counted(n: int, years: float = 5.0) -> Support:
    """Return the support of ``n`` records like ``USUAL``, among others of another role."""
    alike = pl.concat([make_records(1)] * n).with_columns(
        *(pl.lit(USUAL[field]).alias(field) for field in ("role", "country", "seniority")),
        pl.lit(years).alias("years_experience"),
        pl.lit("public").alias("company_stage"),
    )
    others = RECORDS.filter(pl.col("role") != USUAL["role"])
    return Support.count(pl.concat([alike, others]))


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
    assert reason.startswith("only 12 similar records (same role and country, near in seniority")


@pytest.mark.parametrize(("field", "word"), [("role", "sales_engineer"), ("country", "DE")])
def test_a_word_never_seen_makes_an_answer_low_and_is_named(field: str, word: str) -> None:
    found = SUPPORT.judge({**USUAL, field: word})
    assert found.label == "low"
    assert f"{field} {word} was never seen in training" in found.reasons


def test_a_stage_hardly_seen_keeps_an_answer_from_high_and_is_named() -> None:
    found = counted(2 * STAGE_NEEDS).judge({**USUAL, "company_stage": "big_tech"})
    assert found.label == "medium"
    assert found.reasons == (f"company_stage big_tech was seen in 0 records, under {STAGE_NEEDS}",)


def test_more_experience_than_anyone_had_keeps_an_answer_from_high_and_is_named() -> None:
    asked = {**USUAL, "company_stage": "public", "years_experience": 40.0}
    found = counted(HIGH, years=20.0).judge(asked)
    assert found.label == "medium"
    (reason,) = found.reasons
    assert reason.startswith("years_experience 40 lies outside the 0 to ")


def test_without_seniority_and_experience_an_answer_is_not_high() -> None:
    blank = {**USUAL, "seniority": None, "years_experience": None, "company_stage": "public"}
    found = counted(HIGH).judge(blank)
    assert found.label == "medium"
    assert found.reasons == ("neither seniority nor years_experience is known",)


@pytest.mark.parametrize(
    ("field", "word"),
    [("company", "Nowhere Inc."), ("metro", "lyon"), ("seniority", "intern"), ("industry", "arts")],
)
def test_another_word_never_seen_keeps_an_answer_from_high_and_is_named(
    field: str, word: str
) -> None:
    found = counted(1000).judge({**USUAL, "company_stage": "public", field: word})
    assert found.label != "high"
    assert f"{field} {word} was never seen in training" in found.reasons


def test_a_skill_never_seen_is_named_and_changes_no_label() -> None:
    asked = {**USUAL, "company_stage": "public", "skills": ["python", "knitting"]}
    found = counted(HIGH).judge(asked)
    assert found.label == "high"
    assert found.reasons == ("skill knitting was never seen in training",)


def test_a_combination_hardly_seen_is_named() -> None:
    # Juniors and the highly experienced are many, but nobody is both.
    few = RECORDS.filter(~((pl.col("seniority") == "junior") & (pl.col("years_experience") >= 10)))
    asked = {**USUAL, "seniority": "junior", "years_experience": 12.0, "company_stage": None}
    found = Support.count(few).judge(asked)
    assert found.label != "high"
    assert any(
        reason.startswith(
            "unusual combination: seniority junior with experience 10-15 years was seen in 0 "
        )
        for reason in found.reasons
    )
    assert not SUPPORT.judge(asked).reasons[1:]


def test_pay_above_the_largest_seen_makes_an_answer_low() -> None:
    asked = {**USUAL, "company_stage": "public"}
    largest = counted(HIGH).largest["total"]
    below, above = (counted(HIGH).judge(asked, Said(0.1, largest * x)) for x in (0.9, 1.1))
    assert (below.label, above.label) == ("high", "low")
    assert "which one in a thousand exceeds" in above.reasons[0]


@pytest.mark.parametrize(
    ("scale", "label"),
    [
        (HIGH_SCALE, "high"),
        (HIGH_SCALE + 0.01, "medium"),
        (MEDIUM_SCALE, "medium"),
        (MEDIUM_SCALE + 0.01, "low"),
    ],
)
def test_the_further_pay_spreads_the_less_reliable(scale: float, label: str) -> None:
    found = counted(HIGH).judge({**USUAL, "company_stage": "public"}, Said(scale, 1.0))
    assert found.label == label
    assert len(found.reasons) == (label != "high")


def test_what_an_older_release_counted_is_still_read() -> None:
    old = Support(
        alike={"total|data_scientist|US|senior": 300},
        words={"role": {"data_scientist": 300}, "country": {"US": 300}, "company_stage": {}},
        years=(0.0, 20.0),
        bases={"total": 300},
    )
    found = old.judge({**USUAL, "company_stage": None, "company": "Acme"}, Said(0.1, 1e9))
    # It did not tell the experience of its records: each counts half.
    assert found.similar_records == 150
    assert found.label == "medium"


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


OTHERS = {
    "country": "FR",
    "pay_basis": "base",
    "role": "software_engineer",
    "seniority": "junior",
    "company_stage": "public",
    "years_experience": 14.0,
}


@pytest.mark.parametrize("field", OTHERS)
def test_what_was_counted_of_a_job_is_kept_and_never_another_jobs(field: str) -> None:
    kept = Support.count(RECORDS)
    for record in (USUAL, {**USUAL, field: OTHERS[field]}):
        first = kept.judge(record)
        assert kept.judge(record) == first == Support.count(RECORDS).judge(record)


def test_no_more_jobs_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "MOST_KEPT", 3)
    kept = Support.count(RECORDS)
    for record in RECORDS[:20].iter_rows(named=True):
        kept.judge(record)
        assert 0 < len(kept._kept) <= 3
