from collections.abc import Iterator
from copy import copy
from math import prod
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.api.caller import Caller, let_in
from serving.app import assemble
from serving.champion import Champion
from serving.log.address import Address
from serving.log.journal import Journal
from serving.model import CompensationModel
from tests.serving.log.test_journal import until

ASK: dict[str, Any] = {
    "title": "Senior data scientist",
    "country": "US",
    "metro": "San Francisco",
    "years_experience": 6,
    "skills": ["Python", "SQL"],
}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    folder = tmp_path_factory.mktemp("log")
    return Journal(Address.read(f"sqlite:///{folder}/log.db"), folder / "spool")


@pytest.fixture(scope="module")
def logging_app(model_folder: Path, journal: Journal) -> FastAPI:
    """A service that keeps a log, and lets anyone in as the tenant they name."""
    champion = Champion(model_folder, None)
    champion.refresh()
    app = assemble(champion, Recogniser(Stages()), journal=journal)

    @app.middleware("http")
    async def gate(request: Request, call_next: Any) -> Any:
        if "x-tenant" in request.headers:
            let_in(request, Caller(request.headers["x-tenant"], "payroll"))
        return await call_next(request)

    return app


@pytest.fixture(scope="module")
def logged(logging_app: FastAPI) -> Iterator[TestClient]:
    with TestClient(logging_app, headers={"x-tenant": "acme"}) as client:
        yield client


def predict(client: TestClient, **changes: Any) -> dict[str, Any]:
    response = client.post("/v1/predictions", json={**ASK, **changes})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def look_up(client: TestClient, name: str, **headers: str) -> dict[str, Any]:
    response = client.get(f"/v1/predictions/{name}", headers=headers)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def test_what_was_said_is_told_again(logged: TestClient) -> None:
    answer = predict(logged, currency="EUR", coverage=0.9)
    told = look_up(logged, answer["id"])
    for name in ("median", "percentiles", "range", "median_interval", "components"):
        assert told["output"][name] == answer[name]
    assert told["output"]["reliability"] == answer["reliability"]
    assert told["model"] == answer["model"]["version"]
    assert told["client"] == "payroll"
    assert told["question"]["currency"] == "EUR"
    assert told["inputs"]["role"] == "data_scientist"
    assert told["entry"]["seq"] >= 1


def test_why_is_what_an_explanation_at_the_time_said(logged: TestClient) -> None:
    answer = predict(logged, explain=True, currency="EUR")
    why = look_up(logged, answer["id"])["why"]
    assert why["missing"] is None
    for now, then in zip(why["factors"], answer["factors"], strict=True):
        assert now["field"] == then["field"]
        assert now["factor"] == pytest.approx(then["factor"], rel=1e-6)
    product = prod(each["factor"] for each in why["factors"])
    assert product == pytest.approx(answer["median"], abs=0.51)
    values = {each["field"]: each["value"] for each in why["factors"]}
    assert values["role"] == "data_scientist"
    assert values["title"] is None


def test_an_employer_nobody_knows_is_not_kept_by_name(logged: TestClient) -> None:
    answer = predict(logged, company="Roe & Daughters")
    assert any("roe" in reason for reason in answer["reliability"]["reasons"])
    told = look_up(logged, answer["id"])
    assert "roe" not in str(told).lower()


