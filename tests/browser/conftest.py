"""A real browser before real servers of the form, which fake services answer."""

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.staticfiles import StaticFiles

from data.errors import UnknownWordError
from serving import web
from serving.web import form
from tests.conftest import require
from tests.serving.web.fake import FakeService

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STATIC = Path(web.__file__).parent / "static"
REASONS = ("company_stage series_b was seen in 112 records, under 200",)
WIZARD = UnknownWordError("title", "Wizard", ("data_scientist", "ai_engineer"))


@contextlib.contextmanager
def served(service: form.Service) -> Iterator[str]:
    """Serve the form on a free port of this machine; yields its address."""
    app = FastAPI()
    app.include_router(form.router(service))
    app.mount("/static", StaticFiles(directory=STATIC))
    server = uvicorn.Server(uvicorn.Config(app, port=0, ws="none", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        ends = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "the server ended before it began"
            assert time.monotonic() < ends, "the server did not begin within 30 s"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="package")
def answering() -> Iterator[str]:
    """Address of a form that is answered, by invented people."""
    with served(FakeService(synthetic=True, reasons=REASONS)) as address:
        yield address


@pytest.fixture(scope="package")
def refusing() -> Iterator[str]:
    """Address of a form whose every title is unknown."""
    with served(FakeService(WIZARD)) as address:
        yield address


# Not the whole session: while Playwright runs, its event loop holds the thread of the tests.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium of this machine."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    require(found, f"a browser ({', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visit without JavaScript."""
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
