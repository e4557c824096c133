import base64
import math

import pytest

from data.errors import ArtifactError
from serving.log.lookup import seen, why
from serving.model import CompensationModel
from tests.serving.log.notes import make_note, told

RECORD = {"role": "data_scientist", "company": "Acme", "country": "US", "pay_basis": "total"}


def test_the_words_a_model_was_taught_are_read_from_the_encoded_inputs(
    model: CompensationModel,
) -> None:
    row = model.encoder.encode_one({**RECORD, "metro": "nowhere"})
    words = seen(model, row)
    assert RECORD.items() <= words.items()
    assert "metro" not in words


def test_the_factors_are_those_of_the_model_that_answered(model: CompensationModel) -> None:
    prediction = model.predict_one(RECORD)
    event = told(make_note()._replace(row=prediction.row, group=prediction.group))
    product = math.prod(each.factor for each in why(model, event))
    assert math.log(product) == pytest.approx(prediction.location, abs=1e-6)


def test_another_model_under_the_same_version_is_not_believed(model: CompensationModel) -> None:
    event = {**told(make_note()), "row": base64.b64encode(b"\0" * 8).decode()}
    with pytest.raises(ArtifactError, match="another model"):
        why(model, event)
