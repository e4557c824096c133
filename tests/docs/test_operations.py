"""The page for operators is held to the code: settings, metrics, kinds of lines, commands."""

import io
import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # comes with MLflow
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from typer.main import get_command
from typer.testing import CliRunner

from data.recognition import Recogniser
from data.stages import Stages
from serving.__main__ import commands
from serving.app import assemble
from serving.champion import Champion
from serving.life.kept import MOST
from serving.life.refusals import TRY_AGAIN_SECONDS
from serving.life.server import STARTING_SECONDS
from serving.log.address import Address
from serving.log.journal import Journal
from serving.observe.journal import show
from serving.observe.logs import request_logger
from serving.observe.metrics import Metrics
from serving.registry import HISTORY
from serving.security.access import Access
from serving.settings import Settings
from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([\w.]+)` \| (.*?) \| (.*) \|$", PAGE, re.MULTILINE)
SETTINGS = {name: default.strip("`") for name, default, _ in ROWS if name.isupper()}
OTHER_PAGES = ("access", "api", "log")
METRICS = {name: labels for name, labels, _ in ROWS if name.startswith("paylens_")}


def test_every_setting_is_told_with_its_default() -> None:
    code = (CHECKOUT / "serving").rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in code]
    read = {name for text in texts for name in re.findall(r'"(PAYLENS_[A-Z_]+)"', text)}
    pages = [(CHECKOUT / "docs" / f"{name}.md").read_text("utf-8") for name in OTHER_PAGES]
    elsewhere = {
        name for page in pages for name in re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    }
    assert len(read) > 20
    assert read <= set(SETTINGS) | elsewhere
    defaults = Settings.read({})
    for name, default in SETTINGS.items():
        field = name.removeprefix("PAYLENS_").removeprefix("MLFLOW_").lower()
        if field in {each.name for each in fields(defaults)} and default != "–":
            value = getattr(defaults, field)
            assert default == (f"{value:g}" if isinstance(value, float) else str(value)), name


def test_every_metric_is_told_with_its_labels_and_no_other(tmp_path: Path) -> None:
    measures = Metrics()
    show(Journal(Address.read(f"sqlite:///{tmp_path}/log.db"), tmp_path), measures.gauges)
    found = {
        f"{metric._name}{'_total' if metric._type == 'counter' else ''}": metric._labelnames
        for metric in (*measures.__dict__.values(), *(each for each, _ in measures.gauges._sources))
        if hasattr(metric, "_labelnames")
    }
    told = {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in METRICS.items()}
    assert told == found


def test_the_line_shown_is_of_the_form_that_is_written(model_folder: Path) -> None:
    (shown,) = re.findall(r"^```json\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
    champion, written = Champion(model_folder, None), io.BytesIO()
    champion.refresh()
    log = request_logger("json", "info", written)
    with TestClient(assemble(champion, Recogniser(Stages()), log=log)) as client:
        client.post("/v1/predictions", json={"role": "data_scientist"})
    line = json.loads(written.getvalue())
    assert list(json.loads(shown)) == list(line)
    assert json.loads(shown)["route"] == line["route"]


def lines() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    told = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in told if "paylens-serve" in line]


@pytest.mark.parametrize("line", lines())
def test_every_command_parses(line: str) -> None:
    words = shlex.split(line)[1:]
    group = get_command(commands)
    if words[0].startswith("-"):
        group.make_context("paylens-serve", words)
    else:
        command = group.commands[words[0]]  # type: ignore[attr-defined]
        command.make_context(words[0], words[1:])


def test_prometheus_gets_in_as_the_page_configures_it(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)\n```", PAGE, re.MULTILINE | re.DOTALL)
    (job,) = yaml.safe_load(block)["scrape_configs"]
    (target,) = job["static_configs"][0]["targets"]
    monkeypatch.setenv("PAYLENS_KEYS", str(tmp_path / "keys.json"))
    (create,) = (line for line in lines() if " keys create " in line)
    made = CliRunner().invoke(commands, shlex.split(create)[1:])
    champion = Champion(model_folder, None)
    champion.refresh()
    access = Access(production=True, keys=tmp_path / "keys.json")
    address = f"http://{target}{job['metrics_path']}"
    with TestClient(assemble(champion, Recogniser(Stages()), access)) as client:
        assert client.get(address).status_code == 401
        sent = f"{job['authorization']['type']} {made.stdout.strip()}"
        scraped = client.get(address, headers={"Authorization": sent})
        assert scraped.status_code == 200
        families = {each.name for each in text_string_to_metric_families(scraped.text)}
        assert "paylens_requests" in families


def test_the_figures_in_its_sentences_are_those_of_the_code() -> None:
    assert MOST == 3
    assert "last three models served" in PAGE
    assert TRY_AGAIN_SECONDS == 300
    assert "every five minutes" in PAGE
    assert f"hangs for {STARTING_SECONDS} s" in PAGE
    assert f"`{HISTORY}`" in PAGE
    settings = Settings.read({})
    together = settings.notice_seconds + settings.drain_seconds
    assert f"drain are {together:g} s together by default" in PAGE
    assert together <= 7, "the log needs up to 2.5 of the ten seconds that engines wait"
