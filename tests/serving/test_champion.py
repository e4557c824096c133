"""Which model is live, from folders and where no registry answers.

A real registry's champion is tested in ``tests/training/tracking/test_champion.py``.
"""

import shutil
from pathlib import Path

import pytest

from data.errors import ArtifactError, ChampionError
from serving import artifact
from serving.champion import Champion, Live, open_model
from serving.life.kept import Kept
from serving.model import CompensationModel

DEAD = "http://127.0.0.1:9"
"""Nothing listens on the discard port."""


@pytest.fixture
def copy(model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


def break_(folder: Path) -> None:
    path = folder / "location.txt"
    path.write_bytes(path.read_bytes()[:-1])


def test_without_folder_and_registry_there_is_no_model_and_the_way_out_is_told() -> None:
    champion = Champion(None, None)
    assert not champion.refresh()
    with pytest.raises(ChampionError, match=r"train one with paylens-train fit, or .*--model"):
        _ = champion.live


def test_the_folders_model_is_live_under_the_digest_of_its_manifest(model_folder: Path) -> None:
    champion = Champion(model_folder, None)
    assert champion.refresh()
    assert champion.live.version == artifact.digest(model_folder)[:12]
    assert champion.trouble is None


def test_an_unchanged_folder_is_no_change(copy: Path) -> None:
    champion = Champion(copy, None)
    champion.refresh()
    live = champion.live
    assert not champion.refresh()
    assert champion.live is live


def test_a_folder_that_holds_another_model_takes_the_place(copy: Path) -> None:
    champion = Champion(copy, None)
    champion.refresh()
    before = champion.live
    CompensationModel.load(copy).scaled(2.0).save(copy)
    assert champion.refresh()
    assert champion.live.version != before.version


def test_a_folder_broken_later_does_not_displace_the_model_in_service(copy: Path) -> None:
    champion = Champion(copy, None)
    champion.refresh()
    before = champion.live
    break_(copy)
    assert not champion.refresh()
    assert champion.live is before
    assert "location.txt: its SHA-256" in str(champion.trouble)


def test_a_broken_folder_leaves_no_model_and_says_why(copy: Path) -> None:
    break_(copy)
    champion = Champion(copy, None)
    assert not champion.refresh()
    with pytest.raises(ChampionError, match=r"location\.txt: its SHA-256"):
        _ = champion.live


def test_a_folder_that_is_mended_comes_into_service(copy: Path, model_folder: Path) -> None:
    break_(copy)
    champion = Champion(copy, None)
    champion.refresh()
    shutil.copytree(model_folder, copy, dirs_exist_ok=True)
    assert champion.refresh()
    assert champion.trouble is None


def test_where_no_database_was_ever_made_the_folder_serves_and_none_is_made(
    model_folder: Path, tmp_path: Path
) -> None:
    champion = Champion(model_folder, f"sqlite:///{tmp_path / 'mlflow.db'}")
    assert champion.refresh()
    assert champion.trouble is None
    assert not list(tmp_path.iterdir())


def test_where_the_registry_does_not_answer_the_folder_serves_and_the_trouble_is_told(
    model_folder: Path,
) -> None:
    champion = Champion(model_folder, DEAD)
    assert champion.refresh()
    assert champion.live.version == artifact.digest(model_folder)[:12]
    assert f"the tracking server {DEAD} did not answer" in str(champion.trouble)


def test_where_neither_answers_the_registrys_trouble_is_told(copy: Path) -> None:
    break_(copy)
    champion = Champion(copy, DEAD)
    assert not champion.refresh()
    with pytest.raises(ChampionError, match="did not answer"):
        _ = champion.live


def test_a_model_is_opened_by_its_folder(model_folder: Path) -> None:
    live = open_model(str(model_folder), DEAD)
    assert live.version == artifact.digest(model_folder)[:12]


def test_the_market_is_opened_from_the_default_folder(model_folder: Path) -> None:
    assert open_model("market", DEAD, default=model_folder).version


@pytest.mark.parametrize("name", ["nowhere", "market", "models/paylens", "runs:/0a/model"])
def test_a_folder_that_is_no_model_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=f"{name}: no manifest.json"):
        open_model(name, DEAD, default=tmp_path / "market")


