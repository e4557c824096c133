"""The page on the API is run: its requests are sent to a service, its tables held to the code."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import polars as pl
import pytest

from serving.api.request import BATCH_ITEMS
from serving.limits import Limits
from tests.bench.process import Served, served
from tests.conftest import CHECKOUT
from tests.contract.__main__ import PAGE, document
from tests.contract.routes import renewed

TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"


def blocks(kind: str) -> list[str]:
    return [body for found, body in BLOCKS if found == kind]


def curls() -> list[str]:
    """Each command of the page, over as many lines as it goes."""
    text = "\n".join(blocks("console"))
    return [f"curl{each}".strip() for each in re.split(r"^\$ curl", text, flags=re.MULTILINE)[1:]]


@pytest.fixture(scope="module")
def service(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("service")
    with served(model_folder, folder, os.environ) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the files that the page names."""
    people = pl.DataFrame({"title": ["Data scientist", "Astronaut"], "country": ["FR", "US"]})
    people.write_csv(tmp_path / "people.csv")
    people.write_excel(tmp_path / "people.xlsx")
    return tmp_path


def run(command: list[str], service: Served, desk: Path) -> str:
    words = [word.replace(ADDRESS, service.url) for word in command]
    paths = [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        words, cwd=desk, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def scored(path: Path) -> pl.DataFrame:
    match path.suffix:
        case ".csv":
            return pl.read_csv(path)
        case ".parquet":
            return pl.read_parquet(path)
        case _:
            return pl.read_excel(path)


@pytest.mark.parametrize("command", curls())
def test_every_curl_of_the_page_is_answered(command: str, service: Served, desk: Path) -> None:
    told = run(["bash", "-c", command], service, desk)
    out = re.search(r"-o (\S+)", command)
    if out:
        assert scored(desk / out[1])["median"].null_count() == 1
    else:
        answers = json.loads(told).get("items", [{"prediction": json.loads(told)}])
        assert all(each["prediction"]["median"] > 0 for each in answers)


PRINTED = [
    r"\d+ \d+ \d+\n/problems/unknown-word \[.*\]\n",
    r"\d+\n",
    r"e-17 \d+\ne-18 title 'Astronaut wrangler' is not in the vocabulary.*\n",
    r"2 rows\n",
    r"2 1\n",
    r"prediction\nrecorded\n0 groups\n",
]


@pytest.mark.parametrize(("body", "printed"), list(zip(blocks("python"), PRINTED, strict=True)))
def test_every_python_of_the_page_runs(
    body: str, printed: str, service: Served, desk: Path
) -> None:
    assert re.fullmatch(printed, run([sys.executable, "-c", body], service, desk))


def test_the_request_of_the_query_in_excel_is_answered_with_what_it_reads(service: Served) -> None:
    (query,) = blocks("powerquery")
    address = re.search(r'Web\.Contents\("([^"]+)"', query)
    person = re.search(r"Person = \[(.*)\],", query)
    read = re.search(r"Answer\[(\w+)\]", query)
    assert address
    assert person
    assert read
    fields: dict[str, Any] = dict(re.findall(r'(\w+) = ("[^"]*"|\d+)', person[1]))
    response = httpx2.post(
        address[1].replace(ADDRESS, service.url),
        json={name: json.loads(value) for name, value in fields.items()},
    )
    assert response.json()[read[1]] > 0
    assert len(fields) == 3


def test_the_formula_of_calc_finds_its_number_in_the_answer(service: Served) -> None:
    (formula,) = blocks("text")
    parts = re.search(r'WEBSERVICE\("([^"]+)"\);"(.*?)";"\$1"\)', formula)
    assert parts
    answer = httpx2.get(parts[1].replace(ADDRESS, service.url)).text
    found = re.search(parts[2].replace('""', '"'), answer)
    assert found
    assert float(found[1]) == json.loads(answer)["index"]


def test_the_table_of_routes_is_that_of_the_contract() -> None:
    assert renewed(TEXT, document()) == TEXT, "run make openapi"
    told = set(re.findall(r"^\| [A-Z]+ \| `(/[^`]+)` \|", TEXT, re.MULTILINE))
    assert told == set(document()["paths"])


def test_every_limit_is_told_with_its_name_and_default() -> None:
    told = dict(re.findall(r"^\| `(PAYLENS_\w+)` \| (\S+) \|", TEXT, re.MULTILINE))
    plain = Limits()
    assert told == {
        f"PAYLENS_{name.upper()}": str(getattr(plain, name)) for name in plain.__slots__
    }
    assert f"{BATCH_ITEMS:,} items, {plain.file_rows:,} rows, {plain.file_megabytes} MB" in TEXT
