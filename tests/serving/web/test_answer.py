import math
from dataclasses import replace

import pytest

from serving.api.answer import Factor, RecognisedWord
from serving.api.request import PredictionRequest
from serving.web.answer import MOST_FACTORS, influences, read
from serving.web.chart import Standing
from serving.web.fields import LEVELS
from serving.web.language import Language
from tests.serving.web.fake import FACTORS, FakeService

REQUEST = PredictionRequest.model_validate(
    {
        "title": "Senior ML engineer",
        "skills": ["PyTorch", "Juggling"],
        "percentiles": LEVELS,
        "explain": True,
    }
)


def test_the_influences_multiply_to_what_the_factors_do(en: Language) -> None:
    lines = influences(FACTORS, en)
    assert len(lines) == MOST_FACTORS + 1
    assert math.prod(line.factor for line in lines) == pytest.approx(
        math.prod(factor.factor for factor in FACTORS)
    )
    assert lines[-1].name == "All the rest together"


def test_the_strongest_influence_comes_first_and_has_the_longest_bar(en: Language) -> None:
    first, second = influences(
        [
            Factor(field="role", value=None, factor=0.9),
            Factor(field="metro", value="US", factor=1.5),
        ],
        en,
    )
    assert (first.name, first.value, first.x, first.width) == (
        "Metro area",
        "United States",
        50.0,
        50.0,
    )
    assert (second.name, second.value) == ("Kind of work", "Not given")
    assert second.x + second.width == pytest.approx(50.0)


def test_influences_that_change_nothing_have_bars_of_no_length(en: Language) -> None:
    assert influences([Factor(field="role", value=None, factor=1.0)], en)[0].width == 0.0
    assert influences([], en) == ()


def test_one_s_own_pay_is_placed(en: Language) -> None:
    prediction = FakeService().predict(REQUEST)
    assert read(prediction, prediction.percentiles["p25"], en).standing == Standing("at", 25)
    assert read(prediction, None, en).standing is None


def test_free_words_are_told_and_menus_only_when_unknown(en: Language) -> None:
    heard = read(FakeService().predict(REQUEST), None, en).heard
    assert [(word.field, word.given, word.taken_for) for word in heard] == [
        ("Title", "Senior ML engineer", "Machine learning engineer, Senior"),
        ("Skill", "PyTorch", "PyTorch"),
        ("Skill", "Juggling", ""),
    ]


def test_an_unknown_word_of_a_menu_is_told(en: Language) -> None:
    prediction = FakeService().predict(REQUEST)
    country = RecognisedWord(given="Narnia", id=None, status="unknown", score=0.0)
    told = replace(prediction, recognised={"country": country})
    (word,) = read(told, None, en).heard
    assert (word.field, word.given, word.taken_for) == ("Country", "Narnia", "")


def test_the_baseline_is_apart_from_what_multiplies_it(en: Language) -> None:
    answer = read(FakeService().predict(REQUEST), None, en)
    assert answer.baseline == 236_000
    assert "baseline" not in {line.name for line in answer.influences}


def test_percentiles_are_in_order(en: Language) -> None:
    assert list(read(FakeService().predict(REQUEST), None, en).percentiles) == list(LEVELS)
