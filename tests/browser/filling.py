"""What a candidate does on the page."""

from playwright.sync_api import Page


def fill(page: Page) -> None:
    """Fill in the form, in whichever language it is."""
    page.locator("#title").fill("Senior machine learning engineer")
    page.locator("#years_experience").fill("6")
    page.locator("#skills").fill("PyTorch, LLM pretraining, Juggling")
    page.locator("#country").select_option("US")
    page.locator("#metro").fill("San Francisco Bay Area")
    page.locator("#remote_share").select_option("0.5")
    page.locator("#company_stage").select_option("series_b")
    page.locator("#own_pay").fill("455000")


def submit(page: Page) -> None:
    """Send the form and wait for what comes of it."""
    page.locator("button.go").click()
    page.locator("#result").wait_for()
