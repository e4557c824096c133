from pathlib import Path

import polars as pl

from data.load import Loaded
from data.recognition import HEARD_TYPES
from data.record import REJECT_TYPES
from tests.records import make_records
from training.validate import SHOWN, report, write_rejects

REJECTS = pl.DataFrame(
    [
        ("made", 3, "base", "-5.0", "not negative"),
        ("made", 3, "pay_usd", "1e16", "between 1,000 and 20,000,000 USD a year"),
        ("made", 7, "base", "-1.0", "not negative"),
    ],
    schema=REJECT_TYPES,
    orient="row",
)


def heard(*words: tuple[str, str, str | None, int]) -> pl.DataFrame:
    return pl.DataFrame(list(words), schema=HEARD_TYPES, orient="row")


def loaded(rejects: pl.DataFrame = REJECTS, words: pl.DataFrame | None = None) -> Loaded:
    return Loaded(
        records=make_records(1200),
        rejects=rejects,
        heard=heard() if words is None else words,
        rows_read={"made": 1205, "empty": 0},
        without_pay={"made": 3, "empty": 0},
    )


def test_each_source_is_told_with_what_became_of_its_rows() -> None:
    lines = list(report(loaded()))
    assert lines[0] == (
        "made: 1,205 rows read, 1,200 records kept, 2 rows rejected, "
        "3 set aside as they state no pay"
    )
    assert lines[1] == "empty: 0 rows read, 0 records kept, 0 rows rejected"


def test_rejects_are_counted_by_rule_the_most_frequent_first() -> None:
    assert [line for line in report(loaded()) if line.startswith("  rejected")] == [
        "  rejected 2 x made base: not negative",
        "  rejected 1 x made pay_usd: between 1,000 and 20,000,000 USD a year",
    ]


def test_unknown_words_are_told_as_a_share_of_rows_with_the_most_frequent_ones() -> None:
    words = heard(
        ("role", "Data scientist", "data_scientist", 60),
        ("role", "Wizard", None, 10),
        ("role", "Rockstar", None, 25),
        ("role", "Ninja", None, 10),
    )
    lines = list(report(loaded(words=words)))
    most = "'Rockstar' (25), 'Ninja' (10), 'Wizard' (10)"
    assert lines[-1] == f"  unknown role: 42.9%, most often {most}"


def test_only_the_most_frequent_unknown_words_are_shown() -> None:
    words = heard(*(("skills", f"word {n}", None, n + 1) for n in range(20)))
    line = list(report(loaded(words=words)))[-1]
    assert line.count("word ") == SHOWN
    assert "'word 19' (20)" in line
    assert "'word 14'" not in line


def test_a_field_of_which_every_word_is_known_is_told_so() -> None:
    words = heard(("country", "US", "US", 5))
    assert list(report(loaded(words=words)))[-1] == "  unknown country: 0.0%"


def test_the_rejects_file_has_one_line_a_broken_rule(tmp_path: Path) -> None:
    write_rejects(loaded(), tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_text().splitlines() == [
        "source,row,column,value,rule",
        "made,3,base,-5.0,not negative",
        'made,3,pay_usd,1e16,"between 1,000 and 20,000,000 USD a year"',
        "made,7,base,-1.0,not negative",
    ]


def test_without_rejects_the_file_is_a_header(tmp_path: Path) -> None:
    write_rejects(loaded(REJECTS.clear()), tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_text() == "source,row,column,value,rule\n"
