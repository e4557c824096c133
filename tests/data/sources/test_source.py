"""What every source keeps: nothing in a cell is an error, and no row is lost."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.inputs import read_inputs
from data.load import load_rows
from data.recognition import Recogniser
from data.sources import source_named
from data.sources.mapping import COLUMNS
from data.sources.source import AMOUNT_TYPES, WORD_TYPES, joined, unless_missing
from data.stages import Stages
from tests.data.reading import TODAY

FURTHER = {
    "table": COLUMNS,
    "stackoverflow": ("Currency", "Country", "OrgSize", "LanguageHaveWorkedWith"),
    "ai_job_ads": ("skills", "addressCountry", "jobLocationType", "employmentType"),
    "exec_sales_ads": ("interval", "currency", "company_num_employees", "is_remote"),
}
"""Columns that a source can do without."""

NAMES = ("levels_fyi", "aijobs", "stackoverflow", "ai_job_ads", "exec_sales_ads", "table")

ODD = (
    *("", "NA", "nan", "1e400", "-1", "9" * 30, "3000000000", "12,3,4", "5 %", "€", "-0"),
    *("2026-13-45", "9999-12-31", "0000-00-00", "2024", "60000", "[", "['a", "<", "2 to", "\x00"),
    *("US", "EUR", "Hourly", "🙂", "Just me"),
)
CELLS = st.none() | st.sampled_from(ODD) | st.text(max_size=8)
RECOGNISER = Recogniser(Stages())


def columns_of(name: str) -> list[str]:
    source = source_named(name)
    needed = (*source.needs, *source.needs_amounts, *source.reads, *source.reads_amounts)
    return list(dict.fromkeys((*needed, *FURTHER.get(name, ()))))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_text_in_any_cell_is_a_record_a_reject_or_no_pay(
    name: str, data: st.DataObject
) -> None:
    source, columns = source_named(name), columns_of(name)
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELLS)), max_size=3))
    raw = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
    loaded = load_rows(source, raw, RECOGNISER, TODAY)
    # Of a range of two rows one is counted here; that no end is lost is a test of its own.
    if name != "aijobs":
        rejected = loaded.rejects["row"].n_unique()
        assert loaded.records.height + rejected + loaded.without_pay[name] == raw.height
    inputs, problems = read_inputs(source, raw, RECOGNISER)
    assert inputs.height == problems.len() == raw.height


@pytest.mark.parametrize("name", NAMES)
def test_a_source_gives_words_and_amounts_that_records_have(name: str) -> None:
    source = source_named(name)
    raw = pl.DataFrame(schema=dict.fromkeys(columns_of(name), pl.String))
    assert set(source.words(raw).columns) <= set(WORD_TYPES)
    assert set(source.amounts(raw).columns) <= set(AMOUNT_TYPES)


@pytest.mark.parametrize("name", NAMES)
def test_words_are_read_without_any_column_of_pay(name: str) -> None:
    source = source_named(name)
    paid = {*source.needs_amounts, *source.reads_amounts}
    columns = [column for column in columns_of(name) if column not in paid]
    assert source.lacking(columns, pay=False) == ()
    raw = pl.DataFrame([dict.fromkeys(columns, "1")])
    assert source.words(raw).height == 1


def one(expression: pl.Expr, **columns: Any) -> Any:
    return pl.DataFrame(columns).select(expression).item()


def test_a_key_tells_an_empty_part_from_none() -> None:
    parts = (pl.col("a"), pl.col("b"))
    assert one(joined(*parts), a=["x"], b=[None]) != one(joined(*parts), a=[None], b=["x"])
    assert one(joined(*parts), a=["x"], b=[2.5]) == "x|2.5"


def test_a_column_one_can_do_without_is_empty_or_its_default() -> None:
    raw = pl.DataFrame({"a": [1]})
    assert raw.select(unless_missing(raw, "a", pl.col("a"))).item() == 1
    assert raw.select(unless_missing(raw, "b", pl.col("b"))).item() is None
    assert raw.select(unless_missing(raw, "b", pl.col("b"), pl.lit("x"))).item() == "x"
