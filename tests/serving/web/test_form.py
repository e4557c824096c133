import logging
import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ChampionError, MoneyError, PaylensError, UnknownWordError
from serving.api.answer import ModelTold
from serving.api.request import PredictionRequest
from serving.web.fields import FIELDS
from tests.serving.web.conftest import Visit
from tests.serving.web.fake import FakeService
from tests.serving.web.reading import read

PERSON = {
    "title": "Senior machine learning engineer",
    "seniority": "senior",
    "years_experience": "6.5",
    "skills": "PyTorch, LLM pretraining; Basket weaving,",
    "education": "master",
    "country": "US",
    "metro": "San Francisco Bay Area",
    "remote_share": "0.5",
    "company_stage": "series_b",
    "company": "Acme",
    "currency": "USD",
}
WIZARD = UnknownWordError("title", "Wizard", ("data_scientist", "ai_engineer"))


class ClosedService(FakeService):
    """Has no model."""

    def told(self) -> ModelTold:
        raise ChampionError("no model is in service: train one")


def test_the_empty_form_asks_and_answers_nothing(web: TestClient, service: FakeService) -> None:
    page = web.get("/")
    assert page.status_code == 200
    assert "Where does your pay stand?" in page.text
    assert 'id="result"' not in page.text
    assert service.asked == []


def test_the_form_has_every_field_and_only_the_title_is_required(web: TestClient) -> None:
    page = read(web.get("/").text)
    for name in set(FIELDS) - {"role"}:
        assert page.field(name)["name"] == name
        assert ("required" in page.field(name)) is (name == "title")


def test_the_form_posts_so_that_no_address_holds_what_was_typed(web: TestClient) -> None:
    ways = [given["method"] for tag, given in read(web.get("/").text).tags if tag == "form"]
    assert ways == ["post"]
    # An address that was made by hand is not answered either.
    assert "result" not in web.get("/", params=PERSON).text.split("</form>")[1]


def test_the_request_is_what_the_form_says(web: TestClient, service: FakeService) -> None:
    web.post("/", data=PERSON)
    (asked,) = service.asked
    assert asked == PredictionRequest.model_validate(
        PERSON
        | {
            "years_experience": 6.5,
            "skills": ["PyTorch", "LLM pretraining", "Basket weaving"],
            "remote_share": 0.5,
            "percentiles": list(range(5, 100, 5)),
            "explain": True,
        }
    )


def test_what_is_left_open_is_not_in_the_request(web: TestClient, service: FakeService) -> None:
    web.post("/", data={"title": " Data scientist ", "metro": "  "})
    assert service.asked[0].model_fields_set == {
        "title",
        "skills",
        "currency",
        "percentiles",
        "explain",
    }
    assert service.asked[0].title == "Data scientist"


def test_ones_own_pay_never_reaches_the_prediction(web: TestClient, service: FakeService) -> None:
    web.post("/", data=PERSON)
    page = web.post("/", data=PERSON | {"own_pay": "455,000"})
    without, with_it = service.asked
    assert with_it == without
    assert "455" not in with_it.model_dump_json()
    assert "the prediction never sees it" in page.text


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("455,000", "Your own pay, $455,000, is at about the 64th percentile. About 64 in 100"),
        ("100k", "Your own pay, $100,000, is below the 5th percentile. Fewer than 5 in 100"),
        (
            "2 000 000",
            "Your own pay, $2,000,000, is above the 95th percentile. More than 95 in 100",
        ),
    ],
)
def test_ones_own_pay_is_placed_among_the_percentiles(web: TestClient, own: str, told: str) -> None:
    assert told in read(web.post("/", data=PERSON | {"own_pay": own}).text).text


def test_pay_beyond_the_drawing_is_pointed_to(web: TestClient) -> None:
    for own, label in (
        ("1k", "← You $1,000"),
        ("455k", " You $455,000 "),
        ("9999k", "9,999,000 →"),
    ):
        assert label in read(web.post("/", data=PERSON | {"own_pay": own}).text).text


def test_the_answer_says_median_range_and_measured_coverage(web: TestClient) -> None:
    page = web.post("/", data=PERSON)
    text = read(page.text).text
    assert page.status_code == 200
    assert "$412,000" in text
    assert "80% of people like this are expected to earn between $287,800 and $589,800." in text
    assert (
        "On 1,480 held-out people in the same kind of work (Machine learning engineer), "
        "80.3% of pays fell inside." in text
    )
    assert "the median itself lies between $401,000 and $424,000" in text
    assert "says how well we know the middle, not where one person’s pay falls" in text


def test_a_coverage_that_was_not_measured_is_not_claimed(visit: Visit) -> None:
    text = visit(FakeService(measured=False)).post("/", data=PERSON).text
    assert "was not measured" in text
    assert "held-out" not in text


def test_the_drawing_is_named_and_its_numbers_stand_in_a_table(web: TestClient) -> None:
    page = read(web.post("/", data=PERSON | {"own_pay": "455,000"}).text)
    (drawing,) = (given for tag, given in page.tags if given.get("role") == "img")
    assert drawing["aria-labelledby"] == "chart-title chart-desc"
    assert {"title", "desc"} <= {tag for tag, _ in page.tags}
    for row in ("5th $259,900", "50th median $412,000", "95th $653,000"):
        assert row in page.text


