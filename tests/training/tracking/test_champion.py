"""The champion of a real registry in service, and what cannot displace it."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from data.errors import ArtifactError, ChampionError
from serving import artifact
from serving.champion import Champion, open_model
from serving.life.kept import Kept
from serving.model import CompensationModel
from serving.registry import CHALLENGER, CHAMPION, fetch, version_of
from tests.records import make_records
from tests.training.tracking.registering import forget, point, register
from training.promote import promote

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore:::mlflow")]


@pytest.fixture
def uri(tracking_uri: str) -> str:
    """A registry without any model."""
    forget(tracking_uri)
    return tracking_uri


@pytest.fixture
def broken(model_folder: Path, tmp_path: Path) -> Path:
    """A model cut short on its way."""
    folder = Path(shutil.copytree(model_folder, tmp_path / "broken"))
    path = folder / "location.txt"
    path.write_bytes(path.read_bytes()[:1000])
    return folder


def answers(champion: Champion) -> list[float]:
    predictions = champion.live.model.predict(make_records(20, seed=3), (0.1, 0.9))
    return [float(value) for value in predictions.quantiles.ravel()]


def test_the_champion_is_loaded_from_the_server(uri: str, model_folder: Path) -> None:
    point(uri, CHAMPION, register(uri, model_folder))
    champion = Champion(None, uri)
    assert champion.refresh()
    assert (champion.live.version, champion.trouble) == ("1", None)
    local = Champion(model_folder, None)
    local.refresh()
    assert answers(champion) == answers(local)


def test_a_broken_champion_is_refused_and_the_old_one_stays(
    uri: str, model_folder: Path, broken: Path
) -> None:
    point(uri, CHAMPION, register(uri, model_folder))
    champion = Champion(None, uri)
    champion.refresh()
    before, said = champion.live, answers(champion)
    point(uri, CHAMPION, register(uri, broken))
    assert not champion.refresh()
    assert "location.txt: its SHA-256 is not the manifest's" in str(champion.trouble)
    assert champion.live is before
    assert champion.live.version == "1"
    assert answers(champion) == said
    # Once the alias is mended, so is the trouble; the model in service was the right one.
    point(uri, CHAMPION, "1")
    assert not champion.refresh()
    assert champion.trouble is None
    assert champion.live is before


def test_another_champion_takes_its_place(uri: str, model_folder: Path, tmp_path: Path) -> None:
    point(uri, CHAMPION, register(uri, model_folder))
    champion = Champion(None, uri)
    champion.refresh()
    CompensationModel.load(model_folder).scaled(2.0).save(tmp_path / "wider")
    point(uri, CHAMPION, register(uri, tmp_path / "wider"))
    before = answers(champion)
    assert champion.refresh()
    assert champion.live.version == "2"
    assert answers(champion) != before


def test_the_same_champion_is_not_loaded_again(uri: str, model_folder: Path) -> None:
    point(uri, CHAMPION, register(uri, model_folder))
    champion = Champion(None, uri)
    assert champion.refresh()
    live = champion.live
    assert not champion.refresh()
    assert champion.live is live


def test_without_a_champion_the_folder_serves_and_yields_to_the_first_one(
    uri: str, model_folder: Path
) -> None:
    champion = Champion(model_folder, uri)
    assert champion.refresh()
    assert champion.live.version == artifact.digest(model_folder)[:12]
    assert champion.trouble is None
    point(uri, CHAMPION, register(uri, model_folder))
    assert champion.refresh()
    assert champion.live.version == "1"


def test_where_the_first_champion_is_broken_the_folder_serves_and_the_trouble_is_told(
    uri: str, model_folder: Path, broken: Path
) -> None:
    point(uri, CHAMPION, register(uri, broken))
    champion = Champion(model_folder, uri)
    assert champion.refresh()
    assert champion.live.version == artifact.digest(model_folder)[:12]
    assert "location.txt" in str(champion.trouble)


def test_a_registered_model_of_another_kind_is_refused(uri: str, tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"not ours")
    point(uri, CHAMPION, register(uri, tmp_path))
    champion = Champion(None, uri)
    assert not champion.refresh()
    with pytest.raises(ChampionError, match=r"no manifest\.json, so this is no model folder"):
        _ = champion.live


def test_a_newer_format_is_refused_and_the_old_champion_stays(
    uri: str, model_folder: Path, tmp_path: Path
) -> None:
    point(uri, CHAMPION, register(uri, model_folder))
    champion = Champion(None, uri)
    champion.refresh()
    newer = Path(shutil.copytree(model_folder, tmp_path / "newer"))
    manifest = json.loads((newer / artifact.MANIFEST).read_text())
    (newer / artifact.MANIFEST).write_text(json.dumps({**manifest, "format_version": 99}))
    point(uri, CHAMPION, register(uri, newer))
    assert not champion.refresh()
    assert "format version 99" in str(champion.trouble)
    assert champion.live.version == "1"


def test_a_broken_challenger_is_not_promoted(uri: str, model_folder: Path, broken: Path) -> None:
    point(uri, CHAMPION, register(uri, model_folder))
    point(uri, CHALLENGER, register(uri, broken))
    with pytest.raises(ArtifactError, match=r"location\.txt"):
        promote(uri)
    assert (version_of(uri, CHAMPION), version_of(uri, CHALLENGER)) == ("1", "2")


def test_a_version_deleted_after_it_was_named_champion_is_told(
    uri: str, model_folder: Path
) -> None:
    from mlflow.tracking import MlflowClient

    register(uri, model_folder)
    MlflowClient(uri, uri).delete_model_version("paylens", "1")
    with pytest.raises(ChampionError, match="has no version '1' of paylens"):
        fetch(uri, "1")
    with pytest.raises(ChampionError, match="has no champion: train one with paylens-train fit"):
        open_model(None, uri)


def test_looking_for_a_model_leaves_the_processs_own_server_alone(
    uri: str, model_folder: Path
) -> None:
    point(uri, CHAMPION, register(uri, model_folder))
    open_model(None, uri)
    assert os.environ["MLFLOW_TRACKING_URI"] == ""


def test_a_refused_champion_is_named_by_its_version_not_by_where_it_was_copied(
    uri: str, broken: Path
) -> None:
    point(uri, CHAMPION, register(uri, broken))
    champion = Champion(None, uri)
    champion.refresh()
    assert str(champion.trouble).startswith("models:/paylens/1/location.txt: its SHA-256")


def test_a_download_leaves_nothing_behind_but_the_copy_that_is_kept(
    uri: str,
    model_folder: Path,
    broken: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    point(uri, CHAMPION, register(uri, model_folder))
    champion = Champion(None, uri, Kept(tmp_path / "kept"))
    assert champion.refresh()
    assert not list((tmp_path / "temporary").glob("paylens-*"))
    assert Kept(tmp_path / "kept").last(uri) is not None
    again = Champion(None, uri, Kept(tmp_path / "kept"))
    point(uri, CHAMPION, register(uri, broken))
    assert again.refresh(), "the champion is broken, so the kept one serves"
    assert again.live.version == "1"
    assert "models:/paylens/2/location.txt" in str(again.trouble)
