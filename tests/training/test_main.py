"""``paylens-train`` on bad input: one line that says what and where, exit 1, nothing lost."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from serving import artifact
from tests.conftest import CHECKOUT
from tests.records import make_records
from tests.training.command import paylens_train, write_config, write_table

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow")

HEADER = "employee_id,title,country,currency,base,observed_on\n"
GOOD = "{n},Designer,US,USD,90000,2025-01-31\n"
DEAD = "http://127.0.0.1:9"
"""Nothing listens on the discard port."""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below ``folder`` with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(*arguments: str) -> str:
    """Return the one line with which ``paylens-train`` refused; all files are as they were."""
    before = files(Path())
    said = paylens_train(*arguments)
    assert said.code == 1
    assert said.out == ""
    assert files(Path()) == before
    assert said.line.startswith("error: ")
    return said.line.removeprefix("error: ")


def good_rows(n: int) -> str:
    return HEADER + "".join(GOOD.format(n=number) for number in range(n))


def two_sheets(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name in ("2024", "2025"):
            workbook.add_worksheet(name).write_row(0, 0, ["title", "base"])


FILES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "an empty file": ("pay.csv", lambda p: p.write_text(""), "pay.csv: the file is empty"),
    "a header alone": ("pay.csv", lambda p: p.write_text(HEADER), "pay.csv: no rows below"),
    "a missing column": (
        "pay.csv",
        lambda p: p.write_text("title,country\nDesigner,US\n"),
        "pay.csv: no column 'total_compensation' or 'base'",
    ),
    "a wrong separator": (
        "pay.csv",
        lambda p: p.write_text(good_rows(3).replace(",", ";")),
        'pay.csv: read as one column; is it separated by ";"?',
    ),
    "a Latin-1 file": (
        "pay.csv",
        lambda p: p.write_bytes((good_rows(3) + "9,Développeur,FR,EUR,1,x\n").encode("latin-1")),
        "pay.csv: line 5 is not UTF-8",
    ),
    "two sheets": ("pay.xlsx", two_sheets, "pay.xlsx: 2 sheets (2024, 2025)"),
    "a folder": ("pay.csv", Path.mkdir, "pay.csv: a folder, not a file"),
    "no file": ("pay.csv", lambda _: None, "pay.csv: no such file"),
    "another kind of file": ("pay.json", lambda p: p.write_text("{}"), "pay.json: a table ends in"),
    "a damaged Parquet file": (
        "pay.parquet",
        lambda p: p.write_bytes(b"PAR1 and then nothing"),
        "pay.parquet: not a readable parquet file",
    ),
}
"""What is wrong -> file name, what writes it, what is said of it."""


@pytest.mark.parametrize("wrong", FILES)
def test_a_file_that_cannot_be_read_is_refused_by_name(wrong: str) -> None:
    name, write, said = FILES[wrong]
    write(Path(name))
    assert refused("validate", "--source", f"table={name}").startswith(said)


@pytest.mark.parametrize("command", ["fit", "evaluate"])
def test_other_commands_refuse_a_file_as_validate_does(command: str, model_folder: Path) -> None:
    Path("pay.csv").write_text("")
    model = ["--model", str(model_folder)] if command == "evaluate" else []
    line = refused(command, "--source", "table=pay.csv", *model)
    assert line.startswith("pay.csv: the file is empty")


ROWS = {
    "1e16 as pay": (
        "x,Designer,US,USD,1e16,2025-01-31",
        "pay_usd: between 1,000 and 20,000,000 USD a year",
        "pay_usd,1e",
    ),
    "negative pay": ("x,Designer,US,USD,-5,2025-01-31", "base: not negative", "base,-5.0,"),
    "an unknown currency": (
        "x,Designer,US,XYZ,90000,2025-01-31",
        "currency: an ISO 4217 code with an exchange rate",
        "currency,XYZ,",
    ),
    "a day in the future": (
        "x,Designer,US,USD,90000,2999-01-01",
        "observed_on: not after ",
        "observed_on,2999-01-01,",
    ),
    "one person twice": ("0,Designer,US,USD,95000,2025-01-31", "", ",4,"),
}
"""What is wrong -> the row, what is said of it, what its line in the rejects file holds."""


@pytest.mark.parametrize("wrong", ROWS)
def test_bad_rows_stop_the_run_with_their_rule_and_stand_in_the_rejects_file(wrong: str) -> None:
    row, said, rejected = ROWS[wrong]
    Path("pay.csv").write_text(good_rows(3) + row + "\n")
    before = files(Path())
    told = paylens_train("validate", "--source", "table=pay.csv")
    assert told.code == 1
    assert told.out.startswith("table: 4 rows read, 3 records kept, 1 rows rejected\n")
    assert told.line.startswith("error: 25.0% of the rows were rejected, more than the 5.0% allow")
    assert said in told.line
    written = Path("rejects.csv").read_text().splitlines()
    assert len(written) == 2
    assert written[1].startswith("table,4,")
    assert rejected in written[1]
    assert files(Path()) == before | {"rejects.csv": Path("rejects.csv").read_bytes()}


def test_validate_tells_what_it_found_and_ends_well() -> None:
    write_table(Path(), n=40)
    said = paylens_train("validate", "--source", "table=pay.csv", "--rejects", "bad.csv")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "table: 40 rows read, 40 records kept, 0 rows rejected"
    assert "  unknown title: 0.0%" in lines
    assert lines[-1] == "every rejected row, with the reason: bad.csv"
    assert Path("bad.csv").read_text() == "source,row,column,value,rule\n"


def test_more_rejects_are_allowed_when_asked_for() -> None:
    Path("pay.csv").write_text(good_rows(3) + "x,Designer,US,USD,-5,2025-01-31\n")
    allowed = ("validate", "--source", "table=pay.csv", "--max-rejected", "0.3")
    assert paylens_train(*allowed).code == 0


def test_rejects_that_cannot_be_written_are_told() -> None:
    write_table(Path(), n=10)
    said = paylens_train("validate", "--source", "table=pay.csv", "--rejects", "nowhere/bad.csv")
    assert said.code == 1
    assert said.line.startswith("error: nowhere/bad.csv: cannot be written")
    assert said.line.endswith("name another with --rejects")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("pay.csv", "--source is NAME=PATH or market, found 'pay.csv'"),
        ("levls=pay.csv", "no source is called 'levls'; there are ai_job_ads, "),
    ],
)
def test_a_source_that_is_none_is_refused(source: str, said: str) -> None:
    assert refused("fit", "--source", source).startswith(said)


def test_a_table_of_company_stages_that_is_missing_is_refused_by_name() -> None:
    write_table(Path(), n=10)
    line = refused("validate", "--source", "table=pay.csv", "--stages", "stages.csv")
    assert "stages.csv" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [("fold = 3", "small.toml: no choice is called fold; there are "), ("folds", "small.toml: ")],
)
def test_choices_that_are_none_are_refused_before_anything_is_read(text: str, said: str) -> None:
    Path("small.toml").write_text(text)
    assert refused("fit", "--source", "table=nowhere.csv", "--config", "small.toml").startswith(
        said
    )


def test_too_few_records_to_fit_are_refused() -> None:
    write_table(Path(), n=200)
    write_config(Path())
    line = refused("fit", "--source", "table=pay.csv", "--config", "small.toml")
    assert "at least 300 of both are needed" in line


def test_equal_pay_is_refused_as_nothing_to_learn() -> None:
    rows = (f"{n},Designer,US,USD,90000,2025-01-{n % 28 + 1:02}\n" for n in range(900))
    Path("pay.csv").write_text(HEADER + "".join(rows))
    line = refused("fit", "--source", "table=pay.csv")
    assert line.startswith("only 1 different amounts of pay among ")


def test_an_output_that_is_a_file_is_refused_before_anything_is_read() -> None:
    Path("model").write_text("something of mine")
    line = refused("fit", "--source", "table=nowhere.csv", "--output", "model")
    assert line.endswith("model: a file, not a folder; name another with --output")


@pytest.mark.parametrize(
    "command",
    [
        ("fit", "--source", "table=nowhere.csv"),
        ("evaluate", "--source", "table=nowhere.csv"),
        ("promote",),
    ],
)
@pytest.mark.parametrize("uri", [DEAD, "htp://nowhere"])
def test_a_tracking_server_that_is_missing_is_told_before_anything_is_read(
    command: tuple[str, ...], uri: str
) -> None:
    line = refused(*command, "--tracking-uri", uri)
    assert line.startswith(f"the tracking server {uri} did not answer (")
    assert line.endswith("start it, or name another with MLFLOW_TRACKING_URI")


@pytest.mark.parametrize("command", [("promote",), ("evaluate", "--source", "table=pay.csv")])
def test_where_nothing_was_ever_tracked_one_line_says_so_and_no_database_is_made(
    command: tuple[str, ...],
) -> None:
    line = refused(*command)
    assert line.startswith("sqlite:///mlflow.db has no ")
    assert "paylens-train fit" in line


def cut_short(folder: Path) -> None:
    path = folder / "scale.txt"
    path.write_bytes(path.read_bytes()[:-1])


def of_a_newer_format(folder: Path) -> None:
    path = folder / artifact.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 2}))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut_short, "scale.txt: its SHA-256 is not the manifest's (cut short or changed?)"),
        (lambda folder: (folder / "scale.txt").unlink(), "scale.txt: the manifest names it, but"),
        (of_a_newer_format, "manifest.json: format version 2, this release reads 1"),
        (lambda folder: (folder / "manifest.json").unlink(), "no manifest.json, so this is no mo"),
        (shutil.rmtree, "no manifest.json, so this is no model folder"),
    ],
)
def test_a_broken_model_is_not_evaluated(
    harm: Callable[[Path], object], said: str, model_folder: Path
) -> None:
    write_table(Path(), n=10)
    folder = Path(shutil.copytree(model_folder, "model"))
    harm(folder)
    line = refused("evaluate", "--source", "table=pay.csv", "--model", "model")
    assert line.startswith("model")
    assert said in line


def test_evaluate_measures_a_folder_on_a_table(model_folder: Path) -> None:
    write_table(Path(), n=250)
    with Path("pay.csv").open("a") as file:
        file.write("Designer,senior,,,,US,1,1,USD,2025-01-31,Paris,,-5,0,0,x\n")
    said = paylens_train("evaluate", "--model", str(model_folder), "--source", "table=pay.csv")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].endswith("learned from made 3,000 records")
    assert "| | table 250 records |" in lines
    assert "| records | 250 |" in lines
    assert any(line.startswith("| pay_basis | total | 250 | ") for line in lines)
    assert lines[-1] == "rejected rows, with the reason: rejects.csv"
    assert "not negative" in Path("rejects.csv").read_text()


@pytest.mark.mlflow
def test_without_a_server_everything_is_kept_beside_in_sqlite() -> None:
    from serving.champion import open_model

    write_table(Path())
    fit = ("fit", "--source", "table=pay.csv", "--config", str(write_config(Path())))
    said = paylens_train(*fit)
    assert said.code == 0, said.err
    told = "version 1 is champion at sqlite:///mlflow.db; its files: .paylens/fitted"
    assert said.out.splitlines()[-1] == told
    assert Path("mlflow.db").is_file()
    live = open_model(None, "sqlite:///mlflow.db")
    assert live.version == "1"
    predictions = live.model.predict(make_records(10), (0.1, 0.9)).quantiles
    own = open_model(".paylens/fitted", "").model.predict(make_records(10), (0.1, 0.9)).quantiles
    assert (predictions == own).all()


def test_the_module_is_the_command_and_shows_no_traceback() -> None:
    command = [sys.executable, "-m", "training", "validate", "--source", "table=nowhere.csv"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (done.stdout, done.stderr) == ("", "error: nowhere.csv: no such file\n")


def test_a_parquet_table_is_read_as_a_csv_is() -> None:
    write_table(Path(), n=40)
    pl.read_csv("pay.csv").write_parquet("pay.parquet")
    first, second = (
        paylens_train("validate", "--source", f"table=pay.{kind}") for kind in ("csv", "parquet")
    )
    assert first == second