@pytest.mark.parametrize("name", [None, "models:/paylens@champion", "models:/paylens/3"])
def test_where_nothing_was_tracked_the_way_out_is_told(name: str | None, tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    with pytest.raises(ChampionError, match="paylens-train fit, or name a model with --model"):
        open_model(name, uri)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name",
    ["models:/other@champion", "models:/other/3", "models:/paylens", "models:/paylens/latest"],
)
def test_a_name_that_is_no_model_of_ours_is_refused_before_anyone_is_asked(name: str) -> None:
    with pytest.raises(ChampionError, match=f"'{name}' names no model of ours"):
        open_model(name, DEAD)


class Heard:
    """A witness that remembers."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.versions: list[str] = []
        self.trouble: str | None = None

    def swapped(self, live: Live, seconds: float) -> None:
        assert seconds > 0
        self.versions.append(live.version)

    def refused(self, kind: str, reason: str) -> None:
        assert reason
        self.kinds.append(kind)

    def looked(self, trouble: str | None) -> None:
        self.trouble = trouble


def test_a_broken_folder_is_refused_once_not_at_every_look(copy: Path) -> None:
    heard = Heard()
    champion = Champion(copy, None, witness=heard)
    champion.refresh()
    break_(copy)
    for _ in range(3):
        assert not champion.refresh()
        assert "location.txt" in str(heard.trouble)
    assert heard.kinds == ["artifact"]
    (copy / "location.txt").write_bytes(b"broken otherwise")
    champion.refresh()
    assert heard.kinds == ["artifact", "artifact"]


def test_a_model_that_answers_nonsense_is_refused_and_the_old_one_stays(copy: Path) -> None:
    heard = Heard()
    champion = Champion(copy, None, witness=heard)
    champion.refresh()
    before = champion.live
    CompensationModel.load(copy).scaled(-1.0).save(copy)
    assert not champion.refresh()
    assert champion.live is before
    assert heard.kinds == ["checkup"]
    assert "its percentiles fall" in str(champion.trouble)


def test_a_full_disk_leaves_the_old_model_in_service_and_is_told(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    champion = Champion(copy, None, witness=heard)
    champion.refresh()
    before = champion.live
    CompensationModel.load(copy).scaled(2.0).save(copy)
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
        assert not champion.refresh()
    assert champion.live is before
    assert heard.kinds == ["disk"]
    assert "No such file or directory" in str(champion.trouble)
    assert champion.refresh()
    assert champion.trouble is None


def test_a_registry_out_of_reach_is_told_at_every_look(model_folder: Path) -> None:
    heard = Heard()
    champion = Champion(model_folder, DEAD, witness=heard)
    champion.refresh()
    champion.refresh()
    assert heard.kinds == ["registry", "registry"]
    assert heard.versions == [artifact.digest(model_folder)[:12]]


def test_a_restart_without_the_registry_serves_what_was_in_service_before(
    model_folder: Path, tmp_path: Path
) -> None:
    kept = Kept(tmp_path)
    kept.keep(DEAD, "7", model_folder)
    champion = Champion(None, DEAD, kept)
    assert champion.refresh()
    assert champion.live.version == "7"
    assert "did not answer" in str(champion.trouble)


def test_a_kept_model_that_was_broken_since_is_not_served(
    model_folder: Path, tmp_path: Path
) -> None:
    kept, heard = Kept(tmp_path), Heard()
    kept.keep(DEAD, "7", model_folder)
    found = kept.last(DEAD)
    assert found is not None
    break_(found[1])
    champion = Champion(None, DEAD, kept, heard)
    assert not champion.refresh()
    assert not champion.serves
    assert "kept" in heard.kinds


def test_inside_a_request_the_model_is_the_one_it_began_with(copy: Path) -> None:
    champion = Champion(copy, None)
    champion.refresh()
    with champion.pinned() as before:
        CompensationModel.load(copy).scaled(2.0).save(copy)
        assert champion.refresh()
        assert champion.live is before
    assert champion.live is not before


def test_a_version_of_the_past_is_recalled_from_its_copy_without_the_registry(
    model_folder: Path, tmp_path: Path
) -> None:
    kept = Kept(tmp_path)
    kept.keep(DEAD, "7", model_folder)
    assert Champion(None, DEAD, kept).recall("7").version == "7"
    with pytest.raises(ChampionError, match="did not answer"):
        Champion(None, DEAD, kept).recall("8")
