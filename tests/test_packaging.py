"""What leaves this folder: the wheel, the pins, the floors and the commands of make."""

import configparser
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("data", "features", "serving", "training")
PIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*==[0-9][0-9a-z.+]*")
TRAINERS = {"mlflow", "scikit-learn", "matplotlib", "pandas", "dask", "optuna"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def pins() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Text of each file of this checkout's wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    assert built.returncode == 0, built.stderr
    (path,) = folder.iterdir()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_the_wheel_holds_the_four_packages_and_no_tests_or_docs(wheel: dict[str, str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_holds_every_file_of_the_packages(wheel: dict[str, str]) -> None:
    # hatchling leaves out in silence what .gitignore names, a whole package too.
    here = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in wheel if ".dist-info/" not in name} == here


@pytest.mark.parametrize("folder", ["data/vocabulary", "data/reference"])
def test_the_wheel_carries_the_words_and_the_figures(folder: str, wheel: dict[str, str]) -> None:
    tables = [path.name for path in (ROOT / folder).glob("*.toml")]
    assert tables, f"{folder} holds no TOML file"
    for table in tables:
        assert tomllib.loads(wheel[f"{folder}/{table}"]), f"{folder}/{table} is empty"


def test_each_command_leads_to_a_module_of_the_wheel(
    wheel: dict[str, str], project: dict[str, Any]
) -> None:
    (entry_points,) = (text for name, text in wheel.items() if name.endswith("/entry_points.txt"))
    parser = configparser.ConfigParser()
    parser.read_string(entry_points)
    commands = dict(parser["console_scripts"])
    assert commands == project["project"]["scripts"]
    modules = {target.partition(":")[0].replace(".", "/") + ".py" for target in commands.values()}
    assert modules <= set(wheel)


def test_the_service_asks_for_no_trainer(project: dict[str, Any]) -> None:
    serve = project["project"]["optional-dependencies"]["serve"]
    names = {Requirement(line).name for line in [*project["project"]["dependencies"], *serve]}
    assert not names & TRAINERS


def test_each_pin_is_a_name_and_a_version_without_an_address() -> None:
    assert [line for line in pins() if not PIN.fullmatch(line)] == []


def test_the_pins_are_sorted_and_name_a_package_once() -> None:
    names = [line.partition("==")[0] for line in pins()]
    assert names == sorted(set(names))


def test_each_direct_dependency_is_pinned_within_its_bounds(project: dict[str, Any]) -> None:
    pinned = dict(line.split("==") for line in pins())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    for requirement in map(Requirement, wanted):
        pin = pinned.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} has no pin: make pins"
        assert pin in requirement.specifier, f"{requirement} is pinned to {pin}: make pins"


def test_the_floors_keep_their_contracts() -> None:
    contracts = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert contracts.returncode == 0, contracts.stdout


def test_make_help_tells_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    listing = run("make", "--silent", "--no-print-directory", "help").stdout
    told = {line.split()[1] for line in listing.splitlines()}
    assert told == set(phony.split())
