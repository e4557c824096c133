from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from data.money import usd_rate
from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.log.address import Address
from serving.log.journal import Journal
from serving.log.tables import ENTRIES
from serving.log.verify import verify
from serving.shrinkage import wilson_interval

ASK: dict[str, Any] = {"title": "Senior data scientist", "country": "US", "years_experience": 6}
TODAY = datetime.now(UTC).date()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(Address.read(f"sqlite:///{tmp_path}/log.db"), tmp_path / "spool")


@pytest.fixture
def logged(model_folder: Path, journal: Journal) -> Iterator[TestClient]:
    champion = Champion(model_folder, None)
    champion.refresh()
    with TestClient(assemble(champion, Recogniser(Stages()), journal=journal)) as client:
        yield client


def predict(client: TestClient, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/predictions", json={**ASK, **changes}).json()
    return answer


def outcome(answer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "prediction_id": answer["id"],
        "pay": answer["median"],
        "currency": answer["currency"],
        "observed_on": TODAY.isoformat(),
        "pay_basis": answer["pay_basis"],
        **changes,
    }


def send(client: TestClient, *outcomes: Any) -> list[dict[str, Any]]:
    response = client.post("/v1/outcomes", json={"outcomes": list(outcomes)})
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def facts(journal: Journal) -> int:
    with journal.store.reading() as connection:
        counted = select(func.count()).where(ENTRIES.c.kind == "outcome")
        return connection.scalar(counted) or 0


def test_an_outcome_is_judged_by_the_range_that_was_told(logged: TestClient) -> None:
    answer = predict(logged)
    ends = answer["range"]
    pays = [ends["lower"] - 1, ends["lower"], ends["upper"], ends["upper"] + 1]
    inside = [send(logged, outcome(answer, pay=pay))[0]["inside"] for pay in pays]
    assert inside == [False, True, True, False]


def test_the_same_outcome_again_changes_nothing(logged: TestClient, journal: Journal) -> None:
    answer = predict(logged)
    statuses = [send(logged, outcome(answer))[0]["status"] for _ in range(3)]
    assert statuses == ["recorded", "unchanged", "unchanged"]
    assert facts(journal) == 1


def test_a_correction_counts_and_what_it_corrects_stays_in_the_log(
    logged: TestClient, journal: Journal
) -> None:
    answer = predict(logged)
    sent = [outcome(answer, pay=pay) for pay in (1, answer["median"], 1)]
    assert [each["status"] for each in send(logged, *sent)] == ["recorded", *["corrected"] * 2]
    assert facts(journal) == 3
    assert verify(journal.store).broken is None


def test_pay_in_another_currency_is_judged_at_the_rate_of_its_day(logged: TestClient) -> None:
    answer = predict(logged)
    usd = usd_rate("EUR", TODAY).usd
    just_inside = answer["range"]["upper"] / usd - 1
    for pay, inside in ((just_inside, True), (just_inside + 2, False)):
        assert send(logged, outcome(answer, pay=pay, currency="EUR"))[0]["inside"] is inside


@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"pay": -1}, "pay", 422),
        ({"pay": "much"}, "pay", 422),
        ({"currency": "XXX"}, "currency", 422),
        ({"pay_basis": "base"}, "pay_basis", 422),
        ({"observed_on": "2031-01-01"}, "observed_on", 422),
        ({"observed_on": "2019-01-01"}, "observed_on", 422),
        ({"colour": "red"}, "colour", 422),
        ({"prediction_id": "mine"}, "prediction_id", 422),
    ],
)
def test_an_outcome_that_says_nothing_is_a_problem_that_names_the_field(
    logged: TestClient, changes: dict[str, Any], field: str, status: int
) -> None:
    broken, good = send(logged, outcome(predict(logged), **changes), outcome(predict(logged)))
    assert broken["status"] is None
    assert broken["problem"]["status"] == status
    assert broken["problem"]["errors"][0]["field"] == field
    assert good["status"] == "recorded"


def test_an_outcome_of_no_prediction_is_a_404_of_its_own(logged: TestClient) -> None:
    unknown, good = send(
        logged, outcome(predict(logged), prediction_id="0" * 32), outcome(predict(logged))
    )
    assert unknown["problem"]["type"] == "/problems/unknown-prediction"
    assert (unknown["index"], good["index"]) == (0, 1)
    assert good["status"] == "recorded"


def test_coverage_is_told_of_groups_with_enough_outcomes(logged: TestClient) -> None:
    answers = [predict(logged) for _ in range(32)]
    answers += [predict(logged, title="Junior product manager") for _ in range(3)]
    held = [index % 4 != 0 for index in range(len(answers))]
    sent = [
        outcome(answer, **({} if inside else {"pay": 1}))
        for answer, inside in zip(answers, held, strict=True)
    ]
    assert {item["status"] for item in send(logged, *sent)} == {"recorded"}
    told = logged.get("/v1/model/coverage").json()
    groups = {each["group"]: each for each in told["groups"]}
    assert told["least"] == 30
    whole = groups["all"]
    assert (whole["n"], whole["inside"], whole["stated"]) == (35, sum(held), 0.8)
    low, high = wilson_interval(whole["inside"] / 35, 35)
    assert (whole["low"], whole["high"]) == (round(low, 4), round(high, 4))
    assert groups["role=data_scientist"]["n"] == groups["seniority=senior"]["n"] == 32
    assert groups["experience=5-10 years"]["n"] == 35
    assert {"pay_basis=total", "country=US"} <= set(groups)
    assert "role=product_manager" not in groups


def test_coverage_is_told_apart_by_what_was_stated(logged: TestClient) -> None:
    answers = [predict(logged, coverage=share) for share in (0.5, 0.9) for _ in range(30)]
    send(logged, *(outcome(answer) for answer in answers))
    told = logged.get("/v1/model/coverage").json()["groups"]
    assert [each["stated"] for each in told if each["group"] == "all"] == [0.5, 0.9]


def test_a_prediction_for_a_past_day_takes_the_pay_of_that_day(logged: TestClient) -> None:
    then = date(2024, 3, 1)
    answer = predict(logged, as_of=then.isoformat())
    near = (then + timedelta(days=300)).isoformat()
    assert send(logged, outcome(answer, observed_on=near))[0]["status"] == "recorded"
