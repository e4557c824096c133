import hashlib
import json
import math
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import ArtifactError
from data.record import INPUT_TYPES
from serving import artifact
from serving.components import split
from serving.model import CompensationModel
from tests.records import make_records

RECORDS = make_records(200, seed=7)
LEVELS = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)


def one(row: int) -> dict[str, object]:
    return RECORDS.select(list(INPUT_TYPES)).row(row, named=True)


def test_one_record_alone_is_predicted_as_it_is_among_many(model: CompensationModel) -> None:
    many = model.predict(RECORDS, LEVELS)
    for row in range(50):
        alone = model.predict_one(one(row))
        assert alone.location == many.location[row]
        assert alone.scale == many.scale[row]
        assert alone.group == many.groups[row]
        quantiles = [model.quantile(alone, level) for level in LEVELS]
        np.testing.assert_allclose(quantiles, many.quantiles[row], rtol=1e-12)
        parts = model.components(alone)
        assert parts is not None
        found = (parts.base, parts.bonus, parts.equity)
        np.testing.assert_allclose(found, many.components[row], rtol=1e-9, atol=1e-6)


def test_the_median_comes_whatever_levels_are_asked_for(model: CompensationModel) -> None:
    without = model.predict(RECORDS, ())
    assert without.quantiles.shape == (200, 0)
    np.testing.assert_array_equal(without.median, model.predict(RECORDS, (0.5,)).quantiles[:, 0])


def test_an_interval_leaves_half_of_the_rest_on_each_side(model: CompensationModel) -> None:
    prediction = model.predict_one(one(0))
    lower, upper = model.interval(prediction, 0.8)
    assert lower == pytest.approx(model.quantile(prediction, 0.1))
    assert upper == pytest.approx(model.quantile(prediction, 0.9))


def test_a_larger_coverage_has_a_wider_interval(model: CompensationModel) -> None:
    prediction = model.predict_one(one(0))
    ends = [model.interval(prediction, coverage) for coverage in (0.5, 0.8, 0.9, 0.98)]
    lower, upper = zip(*ends, strict=True)
    assert list(lower) == sorted(lower, reverse=True)
    assert list(upper) == sorted(upper)


def test_how_sure_the_median_is_is_another_thing_than_where_a_pay_falls(
    model: CompensationModel,
) -> None:
    for row in range(50):
        prediction = model.predict_one(one(row))
        low, high = model.median_interval(prediction)
        median = model.quantile(prediction, 0.5)
        assert low < median < high
        assert low * high == pytest.approx(median**2)
        wide_low, wide_high = model.interval(prediction, 0.95)
        assert high / low < wide_high / wide_low


def test_components_are_told_of_totals_alone(model: CompensationModel) -> None:
    for basis in ("cash", "base", "posted_base"):
        assert model.components(model.predict_one({**one(0), "pay_basis": basis})) is None
    mixed = RECORDS[:2].with_columns(pl.Series("pay_basis", ["total", "posted_base"]))
    parts = model.predict(mixed, ()).components
    assert np.isfinite(parts[0]).all()
    assert np.isnan(parts[1]).all()


def test_a_model_without_component_boosters_tells_none(model: CompensationModel) -> None:
    boosters = {name: model.boosters[name] for name in ("location", "scale", "spread")}
    bare = CompensationModel(
        model.encoder, boosters, model.calibration, None, model.support, model.manifest
    )
    assert not bare.has_components
    assert bare.components(bare.predict_one(one(0))) is None
    assert np.isnan(bare.predict(RECORDS, ()).components).all()


@given(st.floats(1e3, 1e7), st.floats(0, 20), st.floats(-2, 3))
def test_components_add_up_and_none_is_negative(
    median: float, log_base: float, equity_share: float
) -> None:
    parts = split(median, log_base, equity_share)
    assert parts.base + parts.bonus + parts.equity == pytest.approx(median, rel=1e-12)
    assert parts.base <= median
    assert min(parts.base, parts.equity) >= 0
    assert parts.bonus >= -1e-9 * median


