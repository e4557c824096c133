import pytest
from pydantic import ValidationError

from data.errors import MoneyError, PaylensError, UnknownWordError
from serving.web.fields import (
    FIELDS,
    amount_of,
    refusal_of,
    request_of,
    texts_of,
    wrong_beyond_contract,
)
from serving.web.language import Language


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("85000", 85_000),
        ("85,000", 85_000),
        ("85.000", 85_000),
        ("85 000", 85_000),
        ("85\u00a0000 €", 85_000),
        ("85\u202f000", 85_000),
        ("85'000", 85_000),
        ("$1,234,567.89", 1_234_567.89),
        ("1.234.567,8", 1_234_567.8),
        ("85k", 85_000),
        ("85,5 K", 85_500),
        ("0", 0),
    ],
)
def test_an_amount_is_read_however_it_is_written(text: str, amount: float) -> None:
    assert amount_of(text) == pytest.approx(amount)


@pytest.mark.parametrize(
    "text", ["", "lots", "-5", "1e5", "nan", "1,00,00", "12 34", "5 000 k€/m", "9" * 400]
)
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert amount_of(text) is None


@pytest.mark.parametrize(("text", "years"), [("6", 6), ("6.5", 6.5), ("6,5", 6.5)])
def test_years_may_have_a_comma_or_a_point(text: str, years: float, en: Language) -> None:
    texts = texts_of({"title": "Data scientist", "years_experience": text}, en)
    assert request_of(texts).years_experience == years


@pytest.mark.parametrize("text", ["seventy", "-1", "71", "nan", "1e400", "6,5,5"])
def test_years_that_are_none_are_refused_in_words(text: str, en: Language) -> None:
    texts = texts_of({"title": "Data scientist", "years_experience": text}, en)
    with pytest.raises(ValidationError) as raised:
        request_of(texts)
    (name, sentence), *others = refusal_of(raised.value, texts, en).sentences.items()
    assert (name, others) == ("years_experience", [])
    assert sentence.startswith(f"“{text}” is not a number of years from 0 to 70")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("title", "x" * 201, "A job title is needed, of at most 200 characters."),
        ("skills", "x" * 101, "At most 50 skills can be read"),
        ("skills", "x," * 51, "At most 50 skills can be read"),
        ("company", "x" * 201, "“" + "x" * 60 + "” cannot be read"),
        ("remote_share", "often", "“often” cannot be read"),
        ("currency", "dollars", "“dollars” cannot be converted today"),
    ],
)
def test_each_field_says_what_it_needs(name: str, text: str, sentence: str, en: Language) -> None:
    texts = texts_of({"title": "Data scientist", name: text}, en)
    with pytest.raises(ValidationError) as raised:
        request_of(texts)
    assert refusal_of(raised.value, texts, en).sentences[name].startswith(sentence)


def test_every_field_that_the_form_has_is_read_and_no_other(en: Language) -> None:
    texts = texts_of({name: f" {name} " for name in (*FIELDS, "gender")}, en)
    assert texts == {name: name for name in FIELDS if name != "role"}


def test_a_role_that_is_none_replaces_no_title(en: Language) -> None:
    assert texts_of({"title": "Poet", "role": "poet"}, en)["title"] == "Poet"


def test_errors_of_the_service_are_told_where_they_belong(fr: Language) -> None:
    texts = texts_of({"title": "Poète", "currency": "ISK"}, fr)
    unknown = refusal_of(UnknownWordError("title", "Poète", ("writer",)), texts, fr)
    assert unknown.roles == ("writer",)
    assert "ne correspond à aucun métier" in unknown.sentences["title"]
    money = refusal_of(MoneyError("no rate"), texts, fr)
    assert "ISK" in money.sentences["currency"]
    other = refusal_of(PaylensError("found a, give b"), texts, fr)
    assert other.sentences == {"": "found a, give b"}


def test_the_form_asks_for_a_title_and_for_pay_in_digits(en: Language) -> None:
    assert wrong_beyond_contract(texts_of({"title": "Poet"}, en), en) == {}
    assert wrong_beyond_contract(texts_of({"own_pay": "much"}, en), en).keys() == {
        "title",
        "own_pay",
    }
