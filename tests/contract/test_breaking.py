"""Each kind of breaking change is caught, and what breaks nobody is let pass."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.breaking import breaks

Change = Callable[[dict[str, Any]], object]

OLD: dict[str, Any] = {
    "paths": {
        "/pay": {
            "post": {
                "parameters": [
                    {"in": "query", "name": "q", "required": False, "schema": {"type": "string"}},
                    {"in": "query", "name": "n", "schema": {"type": "integer", "maximum": 10}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Ask"}},
                        "text/csv": {"schema": {"type": "string"}},
                    },
                },
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Pay"}}
                        },
                        "headers": {"Rows": {"schema": {"type": "string"}}},
                    },
                    "422": {"description": "refused"},
                },
            }
        },
        "/old": {"get": {"responses": {"200": {}}}, "delete": {"responses": {"200": {}}}},
    },
    "components": {
        "schemas": {
            "Ask": {
                "type": "object",
                "additionalProperties": False,
                "anyOf": [{"required": ["title"]}, {"required": ["role"]}],
                "properties": {
                    "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "role": {"type": "string", "maxLength": 20},
                    "basis": {"enum": ["total", "base"], "type": "string"},
                    "years": {"type": "number", "minimum": 0},
                    "day": {"type": "string"},
                    "skills": {"type": "array", "items": {"type": "string"}},
                    "person": {"$ref": "#/components/schemas/Ask"},
                },
                "required": ["role"],
            },
            "Pay": {
                "type": "object",
                "properties": {
                    "median": {"type": "integer"},
                    "label": {"enum": ["high", "low"], "type": "string"},
                    "range": {"$ref": "#/components/schemas/Range"},
                    "maybe": {"anyOf": [{"$ref": "#/components/schemas/Range"}, {"type": "null"}]},
                    "all": {"type": "array", "items": {"$ref": "#/components/schemas/Pay"}},
                },
                "required": ["median", "range"],
            },
            "Range": {
                "type": "object",
                "properties": {"lower": {"type": "integer"}},
                "required": ["lower"],
            },
        }
    },
}


def post(document: dict[str, Any]) -> Any:
    return document["paths"]["/pay"]["post"]


def schema(document: dict[str, Any], name: str) -> Any:
    return document["components"]["schemas"][name]


def ask(document: dict[str, Any], field: str) -> Any:
    return schema(document, "Ask")["properties"][field]


def pay(document: dict[str, Any], field: str) -> Any:
    return schema(document, "Pay")["properties"][field]


NEEDED = {"in": "header", "name": "key", "required": True, "schema": {"type": "string"}}

BREAKING: dict[str, tuple[Change, str]] = {
    "a route": (lambda d: d["paths"].pop("/old"), "GET /old: the route is gone"),
    "a method": (lambda d: d["paths"]["/old"].pop("delete"), "DELETE /old: the route is gone"),
    "a parameter": (lambda d: post(d)["parameters"].pop(0), "query parameter q is gone"),
    "a parameter needed": (
        lambda d: post(d)["parameters"][0].update(required=True),
        "query parameter q is needed now",
    ),
    "a new needed parameter": (
        lambda d: post(d)["parameters"].append(NEEDED),
        "header parameter key is new and needed",
    ),
    "a lower maximum": (
        lambda d: post(d)["parameters"][1]["schema"].update(maximum=5),
        "query parameter n: maximum is 5 now",
    ),
    "a kind of body": (
        lambda d: post(d)["requestBody"]["content"].pop("text/csv"),
        "a request of text/csv is no longer taken",
    ),
    "the body": (lambda d: post(d).pop("requestBody"), "the request body is gone"),
    "a body where none was": (
        lambda d: d["paths"]["/old"]["get"].update(requestBody={"required": True, "content": {}}),
        "GET /old: a request body is needed now",
    ),
    "a field of a request": (
        lambda d: schema(d, "Ask")["properties"].pop("years"),
        "request.years is no longer taken",
    ),
    "a renamed field": (
        lambda d: schema(d, "Ask")["properties"].update(
            experience=schema(d, "Ask")["properties"].pop("years")
        ),
        "request.years is no longer taken",
    ),
    "a needed field": (
        lambda d: schema(d, "Ask")["required"].append("years"),
        "request.years is needed now",
    ),
    "a value of a request": (
        lambda d: ask(d, "basis").update(enum=["total"]),
        "request.basis no longer takes base",
    ),
    "any value": (
        lambda d: ask(d, "day").update(enum=["monday"]),
        "request.day no longer takes other values",
    ),
    "a type of a request": (
        lambda d: ask(d, "years").update(type="integer"),
        "request.years no longer takes number",
    ),
    "null in a request": (
        lambda d: ask(d, "title")["anyOf"].pop(),
        "request.title no longer takes null",
    ),
    "a type of an element": (
        lambda d: ask(d, "skills")["items"].update(type="integer"),
        "request.skills[] no longer takes string",
    ),
    "a shorter text": (
        lambda d: ask(d, "role").update(maxLength=9),
        "request.role: maxLength is 9",
    ),
    "a minimum": (lambda d: ask(d, "years").update(minimum=1), "request.years: minimum is 1 now"),
    "a pattern": (
        lambda d: ask(d, "day").update(pattern="^[A-Z]$"),
        "request.day: another pattern, ^[A-Z]$",
    ),
    "an answer": (lambda d: post(d)["responses"].pop("200"), "the answer 200 is gone"),
    "the form of an answer": (
        lambda d: post(d)["responses"]["200"]["content"].pop("application/json"),
        "the answer 200 no longer comes as application/json",
    ),
    "a header of an answer": (
        lambda d: post(d)["responses"]["200"].pop("headers"),
        "the answer 200 has no header Rows any more",
    ),
    "a field of an answer": (
        lambda d: schema(d, "Pay")["properties"].pop("median"),
        "answer 200.median is gone",
    ),
    "a field deep in an answer": (
        lambda d: schema(d, "Range")["properties"].pop("lower"),
        # Told once, where the named schema comes first.
        "answer 200.maybe.lower is gone",
    ),
    "a field that may be missing": (
        lambda d: schema(d, "Pay")["required"].remove("median"),
        "answer 200.median may be missing now",
    ),
    "null in an answer": (
        lambda d: pay(d, "median").update(type=["integer", "null"]),
        "answer 200.median may be null now",
    ),
    "another type in an answer": (
        lambda d: pay(d, "median").update(type="number"),
        "answer 200.median may be number now",
    ),
    "a new value in an answer": (
        lambda d: pay(d, "label")["enum"].append("unknown"),
        "answer 200.label may be unknown now",
    ),
}

HARMLESS: dict[str, Change] = {
    "nothing": lambda _: None,
    "a route": lambda d: d["paths"].update({"/new": {"get": {"responses": {"200": {}}}}}),
    "a parameter": lambda d: post(d)["parameters"].append({**NEEDED, "required": False}),
    "a field of a request": lambda d: schema(d, "Ask")["properties"].update(
        more={"type": "string"}
    ),
    "a value of a request": lambda d: ask(d, "basis")["enum"].append("cash"),
    "null in a request": lambda d: ask(d, "years").update(type=["number", "null"]),
    "a higher bound": lambda d: ask(d, "role").update(maxLength=99),
    "no bound": lambda d: ask(d, "role").pop("maxLength"),
    "a field of an answer": lambda d: schema(d, "Pay")["properties"].update(p=pay(d, "median")),
    "a value less in an answer": lambda d: pay(d, "label").update(enum=["high"]),
    "a field always there": lambda d: schema(d, "Pay")["required"].append("label"),
    "another refusal": lambda d: post(d)["responses"].update({"429": {}}),
    "one refusal less": lambda d: post(d)["responses"].pop("422"),
    "words": lambda d: post(d).update(description="other words"),
}


def changed(change: Change) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    change(new)
    return new


@pytest.mark.parametrize("case", BREAKING)
def test_a_breaking_change_is_caught_and_named(case: str) -> None:
    change, told = BREAKING[case]
    found = breaks(OLD, changed(change))
    assert any(told in each for each in found), found


@pytest.mark.parametrize("case", HARMLESS)
def test_what_breaks_nobody_passes(case: str) -> None:
    assert breaks(OLD, changed(HARMLESS[case])) == []
