"""The entry points of ``MLproject`` are commands that exist, with options that exist."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]  # comes with MLflow

from tests.conftest import CHECKOUT
from training.__main__ import commands

PROJECT: dict[str, Any] = yaml.safe_load((CHECKOUT / "MLproject").read_text(encoding="utf-8"))
ENTRY_POINTS: dict[str, dict[str, Any]] = PROJECT["entry_points"]
EACH = pytest.mark.parametrize("name", ENTRY_POINTS)


def options(subcommand: str) -> set[str]:
    """Return the options of a subcommand of ``paylens-train``, such as ``--source``."""
    group = typer.main.get_command(commands)
    found = group.commands[subcommand]  # type: ignore[attr-defined]
    return {option for parameter in found.params for option in parameter.opts}


@EACH
def test_an_entry_point_calls_a_command_that_exists(name: str) -> None:
    words = shlex.split(ENTRY_POINTS[name]["command"])
    assert words[:3] == ["python", "-m", "training"]
    given = {word for word in words[4:] if word.startswith("--")}
    assert given <= options(words[3])


@EACH
def test_an_entry_point_uses_each_parameter_it_asks_for_and_no_other(name: str) -> None:
    point = ENTRY_POINTS[name]
    asked = set(re.findall(r"\{(\w+)\}", point["command"]))
    assert asked == set(point.get("parameters", {}))


@EACH
def test_a_parameter_is_a_string_as_mlflow_would_look_for_a_path(name: str) -> None:
    for parameter in ENTRY_POINTS[name].get("parameters", {}).values():
        assert parameter["type"] == "string"


def test_the_main_entry_point_runs_without_any_data() -> None:
    main = ENTRY_POINTS["main"]
    assert main["parameters"]["source"]["default"] == "market"
    assert main["command"].startswith("python -m training fit ")


def test_every_command_is_an_entry_point() -> None:
    group = typer.main.get_command(commands)
    called = {shlex.split(point["command"])[3] for point in ENTRY_POINTS.values()}
    assert called == set(group.commands)  # type: ignore[attr-defined]


def test_its_environment_installs_this_project_at_the_pinned_versions() -> None:
    environment = CHECKOUT / Path(PROJECT["python_env"])
    told: dict[str, Any] = yaml.safe_load(environment.read_text(encoding="utf-8"))
    assert "-c constraints.txt" in told["dependencies"]
    assert ".[serve,train]" in told["dependencies"]
