"""``paylens-score``: every row back in order, untouched, with its prediction or its problem."""

import csv
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

import serving.score
import training.__main__ as training
from data.inputs import read_inputs
from data.recognition import Recogniser
from data.sources import source_named
from data.stages import Stages
from serving.model import CompensationModel

HEADER = "id,title,country,years_experience,note"
PEOPLE = (
    "7,Senior data scientist,US,6,",
    '3,"Software engineer, back end",FR,2,"two',
    'lines, and ""quotes"""',
    '9,Astronaut,US,6,""',
    "1,Product manager,US,five, x ",
)
NEW = (
    *("p5", "p10", "p25", "p50", "p75", "p90", "p95", "median", "lower", "upper"),
    *("predicted_base", "predicted_bonus", "predicted_equity", "problem"),
)


@dataclass(frozen=True)
class Said:
    """What the command ended with and printed."""

    code: int
    out: str
    err: str


Score = Callable[..., Said]


@pytest.fixture
def score(
    model_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Score:
    """The command in this process, with the small model unless another is named."""
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")

    def run(*arguments: str | Path, model: str | None = str(model_folder)) -> Said:
        named = [] if model is None else ["--model", model]
        monkeypatch.setattr(sys, "argv", ["paylens-score", *map(str, arguments), *named])
        with pytest.raises(SystemExit) as end:
            serving.score.main()
        said = capsys.readouterr()
        return Said(int(end.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A small CSV with what CSVs have: commas, quotes, lines and spaces in cells, empty cells."""
    path = tmp_path / "people.csv"
    path.write_text("\n".join((HEADER, *PEOPLE, "")))
    return path


@pytest.fixture
def levels() -> pl.DataFrame:
    """Rows in the columns of Levels.fyi, with pay and protected attributes."""
    return pl.DataFrame(
        {
            "timestamp": ["6/7/2017 11:33:27", "2021-08-17", None],
            "company": ["Acme", "Google", "Globex"],
            "level": ["L4", "L5", None],
            "title": ["Software Engineer", "Data Scientist", "Product Manager"],
            "totalyearlycompensation": [150_000, 310_000, 0],
            "location": ["San Francisco, CA", "Paris", "Austin, TX"],
            "yearsofexperience": [3.0, 8.0, 12.0],
            "tag": ["Distributed Systems", None, "AI"],
            "basesalary": [120_000.0, 0.0, 0.0],
            "stockgrantvalue": [20_000.0, 0.0, 0.0],
            "bonus": [10_000.0, 0.0, 0.0],
            "gender": ["Female", None, "Male"],
            "Race": [None, "Asian", None],
        }
    )


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def answers_of(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path).select(NEW)


def test_rows_keep_their_order_and_their_cells(score: Score, people: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    said = score(people, out)
    assert (said.code, said.err) == (0, "")
    given, told = cells(people), cells(out)
    assert told[0] == [*given[0], *NEW]
    assert [row[: len(given[0])] for row in told] == given
    assert b'9,Astronaut,US,6,"",' in out.read_bytes()


def test_a_problem_stands_in_its_row_and_is_counted(
    score: Score, people: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    said = score(people, out)
    answers = answers_of(out)
    assert answers["problem"].to_list() == [
        None,
        None,
        "title 'Astronaut' is not a role we know",
        "years_experience five: a number",
    ]
    amounts = answers.drop("problem")
    assert set(amounts.row(0)) | set(amounts.row(1)) > {amounts.item(0, "median")}
    assert None not in amounts.row(0) + amounts.row(1)
    assert set(amounts.row(2) + amounts.row(3)) == {None}
    assert "4 rows scored" in said.out
    assert "rows with a problem: 2, the first row 3: title 'Astronaut'" in said.out


def test_every_row_is_answered_as_it_would_be_alone(
    score: Score, records: pl.DataFrame, model: CompensationModel, tmp_path: Path
) -> None:
    table, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    raw = records.head(300).select(
        *("title", "seniority", "skills", "company", "company_level", "country", "observed_on"),
        *("metro", "years_experience", "pay_basis"),
    )
    raw.write_parquet(table)
    assert score(table, out).code == 0
    found = pl.read_parquet(out)
    assert found.select(raw.columns).equals(raw)
    inputs, _ = read_inputs(source_named("table"), raw, Recogniser(Stages()))
    alone = [model.predict_one(record) for record in inputs.iter_rows(named=True)]
    for name, level in {"p5": 0.05, "median": 0.5, "lower": 0.1, "upper": 0.9}.items():
        wanted = [model.quantile(prediction, level) for prediction in alone]
        assert found[name].to_list() == pytest.approx(wanted, abs=0.0051)


def test_pay_never_influences_the_answer(
    score: Score, levels: pl.DataFrame, tmp_path: Path
) -> None:
    table, out, pay = tmp_path / "in.csv", tmp_path / "out.parquet", ("basesalary", "bonus")
    whole = (*pay, "totalyearlycompensation", "stockgrantvalue")
    found = []
    for changed in (
        levels,
        levels.drop(whole),
        levels.with_columns(pl.lit("abc").alias(name) for name in whole),
        levels.with_columns(pl.lit("1e16").alias(name) for name in whole),
        levels.with_columns(pl.lit("-5").alias(name) for name in whole),
        levels.with_columns(pl.lit("x").alias("gender"), pl.lit("y").alias("Race")),
    ):
        changed.write_csv(table)
        assert score(table, out, "--source", "levels_fyi").code == 0
        found.append(answers_of(out))
    assert found[0]["problem"].to_list() == [None, None, None]
    assert all(answers.equals(found[0]) for answers in found)


def test_protected_columns_are_named_once(
    score: Score, levels: pl.DataFrame, tmp_path: Path
) -> None:
    table = tmp_path / "in.parquet"
    levels.write_parquet(table)
    said = score(table, tmp_path / "out.csv", "--source", "levels_fyi")
    assert said.err == "note: protected attributes are not read: gender, Race\n"


def test_adverts_come_out_one_by_one_and_ask_for_posted_base(score: Score, tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.parquet"
    ends = "2025,SE,FT,Data Scientist,{},USD,{},US,0,US,M\n"
    table.write_text(
        "work_year,experience_level,employment_type,job_title,salary,salary_currency,"
        "salary_in_usd,employee_residence,remote_ratio,company_location,company_size\n"
        + ends.format(200000, 200000)
        + ends.format(130000, 130000)
    )
    assert score(table, out, "--source", "aijobs").code == 0
    adverts = answers_of(out)
    assert adverts.height == 2
    assert adverts["predicted_base"].to_list() == [None, None]
    assert score(table, out, "--source", "aijobs", "--pay-basis", "total").code == 0
    assert answers_of(out)["predicted_base"].null_count() == 0


def test_the_options_say_what_is_told(score: Score, people: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    options = ("--percentiles", "99, 2", "--coverage", "0.96", "--prefix", "now_")
    assert score(people, out, *options).code == 0
    found = pl.read_parquet(out)
    assert found.columns[5:9] == ["now_p2", "now_p99", "now_median", "now_lower"]
    assert found.columns[-1] == "now_problem"
    assert found["now_lower"].equals(found["now_p2"], check_names=False)
    assert found["now_upper"].drop_nulls().lt(found["now_p99"].drop_nulls()).all()


def test_amounts_come_in_another_currency_with_the_rate_and_its_day(
    score: Score, people: Path, tmp_path: Path
) -> None:
    usd, eur = tmp_path / "usd.parquet", tmp_path / "eur.parquet"
    assert score(people, usd, "--as-of", "2025-06-02").code == 0
    assert score(people, eur, "--as-of", "2025-06-02", "--currency", "EUR").code == 0
    told, plain = pl.read_parquet(eur), pl.read_parquet(usd)
    assert told["predicted_currency"].unique().to_list() == ["EUR"]
    rate = told.item(0, "usd_rate")
    assert told.item(0, "median") == pytest.approx(plain.item(0, "median") / rate, abs=0.01)
    parts = told.select("predicted_base", "predicted_bonus", "predicted_equity").row(0)
    assert sum(parts) == pytest.approx(told.item(0, "median"), abs=0.001)
    said = score(people, eur, "--currency", "XTS")
    assert (said.code, "no published exchange rate" in said.err) == (1, True)


def test_formulas_are_made_safe_where_that_is_asked_and_else_left(
    score: Score, tmp_path: Path
) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("title,note\nData scientist,=1+1\n")
    assert score(table, out).code == 0
    assert cells(out)[1][1] == "=1+1"
    assert score(table, out, "--safe").code == 0
    assert cells(out)[1][1] == "'=1+1"


def test_the_day_of_rows_that_name_none_can_be_told(
    score: Score, people: Path, tmp_path: Path
) -> None:
    early, late, now = (tmp_path / f"{name}.parquet" for name in ("early", "late", "now"))
    assert score(people, early, "--as-of", "2024-01-01").code == 0
    assert score(people, late, "--as-of", "2030-01-01").code == 0
    assert score(people, now).code == 0
    then, today, beyond = (answers_of(path) for path in (early, now, late))
    assert beyond["median"].equals(today["median"])
    assert not beyond["median"].equals(then["median"])
    assert beyond["p10"].drop_nulls().lt(today["p10"].drop_nulls()).all()


def test_a_mapping_says_what_a_table_calls_our_columns(score: Score, tmp_path: Path) -> None:
    table, mapping = tmp_path / "in.csv", tmp_path / "mapping.toml"
    table.write_text("Poste,Pays\nData scientist,FR\n")
    mapping.write_text('title = "Poste"\ncountry = "Pays"\n')
    said = score(table, tmp_path / "out.csv", "--mapping", mapping)
    assert (said.code, "problem" in said.out) == (0, False)
    said = score(table, tmp_path / "o.csv", "--mapping", mapping, "--source", "aijobs")
    assert said.err.startswith("error: --mapping is for a table of your own")


def test_a_workbook_is_read_and_written(score: Score, people: Path, tmp_path: Path) -> None:
    table, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    pl.read_csv(people, infer_schema=False).write_excel(table)
    assert score(table, out).code == 0
    found = pl.read_excel(out, infer_schema_length=None)
    assert found.columns[-len(NEW) :] == list(NEW)
    assert found["id"].to_list() == ["7", "3", "9", "1"]
    assert found["median"].null_count() == 2


def test_columns_without_a_name_pass_through(score: Score, tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text("\ufeff title ,,\nData scientist,é,\n", encoding="utf-8")
    assert score(table, out).code == 0
    assert out.read_text(encoding="utf-8").startswith("\ufeff title ,,,p5,p10,")
    assert "\nData scientist,é,," in out.read_text(encoding="utf-8")


BAD: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "an empty file": ("in.csv", "", (), "the file is empty"),
    "only a header": ("in.csv", HEADER + "\n", (), "no rows below the header"),
    "a missing column": ("in.csv", "name,base\nx,1\n", (), "no column 'title' or 'role'"),
    "another format": ("in.csv", "title\nx\n", ("--source", "levels_fyi"), "no column 'company'"),
    "semicolons": ("in.csv", "title;country\nx;US\n", (), 'separated by ";"'),
    "Latin-1": ("in.csv", "title\nIngénieur\n", (), "line 2 is not UTF-8"),
    "a broken parquet": ("in.parquet", "PAR1 PAR1", (), "not a readable parquet file"),
    "a long row": ("in.csv", "title,a\nx,1\nx,1,2\n", (), "row 2 has 3 values for 2 columns"),
    "an unknown source": ("in.csv", "title\nx\n", ("--source", "monster"), "no source is called"),
    "an unknown suffix": ("in.json", "[]", (), "a table ends in .csv, .parquet, .xlsx"),
    "a taken name": ("in.csv", "title,median\nx,1\n", (), "'median' already; give the new ones"),
    "no such model": ("in.csv", "title\nx\n", ("--model", "nowhere"), "no manifest.json"),
    "a column twice": ("in.csv", "title,title\nx,y\n", (), "two columns are called 'title'"),
    "two alike": ("in.csv", "Title,TITLE\nx,y\n", (), "are both called title"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_leaves_no_file(score: Score, tmp_path: Path, case: str) -> None:
    name, content, options, wanted = BAD[case]
    table, out = tmp_path / name, tmp_path / "out.csv"
    table.write_text(content, encoding="latin-1" if case == "Latin-1" else "utf-8")
    said = score(table, out, *options, **({"model": None} if "--model" in options else {}))
    assert said.code == 1
    assert said.err.startswith("error: ")
    assert wanted in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == [table]


def test_a_folder_and_a_file_that_is_not_there_are_refused(score: Score, tmp_path: Path) -> None:
    assert "a folder, not a file" in score(tmp_path, tmp_path / "out.csv").err
    assert "no such file" in score(tmp_path / "in.csv", tmp_path / "out.csv").err


def test_in_and_out_are_not_one_file(score: Score, people: Path, tmp_path: Path) -> None:
    before, link = people.read_bytes(), tmp_path / "link.csv"
    link.symlink_to(people)
    for out in (people, link):
        said = score(people, out)
        assert (said.code, "IN and OUT are the same file" in said.err) == (1, True)
    assert people.read_bytes() == before


def test_without_a_champion_the_way_out_is_said(score: Score, people: Path, tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'none.db'}"
    said = score(people, tmp_path / "out.csv", "--tracking-uri", uri, model=None)
    assert said.code == 1
    assert "has no champion: train one with paylens-train fit" in said.err
    assert said.err.count("\n") == 1


def test_without_a_model_of_the_market_the_way_out_is_said(
    score: Score, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = score(people, tmp_path / "out.csv", model="market")
    assert said.code == 1
    assert "make run makes it, and so does paylens-train fit --source market" in said.err
    assert serving.score.DEFAULT == training.DEFAULT


def test_percentiles_are_whole_numbers(score: Score, people: Path, tmp_path: Path) -> None:
    said = score(people, tmp_path / "out.csv", "--percentiles", "5,101")
    assert said.code == 2
    assert "'101' is not a whole number from 1 to 99" in said.err


def test_the_command_is_installed(people: Path, model_folder: Path, tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("paylens-score")
    out = tmp_path / "out.csv"
    done = subprocess.run(
        [command, people, out, "--model", model_folder], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{out}: 4 rows scored by model ")
    assert len(cells(out)) == 5
