"""What is told of an address, whatever its password is made of."""

import pytest

from serving.shown import shown


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret@db/log",
        "postgresql://u:/secret@db/log",
        "postgresql://u:a@secret@db/log",
        "postgresql://u:secret?@db/log",
        "postgresql://u:secret#@db/log",
        "postgresql://db/log?user=u&password=secret",
        "postgresql://db/log?user=u&password=a@secret",
        "http://secret@tracking:5000",
        "u:secret@db/log",
    ],
)
def test_no_password_is_told_and_no_part_of_one(url: str) -> None:
    assert "secret" not in shown(url)


@pytest.mark.parametrize("url", ["http://tracking:5000", "sqlite:///mlflow.db", "nonsense://x"])
def test_an_address_without_secrets_is_told_as_it_is(url: str) -> None:
    assert shown(url) == url
