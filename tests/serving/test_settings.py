from pathlib import Path

import pytest

from data.errors import LogError
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
