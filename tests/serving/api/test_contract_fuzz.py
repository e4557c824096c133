"""Any request at any route is answered by the contract or refused by it, and never a 500.

Callers say who they are, as in production. ``PAYLENS_FUZZ_CASES`` says how many cases are wanted at
least; ``make fuzz`` asks for 5,000.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import negative_data_rejection, positive_data_acceptance

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.limits import Limits
from serving.log.address import Address
from serving.log.journal import Journal
from serving.security import keys
from serving.security.access import Access
from serving.security.scopes import Scope

WANTED = int(os.environ.get("PAYLENS_FUZZ_CASES", "500"))

ROUTES = {
    ("POST", "/v1/predictions"): 0.25,
    ("POST", "/v1/predictions/batch"): 0.25,
    ("POST", "/v1/files"): 0.01,
    ("POST", "/v1/skills/premium"): 0.25,
    ("GET", "/v1/vocabulary/{name}"): 0.2,
    ("GET", "/v1/pay-index"): 0.2,
    ("GET", "/v1/model"): 0.01,
    ("GET", "/v1/model/coverage"): 0.01,
    ("GET", "/v1/predictions/{prediction_id}"): 0.05,
    ("POST", "/v1/outcomes"): 0.2,
    ("GET", "/metrics"): 0.01,
    ("GET", "/healthz"): 0.01,
    ("GET", "/readyz"): 0.01,
    ("GET", "/problems/{slug}"): 0.02,
}
"""Route -> its share of the cases; the sum is above one, as some have few cases to be tried."""

# No schema can say which words are known roles, so a valid request may still be a 422.
ALLOWED = [positive_data_acceptance]

# A broken item is told as that item's problem, and the others are answered.
ITEM_BY_ITEM = {"/v1/predictions/batch", "/v1/outcomes"}

# One application is made per session, which hypothesis calls slow for the first example.
QUIET = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))

# A file that is taken is scored in a process of its own, which costs a second.
FEW = settings(QUIET, max_examples=15)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def guarded(
    model_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FastAPI, str]]:
    """A service in production that keeps a decision log, and a key to it."""
    folder = tmp_path_factory.mktemp("guarded")
    _, key = keys.create(folder / "keys.json", "acme", "fuzz", Scope)
    champion = Champion(model_folder, None)
    champion.refresh()
    access = Access(production=True, keys=folder / "keys.json")
    limits = Limits(idempotency=folder / "kept")
    with Journal(Address.read(f"sqlite:///{folder}/log.db"), folder / "spool") as journal:
        yield assemble(champion, Recogniser(Stages()), access, journal, limits=limits), key


@pytest.fixture(scope="module")
def tried() -> Counter[int]:
    """Counts the answers by status."""
    return Counter()


def takes_anything(operation: Any) -> bool:
    """Whether a request can break what the document says of it at all."""
    return bool(operation.body or operation.query or operation.path_parameters)


def test_every_route_of_the_document_is_tried(app: FastAPI) -> None:
    documented = {
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    assert documented == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_request_breaks_the_service_or_its_contract(
    guarded: tuple[FastAPI, str], tried: Counter[int], method: str, path: str
) -> None:
    app, key = guarded
    operation = schemathesis.openapi.from_asgi("/openapi.json", app)[path][method]
    allowed = [*ALLOWED, negative_data_rejection] if path in ITEM_BY_ITEM else ALLOWED
    cases = max(20, round(WANTED * ROUTES[method, path]))

    kept = operation.as_strategy()
    broken = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @given(kept | broken if takes_anything(operation) else kept)
    @settings(QUIET, max_examples=cases)
    def holds(case: Any) -> None:
        response = case.call(headers={"X-API-Key": key})
        tried[response.status_code] += 1
        case.validate_response(response, excluded_checks=allowed)

    holds()


def test_as_many_cases_were_tried_as_were_wanted(
    tried: Counter[int], capsys: pytest.CaptureFixture[str]
) -> None:
    told = ", ".join(f"{count:,} x {status}" for status, count in sorted(tried.items()))
    with capsys.disabled():
        print(f"\n{tried.total():,} cases with a key, no violation of the contract: {told}")  # noqa: T201
    assert tried.total() >= WANTED
    assert not [status for status in tried if status >= 500]


@pytest.mark.parametrize("path", ["/v1/predictions", "/v1/predictions/batch", "/v1/skills/premium"])
def test_any_json_is_an_answer_or_a_problem(client: TestClient, path: str) -> None:
    fields = st.sampled_from(
        [
            "title",
            "role",
            "skills",
            "country",
            "metro",
            "currency",
            "as_of",
            "items",
            "company",
            "person",
        ]
    )

    @given(st.dictionaries(fields, anything) | anything)
    @QUIET
    def holds(body: object) -> None:
        response = client.post(
            path, content=json.dumps(body), headers={"content-type": "application/json"}
        )
        assert response.status_code in {200, 422}
        if response.status_code == 422:
            assert response.json()["detail"]

    holds()
