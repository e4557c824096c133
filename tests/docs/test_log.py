"""The page of the log is run from its beginning to its end, as somebody does who reads it."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from data.recognition import Recogniser
from data.stages import Stages
from serving.__main__ import commands
from serving.app import assemble
from serving.champion import Champion
from serving.log.address import Address
from serving.log.event import FREE, INPUTS
from serving.log.journal import Journal
from serving.settings import Settings
from tests.conftest import CHECKOUT
from tests.docs.test_readme import assert_part_of

PAGE = (CHECKOUT / "docs" / "log.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


class Reader:
    """Types what the page says, and holds what its variables stand for."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.known = {"TODAY": datetime.now(UTC).date().isoformat()}
        self.answer: Any = None

    def type(self, line: str) -> None:
        for name, value in self.known.items():
            line = line.replace(f"${name}", value)
        program, *words = shlex.split(line)
        if program == "curl":
            self.ask(words)
        else:
            assert program == "paylens-serve"
            done = CliRunner().invoke(commands, words, catch_exceptions=False)
            assert done.exit_code == 0, done.output
            if head := re.search(r"^head (\S+)$", done.output, re.MULTILINE):
                self.known["HEAD"] = head[1]

    def ask(self, words: list[str]) -> None:
        (url,) = (word for word in words if word.startswith("http"))
        path = url.removeprefix("http://127.0.0.1:8000")
        if "-d" in words:
            body = json.loads(words[words.index("-d") + 1])
            response = self.client.post(path, json=body)
        else:
            response = self.client.get(path)
        assert response.status_code == 200, response.text
        self.answer = response.json()
        self.known.setdefault("ID", str(self.answer.get("id")))


@pytest.fixture
def reader(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    address = Address.read(f"sqlite:///{tmp_path}/log.db")
    monkeypatch.setenv("PAYLENS_LOG", address.url)
    monkeypatch.setenv("PAYLENS_LOG_SPOOL", str(tmp_path / "spool"))
    champion = Champion(model_folder, None)
    champion.refresh()
    journal = Journal(address, tmp_path / "spool")
    with TestClient(assemble(champion, Recogniser(Stages()), journal=journal)) as client:
        journal.opened()
        yield Reader(client)


def test_every_line_of_the_page_works_and_answers_as_it_says(reader: Reader) -> None:
    for kind, body in BLOCKS:
        if kind == "console":
            for line in body.splitlines():
                reader.type(line.removeprefix("$ "))
        else:
            assert_part_of(json.loads(body), reader.answer)
    assert reader.known["HEAD"].startswith("2:")  # one prediction, one outcome


def test_every_setting_of_the_page_is_one_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(PAYLENS_\w+)` \| `([^`]+)` \|", PAGE, re.MULTILINE))
    assert Settings.read(told) == Settings.read({})
    assert set(told) == {
        "PAYLENS_LOG",
        "PAYLENS_LOG_SPOOL",
        "PAYLENS_LOG_SPOOL_MB",
        "PAYLENS_LOG_WHEN_FULL",
    }


def test_every_input_of_a_record_is_kept_or_named_as_one_that_is_not() -> None:
    from data.record import INPUT_TYPES

    assert set(INPUTS) | set(FREE) == set(INPUT_TYPES) - {"fte_share"}
