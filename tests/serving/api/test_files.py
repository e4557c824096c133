"""Files: the same table back with its predictions, whatever the format, or one clear refusal."""

import csv
import io
from pathlib import Path
from typing import Any

import httpx2
import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.money import usd_rate
from data.recognition import Recogniser
from data.stages import Stages
from data.table import MEDIA_TYPES
from serving.api.once import REPLAYED
from serving.api.own_folder import PREFIX
from serving.app import assemble
from serving.champion import Champion
from serving.limits import Limits
from tests.disk import files_no_larger_than

TABLE = pl.DataFrame(
    {
        "who": [7, 3, 9],
        "title": ["Senior data scientist", "Software engineer", "Astronaut"],
        "country": ["US", "FR", "US"],
        "years_experience": [6.0, 2.0, 1.0],
        "note": ["=1+1", "-5", "@home"],
    }
)
NEW = (
    *("p5", "p10", "p25", "p50", "p75", "p90", "p95", "median", "lower", "upper"),
    *("predicted_base", "predicted_bonus", "predicted_equity", "problem", "prediction_id"),
)
DAY = "2025-06-02"


def written(table: pl.DataFrame, suffix: str) -> bytes:
    buffer = io.BytesIO()
    match suffix:
        case ".csv":
            table.write_csv(buffer)
        case ".parquet":
            table.write_parquet(buffer)
        case _:
            table.write_excel(buffer)
    return buffer.getvalue()


def read(content: bytes, suffix: str) -> pl.DataFrame:
    match suffix:
        case ".csv":
            return pl.read_csv(content)
        case ".parquet":
            return pl.read_parquet(content)
        case _:
            return pl.read_excel(content, infer_schema_length=None)


def served(model_folder: Path, limits: Limits) -> FastAPI:
    champion = Champion(model_folder, None)
    champion.refresh()
    return assemble(champion, Recogniser(Stages()), limits=limits)


@pytest.fixture
def client(model_folder: Path, tmp_path: Path) -> TestClient:
    limits = Limits(idempotency=tmp_path / "kept", file_megabytes=1, file_rows=1000)
    return TestClient(served(model_folder, limits))


@pytest.fixture(autouse=True)
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, which every test must leave empty."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture(autouse=True)
def nothing_left(spool: Path) -> Any:
    yield
    assert not list(spool.iterdir())


def send(
    client: TestClient, content: bytes, kind: str = MEDIA_TYPES[".csv"], **headers: str
) -> httpx2.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/files", content=content, headers={"content-type": kind, **names})


