"""Every row of a file in the decision log: looked up, explained, and there once or not at all."""

import hashlib
import shutil
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import httpx2
import orjson
import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from data.recognition import Recogniser
from data.stages import Stages
from data.table import MEDIA_TYPES
from serving.app import assemble
from serving.champion import Champion
from serving.limits import Limits
from serving.log.address import Address
from serving.log.journal import Journal
from serving.log.rows import ROWS
from serving.log.store import Store
from serving.log.tables import ENTRIES
from serving.log.verify import verify
from tests.serving.api.test_files import TABLE, read, written
from tests.serving.log.conftest import made
from tests.serving.log.postgres import Cluster
from tests.serving.log.test_journal import until

DAY = "2025-06-02"
PEOPLE = pl.DataFrame(
    {
        "title": ["Senior data scientist", "Software engineer", "Astronaut wrangler"] * 400,
        "country": ["US", "FR", "US"] * 400,
        "years_experience": [number % 97 / 4 for number in range(1200)],
        "company": ["Roe & Daughters", "Acme", "Hush Ltd"] * 400,
        "skills": ["Python, underwater weaving", "Go", "SQL"] * 400,
    }
)
"""Rows of more than two blocks, every third of which has a problem."""


def app_of(model_folder: Path, folder: Path, journal: Journal) -> FastAPI:
    champion = Champion(model_folder, None)
    champion.refresh()
    limits = Limits(idempotency=folder / "kept")
    return assemble(champion, Recogniser(Stages()), journal=journal, limits=limits)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(Address.read(f"sqlite:///{tmp_path}/log.db"), tmp_path / "events")


@pytest.fixture
def logged(model_folder: Path, tmp_path: Path, journal: Journal) -> Iterator[TestClient]:
    with TestClient(app_of(model_folder, tmp_path, journal)) as client:
        yield client


def send(client: TestClient, table: pl.DataFrame = PEOPLE, **params: str) -> httpx2.Response:
    return client.post(
        "/v1/files",
        params={"as_of": DAY, **params},
        content=written(table, ".parquet"),
        headers={"content-type": MEDIA_TYPES[".parquet"]},
    )


def scored(client: TestClient, **params: str) -> pl.DataFrame:
    response = send(client, PEOPLE, **params)
    assert response.status_code == 200, response.text
    return read(response.content, ".parquet")


def look_up(client: TestClient, name: str) -> dict[str, Any]:
    response = client.get(f"/v1/predictions/{name}")
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def entries(address: Address) -> list[dict[str, Any]]:
    """The entries in the store, in its order; the chain must be whole."""
    store = Store(address)
    with store.reading() as connection:
        found = connection.scalars(select(ENTRIES.c.content).order_by(ENTRIES.c.seq)).all()
    assert verify(store).broken is None
    store.close()
    return [orjson.loads(each) for each in found]


