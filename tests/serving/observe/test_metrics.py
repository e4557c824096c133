"""What is counted of a service that answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.observe.metrics import Metrics
from serving.observe.witness import Told

WORD = "zorkmancer"


@pytest.fixture
def measures() -> Metrics:
    return Metrics()


@pytest.fixture
def asked(model_folder: Path, measures: Metrics) -> Iterator[TestClient]:
    champion = Champion(model_folder, None, witness=Told(measures))
    champion.refresh()
    app = assemble(champion, Recogniser(Stages()), measures=measures)
    with TestClient(app) as client:
        yield client


def figures(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def figure(client: TestClient, name: str, **labels: str) -> float:
    return figures(client)[name, tuple(sorted(labels.items()))]


def predict(client: TestClient, **changes: Any) -> dict[str, Any]:
    ask = {"title": "Senior data scientist", "country": "US", "as_of": "2025-06-01"}
    told: dict[str, Any] = client.post("/v1/predictions", json=ask | changes).json()
    return told


def test_requests_are_counted_by_route_method_and_status(asked: TestClient) -> None:
    predict(asked)
    predict(asked)
    predict(asked, title=WORD)
    labels = {"route": "/v1/predictions", "method": "POST"}
    assert figure(asked, "paylens_requests_total", status="200", **labels) == 2
    assert figure(asked, "paylens_requests_total", status="422", **labels) == 1
    assert figure(asked, "paylens_request_seconds_count", route="/v1/predictions") == 3
    assert figure(asked, "paylens_problems_total", type="/problems/unknown-word") == 1


def test_routes_are_told_by_their_template_and_made_up_addresses_as_one(asked: TestClient) -> None:
    for path in (f"/v1/vocabulary/roles?q={WORD}", f"/{WORD}", f"/static/{WORD}"):
        asked.get(path)
    asked.request(WORD.upper(), "/")
    predict(asked, title=WORD, skills=[WORD])
    counted = {dict(labels).get("route") for _, labels in figures(asked)}
    assert {"/v1/vocabulary/{name}", "unmatched", "/static/*"} <= counted
    assert WORD not in asked.get("/metrics").text.lower()


def test_the_level_of_pay_is_counted_in_dollars_whatever_was_asked_for(asked: TestClient) -> None:
    dollars = predict(asked)["median"]
    before = figure(asked, "paylens_predicted_usd_sum")
    assert before == dollars
    predict(asked, currency="JPY")
    assert figure(asked, "paylens_predicted_usd_sum") - before == pytest.approx(dollars, rel=1e-3)


def test_weak_answers_are_counted_with_the_kind_of_doubt(asked: TestClient) -> None:
    label = predict(asked, country="LI", skills=["Python", WORD])["reliability"]["label"]
    assert label == "low"
    assert figure(asked, "paylens_predictions_total", reliability="low") == 1
    assert figure(asked, "paylens_doubts_total", kind="never_seen") == 1
    assert figure(asked, "paylens_outside_predictions_total") == 1
    assert figure(asked, "paylens_unknown_words_total", field="skills") == 1


def test_the_model_in_service_and_when_it_came_are_told(asked: TestClient) -> None:
    version = asked.get("/readyz").json()["model"]
    told = {"version": version, "trained_on": "2026-01-01", "synthetic": "false"}
    assert figure(asked, "paylens_model_workers", **told) == 1
    assert figure(asked, "paylens_model_swapped_timestamp_seconds") > 1.7e9
    assert figure(asked, "paylens_model_load_seconds_count") == 1
    assert figure(asked, "paylens_model_trouble") == 0


def test_what_was_refused_is_counted_by_reason(measures: Metrics, tmp_path: Path) -> None:
    champion = Champion(tmp_path / "nowhere", None, witness=Told(measures))
    champion.refresh()
    told = measures.told().decode()
    assert 'paylens_model_refused_total{reason="artifact"} 1.0' in told
    assert "paylens_model_trouble 1.0" in told


def test_figures_of_other_parts_are_read_at_the_scrape(
    asked: TestClient, measures: Metrics
) -> None:
    depth = [3.0]
    measures.gauges.add("paylens_spool_events", "Events that wait.", lambda: {(): depth[0]})
    measures.gauges.add(
        "paylens_coverage_share",
        "Share of outcomes inside.",
        lambda: {("role=data_scientist",): 0.79},
        labels=("group",),
        together="mostrecent",
    )
    assert figure(asked, "paylens_spool_events") == 3
    depth[0] = 5
    assert figure(asked, "paylens_spool_events") == 5
    assert figure(asked, "paylens_coverage_share", group="role=data_scientist") == 0.79
