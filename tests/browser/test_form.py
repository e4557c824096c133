"""The candidates' form in a real browser, without JavaScript unless a test says so."""

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.filling import fill, submit

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


def test_a_candidate_asks_and_is_answered(page: Page, answering: str) -> None:
    page.goto(answering)
    fill(page)
    submit(page)
    expect(page.get_by_role("heading", name="Typical total pay")).to_be_in_viewport()
    expect(page.get_by_text("$412,000").first).to_be_visible()
    expect(page.get_by_text("at about the 64th percentile")).to_be_visible()
    expect(page.get_by_role("img", name="How pay is spread")).to_be_visible()
    expect(page.get_by_role("row", name="95th $653,000")).to_be_visible()
    expect(page.get_by_label("Job title")).to_have_value("Senior machine learning engineer")
    assert page.url == f"{answering}?lang=en#result"


def test_the_synthetic_market_is_seen_first_and_with_the_answer(page: Page, answering: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(answering)
    expect(page.get_by_text("Synthetic reference market")).to_be_in_viewport()
    fill(page)
    submit(page)
    expect(page.locator("#result").get_by_text("Synthetic reference market")).to_be_in_viewport()


def test_the_form_is_filled_in_and_sent_with_the_keyboard_alone(page: Page, answering: str) -> None:
    page.goto(answering)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("id") == "title":
            break
    page.keyboard.type("Senior machine learning engineer")
    for name, keys in (
        ("seniority", "Senior"),
        ("years_experience", "6"),
        ("education", ""),
        ("remote_share", "Hybrid"),
        ("skills", "PyTorch"),
        ("country", "United States"),
        ("metro", ""),
        ("company_stage", ""),
        ("company", "Acme"),
        ("currency", ""),
        ("own_pay", "455000"),
    ):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_id(name)
        page.keyboard.type(keys)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Show where I stand")
    page.keyboard.press("Enter")
    expect(page.get_by_text("at about the 64th percentile")).to_be_visible()
    expect(page.locator("#seniority")).to_have_value("senior")
    expect(page.locator("#country")).to_have_value("US")
    expect(page.locator("#remote_share")).to_have_value("0.5")


def test_enter_in_a_field_asks_too(page: Page, refusing: str) -> None:
    page.goto(refusing)
    page.get_by_label("Job title").fill("Wizard")
    page.get_by_label("Job title").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_url(f"{refusing}?lang=en#result")


def test_what_is_wrong_is_seen_and_leads_to_its_field(page: Page, refusing: str) -> None:
    page.goto(refusing)
    fill(page)
    submit(page)
    alert = page.get_by_role("alert")
    expect(alert).to_be_in_viewport()
    expect(page.get_by_label("Job title")).to_have_accessible_description(
        re.compile("“Wizard” is no kind of work we know")
    )
    alert.get_by_role("link").click()
    expect(page.get_by_label("Job title")).to_be_focused()
    page.get_by_label("AI engineer").check()
    expect(page.get_by_label("None: I write another title above")).not_to_be_checked()
    submit(page)
    expect(page.get_by_label("Job title")).to_have_value("AI engineer")


def test_an_empty_title_is_not_even_sent(page: Page, answering: str) -> None:
    page.goto(answering)
    page.get_by_role("button", name="Show where I stand").click()
    expect(page.get_by_label("Job title")).to_be_focused()
    assert "#result" not in page.url


def test_the_language_changes_with_a_link_and_keeps_the_answer(page: Page, answering: str) -> None:
    page.goto(answering)
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    fill(page)
    submit(page)
    expect(page.get_by_text("aux environs du 64e centile")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("at about the 64th percentile")).to_be_visible()
    expect(page.get_by_label("Skills")).to_have_value("PyTorch, LLM pretraining, Juggling")


def test_the_browsers_language_is_spoken(browser: Browser, answering: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-CA")
    page = context.new_page()
    page.goto(answering)
    expect(page.get_by_role("button", name="Voir où je me situe")).to_be_visible()
    context.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_wider_than_a_small_phone(
    page: Page, answering: str, refusing: str, language: str
) -> None:
    page.set_viewport_size(PHONE)
    for address in (answering, refusing):
        page.goto(f"{address}?lang={language}")
        assert width(page) == PHONE["width"]
        fill(page)
        submit(page)
        assert width(page) == PHONE["width"]


def test_on_a_desk_the_table_stands_beside_the_drawing(page: Page, answering: str) -> None:
    page.set_viewport_size(DESKTOP)
    page.goto(answering)
    fill(page)
    submit(page)
    drawing = page.get_by_role("img", name="How pay is spread").bounding_box()
    table = page.get_by_role("table", name="The same in numbers").bounding_box()
    assert drawing
    assert table
    assert drawing["x"] + drawing["width"] <= table["x"]
    assert table["y"] < drawing["y"] + drawing["height"] < table["y"] + table["height"] + 60


def test_nothing_is_loaded_from_elsewhere_or_against_the_policy(
    browser: Browser, answering: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(answering)
    fill(page)
    submit(page)
    assert any(url.endswith("/static/form.css") for url in asked)
    assert [url for url in asked if not url.startswith(answering)] == []
    assert complaints == []
    assert context.cookies() == []
    context.close()


def width(page: Page) -> int:
    """Return how wide the page is, with what must be scrolled to."""
    return int(page.evaluate("document.documentElement.scrollWidth"))
