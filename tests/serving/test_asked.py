import pytest

from data.errors import SettingError
from serving.settings import Settings


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("PAYLENS_RATES", "PAYLENS_RATE"),
        ("PAYLENS_MAXBODY", "PAYLENS_MAX_BODY"),
        ("PAYLENS_OIDC_ISSUR", "PAYLENS_OIDC_ISSUER"),
        ("PAYLENS_FILE_ROW", "PAYLENS_FILE_ROWS"),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_nearest_there_is(name: str, nearest: str) -> None:
    with pytest.raises(SettingError, match=f"{name} is set.*the nearest is {nearest}$"):
        Settings.read({name: "1"})


@pytest.mark.parametrize(
    "name",
    [
        "PAYLENS_REAL_DATA",
        "PAYLENS_FUZZ_CASES",
        "PAYLENS_SERVICE_HOST",
        "PAYLENS_SERVICE_PORT_HTTP",
        "PAYLENS_PORT",
        "PAYLENS_PORT_8000_TCP_ADDR",
        "PAYLENS_WEB_PORT_8000_TCP",
        "HOME",
    ],
)
def test_names_that_others_read_or_a_cluster_sets_stop_nothing(name: str) -> None:
    assert Settings.read({name: "1"}) == Settings.read({})