def test_components_are_shown_where_there_are_any(visit: Visit) -> None:
    shown = read(visit(FakeService()).post("/", data=PERSON).text).text
    hidden = read(visit(FakeService(components=False)).post("/", data=PERSON).text).text
    assert "Base $190,000 – $290,000 57.3% $236,000" in shown
    assert "Bonus $0 – $62,000 7.5% $31,000" in shown
    assert "Equity, a year $40,000 – $330,000 35.2% $145,000" in shown
    assert "where it falls for 80% of people like this" in shown
    assert "What the median is made of" not in hidden


def test_what_was_understood_and_what_was_not_is_told(web: TestClient) -> None:
    text = read(web.post("/", data=PERSON).text).text
    assert "Senior machine learning engineer Machine learning engineer, Senior" in text
    assert "Basket weaving Not known to us, so it was not used" in text


def test_reliability_is_told_with_its_reasons_in_words(visit: Visit) -> None:
    reasons = ("company_stage series_b was seen in 12 records, under 200", "unheard of <reason>")
    page = visit(FakeService(reasons=reasons)).post("/?lang=fr", data=PERSON).text
    assert "Fiabilité moyenne" in page
    assert "Personnes d’une entreprise à ce stade (Série B)" in page
    assert '<li lang="en">unheard of &lt;reason&gt;</li>' in page


def test_a_synthetic_market_is_said_before_and_in_the_answer(visit: Visit) -> None:
    web = visit(FakeService(synthetic=True))
    for page in (web.get("/"), web.post("/", data=PERSON)):
        assert "Synthetic reference market" in page.text
        assert "not from real pay" in page.text
    assert "they prove nothing about real pay." in web.post("/", data=PERSON).text
    real = visit(FakeService()).post("/", data=PERSON).text
    assert "Synthetic reference market" not in real
    assert "invented" not in real


def test_the_form_stays_filled_in(web: TestClient) -> None:
    typed = PERSON | {"own_pay": "455,000", "currency": "EUR"}
    page = read(web.post("/", data=typed).text)
    for name in ("title", "years_experience", "skills", "metro", "company", "own_pay"):
        assert page.field(name)["value"] == typed[name]
    for name in ("seniority", "education", "country", "remote_share", "company_stage", "currency"):
        assert page.chosen(typed[name]), name


def test_an_unknown_title_is_told_at_its_field_with_the_nearest_to_choose(visit: Visit) -> None:
    page = visit(FakeService(WIZARD)).post("/", data=PERSON | {"title": "Wizard"})
    seen = read(page.text)
    assert page.status_code == 422
    assert "“Wizard” is no kind of work we know; choose the nearest one below" in seen.text
    assert "Data scientist AI engineer" in seen.text
    assert ("input", {"type": "radio", "name": "role", "value": "ai_engineer"}) in seen.tags
    assert seen.field("title")["aria-invalid"] == "true"
    assert seen.field("title")["aria-describedby"] == "title-error title-hint"
    assert seen.field("title")["value"] == "Wizard"
    assert seen.field("skills")["value"] == PERSON["skills"]


def test_a_title_unlike_all_is_refused_without_choices(visit: Visit) -> None:
    error = UnknownWordError("title", "xyzzy")
    page = read(visit(FakeService(error)).post("/", data={"title": "xyzzy"}).text)
    assert "“xyzzy” is no kind of work we know; write the title in other words." in page.text
    assert "radio" not in {given.get("type") for _, given in page.tags}


def test_the_choice_takes_the_place_of_the_title(web: TestClient, service: FakeService) -> None:
    page = web.post("/?lang=fr", data=PERSON | {"title": "Wizard", "role": "data_scientist"})
    assert service.asked[0].title == "Scientifique des données"
    assert read(page.text).field("title")["value"] == "Scientifique des données"


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_predicted(
    web: TestClient, service: FakeService
) -> None:
    page = web.post("/", data={"title": "", "years_experience": "-1", "own_pay": "lots"})
    text = read(page.text).text
    assert page.status_code == 422
    assert "A job title is needed" in text
    assert "“-1” is not a number of years from 0 to 70" in text
    assert "“lots” is not a yearly amount" in text
    assert service.asked == []


def test_pay_that_cannot_be_read_is_refused_though_the_rest_is_fine(web: TestClient) -> None:
    page = web.post("/", data=PERSON | {"own_pay": "lots"})
    assert page.status_code == 422
    assert "$412,000" not in page.text


def test_a_currency_without_a_rate_is_told_at_its_field(visit: Visit) -> None:
    service = FakeService(MoneyError("ISK has no exchange rate"))
    page = visit(service).post("/", data=PERSON | {"currency": "ISK"})
    assert page.status_code == 422
    assert "“ISK” cannot be converted today" in read(page.text).text
    assert read(page.text).field("currency")["aria-invalid"] == "true"


