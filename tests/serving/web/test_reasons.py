from datetime import date

import pytest

from data.topics import Word
from serving.model import CompensationModel
from serving.support import Said, Support
from serving.telling import recalibrated, reliability, unseen
from serving.web.language import Language
from serving.web.reasons import reason

LITTLE = Support(
    alike={},
    words={"role": {}, "country": {}, "company": {}, "company_stage": {}, "skills": {}},
    years=(1.0, 40.0),
    bases={},
    largest={"total": 1e6},
)
PEOPLE = (
    {"role": "data_scientist", "country": "FR", "company_stage": "seed", "years_experience": 50.0},
    {"role": "data_scientist", "pay_basis": "total"},
    {"role": "data_scientist", "company": "Nowhere Inc.", "skills": ["python"]},
)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_reason_of_the_support_has_words(
    person: dict[str, object], en: Language, fr: Language
) -> None:
    given = LITTLE.judge(person, Said(0.4, 2e6)).reasons
    assert len(given) >= 2
    for sentence in given:
        assert reason(sentence, en)
        assert reason(sentence, fr) not in (None, reason(sentence, en)), sentence


def test_every_reason_of_the_service_has_words(model: CompensationModel, fr: Language) -> None:
    data = {**model.manifest["data"], "synthetic": True}
    invented = CompensationModel(
        model.encoder,
        model.boosters,
        model.calibration,
        model.coverage,
        model.support,
        {**model.manifest, "data": data},
    )
    record = {"role": "data_scientist", "metro": None, "seniority": None}
    heard = (
        Word("title", "Data person", "data_analyst", 0.6),
        Word("location", "Nowhere", "US", 1.0),
        Word("country", "Atlantis", None, 0.0),
        Word("industry", "it's", None, 0.0),
    )
    loose = (Word("title", "Dta sientist", "data_scientist", 0.5),)
    told = [
        *reliability(record, heard, date(2099, 1, 1), invented).reasons,
        *reliability(record, loose, date(1999, 1, 1), invented).reasons,
    ]
    assert len(told) >= 8
    assert [sentence for sentence in told if reason(sentence, fr) is None] == []


def test_ids_numbers_and_days_are_written_for_people(en: Language) -> None:
    stage = reason("company_stage series_b was seen in 1200 records, under 2000", en)
    assert stage == "Records from companies at this stage (Series B): only 1,200."
    assert reason("country FR was never seen in training", en) == (
        "Nobody in the data works in this country (France)."
    )
    assert reason("the data end on 2026-03-05; nothing later was seen", en) == (
        "The data end on March 5, 2026; nothing later was seen."
    )
    assert reason(f"the data end on 2026-03-05; {unseen(1.0312)}", en) == (
        "The data end on March 5, 2026; nothing later was seen, so ranges are 3.1 percent wider."
    )
    told = {"outcomes": 1200, "observed_from": "2026-04-01", "observed_to": "2026-06-30"}
    assert reason(recalibrated(told), en) == (
        "Adjusted to 1,200 later records of pay, from April 1, 2026 to June 30, 2026."
    )


def test_combinations_and_words_are_named_with_their_fields(en: Language, fr: Language) -> None:
    unusual = (
        "unusual combination: seniority junior with experience 10-15 years was seen in 0 records, "
        "40 would be usual"
    )
    assert reason(unusual, en) == (
        "An unusual combination: Seniority (Junior) with Years of experience (10-15) (0 records)."
    )
    assert "Débutant" in str(reason(unusual, fr))
    assert reason("company Nowhere Inc. was never seen in training", en) == (
        "Nobody in the data has this: Company (Nowhere Inc.)."
    )


def test_a_sentence_never_heard_has_no_words(en: Language) -> None:
    assert reason("the moon is full", en) is None
