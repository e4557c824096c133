"""A PostgreSQL that neither answers nor goes away takes nothing along but the log's own routes."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from time import monotonic
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from data.errors import LogError
from data.recognition import Recogniser
from data.stages import Stages
from serving.api.log import SECONDS
from serving.app import assemble
from serving.champion import Champion
from serving.log.address import Address
from serving.log.journal import STOP_SECONDS, Journal
from serving.log.patience import ANSWER_SECONDS, CONNECT_SECONDS
from serving.log.store import Store
from serving.observe.journal import show
from serving.observe.metrics import Metrics
from tests.serving.log.conftest import made
from tests.serving.log.postgres import Cluster
from tests.serving.log.test_journal import PATIENCE, kept, say, until

LEEWAY = 3.0
"""Seconds that a busy machine may take on top."""


@pytest.fixture
def postgresql(cluster: Cluster) -> Address:
    return made(Address.read(cluster.make(f"log_{uuid4().hex}")))


@pytest.fixture
def journal(postgresql: Address, tmp_path: Path) -> Journal:
    return Journal(postgresql, tmp_path / "spool")


@pytest.fixture
def measures(journal: Journal) -> Metrics:
    measures = Metrics()
    show(journal, measures.gauges)
    return measures


@pytest.fixture
def logged(model_folder: Path, journal: Journal, measures: Metrics) -> Iterator[TestClient]:
    champion = Champion(model_folder, None)
    champion.refresh()
    app = assemble(champion, Recogniser(Stages()), journal=journal, measures=measures)
    with TestClient(app) as client:
        yield client


def test_look_ups_are_refused_in_time_and_the_form_and_the_metrics_do_not_wait_for_them(
    cluster: Cluster, logged: TestClient
) -> None:
    body = {"title": "Senior data scientist", "country": "US"}
    name = logged.post("/v1/predictions", json=body).json()["id"]
    assert logged.get(f"/v1/predictions/{name}").status_code == 200
    with cluster.hanging(), ThreadPoolExecutor(64) as pool:
        begun = monotonic()
        asked = [pool.submit(logged.get, f"/v1/predictions/{name}") for _ in range(60)]
        wait(asked, 1.0)  # until all wait
        others = [pool.submit(logged.get, path) for path in ("/", "/metrics")]
        done, _ = wait([*asked, *others], return_when=FIRST_COMPLETED)
        assert done <= set(others)
        assert {each.result().status_code for each in others} == {200}
        answers = [each.result() for each in asked]
        assert monotonic() - begun < SECONDS + LEEWAY
        # Some ask PostgreSQL and some only wait for their turn.
        assert {each.json()["type"] for each in answers} == {"/problems/log-unreachable"}
    until(lambda: logged.get(f"/v1/predictions/{name}").status_code == 200)


def test_a_journal_ends_in_seconds_and_what_it_could_not_deliver_is_delivered_later(
    cluster: Cluster, postgresql: Address, journal: Journal, tmp_path: Path
) -> None:
    with journal:
        ids = say(journal, 5)
        assert journal.settle(PATIENCE)
        with cluster.hanging():
            ids += say(journal, 5)
            begun = monotonic()
            journal.stop()
            assert monotonic() - begun < STOP_SECONDS + 1.0
    second = Journal(postgresql, tmp_path / "spool")
    with second:
        until(lambda: len(kept(postgresql)) == 10)
    assert kept(postgresql) == ids
    assert journal.lost == 0


def test_a_hurried_store_gives_up_a_question_and_answers_the_next_one(
    cluster: Cluster, postgresql: Address
) -> None:
    store = Store(postgresql, hurried=True)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "4s"
    with cluster.hanging():
        begun = monotonic()
        with pytest.raises(LogError), store.reading():
            pass
        assert monotonic() - begun < ANSWER_SECONDS + CONNECT_SECONDS + LEEWAY
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT 7").scalar() == 7
    store.close()


def test_threads_do_not_queue_up_behind_one_that_opens_the_store(
    cluster: Cluster, journal: Journal
) -> None:
    with cluster.hanging(), ThreadPoolExecutor(4) as pool:
        begun = monotonic()
        opened = [pool.submit(journal.opened) for _ in range(4)]
        errors = [each.exception() for each in opened]
        assert monotonic() - begun < ANSWER_SECONDS + CONNECT_SECONDS + LEEWAY
    assert [type(each) for each in errors] == [LogError] * 4
    assert sum("still being opened" in str(each) for each in errors) == 3
