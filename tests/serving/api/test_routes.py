from fastapi import FastAPI
from fastapi.testclient import TestClient


def test_the_service_lives_without_a_model_but_is_not_ready(empty_client: TestClient) -> None:
    assert empty_client.get("/healthz").json() == {"status": "alive"}
    response = empty_client.get("/readyz")
    assert response.status_code == 503
    assert "no model is in service" in response.json()["detail"]


def test_with_a_model_the_service_is_ready_and_names_it(client: TestClient) -> None:
    answer = client.get("/readyz").json()
    assert answer["status"] == "ready"
    assert answer["model"]
    assert answer["trouble"] is None


def test_a_vocabulary_is_listed_whole(client: TestClient) -> None:
    roles = client.get("/v1/vocabulary/roles").json()
    assert len(roles) >= 60
    assert {"id", "en", "fr"} == set(roles[0])


def test_a_query_finds_the_nearest_words_first(client: TestClient) -> None:
    found = client.get("/v1/vocabulary/roles", params={"q": "machine lea"}).json()
    assert found[0]["id"] == "machine_learning_engineer"


def test_an_unknown_vocabulary_is_a_problem(client: TestClient) -> None:
    response = client.get("/v1/vocabulary/planets")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_the_model_tells_its_metrics_coverage_and_card(client: TestClient) -> None:
    answer = client.get("/v1/model").json()
    assert answer["synthetic"] is False
    assert answer["metrics"]["grouped_random"]["coverage_80"] > 0.5
    kinds = {row["group"].partition("=")[0] for row in answer["coverage"]}
    assert kinds >= {"all", "inputs", "role", "seniority", "company_stage", "country", "metro"}
    assert kinds >= {"experience", "scale"}
    assert all(0 <= row["low"] <= row["measured"] <= row["high"] <= 1 for row in answer["coverage"])
    assert set(answer["reliability"]) <= {"high", "medium", "low"}
    assert all(0 < of["coverage_80"] <= 1 for of in answer["reliability"].values())
    assert answer["card"].startswith("# paylens")


def test_an_address_that_is_none_is_a_problem(client: TestClient) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_openapi_is_3_1_with_an_example_of_a_request(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    assert schemas["PredictionRequest"]["examples"][0]["title"]
    assert {"Prediction", "Problem", "BatchAnswer"} <= set(schemas)