def rows_in(told: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The rows that the blocks of each file hold, in the order of the log."""
    found: dict[str, list[int]] = {}
    for each in told:
        if each["kind"] == "file_rows":
            numbers = range(each["first"], each["first"] + each["rows"])
            found.setdefault(each["file"], []).extend(numbers)
    return found


def test_each_row_has_an_id_by_which_what_was_said_is_told_again(logged: TestClient) -> None:
    response = send(logged, currency="EUR", coverage="0.5", percentiles="10,90")
    table = read(response.content, ".parquet")
    name = response.headers["paylens-id"]
    assert table["prediction_id"].to_list() == [f"{name}.{n + 1}" for n in range(table.height)]
    for number in (0, ROWS - 2, ROWS + 1, table.height - 2):
        row = table.row(number, named=True)
        told = look_up(logged, row["prediction_id"])
        assert told["kind"] == "prediction"
        assert told["id"] == row["prediction_id"]
        assert told["output"]["median"] == row["median"]
        assert told["output"]["percentiles"] == {"p10": row["p10"], "p90": row["p90"]}
        assert told["output"]["range"] == {
            "coverage": 0.5,
            "lower": row["lower"],
            "upper": row["upper"],
        }
        parts = {part: row[f"predicted_{part}"] for part in ("base", "bonus", "equity")}
        assert told["output"]["components"] == parts
        assert told["question"]["currency"] == "EUR"
        assert told["question"]["as_of"] == DAY
        assert told["inputs"]["years_experience"] == row["years_experience"]
        assert told["entry"]["seq"] >= 1


def test_why_a_row_was_answered_so_is_what_a_single_prediction_of_it_says(
    logged: TestClient,
) -> None:
    table = scored(logged, currency="EUR")
    told = look_up(logged, table["prediction_id"][0])
    one = {name: PEOPLE[name][0] for name in ("title", "country", "years_experience", "company")}
    asked = {**one, "skills": ["Python"], "currency": "EUR", "as_of": DAY, "explain": True}
    factors = logged.post("/v1/predictions", json=asked).json()["factors"]
    assert told["why"]["missing"] is None
    now = {each["field"]: each["factor"] for each in told["why"]["factors"]}
    then = {each["field"]: each["factor"] for each in factors}
    assert now == pytest.approx(then, rel=1e-6)
    assert prod(now.values()) == pytest.approx(table["median"][0], abs=0.01)


def test_a_row_with_a_problem_is_told_without_its_words_and_has_no_outcome(
    logged: TestClient,
) -> None:
    table = scored(logged)
    told = look_up(logged, table["prediction_id"][2])
    assert told["output"] == {"problem": ["title: not a role we know"]}
    assert told["inputs"] == {}
    assert told["why"]["factors"] is None
    assert "problem" in told["why"]["missing"]
    outcome = {"prediction_id": table["prediction_id"][2], "pay": 9.0, "observed_on": DAY}
    (item,) = logged.post("/v1/outcomes", json={"outcomes": [outcome]}).json()["items"]
    assert item["problem"]["type"] == "/problems/unknown-prediction"


def test_no_word_that_was_written_is_kept(logged: TestClient, journal: Journal) -> None:
    table = scored(logged)
    told = look_up(logged, table["prediction_id"][0])
    assert "skills" in told["unknown"]
    kept = str([look_up(logged, table["prediction_id"][n]) for n in range(3)]).lower()
    for word in ("roe", "hush", "weaving", "astronaut", "wrangler"):
        assert word not in kept
    with journal.opened().reading() as connection:
        assert "Astronaut" not in str(connection.execute(select(ENTRIES.c.content)).all())


def test_the_file_itself_is_told_with_its_digests(logged: TestClient) -> None:
    given = written(PEOPLE, ".parquet")
    response = logged.post(
        "/v1/files", content=given, headers={"content-type": MEDIA_TYPES[".parquet"]}
    )
    told = look_up(logged, response.headers["paylens-id"])
    assert (told["kind"], told["rows"], told["problems"]) == ("file", 1200, 400)
    assert told["given_sha256"] == hashlib.sha256(given).hexdigest()
    assert told["answered_sha256"] == hashlib.sha256(response.content).hexdigest()


@pytest.mark.parametrize("number", ["1201", "100000"])
def test_a_row_that_the_file_has_not_is_not_found(logged: TestClient, number: str) -> None:
    name = send(logged).headers["paylens-id"]
    response = logged.get(f"/v1/predictions/{name}.{number}")
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/unknown-prediction"


@pytest.mark.parametrize("number", ["0", "01", "-1", "x", ""])
def test_a_number_that_is_none_is_a_422(logged: TestClient, number: str) -> None:
    assert logged.get(f"/v1/predictions/{'a' * 32}.{number}").status_code == 422


def test_outcomes_are_taken_of_rows_as_of_single_predictions(logged: TestClient) -> None:
    table = scored(logged).filter(pl.col("problem").is_null())
    sent = [
        {"prediction_id": row["prediction_id"], "pay": row["lower"], "observed_on": DAY}
        for row in table.gather_every(20).iter_rows(named=True)
    ]
    items = logged.post("/v1/outcomes", json={"outcomes": sent}).json()["items"]
    assert {(item["status"], item["inside"]) for item in items} == {("recorded", True)}
    groups = logged.get("/v1/model/coverage").json()["groups"]
    assert {"all", "pay_basis=total"} <= {each["group"] for each in groups}
    assert not any("reliability" in each["group"] for each in groups)


def test_a_file_of_another_tenant_is_not_found(
    model_folder: Path, tmp_path: Path, journal: Journal
) -> None:
    from fastapi import Request

    from serving.api.caller import Caller, let_in

    app = app_of(model_folder, tmp_path, journal)

    @app.middleware("http")
    async def gate(request: Request, call_next: Any) -> Any:
        let_in(request, Caller(request.headers["x-tenant"], "payroll"))
        return await call_next(request)

    with TestClient(app, headers={"x-tenant": "acme"}) as client:
        name = scored(client)["prediction_id"][0]
        assert look_up(client, name)["client"] == "payroll"
        response = client.get(f"/v1/predictions/{name}", headers={"x-tenant": "globex"})
    assert response.status_code == 404


def test_the_chain_holds_all_rows_once_and_in_order(
    address: Address, model_folder: Path, tmp_path: Path
) -> None:
    journal = Journal(address, tmp_path / "events")
    with TestClient(app_of(model_folder, tmp_path, journal)) as client:
        names = [send(client).headers["paylens-id"] for _ in range(2)]
        assert look_up(client, f"{names[1]}.1")["id"] == f"{names[1]}.1"
    told = entries(address)
    assert rows_in(told) == {name: list(range(1, 1201)) for name in names}
    assert [each["id"] for each in told if each["kind"] == "file"] == names
    assert not list((tmp_path / "events").iterdir())


def test_a_refused_file_leaves_nothing(
    logged: TestClient, journal: Journal, tmp_path: Path
) -> None:
    response = logged.post(
        "/v1/files",
        content=b"title,a\n" + b"Data scientist,1\n" * 2000 + b"x,1,2\n",
        headers={"content-type": "text/csv"},
    )
    assert response.status_code == 422
    assert not list((tmp_path / "events").glob("*.held"))
    assert journal.status().spool_bytes == 0
    journal.opened()
    assert entries(journal.address) == []


def test_a_file_for_whose_events_the_spool_has_no_room_is_refused(
    model_folder: Path, tmp_path: Path
) -> None:
    address = Address.read(f"sqlite:///{tmp_path}/log.db")
    journal = Journal(address, tmp_path / "events", most_bytes=20_000)
    with TestClient(app_of(model_folder, tmp_path, journal)) as client:
        response = send(client)
        assert (response.status_code, response.json()["type"]) == (503, "/problems/log-full")
        assert response.headers["retry-after"]
        assert send(client, TABLE).status_code == 200, "a small one has room"
        assert client.post("/v1/predictions", json={"title": "Data scientist"}).is_success
    assert [each["kind"] for each in entries(address)].count("file_rows") == 1
    assert journal.lost == 0


def test_where_answers_go_before_events_a_file_is_answered_and_what_is_lost_counted(
    model_folder: Path, tmp_path: Path
) -> None:
    address = made(Address.read(f"sqlite:///{tmp_path}/log.db"))
    journal = Journal(address, tmp_path / "events", most_bytes=20_000, refuse=False)
    with TestClient(app_of(model_folder, tmp_path, journal)) as client:
        assert send(client).status_code == 200
        until(lambda: journal.status().spooled == 0)
    assert journal.lost == 4 - len(entries(address)) > 0


def test_without_a_place_for_its_events_a_file_is_refused(
    logged: TestClient, journal: Journal, tmp_path: Path
) -> None:
    assert send(logged).status_code == 200
    until(lambda: journal.status().spooled == 0)
    shutil.rmtree(tmp_path / "events")
    (tmp_path / "events").touch()
    response = send(logged)
    assert (response.status_code, response.json()["type"]) == (503, "/problems/log-full")
    (tmp_path / "events").unlink()
    assert send(logged).status_code == 200


def test_with_the_database_away_files_are_answered_and_their_rows_catch_up(
    cluster: Cluster, model_folder: Path, tmp_path: Path
) -> None:
    from uuid import uuid4

    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    journal = Journal(address, tmp_path / "events")
    with TestClient(app_of(model_folder, tmp_path, journal)) as client:
        cluster.stop()
        try:
            response = send(client)
            name = response.headers["paylens-id"]
            assert response.status_code == 200
            assert client.get(f"/v1/predictions/{name}.1").status_code == 503
            until(lambda: journal.status().spooled == 4)
            assert journal.status().spool_bytes > 0
        finally:
            cluster.start()
        until(lambda: journal.status().spooled == 0)
        assert look_up(client, f"{name}.1")["output"]["median"] > 0
    assert rows_in(entries(address)) == {name: list(range(1, 1201))}


def test_a_row_on_its_way_to_the_database_is_not_said_to_be_unknown(
    logged: TestClient, journal: Journal
) -> None:
    with journal.opened().writing():  # nobody else can write meanwhile
        name = send(logged).headers["paylens-id"]
        response = logged.get(f"/v1/predictions/{name}.7")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["type"] == "/problems/log-unreachable"
    assert look_up(logged, f"{name}.7")["id"] == f"{name}.7"


def test_what_was_scored_and_not_delivered_is_delivered_by_the_next_process(
    cluster: Cluster, model_folder: Path, tmp_path: Path
) -> None:
    from uuid import uuid4

    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    cluster.stop()
    try:
        first = Journal(address, tmp_path / "events")
        with TestClient(app_of(model_folder, tmp_path, first)) as client:
            name = send(client).headers["paylens-id"]
    finally:
        cluster.start()
    second = Journal(address, tmp_path / "events")
    with TestClient(app_of(model_folder, tmp_path, second)) as client:
        until(lambda: len(entries(address)) == 4)
    assert rows_in(entries(address)) == {name: list(range(1, 1201))}
    assert not list((tmp_path / "events").iterdir())


def test_without_a_log_rows_have_ids_all_the_same(client: TestClient) -> None:
    table = scored(client)
    assert table["prediction_id"].str.ends_with(".1").sum() == 1
