"""What a fit leaves in a real tracking server, from the first model to a promotion."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from data.errors import ChampionError, TrainingError
from data.market import generate
from serving.champion import open_model
from serving.model import CompensationModel
from serving.registry import CHALLENGER, CHAMPION, NAME, version_of
from tests.training.command import Said, paylens_train, write_config, write_table
from tests.training.tracking.registering import forget
from training.config import Config
from training.gather import Pooled
from training.pipeline import Outcome

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore:::mlflow")]


@dataclass(frozen=True)
class Step:
    """A command, and which versions led and challenged after it."""

    said: Said
    champion: str | None
    challenger: str | None


@dataclass(frozen=True)
class Story:
    """Two fits and two promotions, one after the other, in a registry that was empty."""

    uri: str
    table: Path
    config: Config
    folder: Path
    first: Step
    second: Step
    promoted: Step
    again: Step

    @property
    def run(self) -> Any:
        """The run of the first fit."""
        from mlflow.tracking import MlflowClient

        client = MlflowClient(self.uri, self.uri)
        return client.get_run(str(client.get_model_version(NAME, "1").run_id))

    def artifact(self, name: str) -> Path:
        """Return the file ``name`` of the first fit's run."""
        from mlflow.artifacts import download_artifacts

        run = self.run.info.run_id
        return Path(download_artifacts(run_id=run, artifact_path=name, tracking_uri=self.uri))


