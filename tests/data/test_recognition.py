"""Words read the same for one record and for a frame of many."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.recognition import HEARD_TYPES, Recogniser, Word
from data.record import INPUT_TYPES
from data.sources.source import WORD_TYPES, complete
from data.stages import Stages

STAGES = Stages([("Quilldrum", "Series B", date(2024, 1, 1))])
RECOGNISER = Recogniser(STAGES)

WORDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["Senior data scientist", "Software engineer II", "Astronaut", ""]),
    "role": st.sampled_from(["product_manager", "Data Engineer", "wizard"]),
    "seniority": st.sampled_from(["Senior", "staff", "grand"]),
    "seniority_band": st.sampled_from(["mid", "senior", "director"]),
    "track": st.sampled_from(["manager", "IC", "neither"]),
    "skills": st.lists(st.sampled_from(["Python", "python", "C++", "Juggling"]), max_size=4),
    "company": st.sampled_from(["Google", "Quilldrum Inc.", "Nobody & Sons"]),
    "company_level": st.sampled_from(["L5", "Senior", "?"]),
    "company_stage": st.sampled_from(["Series A", "unheard of"]),
    "location": st.sampled_from(["Austin, TX", "Paris", "Remote", "Atlantis", ""]),
    "country": st.sampled_from(["US", "France", "Narnia"]),
    "education": st.sampled_from(["PhD", "Bachelor's degree", "school of life"]),
    "industry": st.sampled_from(["Finance", "Alchemy"]),
    "employment_type": st.sampled_from(["Full-time", "piecework"]),
    "observed_on": st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    "years_experience": st.floats(0, 40),
}
RECORDS = st.fixed_dictionaries({}, optional=WORDS)


def frame_of(records: list[dict[str, Any]]) -> pl.DataFrame:
    rows = [{name: record.get(name) for name in WORD_TYPES} for record in records]
    return pl.DataFrame(rows, schema=WORD_TYPES)


@settings(max_examples=40, deadline=None)
@given(st.lists(RECORDS, max_size=6))
def test_a_frame_reads_as_its_records_do_one_by_one(records: list[dict[str, Any]]) -> None:
    together, _ = RECOGNISER.read_frame(frame_of(records))
    alone = [RECOGNISER.read(record)[0] for record in records]
    assert (
        complete(together, INPUT_TYPES).to_dicts()
        == pl.DataFrame(alone, schema=INPUT_TYPES).to_dicts()
    )


def test_each_word_is_told_with_its_id_and_score() -> None:
    columns, words = RECOGNISER.read(
        {"title": "Senior Data Scientist", "skills": ["PyTorch", "Juggling"], "country": "France"}
    )
    assert columns["role"] == "data_scientist"
    assert columns["skills"] == ["pytorch"]
    assert set(words) == {
        Word("title", "Senior Data Scientist", "data_scientist", 1.0),
        Word("skills", "PyTorch", "pytorch", 1.0),
        Word("skills", "Juggling", None, 0.0),
        Word("country", "France", "FR", 1.0),
    }


def test_a_record_of_no_words_is_empty_and_tells_nothing() -> None:
    columns, words = RECOGNISER.read({})
    assert tuple(columns) == tuple(INPUT_TYPES)
    assert {name for name, value in columns.items() if value is not None} == {
        "skills",
        "stage_inferred",
    }
    assert words == ()


def test_words_of_a_frame_are_counted_by_the_rows_that_say_them() -> None:
    _, heard = RECOGNISER.read_frame(
        frame_of([{"skills": ["SQL", "Python"]}, {"skills": ["SQL"]}, {"education": "PhD"}])
    )
    assert heard.schema == pl.Schema(HEARD_TYPES)
    assert sorted(heard.select("field", "given", "id", "rows").rows()) == [
        ("education", "PhD", "doctorate", 1),
        ("skills", "Python", "python", 1),
        ("skills", "SQL", "sql", 2),
    ]


def test_other_columns_of_a_frame_pass_through() -> None:
    words = frame_of([{"title": "Designer"}, {}]).with_columns(pl.Series("row", [7, 8]))
    frame, _ = RECOGNISER.read_frame(words)
    assert frame["row"].to_list() == [7, 8]


def test_an_empty_frame_reads_as_an_empty_frame() -> None:
    frame, heard = RECOGNISER.read_frame(frame_of([]))
    assert complete(frame, INPUT_TYPES).schema == pl.Schema(INPUT_TYPES)
    assert (frame.height, heard.height) == (0, 0)


@pytest.mark.parametrize(
    ("day", "stage"), [(date(2025, 1, 1), "series_b"), (date(2023, 1, 1), None), (None, None)]
)
def test_a_companys_stage_is_that_of_the_day(day: date | None, stage: str | None) -> None:
    columns, _ = RECOGNISER.read({"company": "Quilldrum, Inc.", "observed_on": day})
    assert (columns["company_stage"], columns["stage_inferred"]) == (stage, False)