def test_a_prediction_of_another_tenant_is_not_found(logged: TestClient) -> None:
    answer = predict(logged)
    response = logged.get(f"/v1/predictions/{answer['id']}", headers={"x-tenant": "globex"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/problems/unknown-prediction"


def test_an_id_that_is_none_is_a_422(logged: TestClient) -> None:
    assert logged.get("/v1/predictions/%00").status_code == 422


def test_each_answered_item_of_a_batch_can_be_looked_up(logged: TestClient) -> None:
    body = {"items": [ASK, {"title": "Astronaut wrangler"}, ASK]}
    items = logged.post("/v1/predictions/batch", json=body).json()["items"]
    answers = [item["prediction"] for item in items if item["prediction"]]
    assert len(answers) == 2
    for answer in answers:
        assert look_up(logged, answer["id"])["output"]["median"] == answer["median"]


def test_a_skill_premium_can_be_looked_up(logged: TestClient) -> None:
    body = {"person": ASK, "skills": ["Python"]}
    answer = logged.post("/v1/skills/premium", json=body).json()
    told = look_up(logged, answer["id"])
    assert told["kind"] == "skill_premium"
    assert told["output"]["skills"][0]["factor"] == answer["skills"][0]["factor"]
    assert told["why"]["factors"] is None
    assert "not kept" in told["why"]["missing"]


def test_a_candidates_answer_is_kept_without_who_they_are_or_where_they_work(
    logging_app: FastAPI, journal: Journal
) -> None:
    from serving.log.tables import ENTRIES

    with TestClient(logging_app) as client:
        page = client.post("/", data={"title": "Data scientist", "company": "Acme"})
        assert page.status_code == 200
        assert journal.settle(30)
        with journal.store.reading() as connection:
            asked = ENTRIES.select().where(ENTRIES.c.tenant == "form")
            (row,) = connection.execute(asked).all()
    assert '"role":"data_scientist"' in row.content
    assert '"row":null' in row.content
    assert "Acme" not in row.content
    assert "testclient" not in row.content


def test_a_model_no_longer_at_hand_is_said_and_the_answer_still_given(
    model: CompensationModel, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    model.save(folder)
    champion = Champion(folder, None)
    champion.refresh()
    journal = Journal(Address.read(f"sqlite:///{tmp_path}/log.db"), tmp_path / "spool")
    with TestClient(assemble(champion, Recogniser(Stages()), journal=journal)) as client:
        answer = predict(client)
        other = copy(model)
        other.manifest = {**model.manifest, "trained_on": "2026-02-02"}
        other.save(folder)
        assert champion.refresh()
        told = look_up(client, answer["id"])
    assert told["output"]["median"] == answer["median"]
    assert told["why"]["factors"] is None
    assert told["why"]["missing"] == (
        f"model {answer['model']['version']} is no longer at hand to explain its answer"
    )


def test_without_room_for_its_event_an_answer_is_refused(
    model_folder: Path, tmp_path: Path
) -> None:
    champion = Champion(model_folder, None)
    champion.refresh()
    address = Address.read(f"sqlite:///{tmp_path}/log.db")
    journal = Journal(address, tmp_path / "spool", most_queued=0)
    with TestClient(assemble(champion, Recogniser(Stages()), journal=journal)) as client:
        response = client.post("/v1/predictions", json=ASK)
        assert response.status_code == 503
        assert response.json()["type"] == "/problems/log-full"
        assert str(tmp_path) not in response.text
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["type"]) == (503, "/problems/log-full")
        page = client.post("/", data={"title": "Data scientist"})
        assert page.status_code == 503
        batch = client.post("/v1/predictions/batch", json={"items": [ASK]})
        assert (batch.status_code, batch.json()["type"]) == (503, "/problems/log-full")


def test_a_dead_database_stops_look_ups_and_no_prediction(
    model_folder: Path, tmp_path: Path
) -> None:
    champion = Champion(model_folder, None)
    champion.refresh()
    address = Address.read("postgresql://nobody@127.0.0.1:9/nothing")
    journal = Journal(address, tmp_path / "spool")
    with TestClient(assemble(champion, Recogniser(Stages()), journal=journal)) as client:
        answer = predict(client)
        response = client.get(f"/v1/predictions/{answer['id']}")
        assert response.status_code == 503
        assert response.json()["type"] == "/problems/log-unreachable"
        assert response.headers["retry-after"] == "5"
        assert client.get("/v1/model/coverage").status_code == 503
        until(lambda: journal.status().trouble is not None)
        ready = client.get("/readyz")
        assert ready.status_code == 200
        assert ready.json()["log"] == "its database takes no entries at present; they wait"


def test_a_prediction_not_yet_in_the_database_is_not_said_to_be_unknown(
    logged: TestClient, journal: Journal
) -> None:
    with journal.opened().writing():  # nobody else can write meanwhile
        answer = predict(logged)
        response = logged.get(f"/v1/predictions/{answer['id']}")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["type"] == "/problems/log-unreachable"
    assert look_up(logged, answer["id"])["id"] == answer["id"]


def test_where_no_log_is_kept_the_routes_say_so(client: TestClient) -> None:
    response = client.get("/v1/model/coverage")
    assert response.status_code == 404
    assert "PAYLENS_LOG" in response.json()["detail"]
