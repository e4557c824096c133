"""The champion before leads again, in a real registry that remembers who led."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.errors import ArtifactError, ChampionError
from serving.__main__ import commands
from serving.life.rollback import roll_back
from serving.registry import CHAMPION, crown, history, version_of
from tests.training.tracking.registering import forget, point, register
from training.promote import promote

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore:::mlflow")]


@pytest.fixture
def uri(tracking_uri: str, model_folder: Path) -> str:
    """A registry with the versions 1 to 3, of which none leads."""
    forget(tracking_uri)
    for _ in range(3):
        register(tracking_uri, model_folder)
    return tracking_uri


def test_the_champion_before_leads_again_and_twice_is_twice(uri: str) -> None:
    from training.tracking.runs import place

    assert place(uri, "1") == CHAMPION
    for version in ("2", "3"):
        promote(uri, version)
    assert history(uri) == ("1", "2", "3")
    assert roll_back(uri) == ("2", "3")
    assert roll_back(uri) == ("1", "2")
    assert version_of(uri, CHAMPION) == "1"
    with pytest.raises(ChampionError, match=r"notes no champion of paylens before 1; .*--to"):
        roll_back(uri)


def test_who_was_rolled_back_is_not_the_champion_before(uri: str) -> None:
    crown(uri, ("1", "2"))
    roll_back(uri)
    promote(uri, "3")
    assert roll_back(uri) == ("1", "3")


def test_a_version_may_be_named(uri: str) -> None:
    crown(uri, ("1", "2", "3"))
    assert roll_back(uri, "1") == ("1", "3")
    assert history(uri) == ("1",)
    assert roll_back(uri, "2") == ("2", "1")
    with pytest.raises(ChampionError, match="version 2 is the champion"):
        roll_back(uri, "2")
    with pytest.raises(ChampionError, match="has no version '9' of paylens"):
        roll_back(uri, "9")


def test_an_alias_that_was_moved_in_mlflow_is_in_the_line_too(uri: str) -> None:
    crown(uri, ("1",))
    point(uri, CHAMPION, "3")
    assert history(uri) == ("1", "3")
    assert roll_back(uri) == ("1", "3")


def test_a_champion_before_that_is_broken_does_not_lead(
    uri: str, model_folder: Path, tmp_path: Path
) -> None:
    broken = Path(shutil.copytree(model_folder, tmp_path / "broken"))
    (broken / "scale.txt").write_text("")
    crown(uri, (register(uri, broken), "1"))
    with pytest.raises(ArtifactError, match=r"scale\.txt"):
        roll_back(uri)
    assert version_of(uri, CHAMPION) == "1"


def test_the_command_says_what_it_did(uri: str) -> None:
    crown(uri, ("1", "2"))
    said = CliRunner().invoke(commands, ["rollback", "--tracking-uri", uri])
    assert said.exit_code == 0, said.output
    assert said.output == f"version 1 is champion at {uri} again (before: 2)\n"
    refused = CliRunner().invoke(commands, ["rollback", "--tracking-uri", uri])
    assert isinstance(refused.exception, ChampionError)
