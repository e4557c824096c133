from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.premiums import Premium

PERSON = {"title": "Senior data scientist", "country": "US", "skills": ["Python", "SQL"]}


@pytest.fixture(scope="module")
def measured(model_folder: Path) -> Iterator[TestClient]:
    """A service whose model has a premium of two skills."""
    champion = Champion(model_folder, None)
    champion.refresh()
    model = copy(champion.live.model)
    model.premiums = {"python": Premium(300, 0.5, 0.01, 0.5), "sql": Premium(200, 0.0, 0.2, 0.0)}
    object.__setattr__(champion.live, "model", model)
    with TestClient(assemble(champion, Recogniser(Stages()))) as client:
        yield client


def ask(client: TestClient, *skills: str, **person: Any) -> dict[str, Any]:
    body = {"person": {**PERSON, **person}, "skills": list(skills)}
    response = client.post("/v1/skills/premium", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_each_skill_is_answered_in_the_order_asked(measured: TestClient) -> None:
    answer = ask(measured, "SQL", "python", "Rust")
    assert [each["skill"] for each in answer["skills"]] == ["sql", "python", "rust"]
    assert [each["given"] for each in answer["skills"]] == ["SQL", "python", "Rust"]


def test_the_medians_are_those_of_predictions_with_and_without(measured: TestClient) -> None:
    (told,) = ask(measured, "Python")["skills"]
    for skills, name in ((["Python", "SQL"], "median_with"), (["SQL"], "median_without")):
        alone = measured.post("/v1/predictions", json={**PERSON, "skills": skills}).json()
        assert told[name] == alone["median"]
    assert told["factor"] == pytest.approx(told["median_with"] / told["median_without"], rel=1e-4)


def test_it_does_not_matter_whether_the_person_lists_the_skill(measured: TestClient) -> None:
    lists, lists_not = (
        ask(measured, "Python", skills=skills)["skills"] for skills in (["SQL", "Python"], ["SQL"])
    )
    assert lists == lists_not


def test_what_the_data_do_not_show_is_called_not_shown(measured: TestClient) -> None:
    _, sql = ask(measured, "Python", "SQL")["skills"]
    assert sql["shown"] is False
    assert sql["interval"]["lower"] <= 1 <= sql["interval"]["upper"]
    assert "no difference in pay is shown" in sql["told"]
    assert sql["n"] == 200


def test_the_measured_average_is_told_beside_the_person(measured: TestClient) -> None:
    (python,) = ask(measured, "Python")["skills"]
    assert python["on_average"]["factor"] == pytest.approx(1.6487, abs=1e-3)
    assert python["interval"]["coverage"] == 0.95


def test_a_skill_of_few_people_has_no_interval_and_says_so(measured: TestClient) -> None:
    (rust,) = ask(measured, "Rust")["skills"]
    assert rust["interval"] is rust["n"] is rust["on_average"] is None
    assert rust["shown"] is False
    assert "too few people" in rust["told"]


def test_every_answer_says_that_an_association_is_no_cause(measured: TestClient) -> None:
    assert "not a cause" in ask(measured, "Python")["association"]


def test_amounts_are_in_the_persons_currency(measured: TestClient) -> None:
    usd, eur = ask(measured, "Python"), ask(measured, "Python", currency="EUR")
    assert eur["currency"] == "EUR"
    assert eur["skills"][0]["median_with"] != usd["skills"][0]["median_with"]
    assert eur["skills"][0]["factor"] == usd["skills"][0]["factor"]


def test_an_unknown_skill_is_refused_with_the_nearest_ones(measured: TestClient) -> None:
    body = {"person": PERSON, "skills": ["underwater basket weaving"]}
    response = measured.post("/v1/skills/premium", json=body)
    assert response.status_code == 422
    problem = response.json()
    assert problem["type"] == "/problems/unknown-word"
    assert problem["candidates"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"person": PERSON},
        {"skills": ["Python"]},
        {"person": PERSON, "skills": []},
        {"person": {"country": "US"}, "skills": ["Python"]},
        {"person": {**PERSON, "salary": 1}, "skills": ["Python"]},
        {"person": PERSON, "skills": ["Python"], "more": 1},
    ],
    ids=str,
)
def test_a_broken_request_is_a_422(measured: TestClient, body: dict[str, Any]) -> None:
    assert measured.post("/v1/skills/premium", json=body).status_code == 422


def test_without_a_model_it_is_a_503(empty_client: TestClient) -> None:
    body = {"person": PERSON, "skills": ["Python"]}
    assert empty_client.post("/v1/skills/premium", json=body).status_code == 503
