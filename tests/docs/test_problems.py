"""The page of problems is the catalogue, and each type is what its cause is answered with."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from data import errors
from serving.api.catalogue import CATALOGUE, OF_ERROR, OF_STATUS
from serving.api.problems import problem_of
from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "problems.md").read_text(encoding="utf-8")
JSON = {"Content-Type": "application/json"}

Ask = Callable[[TestClient], Any]

OVER_HTTP: dict[str, Ask] = {
    "bad-request": lambda c: c.post("/v1/predictions", content=b"\xff", headers=JSON),
    "not-found": lambda c: c.get("/nowhere"),
    "method-not-allowed": lambda c: c.put("/v1/predictions"),
    "not-acceptable": lambda c: c.post(
        "/v1/files", content=b"title\nx\n", headers={"Content-Type": "text/csv", "Accept": "x/y"}
    ),
    "too-large": lambda c: c.post("/v1/predictions", headers={"Content-Length": "99999999999"}),
    "unsupported-media-type": lambda c: c.post("/v1/predictions", data={"title": "x"}),
    "invalid-request": lambda c: c.post("/v1/predictions", json={"title": "x", "age": 3}),
    "unknown-word": lambda c: c.post("/v1/predictions", json={"title": "Wizard of nothing"}),
    "never-seen": lambda c: c.post(
        "/v1/predictions", json={"title": "Data scientist", "pay_basis": "posted_base"}
    ),
    "unknown-day": lambda c: c.get("/v1/pay-index?track=manager&day=1999-01-01"),
    "no-exchange-rate": lambda c: c.post(
        "/v1/predictions", json={"title": "Data scientist", "currency": "XXX"}
    ),
}
"""Type -> a request to an open service that is answered so; tests of the gate provoke the rest."""

BY_ERROR: dict[str, Exception] = {
    "refused": errors.RejectsError("too many rows"),
    "not-authenticated": errors.CredentialError("nobody"),
    "not-allowed": errors.ScopeError("files", ["predict"]),
    "other-site": errors.OtherSiteError("origin", {}),
    "too-many-requests": errors.RateError("1 per minute", 9),
    "provider-unreachable": errors.ProviderError("gone", 9),
    "duplicate-item-id": errors.DuplicateItemError("twice"),
    "draining": errors.DrainingError("it ends"),
    "busy": errors.BusyError("two run", 5),
    "still-running": errors.StillRunningError("it runs", 1),
    "idempotency-key-reused": errors.KeyReusedError("another"),
    "idempotency-unavailable": errors.KeysLostError("no room"),
    "unreadable-file": errors.SourceError("some file"),
    "no-room": errors.RoomError("the disk is full"),
    "outcome-refused": errors.OutcomeError("pay", "pay says nothing of it"),
    "unknown-prediction": errors.UnknownPredictionError("no such prediction"),
    "log-full": errors.LogFullError("no room"),
    "log-unreachable": errors.LogError("gone"),
    "no-model": errors.ChampionError("none"),
    "too-slow": errors.SlowError("late"),
    "head-too-large": HTTPException(431),
    "internal-error": KeyError("nobody foresaw"),
}


def test_the_page_tells_every_type_as_the_service_does() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{each.slug}` | {each.status} | {each.when} | {each.way_out} |"
        for each in CATALOGUE.values()
    ]


def test_every_type_has_a_cause_that_is_tried() -> None:
    assert {*OVER_HTTP, *BY_ERROR} == set(CATALOGUE) == {*OF_ERROR.values(), *OF_STATUS.values(),
                                                         "internal-error"}  # fmt: skip


@pytest.mark.parametrize("slug", OVER_HTTP)
def test_a_request_is_answered_with_its_type(client: TestClient, slug: str) -> None:
    response = OVER_HTTP[slug](client)
    kind = CATALOGUE[slug]
    assert response.status_code == kind.status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["type"], problem["title"]) == (f"/problems/{slug}", kind.title)
    assert problem["status"] == kind.status
    assert problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize("slug", BY_ERROR)
def test_an_error_becomes_its_type(slug: str) -> None:
    problem = problem_of(BY_ERROR[slug])
    assert (problem.type, problem.status) == (f"/problems/{slug}", CATALOGUE[slug].status)
    assert "foresaw" not in problem.detail or slug == "internal-error"


@pytest.mark.parametrize("slug", CATALOGUE)
def test_the_service_tells_what_a_type_means(client: TestClient, slug: str) -> None:
    told = client.get(f"/problems/{slug}").json()
    kind = CATALOGUE[slug]
    assert told == {"type": f"/problems/{slug}", "title": kind.title, "status": kind.status,
                    "when": kind.when, "way_out": kind.way_out}  # fmt: skip


def test_no_code_names_a_type_that_the_catalogue_does_not_have() -> None:
    code = [path for part in ("serving", "docs") for path in (CHECKOUT / part).rglob("*.*")]
    texts = [Path(path).read_text("utf-8") for path in code if path.suffix in {".py", ".md"}]
    named = {slug for text in texts for slug in re.findall(r"/problems/([a-z-]+)", text)}
    assert named <= set(CATALOGUE)
