"""The committed OpenAPI document is the service's own, and breaks nobody who uses a release."""

import json

import pytest

from tests.contract.__main__ import CHECKOUT, DOCUMENT, accepted, document, released, text
from tests.contract.breaking import breaks


def test_the_committed_document_is_that_of_the_service() -> None:
    committed = (CHECKOUT / DOCUMENT).read_text(encoding="utf-8")
    assert committed == text(document()), "run make openapi"


def test_the_service_breaks_nobody_who_uses_what_was_released() -> None:
    found = released()
    if found is None:
        pytest.skip("git tells of no earlier document")
    assert set(breaks(found[1], document())) <= accepted()


def test_the_service_breaks_nothing_of_itself() -> None:
    told = json.loads(text(document()))
    assert breaks(told, told) == []