def refuse(response: httpx2.Response, status: int, word: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert word in problem["detail"]
    assert PREFIX not in problem["detail"]
    return problem


@pytest.mark.parametrize("suffix", MEDIA_TYPES)
def test_the_same_table_comes_back_with_its_predictions(client: TestClient, suffix: str) -> None:
    response = send(client, written(TABLE, suffix), MEDIA_TYPES[suffix])
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == MEDIA_TYPES[suffix]
    assert response.headers["content-disposition"].endswith(f"table-scored{suffix}")
    assert response.headers["paylens-rows"] == "3"
    assert response.headers["paylens-problems"] == "1"
    told = read(response.content, suffix)
    assert told.columns == [*TABLE.columns, *NEW]
    assert told.drop("note", *NEW).equals(TABLE.drop("note"))
    escaped = ["=1+1", "-5", "@home"] if suffix == ".parquet" else ["'=1+1", "-5", "'@home"]
    assert told["note"].to_list() == escaped
    assert told["median"].null_count() == 1
    assert told["problem"].to_list() == [None, None, "title 'Astronaut' is not a role we know"]


def test_a_row_is_answered_as_the_single_prediction_is(client: TestClient) -> None:
    response = client.post(
        "/v1/files",
        params={"as_of": DAY},
        content=written(TABLE, ".parquet"),
        headers={"content-type": MEDIA_TYPES[".parquet"]},
    )
    told = read(response.content, ".parquet")
    for row in told.head(2).iter_rows(named=True):
        request = {name: row[name] for name in ("title", "country", "years_experience")}
        one = client.post("/v1/predictions", json={**request, "as_of": DAY}).json()
        assert row["median"] == pytest.approx(one["median"], abs=0.51)
        assert row["lower"] == pytest.approx(one["range"]["lower"], abs=0.51)


def test_the_options_may_stand_in_the_address_or_in_a_form(client: TestClient) -> None:
    options = {"currency": "EUR", "coverage": "0.5", "percentiles": "90,10", "prefix": "x_"}
    file = written(TABLE, ".csv")
    first = client.post(
        "/v1/files",
        params={**options, "as_of": DAY},
        content=file,
        headers={"content-type": "text/csv; charset=utf-8"},
    )
    second = client.post(
        "/v1/files", data={**options, "as_of": DAY}, files={"file": ("Über uns.csv", file)}
    )
    tables = [read(each.content, ".csv").drop("x_prediction_id") for each in (first, second)]
    assert tables[0].equals(tables[1])
    assert second.headers["content-disposition"].endswith("%C3%9Cber%20uns-scored.csv")
    told = read(first.content, ".csv")
    assert told.columns[5:7] == ["x_p10", "x_p90"]
    rate = usd_rate("EUR", pl.Series([DAY]).str.to_date()[0])
    assert told["x_predicted_currency"].to_list() == ["EUR"] * 3
    assert told["x_usd_rate"].to_list() == [rate.usd] * 3
    assert told["x_usd_rate_day"].to_list() == [str(rate.day)] * 3
    usd = read(
        client.post(
            "/v1/files", params={"as_of": DAY}, content=file, headers={"content-type": "text/csv"}
        ).content,
        ".csv",
    )
    assert told["x_median"][0] == pytest.approx(usd["median"][0] / rate.usd, abs=0.01)
    assert told["x_lower"][0] > usd["p10"][0] / rate.usd


def test_the_answer_comes_in_the_format_that_is_accepted(client: TestClient) -> None:
    response = send(client, written(TABLE, ".csv"), accept=MEDIA_TYPES[".xlsx"])
    assert response.headers["content-type"] == MEDIA_TYPES[".xlsx"]
    assert read(response.content, ".xlsx").height == 3
    refuse(send(client, written(TABLE, ".csv"), accept="application/json"), 406, "application/json")


def test_the_name_of_the_file_tells_its_format_where_its_type_does_not(client: TestClient) -> None:
    file = written(TABLE, ".parquet")
    kind = {"content-type": "application/octet-stream"}
    named = client.post("/v1/files", params={"filename": "p.parquet"}, content=file, headers=kind)
    assert named.headers["content-type"] == MEDIA_TYPES[".parquet"]
    refuse(send(client, file, "application/octet-stream"), 415, "tell no table")
    refuse(send(client, file, "application/x-www-form-urlencoded"), 415, "text/csv")


def test_protected_columns_are_told_and_never_used(client: TestClient) -> None:
    table = TABLE.with_columns(pl.lit("x").alias("Gender"), pl.lit(1).alias("base"))
    response = send(client, written(table, ".csv"))
    assert response.headers["paylens-not-read"] == "Gender"
    plain = send(client, written(TABLE, ".csv"))
    told = read(response.content, ".csv")
    assert told.select(NEW[:-1]).equals(read(plain.content, ".csv").select(NEW[:-1]))


def test_a_broken_file_is_one_problem_that_says_where(client: TestClient) -> None:
    response = send(client, b"title,a\nx,1\nx,1,2\n")
    problem = refuse(response, 422, "in.csv: row 2 has 3 values for 2 columns")
    assert problem["type"] == "/problems/unreadable-file"


def test_too_many_rows_or_bytes_are_413(client: TestClient) -> None:
    rows = refuse(
        send(client, b"title\n" + b"Data scientist\n" * 1001), 413, "more than 1,000 rows"
    )
    assert rows["type"] == "/problems/too-large"
    refuse(send(client, b"title\n" + b"x" * 2**20), 413, "more than 1 MB")
    form = {"file": ("a.csv", b"title\n" + b"x" * 2**20)}
    refuse(client.post("/v1/files", files=form), 413, "more than 1 MB")


def test_a_file_that_needs_more_memory_than_it_may_breaks_itself_alone(
    model_folder: Path, tmp_path: Path
) -> None:
    limits = Limits(idempotency=tmp_path / "kept", file_memory_megabytes=64)
    client = TestClient(served(model_folder, limits))
    response = send(client, written(TABLE, ".parquet"), MEDIA_TYPES[".parquet"])
    assert response.status_code in {413, 422}
    assert "memory" in response.json()["detail"]
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "euro"}, "currency"),
        ({"coverage": "2"}, "coverage"),
        ({"pay_basis": "net"}, "pay_basis"),
        ({"as_of": "1999-01-01"}, "as_of"),
        ({"percentiles": "0,50"}, "percentiles"),
        ({"prefix": "a b"}, "prefix"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_option_that_is_none_is_named(
    client: TestClient, change: dict[str, str], field: str
) -> None:
    file = written(TABLE, ".csv")
    in_address = client.post(
        "/v1/files", params=change, content=file, headers={"content-type": "text/csv"}
    )
    in_form = client.post("/v1/files", data=change, files={"file": ("a.csv", file)})
    for response in (in_address, in_form):
        assert refuse(response, 422, "")["errors"][0]["field"] == field


def test_a_currency_without_a_rate_is_refused_as_in_a_single_prediction(client: TestClient) -> None:
    response = client.post(
        "/v1/files",
        params={"currency": "XTS"},
        content=b"title\nx\n",
        headers={"content-type": "text/csv"},
    )
    assert refuse(response, 422, "XTS")["type"] == "/problems/no-exchange-rate"


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    response = client.post("/v1/files", files={"table": ("a.csv", b"title\nx\n")})
    problem = refuse(response, 422, "a part called file")
    assert problem["type"] == "/problems/invalid-request"
    assert [each["field"] for each in problem["errors"]] == ["file"]


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("most", [0, 2**11, 2**17])
def test_a_disk_that_is_full_is_no_fault_of_the_file(
    client: TestClient, form: bool, most: int
) -> None:
    table = b"title\n" + b"Data scientist\n" * 1000
    with files_no_larger_than(most):
        response = (
            client.post("/v1/files", files={"file": ("a.csv", table)})
            if form
            else send(client, table, idempotency_key="full")
        )
    assert refuse(response, 503, "disk")["type"] == "/problems/no-room"
    assert response.headers["retry-after"] == "30"
    assert send(client, table, idempotency_key="full").status_code == 200


def test_a_disk_that_fills_while_a_file_is_scored_is_told_by_the_process_that_scores_it(
    model_folder: Path, tmp_path: Path
) -> None:
    client = TestClient(served(model_folder, Limits(idempotency=tmp_path / "kept")))
    enough = max(path.stat().st_size for path in model_folder.iterdir())
    row = b"Data scientist,".ljust(enough // 1000 - 1, b"x") + b"\n"
    with files_no_larger_than(enough):
        response = send(client, b"title,note\n" + row * 999)
    assert refuse(response, 503, "File too large")["type"] == "/problems/no-room"


def test_a_folder_of_temporary_files_that_is_gone_is_told(client: TestClient, spool: Path) -> None:
    spool.rmdir()
    response = send(client, written(TABLE, ".csv"))
    spool.mkdir()
    assert refuse(response, 503, "No such file or directory")["type"] == "/problems/no-room"
    assert str(spool) not in response.text


def test_without_a_model_a_file_is_a_503(tmp_path: Path) -> None:
    limits = Limits(idempotency=tmp_path / "kept")
    client = TestClient(assemble(Champion(None, None), Recogniser(Stages()), limits=limits))
    refuse(send(client, written(TABLE, ".csv")), 503, "no model is in service")


def test_a_key_replays_the_file_byte_for_byte_and_stands_for_it_alone(client: TestClient) -> None:
    def keyed(content: bytes, **params: str) -> httpx2.Response:
        return client.post(
            "/v1/files",
            params=params,
            files={"file": ("a.csv", content)},
            headers={"Idempotency-Key": "k"},
        )

    file = written(TABLE, ".csv")
    first, again = keyed(file), keyed(file)
    assert first.status_code == 200
    assert first.content == again.content
    assert again.headers[REPLAYED] == "true"
    assert again.headers["content-disposition"] == first.headers["content-disposition"]
    for other in (keyed(file + b"8,Data scientist,US,1,\n"), keyed(file, coverage="0.5")):
        problem = refuse(other, 422, "another request before")
        assert problem["type"] == "/problems/idempotency-key-reused"


def test_a_refused_file_is_replayed_too(client: TestClient) -> None:
    first, again = (send(client, b"name\nx\n", idempotency_key="k") for _ in range(2))
    assert first.status_code == again.status_code == 422
    assert first.content == again.content
    assert (REPLAYED in first.headers, REPLAYED in again.headers) == (False, True)


Rows = list[list[str]]


def test_injected_formulas_come_back_as_text_in_names_and_cells(client: TestClient) -> None:
    content = 'title,"=cmd|\' /C calc\'!A0"\nData scientist,"=1+1"\nData scientist,+5\n'
    rows: Rows = list(csv.reader(io.StringIO(send(client, content.encode()).text)))
    assert [row[1] for row in rows] == ["'=cmd|' /C calc'!A0", "'=1+1", "+5"]
