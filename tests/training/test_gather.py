import hashlib
from datetime import date
from pathlib import Path

import pytest

from data.errors import SourceError
from data.recognition import Recogniser
from data.stages import Stages
from training.gather import Pooled, Wanted, gather, refuse_nothing

TODAY = date(2026, 6, 30)
HEADER = "title,country,currency,base,observed_on\n"


def table(path: Path, *days: str, base: str = "90000") -> Path:
    """Write a table with one designer a day."""
    path.write_text(HEADER + "".join(f"Designer,US,USD,{base},{day}\n" for day in days))
    return path


def gathered(*wanted: str) -> tuple[Pooled, list[str]]:
    told: list[str] = []
    pooled = gather(
        [Wanted.parse(each) for each in wanted], Recogniser(Stages()), TODAY, told.append
    )
    return pooled, told


def test_a_source_is_a_name_and_a_path() -> None:
    assert Wanted.parse("levels_fyi=some/pay.csv") == Wanted("levels_fyi", Path("some/pay.csv"))
    assert Wanted.parse("table=a=b.csv") == Wanted("table", Path("a=b.csv"))


def test_the_market_needs_no_path() -> None:
    assert Wanted.parse("market") == Wanted("market", None)


@pytest.mark.parametrize("given", ["", "pay.csv", "levels_fyi", "levels_fyi=", "Market"])
def test_a_source_that_is_not_name_and_path_is_refused_as_given(given: str) -> None:
    with pytest.raises(SourceError, match="--source is NAME=PATH or market") as told:
        Wanted.parse(given)
    assert repr(given) in str(told.value)


def test_a_source_nobody_knows_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"'levls'.*levels_fyi"):
        gathered(f"levls={table(tmp_path / 'pay.csv', '2025-01-01')}")


def test_what_was_read_is_told_with_its_days_and_digest(tmp_path: Path) -> None:
    path = table(tmp_path / "pay.csv", "2025-03-01", "2024-02-29", "2026-01-31")
    pooled, told = gathered(f"table={path}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert told == ["reading table"]
    assert pooled.digests == {"table": digest}
    assert pooled.told == {
        "description": "table 3 records",
        "synthetic": False,
        "sources": {"table": {"rows_read": 3, "sha256": digest}},
        "observed_from": "2024-02-29",
        "observed_to": "2026-01-31",
    }


def test_sources_are_pooled_in_the_order_they_are_named(tmp_path: Path) -> None:
    table_path = table(tmp_path / "pay.csv", "2025-03-01")
    jobs = tmp_path / "jobs.csv"
    jobs.write_text(
        "work_year,experience_level,employment_type,job_title,salary,salary_currency,"
        "employee_residence,remote_ratio,company_size\n"
        "2024,SE,FT,Data Scientist,150000,USD,US,0,M\n"
        "2024,SE,FT,Data Engineer,130000,USD,US,0,M\n"
    )
    pooled, told = gathered(f"aijobs={jobs}", f"table={table_path}")
    assert told == ["reading aijobs", "reading table"]
    assert list(pooled.digests) == ["aijobs", "table"]
    assert set(pooled.loaded.records["source"]) == {"aijobs", "table"}
    kept = pooled.loaded.records.filter(source="aijobs").height
    assert pooled.told["description"] == f"aijobs {kept} records, table 1 records"


def test_a_source_may_have_two_files(tmp_path: Path) -> None:
    first = table(tmp_path / "old.csv", "2024-01-01")
    second = table(tmp_path / "new.csv", "2025-01-01", base="95000")
    pooled, _ = gathered(f"table={first}", f"hr_table={second}")
    assert pooled.loaded.records.height == 2
    assert pooled.loaded.records["record_id"].n_unique() == 2
    assert pooled.loaded.records["group_id"].n_unique() == 2


def test_a_table_of_rejects_alone_is_refused_with_the_rule_most_often_broken(
    tmp_path: Path,
) -> None:
    path = table(tmp_path / "pay.csv", "2025-01-01", "2025-01-02", base="-5")
    pooled, _ = gathered(f"table={path}")
    assert pooled.loaded.rejects.height == 2
    with pytest.raises(SourceError, match=r"no row of table was kept \(most often: not negative\)"):
        refuse_nothing(pooled.loaded)


def test_a_table_without_any_pay_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "pay.csv", "2025-01-01", base="")
    pooled, _ = gathered(f"table={path}")
    with pytest.raises(SourceError, match=r"no row of table was kept$"):
        refuse_nothing(pooled.loaded)


def test_a_missing_file_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.csv: no such file"):
        gathered(f"table={tmp_path / 'nowhere.csv'}")
