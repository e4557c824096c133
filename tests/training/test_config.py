import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from data.errors import TrainingError
from training.config import Config


def read(folder: Path, text: str) -> Config:
    path = folder / "choices.toml"
    path.write_text(text, encoding="utf-8")
    return Config.read(path)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Config()


def test_a_choice_that_is_named_is_changed_and_the_others_stay(tmp_path: Path) -> None:
    config = read(tmp_path, "folds = 3\ntest_share = 0.3\n")
    assert (config.folds, config.test_share) == (3, 0.3)
    assert config.scale == Config().scale


def test_a_table_changes_key_by_key(tmp_path: Path) -> None:
    config = read(tmp_path, "[location]\nlearning_rate = 0.5\nlambda_l2 = 1.0\n")
    assert config.location == {**Config().location, "learning_rate": 0.5, "lambda_l2": 1.0}


def test_an_unknown_choice_is_refused_by_name_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"choices\.toml: .* fold, sed; .*folds, ") as told:
        read(tmp_path, "fold = 3\nsed = 1\n")
    assert "scale_floor" in str(told.value)


def test_a_file_that_is_no_toml_is_refused_by_name_and_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"choices\.toml: .*line 1"):
        read(tmp_path, "folds: 3\n")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"nowhere\.toml"):
        Config.read(tmp_path / "nowhere.toml")


def test_a_file_that_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "choices.toml").write_bytes("# é\nfolds = 3\n".encode("latin-1"))
    with pytest.raises(TrainingError, match=r"choices\.toml"):
        Config.read(tmp_path / "choices.toml")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('folds = "three"', "folds"),
        ("folds = 1", "folds"),
        ("test_share = 1.5", "test_share"),
        ("location = 3", "location"),
        ("max_rejected = -1", "max_rejected"),
        ("locations_large = []", "locations_large"),
        ("locations_large = [63]", "locations_large"),
        ("locations_large = 63", "locations_large"),
        ("[masks]\nemploer = 1.0", "emploer"),
        ("[masks]\nemployer = -1.0", "employer"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_by_name(tmp_path: Path, text: str, name: str) -> None:
    with pytest.raises(TrainingError, match=name):
        read(tmp_path, text)


def test_choices_cannot_be_changed_once_made() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().folds = 3  # type: ignore[misc]


def test_the_choices_are_plain_json() -> None:
    told = json.loads(json.dumps(Config().as_dict()))
    assert Config(**told) == Config()


def test_a_large_table_tries_several_locations_and_a_small_one_does_not() -> None:
    config = Config(large=1000, locations_large=[{"num_leaves": 63}, {"num_leaves": 127}])
    tried = config.locations_for(1000)
    assert [each["num_leaves"] for each in tried] == [63, 127]
    assert {each["objective"] for each in tried} == {config.location["objective"]}
    assert config.locations_for(999) == [config.location]


def test_a_small_table_keeps_more_back_and_grows_more_members() -> None:
    config = Config(large=1000, members=4, members_large=2, scalar_share=0.1)
    assert (config.members_for(999), config.members_for(1000)) == (4, 2)
    assert (config.scalar_share_for(999), config.scalar_share_for(1000)) == (0.2, 0.1)
