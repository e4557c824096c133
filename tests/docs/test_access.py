"""The page on access: its settings are those that are read, its commands run as they stand."""

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from serving.security.access import Access
from serving.security.scopes import Scope
from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "access.md").read_text(encoding="utf-8")
TYPED = [
    line.removeprefix("$ ")
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
SERVE = [sys.executable, "-m", "serving"]


class Asked(dict[str, str]):
    """An environment that remembers which variables were asked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """An environment without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAYLENS_")}
    return kept | {
        "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/none.db",
        "PAYLENS_KEYS": str(tmp_path / "keys.json"),
        "PYTHONPATH": str(CHECKOUT),
        **more,
    }


def run(line: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the page to its end."""
    words = shlex.split(line)
    assert words[0] == "paylens-serve"
    return subprocess.run(
        [*SERVE, *words[1:]], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def ask(curl: str, port: int, key: str) -> int:
    """Send what ``curl`` says, to another port; return the status."""
    words = iter(shlex.split(curl.replace("$KEY", key).replace(":8000", f":{port}"))[1:])
    url, headers, data = "", {}, None
    for word in words:
        match word:
            case "-s":
                continue
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                data = next(words).encode()
            case _:
                url = word
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(json.load(error)["status"])


@contextlib.contextmanager
def serving(model: Path, env: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve ``model`` in a process of its own; yields the port."""
    from tests.serving.security.conftest import free_port

    port = free_port()
    command = [*SERVE, "--port", str(port), "--model", str(model)]
    with log.open("w") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out)
    try:
        ends = time.monotonic() + 60
        while True:
            with contextlib.suppress(urllib.error.URLError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
                break
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < ends, log.read_text()
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def test_the_settings_of_the_page_are_those_that_are_read_with_their_defaults() -> None:
    rows = re.findall(r"^\| `(PAYLENS_\w+)` \| ([^|]*) \|", PAGE, re.MULTILINE)
    asked = Asked({"PAYLENS_OIDC_ISSUER": "https://x", "PAYLENS_OIDC_AUDIENCE": "x"})
    Access.read(asked)
    assert {name for name, _ in rows} == asked.names
    stated = {
        name: default.split("`")[1]
        for name, default in rows
        if default.startswith("`") and name != "PAYLENS_MODE"
    }
    production = {"PAYLENS_MODE": "production"}
    assert Access.read(production | stated) == Access.read(production)


def test_the_scopes_of_the_page_are_those_there_are() -> None:
    assert re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE) == list(Scope)


def test_the_commands_of_the_page_do_what_it_says(model_folder: Path, tmp_path: Path) -> None:
    export, *lines = TYPED
    name, _, value = export.removeprefix("export ").partition("=")
    env = environment(tmp_path, **{name: value})
    makes = [line for line in lines if " keys create " in line]
    made = run(makes[0], env)
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    with serving(model_folder, env, tmp_path / "log") as port:
        curls = [line for line in lines if line.startswith("curl ")]
        assert [ask(curl, port, key) for curl in curls] == [200, 200]
        assert [ask(curl, port, "wrong") for curl in curls] == [401, 401]
        second = run(makes[1], env).stdout.strip()
        key_id = second.split("_")[1]
        ends = time.monotonic() + 30
        while ask(curls[1], port, second) != 200:
            assert time.monotonic() < ends, "the new key was not noticed"
            time.sleep(0.2)
        assert key_id in run("paylens-serve keys list", env).stdout
        (revoke,) = (line for line in lines if " revoke " in line)
        assert run(revoke.replace("1a2b3c4d", key_id), env).returncode == 0
        while ask(curls[1], port, second) != 401:
            assert time.monotonic() < ends, "the revoked key was not noticed"
            time.sleep(0.2)
    handled = [*makes, *curls, revoke, "paylens-serve keys list", "paylens-serve --host 0.0.0.0"]
    assert sorted(lines) == sorted(handled)


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("local", "PAYLENS_MODE is local"),
        ("production", "PAYLENS_MODE is production and nobody could get in"),
    ],
)
def test_the_service_says_in_a_line_why_it_does_not_listen_to_all(
    model_folder: Path, tmp_path: Path, mode: str, told: str
) -> None:
    env = environment(tmp_path, PAYLENS_MODE=mode, PAYLENS_MODEL=str(model_folder))
    refused = run("paylens-serve --host 0.0.0.0", env)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: ")
    assert told in refused.stderr
    assert "paylens-serve keys create" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
