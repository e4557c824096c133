"""Advertisements of an AI job board."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.sources.ai_job_ads import SOURCE
from tests.data.reading import assert_same_from_csv, median_usd, read, read_file, record, rejects


def row(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Senior Machine Learning Engineer",
        "hiringOrganization": "Quilldrum",
        "datePosted": "2026-01-13",
        "employmentType": "FULL_TIME",
        "jobLocationType": None,
        "addressLocality": "Seattle",
        "addressRegion": "WA",
        "addressCountry": "US",
        "salaryCurrency": "USD",
        "salaryUnit": "YEAR",
        "salaryMin": 160_000.0,
        "salaryMax": 250_000.0,
        "skills": ["PyTorch", "RAG", "Rust", "Kubernetes"],
        "experience": "Entry Level",
        **fields,
    }


def test_a_row_is_an_advertised_range() -> None:
    found = record(SOURCE, row())
    assert (found["posted_low"], found["posted_high"]) == (160_000, 250_000)
    assert found["pay_usd"] == pytest.approx(200_000)
    assert found["pay_basis"] == "posted_base"
    assert found["role"] == "machine_learning_engineer"
    assert (found["metro"], found["country"]) == ("seattle", "US")
    assert found["observed_on"] == date(2026, 1, 13)
    assert (found["remote_share"], found["employment_type"]) == (0, "full_time")


def test_the_seniority_is_the_titles_and_not_the_boards() -> None:
    assert record(SOURCE, row())["seniority"] == "senior"
    assert record(SOURCE, row(title="Machine Learning Engineer"))["seniority"] is None


def test_skills_that_the_board_finds_in_other_words_are_left_out() -> None:
    assert record(SOURCE, row())["skills"] == ["kubernetes", "pytorch"]


def test_an_advert_without_skills_has_none() -> None:
    assert (
        record(
            SOURCE,
            row(),
        )["skills"]
        != []
    )
    assert read(SOURCE, row(), row(skills=[])).records["skills"].to_list()[1] == []


def test_an_unknown_employer_is_no_company() -> None:
    assert record(SOURCE, row(hiringOrganization="Unknown"))["company"] is None


def test_work_from_anywhere_is_remote() -> None:
    found = record(
        SOURCE, row(jobLocationType="TELECOMMUTE", addressLocality="Remote", addressRegion="US")
    )
    assert (found["remote_share"], found["country"], found["metro"]) == (1, "US", None)


def test_an_advert_without_a_place_is_in_the_united_states() -> None:
    found = record(SOURCE, row(addressLocality=None, addressRegion=None, addressCountry=None))
    assert (found["country"], found["locality"]) == ("US", None)


def test_a_reposted_title_of_one_employer_is_one_group() -> None:
    loaded = read(
        SOURCE, row(), row(datePosted="2026-01-20", addressLocality="Austin"), row(title="Engineer")
    )
    first, again, other = loaded.records["group_id"]
    assert first == again != other


def test_an_advert_without_pay_is_set_aside_and_not_rejected() -> None:
    nothing = dict.fromkeys(("salaryMin", "salaryMax", "salaryCurrency", "salaryUnit"))
    loaded = read(SOURCE, row(), row(**nothing))
    assert (loaded.records.height, loaded.rejects.height) == (1, 0)
    assert loaded.without_pay == {"ai_job_ads": 1}


def test_a_range_upside_down_is_rejected() -> None:
    assert rejects(read(SOURCE, row(salaryMin=300_000.0))) == [
        (1, "posted_high", "250000.0", "posted_low at most posted_high")
    ]


def test_pay_may_be_by_the_hour() -> None:
    assert record(SOURCE, row(salaryUnit="HOUR", salaryMin=100, salaryMax=100))["pay_usd"] == (
        pytest.approx(208_000)
    )


def test_the_same_rows_as_a_csv_say_the_same(tmp_path: Path) -> None:
    assert_same_from_csv(SOURCE, tmp_path, row(), row(skills=["AWS"], addressLocality=None))


@pytest.mark.parametrize(
    "skills", ["['PyTorch', 'Kubernetes']", "['PyTorch' 'Kubernetes']", "PyTorch;Kubernetes"]
)
def test_skills_may_be_text(skills: str) -> None:
    assert record(SOURCE, row(skills=skills))["skills"] == ["kubernetes", "pytorch"]


@pytest.mark.real_data
def test_the_real_table_is_kept_where_it_states_pay(real_data: Path) -> None:
    loaded = read_file(SOURCE, real_data / "ai_job_ads_2026_01.parquet")
    records = loaded.records
    assert loaded.without_pay["ai_job_ads"] / loaded.rows_read["ai_job_ads"] == pytest.approx(
        0.22, abs=0.01
    )
    assert loaded.rejected_share <= 0.01
    assert 150_000 <= median_usd(loaded) <= 190_000
    assert records["role"].null_count() / records.height <= 0.03
    assert records["metro"].null_count() / records.height <= 0.15
    assert not records.filter(
        pl.col("skills").list.contains("retrieval_augmented_generation")
    ).height
