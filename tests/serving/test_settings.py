"""What the environment says is what the service does, and what it cannot mean is refused."""

from pathlib import Path

import pytest

from data.errors import LogError, SettingError
from serving.settings import Settings


def test_the_log_is_kept_in_a_file_here_unless_said_otherwise() -> None:
    settings = Settings.read({})
    assert settings.log == "sqlite:///.paylens/log.db"
    assert settings.log_spool == Path(".paylens/spool")
    assert settings.log_when_full == "refuse"
    assert settings.log_spool_mb == 1024


def test_the_settings_of_the_log_are_read() -> None:
    given = {
        "PAYLENS_LOG": "off",
        "PAYLENS_LOG_SPOOL": "/var/spool/paylens",
        "PAYLENS_LOG_WHEN_FULL": "answer",
        "PAYLENS_LOG_SPOOL_MB": "64",
    }
    settings = Settings.read(given)
    assert settings.log == "off"
    assert settings.log_spool == Path("/var/spool/paylens")
    assert settings.log_when_full == "answer"
    assert settings.log_spool_mb == 64


@pytest.mark.parametrize(
    "given", [{"PAYLENS_LOG_WHEN_FULL": "maybe"}, {"PAYLENS_LOG_SPOOL_MB": "lots"}]
)
def test_a_setting_it_cannot_have_is_refused_by_name(given: dict[str, str]) -> None:
    with pytest.raises(LogError, match=next(iter(given))):
        Settings.read(given)


def test_without_a_word_the_defaults_hold() -> None:
    settings = Settings.read({})
    assert settings == Settings(None, "sqlite:///mlflow.db", None)


def test_each_setting_is_read() -> None:
    settings = Settings.read(
        {
            "PAYLENS_MODEL": "model",
            "MLFLOW_TRACKING_URI": "http://tracking:5000",
            "PAYLENS_STAGES": "stages.csv",
            "PAYLENS_KEPT": "/var/lib/paylens",
            "PAYLENS_WATCH_SECONDS": "0",
            "PAYLENS_NOTICE_SECONDS": "2.5",
            "PAYLENS_DRAIN_SECONDS": "30",
            "PAYLENS_LOG_FORMAT": "json",
            "PAYLENS_LOG_LEVEL": "debug",
        }
    )
    assert settings == Settings(
        model=Path("model"),
        tracking_uri="http://tracking:5000",
        stages=Path("stages.csv"),
        kept=Path("/var/lib/paylens"),
        watch_seconds=0.0,
        notice_seconds=2.5,
        drain_seconds=30.0,
        log_format="json",
        log_level="debug",
    )


@pytest.mark.parametrize("given", ["soon", "-1", "nan", "inf", "3601"])
def test_seconds_that_are_none_are_refused_by_name(given: str) -> None:
    with pytest.raises(SettingError, match=f"PAYLENS_DRAIN_SECONDS is '{given}'; it is a number"):
        Settings.read({"PAYLENS_DRAIN_SECONDS": given})


def test_a_form_of_the_log_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingError, match="PAYLENS_LOG_FORMAT is 'xml'; it may be auto,"):
        Settings.read({"PAYLENS_LOG_FORMAT": "xml"})
