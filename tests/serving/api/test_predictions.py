from math import prod
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.api.request import EXAMPLE

ASK: dict[str, Any] = {
    "title": "Senior data scientist",
    "country": "US",
    "metro": "San Francisco",
    "years_experience": 6,
    "skills": ["Python", "SQL"],
}


def predict(client: TestClient, **changes: Any) -> dict[str, Any]:
    response = client.post("/v1/predictions", json={**ASK, **changes})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def refuse(client: TestClient, request: Any, status: int = 422) -> dict[str, Any]:
    response = client.post("/v1/predictions", json=request)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    return problem


def test_the_example_of_the_contract_is_answered(client: TestClient) -> None:
    answer = client.post("/v1/predictions", json=EXAMPLE).json()
    assert answer["currency"] == "USD"
    assert answer["recognised"]["title"]["role"] == "machine_learning_engineer"
    assert answer["recognised"]["title"]["seniority"] == "senior"


def test_percentiles_rise_and_hold_the_median(client: TestClient) -> None:
    answer = predict(client, percentiles=[90, 5, 50, 25])
    assert list(answer["percentiles"]) == ["p5", "p25", "p50", "p90"]
    values = list(answer["percentiles"].values())
    assert values == sorted(values)
    assert answer["percentiles"]["p50"] == answer["median"]


def test_the_range_widens_with_its_coverage_and_says_what_was_measured(client: TestClient) -> None:
    narrow, wide = (predict(client, coverage=share)["range"] for share in (0.5, 0.9))
    assert wide["lower"] < narrow["lower"] < narrow["upper"] < wide["upper"]
    on = wide["measured_on"]
    assert on["n"] > 0
    assert 0 < on["low"] < wide["measured_coverage"] < on["high"] <= 1


def test_components_add_up_to_the_median_in_every_currency(client: TestClient) -> None:
    for currency in ("USD", "EUR", "JPY"):
        answer = predict(client, currency=currency)
        assert sum(answer["components"].values()) == answer["median"]


def test_each_component_has_a_range_that_holds_it(client: TestClient) -> None:
    for currency in ("USD", "JPY"):
        answer = predict(client, currency=currency, coverage=0.9)
        ranges = answer["component_ranges"]
        assert ranges["coverage"] == 0.9
        for name, amount in answer["components"].items():
            # The bonus is what base and equity leave once rounded: one unit to either side.
            assert 0 <= ranges[name]["lower"] <= amount + 1
            assert amount - 1 <= ranges[name]["upper"]
            assert 0 <= ranges[name]["none_share"] <= 1
            assert 0.5 < ranges[name]["measured_coverage"] <= 1


def test_factors_multiply_to_the_median(client: TestClient) -> None:
    answer = predict(client, explain=True)
    product = prod(factor["factor"] for factor in answer["factors"])
    assert product == pytest.approx(answer["median"], abs=0.51)
    assert answer["factors"][0]["field"] == "baseline"


def test_factors_are_left_out_unless_asked_for(client: TestClient) -> None:
    assert predict(client)["factors"] is None


def test_another_currency_carries_its_rate_and_day(client: TestClient) -> None:
    in_usd, in_eur = predict(client), predict(client, currency="EUR")
    rate = in_eur["exchange_rate"]
    assert in_eur["median"] == pytest.approx(in_usd["median"] / rate["usd"], abs=1)
    assert rate["day"] <= in_eur["as_of"]
    assert in_usd["exchange_rate"] is None


def test_more_seniority_and_more_experience_never_lower_the_median(client: TestClient) -> None:
    ask = {"title": "Data scientist"}
    levels = ["junior", "mid", "senior", "staff"]
    by_level = [predict(client, **ask, seniority=level)["median"] for level in levels]
    assert by_level == sorted(by_level)
    by_years = [predict(client, years_experience=years)["median"] for years in range(0, 15, 2)]
    assert by_years == sorted(by_years)


def test_wording_that_means_the_same_changes_nothing(client: TestClient) -> None:
    plain = predict(client)
    for title in ("senior DATA scientist", "Sr. Data Scientist", "Data Scientist, Senior"):
        assert predict(client, title=title)["median"] == plain["median"]


def test_an_unknown_skill_is_said_and_does_not_stop_the_answer(client: TestClient) -> None:
    words = predict(client, skills=["Python", "zzyzx weaving"])["recognised"]["skills"]
    assert [word["status"] for word in words] == ["mapped", "unknown"]


