"""The registered model, loaded as any MLflow user would load it."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from data.inputs import read_inputs
from data.recognition import Recogniser
from data.sources import source_named
from data.stages import Stages
from serving.model import CompensationModel
from serving.registry import NAME
from tests.training.tracking.registering import forget
from training.gather import Pooled
from training.pipeline import Outcome

if TYPE_CHECKING:
    import pandas as pd

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore:::mlflow")]

PEOPLE: dict[str, list[Any]] = {
    "title": ["Senior data scientist", "Product manager", "Software engineer"],
    "company": ["Acme", None, "Globex"],
    "company_level": ["L5", None, None],
    "skills": ["python;sql", None, "sql"],
    "location": ["San Francisco, CA", "Paris", None],
    "country": ["US", "FR", "US"],
    "years_experience": [6.0, None, 2.0],
    "observed_on": ["2025-01-31", "2025-01-31", "2025-01-31"],
}


@pytest.fixture(scope="module")
def folder(
    tracking_uri: str,
    outcome: Outcome,
    pooled: Pooled,
    model_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The registered model as it was downloaded."""
    import mlflow

    from training.publish import publish

    forget(tracking_uri)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", "")
        patch.setenv("MLFLOW_REGISTRY_URI", "")
        version, _ = publish(tracking_uri, model_folder, outcome, pooled)
        name = f"models:/{NAME}/{version}"
        to = str(tmp_path_factory.mktemp("downloaded"))
        return Path(mlflow.artifacts.download_artifacts(name, dst_path=to))


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Any:
    """The registered model, loaded with pickle disallowed."""
    import mlflow

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
        # MLflow puts the code that lies beside the model first in the path.
        patch.setattr(sys, "path", sys.path)
        return mlflow.pyfunc.load_model(str(folder))


def frame(**columns: list[Any]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(columns)


def quantiles(answer: "pd.DataFrame") -> np.ndarray:
    return answer.drop(columns="problem").to_numpy(dtype=float)


def test_it_answers_as_the_model_in_service(loaded: Any, model: CompensationModel) -> None:
    answer = loaded.predict(frame(**PEOPLE))
    texts = pl.DataFrame(PEOPLE).with_columns(pl.all().cast(pl.String))
    inputs, _ = read_inputs(source_named("table"), texts, Recogniser(Stages()))
    levels = [level / 100 for level in range(5, 100, 5)]
    expected = model.predict(inputs, levels).quantiles
    np.testing.assert_allclose(quantiles(answer), expected, rtol=1e-12)
    assert list(answer.columns) == [*(f"p{round(100 * level)}" for level in levels), "problem"]
    assert answer["problem"].isna().all()


def test_every_input_but_who_it_is_about_may_be_left_out(loaded: Any) -> None:
    alone = loaded.predict(frame(title=["Data scientist"]))
    full = {name: [None] for name in PEOPLE} | {"title": ["Data scientist"]}
    np.testing.assert_array_equal(quantiles(alone), quantiles(loaded.predict(frame(**full))))
    assert np.isfinite(quantiles(alone)).all()


@pytest.mark.parametrize("name", ["company_level", "years_experience", "location"])
def test_no_input_is_dropped_on_the_way(loaded: Any, name: str) -> None:
    # MLflow drops, without a word, columns that the signature does not name.
    known = {column: values[:1] for column, values in PEOPLE.items()}
    unknown = known | {name: [None]}
    assert (
        quantiles(loaded.predict(frame(**known))) != quantiles(loaded.predict(frame(**unknown)))
    ).any()


def test_a_row_that_cannot_be_answered_says_why_and_has_no_number(loaded: Any) -> None:
    answer = loaded.predict(frame(title=["Astronaut", "Data scientist", None]))
    assert np.isnan(quantiles(answer)[[0, 2]]).all()
    assert np.isfinite(quantiles(answer)[1]).all()
    problems = answer["problem"].tolist()
    assert problems[0] == "title 'Astronaut' is not a role we know"
    assert problems[2] == "no title and no role"


def test_a_number_that_cannot_be_is_a_problem_of_its_row_alone(loaded: Any) -> None:
    answer = loaded.predict(frame(title=["Designer", "Designer"], years_experience=[-3.0, 3.0]))
    assert "years_experience" in answer["problem"][0]
    assert np.isfinite(quantiles(answer)[1]).all()


def test_a_row_that_names_no_day_asks_for_today(loaded: Any) -> None:
    today = datetime.now(UTC).date().isoformat()
    one = loaded.predict(frame(title=["Designer"]))
    two = loaded.predict(frame(title=["Designer"], observed_on=[today]))
    np.testing.assert_array_equal(quantiles(one), quantiles(two))


def test_it_carries_its_signature_and_an_example_it_can_answer(loaded: Any, folder: Path) -> None:
    import mlflow

    signature = loaded.metadata.signature
    assert {"title", "company", "company_level", "metro"} <= set(signature.inputs.input_names())
    assert not signature.inputs.required_input_names()
    assert not {"base", "gender", "source"} & set(signature.inputs.input_names())
    example = loaded.input_example
    assert len(example) == 2
    assert np.isfinite(quantiles(loaded.predict(example))).all()
    assert mlflow.models.get_model_info(str(folder)).signature == signature


def test_nothing_in_it_is_pickled(folder: Path) -> None:
    assert not [path for path in folder.rglob("*") if path.suffix in {".pkl", ".pickle"}]
    assert "python_model:" not in (folder / "MLmodel").read_text()


def test_it_asks_for_no_package_that_is_in_no_index(folder: Path) -> None:
    wanted = (folder / "requirements.txt").read_text().splitlines()
    names = {line.partition("==")[0].partition("[")[0] for line in wanted}
    assert "paylens" not in names
    assert {"mlflow", "lightgbm", "polars", "pandas", "pandera", "numpy"} <= names
    assert all("==" in line for line in wanted)


def test_the_code_that_reads_it_lies_beside_it(folder: Path) -> None:
    assert {path.name for path in (folder / "code").iterdir()} == {"data", "features", "serving"}
