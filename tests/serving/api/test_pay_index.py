"""The pay index over HTTP: what was published, by whom, and nothing beyond."""

import pytest
from fastapi.testclient import TestClient

YEAR = {"since": "2022-04-01", "day": "2023-04-01"}


@pytest.mark.parametrize(
    ("track", "lowest", "highest"), [("manager", 1.05, 1.11), ("individual", 1.13, 1.19)]
)
def test_the_published_raises_are_told_with_their_source(
    client: TestClient, track: str, lowest: float, highest: float
) -> None:
    told = client.get("/v1/pay-index", params={"track": track, **YEAR}).json()
    assert lowest <= told["index"] <= highest
    assert told["lowest"] <= told["index"] <= told["highest"]
    assert told["pay_basis"] == "base"
    assert "AI and machine learning" in told["who"]
    (source,) = told["sources"]
    assert "WTW" in source["source"]
    assert source["published"] == "2024-03-31"


def test_without_days_the_whole_known_time_is_told(client: TestClient) -> None:
    told = client.get("/v1/pay-index", params={"track": "manager"}).json()
    assert (told["since"], told["day"]) == (told["known_from"], told["known_until"])
    assert {name: told[name] for name in YEAR} == YEAR


@pytest.mark.parametrize(("field", "day"), [("since", "2022-03-31"), ("day", "2023-04-02")])
def test_a_day_beyond_what_was_published_is_a_422_that_names_the_field_and_the_known_days(
    client: TestClient, field: str, day: str
) -> None:
    response = client.get("/v1/pay-index", params={"track": "manager", **YEAR, field: day})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "/problems/unknown-day"
    assert [each["field"] for each in problem["errors"]] == [field]
    assert "2022-04-01 to 2023-04-01" in problem["detail"]


@pytest.mark.parametrize(
    "params", [{}, {"track": "everybody"}, {"track": "manager", "day": "soon"}]
)
def test_a_request_that_breaks_the_contract_is_a_problem(
    client: TestClient, params: dict[str, str]
) -> None:
    response = client.get("/v1/pay-index", params=params)
    assert response.status_code == 422
    assert response.json()["type"] == "/problems/invalid-request"


def test_the_index_needs_no_model(empty_client: TestClient) -> None:
    assert empty_client.get("/v1/pay-index", params={"track": "manager"}).status_code == 200