@pytest.fixture(scope="module")
def story(tracking_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What became of an empty registry."""
    folder = tmp_path_factory.mktemp("story")
    table, config = write_table(folder), write_config(folder)
    forget(tracking_uri)

    def step(*arguments: str) -> Step:
        said = paylens_train(*arguments, "--tracking-uri", tracking_uri)
        return Step(said, version_of(tracking_uri, CHAMPION), version_of(tracking_uri, CHALLENGER))

    def fit(name: str) -> Step:
        written = ("--output", str(folder / name), "--rejects", str(folder / "rejects.csv"))
        return step("fit", "--source", f"table={table}", "--config", str(config), *written)

    return Story(
        uri=tracking_uri,
        table=table,
        config=Config.read(config),
        folder=folder / "first",
        first=fit("first"),
        second=fit("second"),
        promoted=step("promote"),
        again=step("promote"),
    )


def test_the_first_model_becomes_champion(story: Story) -> None:
    assert story.first.said.code == 0, story.first.said.err
    assert (story.first.champion, story.first.challenger) == ("1", None)
    told = f"version 1 is champion at {story.uri}; its files: {story.folder}"
    assert story.first.said.out.splitlines()[-1] == told


def test_a_later_model_challenges_and_the_champion_stays(story: Story) -> None:
    assert (story.second.champion, story.second.challenger) == ("1", "2")
    assert story.second.said.out.splitlines()[-1].startswith("version 2 is challenger at ")


def test_promotion_makes_the_challenger_champion_and_says_who_led_before(story: Story) -> None:
    assert story.promoted.said.code == 0
    assert story.promoted.said.out == f"version 2 is champion at {story.uri} (before: 1)\n"
    assert (story.promoted.champion, story.promoted.challenger) == ("2", None)


def test_with_nothing_to_promote_one_line_says_so(story: Story) -> None:
    assert story.again.said.code == 1
    assert story.again.said.out == ""
    assert story.again.said.line.startswith(f"error: {story.uri} has no challenger to promote: ")
    assert story.again.champion == "2"


def test_the_command_shows_what_was_measured(story: Story) -> None:
    assert "| pinball loss (log pay) |" in story.first.said.out
    assert "| | grouped_random | employer_blanked | look-up | ridge | temporal |" in (
        story.first.said.out
    )


def test_a_run_keeps_every_choice(story: Story) -> None:
    parameters = story.run.data.params
    told = json.loads(json.dumps(story.config.as_dict()))
    for name, value in told.items():
        for key, inner in value.items() if isinstance(value, dict) else [("", value)]:
            assert parameters[f"{name}.{key}" if key else name] == str(inner)
    assert parameters["data"] == "table 500 records"


def test_a_run_keeps_the_metrics_of_each_split_and_baseline(story: Story) -> None:
    logged = story.run.data.metrics
    metrics = CompensationModel.load(story.folder).manifest["metrics"]
    for split, values in metrics.items():
        for name, value in values.items():
            assert logged[f"{split}.{name}"] == pytest.approx(value)
    assert "look-up.coverage_80" in logged
    assert "temporal.pinball_loss" in logged


def test_a_run_names_its_data_by_the_digest_of_the_file(story: Story) -> None:
    (given,) = story.run.inputs.dataset_inputs
    sha256 = hashlib.sha256(story.table.read_bytes()).hexdigest()
    assert given.dataset.name == "table"
    assert given.dataset.digest == sha256[:36]
    assert sha256 in given.dataset.source
    assert [tag.value for tag in given.tags] == ["training"]


def test_a_run_keeps_the_card_and_the_coverage_by_group(story: Story) -> None:
    card = story.artifact("card.md").read_text(encoding="utf-8")
    assert card == CompensationModel.load(story.folder).card
    header = story.artifact("coverage_by_group.csv").read_text().splitlines()[0]
    assert header == "by,group,n,stated,measured,low,high,drawn,mdape"


@pytest.mark.parametrize("name", ["calibration", "coverage_by_group", "factors"])
def test_a_run_keeps_its_pictures(story: Story, name: str) -> None:
    picture = story.artifact(f"{name}.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert width >= 300
    assert height >= 150


def test_runs_are_kept_in_an_experiment_of_their_own(story: Story) -> None:
    from mlflow.tracking import MlflowClient

    experiment = MlflowClient(story.uri, story.uri).get_experiment(story.run.info.experiment_id)
    assert experiment.name == "paylens"
    assert story.run.info.status == "FINISHED"


def test_the_registered_model_is_the_folder_that_was_written(story: Story) -> None:
    live = open_model(f"models:/{NAME}/1", story.uri)
    assert live.version == "1"
    assert live.model.manifest == CompensationModel.load(story.folder).manifest
    champion = open_model(None, story.uri)
    assert champion.version == "2"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("models:/paylens/77", "has no version '77' of paylens"),
        ("models:/paylens@rival", "has no models:/paylens@rival: train one with"),
        ("models:/other/1", "'models:/other/1' names no model of ours: models:/paylens@champion"),
        ("models:/paylens/latest", "names no model of ours"),
    ],
)
def test_a_model_that_is_not_there_is_refused_by_name(story: Story, name: str, said: str) -> None:
    with pytest.raises(ChampionError) as told:
        open_model(name, story.uri)
    assert said in str(told.value)


def test_evaluate_measures_the_champion_on_a_new_table(story: Story, tmp_path: Path) -> None:
    table = write_table(tmp_path, n=150)
    said = paylens_train("evaluate", "--source", f"table={table}", "--tracking-uri", story.uri)
    assert said.code == 0, said.err
    assert said.out.splitlines()[0] == "model 2, learned from table 500 records"
    assert "| | table 150 records |" in said.out


def test_a_version_that_is_not_there_is_not_promoted(story: Story) -> None:
    said = paylens_train("promote", "--version", "77", "--tracking-uri", story.uri)
    assert said.code == 1
    assert said.line == f"error: {story.uri} has no version '77' of {NAME}"
    assert version_of(story.uri, CHAMPION) == story.again.champion


def test_the_champion_before_is_promoted_again_by_its_number(story: Story) -> None:
    said = paylens_train("promote", "--version", "1", "--tracking-uri", story.uri)
    assert said.out == f"version 1 is champion at {story.uri} (before: 2)\n"
    paylens_train("promote", "--version", "2", "--tracking-uri", story.uri)
    assert version_of(story.uri, CHAMPION) == "2"


def test_a_synthetic_model_is_never_registered(
    tracking_uri: str, story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow.tracking import MlflowClient

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("data.market.generate", partial(generate, 500))  # forty thousand take long
    said = paylens_train(
        *("fit", "--source", "market", "--source", f"table={story.table}"),
        *("--config", str(write_config(tmp_path)), "--tracking-uri", tracking_uri),
    )
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == "synthetic model, not registered: .paylens/default"
    assert CompensationModel.load(tmp_path / ".paylens" / "default").synthetic
    versions = MlflowClient(tracking_uri, tracking_uri).search_model_versions(f"name='{NAME}'")
    assert {version.version for version in versions} == {"1", "2"}


def test_a_synthetic_model_is_not_published_either(
    outcome: Outcome, pooled: Pooled, tmp_path: Path
) -> None:
    from training.publish import publish

    told = {**pooled.told, "synthetic": True}
    model = outcome.model.scaled(1.0)
    model.manifest["data"] = told
    with pytest.raises(TrainingError, match="never registered"):
        publish("http://127.0.0.1:9", tmp_path, replace(outcome, model=model), pooled)


@pytest.fixture
def of_mlflow_run(tracking_uri: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of a run that was started by `mlflow run`, in the experiment that is its default."""
    from mlflow.tracking import MlflowClient

    run: str = MlflowClient(tracking_uri, tracking_uri).create_run("0").info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", run)
    yield run
    os.environ.pop("MLFLOW_RUN_ID", None)


def test_inside_mlflow_run_the_run_that_it_started_is_continued(
    of_mlflow_run: str, story: Story, outcome: Outcome, pooled: Pooled, model_folder: Path
) -> None:
    from mlflow.tracking import MlflowClient

    from training.publish import publish

    version, alias = publish(story.uri, model_folder, outcome, pooled)
    client = MlflowClient(story.uri, story.uri)
    assert client.get_model_version(NAME, version).run_id == of_mlflow_run
    assert client.get_run(of_mlflow_run).data.params["data"] == "made 3,000 records"
    assert alias == CHALLENGER
    client.delete_model_version(NAME, version)