def test_a_role_nobody_knows_is_a_422_with_the_nearest_candidates(client: TestClient) -> None:
    problem = refuse(client, {"title": "Astronaut wrangler"})
    assert problem["errors"][0]["field"] == "title"
    assert problem["candidates"]


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        ({}, ""),
        ({"title": " "}, "title"),
        ({"title": "Data scientist", "years_experience": -1}, "years_experience"),
        ({"title": "Data scientist", "years_experience": 1e9}, "years_experience"),
        ({"title": "Data scientist", "coverage": 1.5}, "coverage"),
        ({"title": "Data scientist", "percentiles": [0]}, "percentiles.0"),
        ({"title": "Data scientist", "currency": "dollars"}, "currency"),
        ({"title": "Data scientist", "currency": "XXX"}, "currency"),
        ({"title": "Data scientist", "as_of": "1066-10-14"}, "as_of"),
        ({"title": "Data scientist", "colour": "red"}, "colour"),
        ({"title": "Data scientist", "skills": ["x"] * 51}, "skills"),
        ({"title": "Data scientist", "skills": ["x" * 101]}, "skills.0"),
        ({"title": "Data scientist", "gender": "female"}, "gender"),
        ({"title": "Data scientist", "current_salary": 1}, "current_salary"),
        ({"title": "Data scientist", "zip_code": "94103"}, "zip_code"),
    ],
)
def test_a_broken_request_is_a_422_that_names_the_field(
    client: TestClient, request_body: dict[str, Any], field: str
) -> None:
    assert refuse(client, request_body)["errors"][0]["field"] == field


def test_a_protected_attribute_is_refused_with_the_reason(client: TestClient) -> None:
    problem = refuse(client, {**ASK, "ethnicity": "any"})
    assert "protected attribute" in problem["detail"]


def test_json_that_is_none_is_a_problem(client: TestClient) -> None:
    response = client.post(
        "/v1/predictions", content=b"{", headers={"content-type": "application/json"}
    )
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_a_batch_answers_each_item_in_order(client: TestClient) -> None:
    items = [ASK, {"title": "Astronaut wrangler"}, {**ASK, "gender": "x"}, 7, ASK]
    answer = client.post("/v1/predictions/batch", json={"items": items}).json()["items"]
    assert [item["index"] for item in answer] == [0, 1, 2, 3, 4]
    assert [item["problem"] is None for item in answer] == [True, False, False, False, True]
    assert answer[0]["prediction"]["median"] == predict(client)["median"]


def test_without_a_model_every_prediction_is_a_503_that_says_the_way_out(
    empty_client: TestClient,
) -> None:
    problem = refuse(empty_client, ASK, 503)
    assert "paylens-train fit" in problem["detail"]
    response = empty_client.post("/v1/predictions/batch", json={"items": [ASK]})
    assert response.status_code == 503


def test_pay_of_a_basis_the_model_never_saw_is_refused(client: TestClient) -> None:
    problem = refuse(client, {**ASK, "pay_basis": "posted_base"})
    assert problem["errors"][0]["field"] == "pay_basis"
    assert "only total" in problem["detail"]


def test_the_measured_coverage_is_that_of_people_asked_about_alike(client: TestClient) -> None:
    bare = predict(client)["range"]["measured_on"]["group"]
    full = predict(client, company="Acme", company_level="L5")["range"]["measured_on"]["group"]
    assert "employer unknown" in bare
    assert "level known" in full


def test_a_word_nobody_knows_lowers_the_reliability_and_says_so(client: TestClient) -> None:
    told = predict(client, industry="zorblax")["reliability"]
    assert told["label"] != "high"
    assert any("zorblax" in reason for reason in told["reasons"])


def test_a_title_that_contradicts_the_role_is_said(client: TestClient) -> None:
    told = predict(client, role="product_manager")["reliability"]
    assert any("the role given counts" in reason for reason in told["reasons"])


def test_a_day_beyond_the_data_widens_the_range_and_says_how_far(client: TestClient) -> None:
    known, later = predict(client, as_of="2025-11-30"), predict(client, as_of="2030-11-30")
    assert later["median"] == known["median"]
    for ends in ("range", "median_interval"):
        assert later[ends]["lower"] < known[ends]["lower"]
        assert later[ends]["upper"] > known[ends]["upper"]
    (reason,) = (r for r in later["reliability"]["reasons"] if r.startswith("the data end on"))
    assert "% wider and the median is that of the last month seen" in reason
    assert not any(" wider" in r for r in known["reliability"]["reasons"])