def test_a_base_above_the_total_is_the_total() -> None:
    parts = split(100_000.0, math.log(150_000.0), 0.5)
    assert (parts.base, parts.bonus, parts.equity) == (100_000.0, 0.0, 0.0)


def test_factors_multiply_to_the_median(model: CompensationModel) -> None:
    for row in range(30):
        prediction = model.predict_one(one(row))
        product = math.prod(factor.factor for factor in model.explain(prediction))
        assert product == pytest.approx(model.quantile(prediction, 0.5), rel=1e-9)


def test_a_field_has_one_factor_and_the_strongest_come_first(model: CompensationModel) -> None:
    factors = model.explain(model.predict_one(one(0)))
    fields = [factor.field for factor in factors]
    assert (fields[0], fields[-1]) == ("baseline", "calibration")
    assert len(set(fields)) == len(fields)
    row, nothing = model.encoder.encode_one(one(0)), model.encoder.encode_one({})
    known = {
        column.field
        for column, here, there in zip(model.encoder.columns, row, nothing, strict=True)
        if not np.array_equal(here, there, equal_nan=True)
    }
    assert set(fields[1:-1]) == known - {"pay_basis"}
    assert known <= {name for name, value in one(0).items() if value not in (None, [])}
    strength = [abs(math.log(factor.factor)) for factor in factors[1:-1]]
    assert strength == sorted(strength, reverse=True)


def test_no_records_are_no_predictions(model: CompensationModel) -> None:
    none = model.predict(RECORDS.clear(), LEVELS)
    assert none.quantiles.shape == (0, len(LEVELS))
    assert none.components.shape == (0, 3)


def test_scaling_widens_every_interval_and_keeps_the_rest(model: CompensationModel) -> None:
    wider = model.scaled(2.0)
    prediction = model.predict_one(one(0))
    for level in LEVELS:
        before, after = (
            math.log(each.quantile(prediction, level)) - prediction.location
            for each in (model, wider)
        )
        assert after == pytest.approx(2 * before)
    assert wider.manifest == model.manifest
    assert wider.card == model.card


def test_a_row_of_a_larger_table_does_not_depend_on_the_others(model: CompensationModel) -> None:
    order = np.random.default_rng(0).permutation(200)
    np.testing.assert_array_equal(
        model.predict(RECORDS[order], LEVELS).quantiles,
        model.predict(RECORDS, LEVELS).quantiles[order],
    )


def test_a_loaded_model_answers_as_it_did(model: CompensationModel, model_folder: Path) -> None:
    again = CompensationModel.load(model_folder)
    np.testing.assert_array_equal(
        again.predict(RECORDS, LEVELS).quantiles, model.predict(RECORDS, LEVELS).quantiles
    )
    assert again.explain(again.predict_one(one(0))) == model.explain(model.predict_one(one(0)))
    assert again.support == model.support
    assert again.coverage == model.coverage
    assert not again.synthetic


def without(folder: Path, name: str) -> None:
    """Leave the file ``name`` out of the folder and of its manifest."""
    path = folder / artifact.MANIFEST
    manifest = json.loads(path.read_text())
    del manifest["files"][name]
    path.write_text(json.dumps(manifest))


def with_text(folder: Path, name: str, text: str) -> None:
    """Replace the file ``name``, its checksum with it."""
    path = folder / artifact.MANIFEST
    (folder / name).write_text(text)
    manifest = json.loads(path.read_text())
    manifest["files"][name] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", ["encoder.json", "calibration.json", "support.json", "card.md"])
def test_a_manifest_that_names_too_few_files_is_refused(
    model_folder: Path, tmp_path: Path, name: str
) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    without(folder, name)
    with pytest.raises(ArtifactError, match=name):
        CompensationModel.load(folder)


def test_a_model_without_its_location_is_refused(model_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    without(folder, "location.txt")
    with pytest.raises(ArtifactError, match="location"):
        CompensationModel.load(folder)


def test_a_booster_that_is_none_is_refused(model_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    with_text(folder, "scale.txt", "not trees")
    with pytest.raises(ArtifactError, match="LightGBM"):
        CompensationModel.load(folder)
