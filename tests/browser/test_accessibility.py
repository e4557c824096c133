"""axe's rules for accessible pages, contrast among them, on every state of the form."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.filling import fill, submit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(
    browser: Browser,
    answering: str,
    refusing: str,
    language: str,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    # axe is a script itself, so that this visit needs JavaScript.
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{answering}?lang={language}")
    assert violations(page) == ""
    fill(page)
    submit(page)
    assert violations(page) == ""
    page.goto(f"{refusing}?lang={language}")
    fill(page)
    submit(page)
    assert violations(page) == ""
    context.close()


def violations(page: Page) -> str:
    """Return axe's report, empty where it finds nothing."""
    found = Axe().run(page)
    return str(found.generate_report()) if found.violations_count else ""
