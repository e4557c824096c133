"""Batches: each item its own answer, in order, under the caller's own name."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.api.batches import require_light
from serving.api.once import REPLAYED
from serving.api.request import ItemRequest
from serving.app import assemble
from serving.champion import Champion
from serving.limits import Limits
from serving.log.address import Address
from serving.log.journal import Journal
from tests.serving.log.test_journal import until

ASK: dict[str, Any] = {"title": "Senior data scientist", "country": "US", "years_experience": 6}
ROUTE = "/v1/predictions/batch"


@pytest.fixture
def heavy_app(model_folder: Path, tmp_path: Path) -> FastAPI:
    """A service that answers one batch at a time and keeps answers in a folder of the test."""
    champion = Champion(model_folder, None)
    champion.refresh()
    limits = Limits(batches=1, idempotency=tmp_path / "kept")
    return assemble(champion, Recogniser(Stages()), limits=limits)


@pytest.fixture
def heavy(heavy_app: FastAPI) -> TestClient:
    return TestClient(heavy_app)


def send(client: TestClient, items: list[Any], **headers: str) -> httpx2.Response:
    return client.post(ROUTE, json={"items": items}, headers=headers)


def keyed(client: TestClient, key: str, *items: Any) -> httpx2.Response:
    return client.post(ROUTE, json={"items": list(items)}, headers={"Idempotency-Key": key})


def test_each_item_is_answered_in_order_as_it_would_be_alone(heavy: TestClient) -> None:
    items = [{**ASK, "years_experience": years} for years in range(20)]
    told = send(heavy, items).json()["items"]
    alone = [heavy.post("/v1/predictions", json=item).json() for item in items]
    assert [each["index"] for each in told] == list(range(20))
    for one, of_batch in zip(alone, told, strict=True):
        assert {**of_batch["prediction"], "id": one["id"]} == one
        assert of_batch["problem"] is None


def test_the_callers_item_id_is_given_back_beside_answer_and_problem(heavy: TestClient) -> None:
    items = [{**ASK, "item_id": "a"}, {"item_id": "b"}, ASK, {"item_id": "", **ASK}, 7]
    told = send(heavy, items).json()["items"]
    assert [each["item_id"] for each in told] == ["a", "b", None, "", None]
    assert [each["problem"] is None for each in told] == [True, False, True, False, False]


@pytest.mark.parametrize("broken", [r"\ud800", "x" * 100_000])
def test_an_item_id_that_cannot_be_given_back_is_the_problem_of_its_item_alone(
    heavy: TestClient, broken: str
) -> None:
    items = f'[{{"item_id":"{broken}","title":"Data scientist"}},{{"title":"Data scientist"}}]'
    response = heavy.post(
        ROUTE, content=f'{{"items":{items}}}', headers={"content-type": "application/json"}
    )
    assert response.status_code == 200
    first, second = response.json()["items"]
    assert first["item_id"] is None
    assert first["problem"]["errors"][0]["field"] == "item_id"
    assert second["problem"] is None


def test_an_item_id_that_stands_twice_is_a_problem_of_the_later_item(heavy: TestClient) -> None:
    told = send(heavy, [{**ASK, "item_id": "a"}, {**ASK, "item_id": "a"}]).json()["items"]
    assert told[0]["problem"] is None
    assert told[1]["problem"]["type"] == "/problems/duplicate-item-id"
    assert told[1]["problem"]["errors"][0]["field"] == "item_id"
    assert told[1]["item_id"] == "a"


def test_ten_thousand_items_are_taken_and_one_more_is_too_large(heavy: TestClient) -> None:
    response = send(heavy, [0] * 10_000)
    assert response.status_code == 200
    assert len(response.json()["items"]) == 10_000
    response = send(heavy, [0] * 10_001)
    assert response.status_code == 413
    assert response.json()["type"] == "/problems/too-large"
    assert "10,000 are the most" in response.json()["detail"]


def test_ten_thousand_items_with_every_field_filled_in_are_no_heavy_body() -> None:
    words = dict.fromkeys(("specialisation", "company", "industry", "metro", "title"), "x" * 60)
    item = {
        **words,
        "item_id": "e" * 36,
        "role": "machine_learning_engineer",
        "seniority": "senior",
        "track": "individual",
        "skills": ["LLM pretraining and evaluation"] * 20,
        "company_level": "L5",
        "company_stage": "series_b",
        "company_size": 1_000_000,
        "country": "US",
        "remote_share": 0.5,
        "years_experience": 6.5,
        "years_at_company": 2.5,
        "education": "master",
        "employment_type": "full_time",
        "currency": "EUR",
        "as_of": "2026-01-01",
        "pay_basis": "total",
        "coverage": 0.8,
        "percentiles": [10, 25, 50, 75, 90],
        "explain": False,
    }
    assert ItemRequest.model_fields.keys() == item.keys()
    ItemRequest.model_validate(item)
    body = json.dumps({"items": [item] * 10_000})
    require_light(len(body), body.count(","))


@pytest.mark.parametrize("items", [b"[]," * 2_100_000 + b"[]", b" " * 16_000_001])
@pytest.mark.parametrize("stated", [True, False])
def test_a_heavy_body_is_refused_before_it_is_read(
    heavy: TestClient, items: bytes, stated: bool
) -> None:
    body = b'{"items":[' + items + b"]}"
    response = heavy.post(
        ROUTE,
        content=body if stated else iter([body]),
        headers={"content-type": "application/json"},
    )
    assert response.status_code == 413
    assert response.json()["type"] == "/problems/too-large"
    assert "10,000 items" in response.json()["detail"]
    assert "bytes" in response.json()["detail"]


def test_broken_fields_are_told_up_to_twenty_and_then_counted(heavy: TestClient) -> None:
    single = heavy.post("/v1/predictions", json={**ASK, **{f"f{n}": 1 for n in range(50)}})
    problem = single.json()
    assert len(problem["errors"]) == 20
    assert problem["detail"].endswith("and 30 more than errors lists")
    (item,) = send(heavy, [{**ASK, **{f"f{n}": 1 for n in range(200_000)}}]).json()["items"]
    assert "200,003 fields" in item["problem"]["detail"]
    assert len(item["problem"]["errors"]) == 1


def test_single_predictions_are_answered_while_a_batch_runs_and_a_second_batch_is_not(
    heavy_app: FastAPI,
) -> None:
    async def run() -> tuple[httpx2.Response, list[httpx2.Response], bool]:
        transport = httpx2.ASGITransport(app=heavy_app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            batch = asyncio.create_task(client.post(ROUTE, json={"items": [ASK] * 300}))
            await asyncio.sleep(0)
            single = await client.post("/v1/predictions", json=ASK)
            second = await client.post(ROUTE, json={"items": [ASK]})
            running = not batch.done()
            return await batch, [single, second], running

    batch, (single, second), running = asyncio.run(run())
    assert running
    assert (batch.status_code, single.status_code, second.status_code) == (200, 200, 503)
    assert second.json()["type"] == "/problems/busy"
    assert int(second.headers["retry-after"]) > 0
    assert len(batch.json()["items"]) == 300


def test_the_same_key_gives_the_same_answer_byte_for_byte(heavy: TestClient) -> None:
    first, again = keyed(heavy, "k", ASK), keyed(heavy, '"k"', ASK)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert again.headers["content-type"] == first.headers["content-type"] == "application/json"
    assert keyed(heavy, "other", ASK).content != first.content


def test_the_same_key_with_another_body_is_refused(heavy: TestClient) -> None:
    assert keyed(heavy, "k", ASK).status_code == 200
    response = keyed(heavy, "k", ASK, ASK)
    assert response.status_code == 422
    assert response.json()["type"] == "/problems/idempotency-key-reused"


def test_a_service_started_anew_replays_what_was_kept(
    heavy: TestClient, model_folder: Path, tmp_path: Path
) -> None:
    first = keyed(heavy, "k", ASK)
    champion = Champion(model_folder, None)
    champion.refresh()
    anew = assemble(champion, Recogniser(Stages()), limits=Limits(idempotency=tmp_path / "kept"))
    assert keyed(TestClient(anew), "k", ASK).content == first.content


def test_a_refusal_for_want_of_a_model_is_not_kept(model_folder: Path, tmp_path: Path) -> None:
    limits = Limits(idempotency=tmp_path / "kept")
    without = TestClient(assemble(Champion(None, None), Recogniser(Stages()), limits=limits))
    assert keyed(without, "k", ASK).status_code == 503
    champion = Champion(model_folder, None)
    champion.refresh()
    client = TestClient(assemble(champion, Recogniser(Stages()), limits=limits))
    response = keyed(client, "k", ASK)
    assert response.status_code == 200
    assert REPLAYED not in response.headers


def test_a_batch_is_refused_whole_and_not_kept_while_no_event_can_be(
    model_folder: Path, tmp_path: Path
) -> None:
    champion = Champion(model_folder, None)
    champion.refresh()
    spool = tmp_path / "spool"
    spool.write_text("a file where a folder should be")
    journal = Journal(Address.read(f"sqlite:///{tmp_path}/log.db"), spool)
    limits = Limits(idempotency=tmp_path / "kept")
    app = assemble(champion, Recogniser(Stages()), journal=journal, limits=limits)
    with TestClient(app) as client:
        client.post("/v1/predictions", json=ASK)
        until(lambda: journal.full)
        refused = keyed(client, "k", ASK, {"title": ""})
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/log-full")
        spool.unlink()
        until(lambda: not journal.full)
        answered = keyed(client, "k", ASK, {"title": ""})
        assert answered.status_code == 200
        assert REPLAYED not in answered.headers
        assert [each["problem"] is None for each in answered.json()["items"]] == [True, False]


def test_the_same_key_of_another_caller_is_another_key(heavy_app: FastAPI) -> None:
    from serving.api.caller import Caller, let_in

    @heavy_app.middleware("http")
    async def gate(request: Any, call_next: Any) -> Any:
        let_in(request, Caller("acme", request.headers["x-test-client"]))
        return await call_next(request)

    client = TestClient(heavy_app)
    keys = {"Idempotency-Key": "k"}
    body = {"items": [ASK]}
    one, other, again = (
        client.post(ROUTE, json=body, headers={**keys, "x-test-client": name})
        for name in ("one", "other", "one")
    )
    assert one.content != other.content
    assert one.content == again.content


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(heavy: TestClient, key: str) -> None:
    response = heavy.post(ROUTE, json={"items": [ASK]}, headers={"Idempotency-Key": key})
    assert response.status_code == 422
