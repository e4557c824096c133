"""The client: typed answers, problems as errors, and another try where that may help."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.errors import PaylensError, SourceError
from data.recognition import Recogniser
from data.stages import Stages
from serving.api.logged import LoggedFile, LoggedPrediction
from serving.app import assemble
from serving.champion import Champion
from serving.client import Paylens, RefusedError, UnreachableError
from serving.limits import Limits
from serving.log.address import Address
from serving.log.journal import Journal

Answer = httpx2.Response | Exception


@pytest.fixture
def service(model_folder: Path, tmp_path: Path) -> FastAPI:
    champion = Champion(model_folder, None)
    champion.refresh()
    return assemble(champion, Recogniser(Stages()), limits=Limits(idempotency=tmp_path / "kept"))


@pytest.fixture
def paylens(service: FastAPI) -> Iterator[Paylens]:
    with Paylens("http://testserver", transport=TestClient(service)._transport) as client:
        yield client


Scripted = Callable[..., tuple[Paylens, list[float], list[httpx2.Request]]]


@pytest.fixture
def scripted() -> Scripted:
    """Makes a client whose service answers as told, the waits it took and the requests it sent."""

    def make(*answers: Answer, **options: int) -> tuple[Paylens, list[float], list[httpx2.Request]]:
        waits: list[float] = []
        requests: list[httpx2.Request] = []
        given = iter(answers)

        def answer(request: httpx2.Request) -> httpx2.Response:
            request.read()
            requests.append(request)
            told = next(given)
            if isinstance(told, Exception):
                raise told
            return told

        client = Paylens(
            "http://testserver",
            key="secret",
            sleep=waits.append,
            transport=httpx2.MockTransport(answer),
            **options,
        )
        return client, waits, requests

    return make


def problem(status: int, kind: str = "busy", **headers: str) -> httpx2.Response:
    told = {"type": f"/problems/{kind}", "title": "T", "status": status, "detail": "D"}
    return httpx2.Response(status, json=told, headers=headers)


BATCH = httpx2.Response(200, json={"items": []})


def test_a_prediction_is_a_typed_object(paylens: Paylens) -> None:
    answer = paylens.predict(title="Senior data scientist", country="US", coverage=0.9)
    assert answer.range.lower < answer.median < answer.range.upper
    assert answer.range.coverage == 0.9


def test_a_problem_is_an_error_that_holds_it(paylens: Paylens) -> None:
    with pytest.raises(RefusedError, match="422 A word was not recognised: title 'Astro") as told:
        paylens.predict(title="Astronaut wrangler")
    assert isinstance(told.value, PaylensError)
    assert told.value.problem.type == "/problems/unknown-word"


def test_a_batch_gives_each_item_its_answer(paylens: Paylens) -> None:
    items = [{"title": "Data scientist", "item_id": "a"}, {"title": "Astronaut wrangler"}]
    first, second = paylens.predict_batch(items).items
    assert first.item_id == "a"
    assert first.prediction is not None
    assert second.problem is not None


def test_a_file_is_scored_into_another_format(paylens: Paylens, tmp_path: Path) -> None:
    table, out = tmp_path / "people.csv", tmp_path / "scored.parquet"
    table.write_text("title\nData scientist\nAstronaut\n")
    assert paylens.score_file(table, out, percentiles="10,90", prefix="x_") == 2
    assert pl.read_parquet(out)["x_p90"].null_count() == 1
    assert sorted(tmp_path.glob("*.*")) == [table, out]


def test_a_refused_file_leaves_what_was_there(paylens: Paylens, tmp_path: Path) -> None:
    table, out = tmp_path / "people.csv", tmp_path / "scored.csv"
    table.write_text("name\nx\n")
    out.write_text("yesterday's")
    with pytest.raises(RefusedError, match="no column 'title' or 'role'"):
        paylens.score_file(table, out)
    assert out.read_text() == "yesterday's"
    assert sorted(tmp_path.glob("*.*")) == [table, out]


@pytest.mark.parametrize(("table", "out"), [("people.txt", "out.csv"), ("people.csv", "out.ods")])
def test_a_file_of_no_known_format_is_not_sent(scripted: Scripted, table: str, out: str) -> None:
    paylens, _, requests = scripted()
    with pytest.raises(SourceError, match=r"ends in none of \.csv"):
        paylens.score_file(table, out)
    assert not requests


def test_what_was_said_and_paid_is_typed(model_folder: Path, tmp_path: Path) -> None:
    champion = Champion(model_folder, None)
    champion.refresh()
    address = Address.read(f"sqlite:///{tmp_path}/log.db")
    journal = Journal(address, tmp_path / "spool")
    kept = Limits(idempotency=tmp_path / "kept")
    app = assemble(champion, Recogniser(Stages()), journal=journal, limits=kept)
    table = tmp_path / "people.csv"
    table.write_text("title\nData scientist\n")
    with TestClient(app) as client, Paylens("http://x", transport=client._transport) as paylens:
        journal.opened()
        answer = paylens.predict(title="Senior data scientist", country="US")
        said = paylens.said(answer.id)
        assert isinstance(said, LoggedPrediction)
        assert said.output["median"] == answer.median
        paid = {"prediction_id": answer.id, "pay": answer.median, "observed_on": str(answer.as_of)}
        (item,) = paylens.tell_outcomes([paid]).items
        assert (item.status, item.inside) == ("recorded", True)
        assert paylens.coverage().groups == []
        paylens.score_file(table, tmp_path / "scored.csv")
        (row,) = pl.read_csv(tmp_path / "scored.csv")["prediction_id"]
        assert isinstance(paylens.said(row), LoggedPrediction)
        assert isinstance(paylens.said(row.partition(".")[0]), LoggedFile)
        with pytest.raises(RefusedError, match="No such prediction was given to you"):
            paylens.said("0" * 32)


def test_vocabulary_and_model_are_typed(paylens: Paylens) -> None:
    assert paylens.vocabulary("roles", "machine lea")[0].id == "machine_learning_engineer"
    assert paylens.model().synthetic is False


def test_a_busy_service_is_asked_again_when_it_says(scripted: Scripted) -> None:
    client, waits, requests = scripted(problem(503, **{"Retry-After": "7"}), problem(429), BATCH)
    assert client.predict_batch([]).items == []
    assert waits == [7.0, 2.0]
    keys = {request.headers["idempotency-key"] for request in requests}
    assert len(keys) == 1
    assert {request.headers["authorization"] for request in requests} == {"Bearer secret"}


def test_a_lost_connection_is_tried_again_and_then_told(scripted: Scripted) -> None:
    lost = httpx2.ConnectError("refused")
    client, waits, _ = scripted(lost, BATCH)
    assert client.predict_batch([]).items == []
    assert waits == [1.0]
    client, waits, _ = scripted(lost, lost, tries=2)
    with pytest.raises(UnreachableError, match=r"http://testserver.*refused"):
        client.predict_batch([])
    assert waits == [1.0]


def test_to_wait_for_the_first_answer_is_no_try(scripted: Scripted) -> None:
    still = problem(409, "still-running", **{"Retry-After": "5"})
    client, waits, _ = scripted(*[still] * 9, BATCH, tries=1)
    assert client.predict_batch([]).items == []
    assert waits == [5.0] * 9


def test_what_another_try_cannot_change_is_told_at_once(scripted: Scripted) -> None:
    client, waits, requests = scripted(problem(422))
    with pytest.raises(RefusedError):
        client.predict(title="x")
    assert (waits, len(requests)) == ([], 1)


def test_an_answer_that_is_no_problem_is_told_as_one(scripted: Scripted) -> None:
    client, _, _ = scripted(httpx2.Response(404, text="<html>nothing here</html>"))
    with pytest.raises(RefusedError, match="404 Not Found: <html>nothing"):
        client.model()


def test_a_wait_is_bounded_whatever_the_service_says(scripted: Scripted) -> None:
    client, waits, _ = scripted(problem(503, **{"Retry-After": "86400"}), BATCH)
    client.predict_batch([])
    assert waits == [60.0]