def test_any_other_refusal_is_told_in_its_own_words(visit: Visit) -> None:
    page = visit(FakeService(PaylensError("no <b>, give c"))).post("/", data=PERSON)
    assert page.status_code == 422
    assert "no &lt;b&gt;, give c" in page.text


@pytest.mark.parametrize("service", [ClosedService(), FakeService(ChampionError("gone"))])
def test_without_a_model_the_page_says_so_and_shows_no_form(
    visit: Visit, service: FakeService
) -> None:
    page = visit(service).post("/", data=PERSON)
    assert page.status_code == 503
    assert "Nothing can be predicted" in page.text
    assert "<form" not in page.text


def test_without_a_model_the_empty_page_is_closed_too(visit: Visit) -> None:
    assert visit(ClosedService()).get("/?lang=fr").status_code == 503


def test_what_was_typed_cannot_become_a_part_of_the_page(web: TestClient) -> None:
    mark = "\"><script>alert('x')</script>"
    page = web.post("/", data=dict.fromkeys(PERSON, mark) | {"years_experience": "1"}).text
    assert "<script" not in page
    assert "alert(" in page


def test_the_language_is_the_one_asked_for_else_the_browsers(web: TestClient) -> None:
    french = {"accept-language": "fr-CA, en;q=0.5"}
    assert '<html lang="en">' in web.get("/").text
    assert '<html lang="fr">' in web.get("/", headers=french).text
    assert '<html lang="en">' in web.get("/?lang=en", headers=french).text
    assert web.get("/", headers=french).headers["content-language"] == "fr"


def test_a_french_answer_writes_french_numbers(web: TestClient) -> None:
    text = read(web.post("/?lang=fr", data=PERSON | {"own_pay": "455 000"}).text).text
    assert "80 % des personnes comme celle-ci gagnent entre 287 800 $US et 589 800 $US" in text
    assert "Sur 1 480 personnes" in text
    assert "80,3 %" in text
    assert "est aux environs du 64e centile" in text


def test_another_language_takes_along_what_was_typed(web: TestClient) -> None:
    page = read(web.post("/", data=PERSON).text)
    sent = {a["name"]: a["value"] for _, a in page.tags if a.get("type") == "hidden"}
    assert {name: text for name, text in sent.items() if text} == PERSON
    assert ("form", {"method": "post", "action": "./?lang=fr"}) in page.tags


def test_another_currency_comes_with_its_rate_and_day(web: TestClient) -> None:
    text = read(web.post("/", data=PERSON | {"currency": "EUR"}).text).text
    assert "€412,000" in text
    assert "Converted at 1 EUR = 1.0812 USD, the rate of November 20, 2026." in text


def test_nothing_typed_is_logged_or_sent_back_in_a_header(
    web: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = web.post("/", data=dict.fromkeys(FIELDS, "SECRET-4711") | {"title": "SECRET-4711"})
    assert "SECRET-4711" in page.text
    assert "SECRET-4711" not in caplog.text
    assert "SECRET-4711" not in str(page.headers)


def test_the_page_may_load_nothing_from_elsewhere_and_is_not_kept(web: TestClient) -> None:
    for page in (web.get("/"), web.post("/", data=PERSON), web.post("/", data={})):
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        seen = read(page.text)
        assert "script" not in {tag for tag, _ in seen.tags}
        assert not {name for name in seen.attributes if name == "style" or name.startswith("on")}
        assert "//" not in re.sub(r"<!--.*?-->", "", page.text)


def test_a_file_in_place_of_a_form_is_refused(web: TestClient) -> None:
    assert web.post("/", files={"title": b"x"}).status_code == 400


def test_a_form_with_too_many_fields_is_refused(web: TestClient) -> None:
    assert web.post("/", data={str(n): "x" for n in range(101)}).status_code == 400


@settings(max_examples=40, deadline=None)
@given(typed=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=300)))
def test_whatever_is_typed_is_answered_or_refused(
    lasting_web: TestClient, typed: dict[str, str]
) -> None:
    # A browser sends no half of a surrogate pair.
    whole = {name: text.encode("utf-8", "replace").decode() for name, text in typed.items()}
    assert lasting_web.post("/?lang=fr", data=whole).status_code in (200, 422)


def test_the_real_service_answers_the_form(client: TestClient) -> None:
    typed = {"title": "Senior data scientist", "country": "US", "own_pay": "200000"}
    page = client.post("/?lang=fr", data=typed)
    assert page.status_code == 200
    assert "Rémunération totale typique" in page.text
    assert "Scientifique des données, Sénior" in page.text
    assert '<li lang="en">' not in page.text, "a reason of the service has no words on the page"


def test_the_real_service_offers_the_nearest_kinds_of_work(client: TestClient) -> None:
    page = client.post("/?lang=en", data={"title": "Zookeeper of penguins"})
    assert page.status_code == 422
    assert 'type="radio"' in page.text


def test_the_real_service_without_a_model_is_closed(empty_client: TestClient) -> None:
    assert empty_client.get("/").status_code == 503
    assert empty_client.post("/", data=PERSON).status_code == 503
