"""Fixtures: Chromium on the running service; console messages and failed requests are recorded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from claims.store.redis_store import RedisStore
from tests.service.live import Live, run_service_and_store

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 20_000


@dataclass
class Visit:
    """An open page, with the console messages and failed requests in `complaints`."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def note_failure(self, request: Request) -> None:
        """Record a failed request, except for net::ERR_ABORTED: Chromium reports it for a script
        answered with 304, and for a request in progress when the page is left."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure}: {request.url}")

    def go(self, path: str) -> Page:
        """Open a path of the service."""
        self.page.goto(self.url + path)
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        yield program
        program.close()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The service on an embedded store, without workers; the tests do the workers' steps."""
    shown = {"ASSAY_PUBLIC_PAGE": "True", "ASSAY_PUBLISHER": "The Harbour Desk"}
    with run_service_and_store(tmp_path_factory.mktemp("browser"), **shown) as live:
        yield live


@pytest.fixture
def store(live: Live) -> RedisStore:
    """The store of the running service, emptied."""
    live.store.connection.command("FLUSHALL")
    return live.store


@pytest.fixture
def open_visit(browser: Browser, live: Live) -> Iterator[Callable[..., Visit]]:
    """Opens browser windows of a given width in pixels, each with a context of its own."""
    contexts = []

    def visit(*, width: int = 1280, scripts: str = "on") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts == "on"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        visit = Visit(page, live.url)
        page.on("console", lambda message: visit.complaints.append(message.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("dialog", lambda dialog: visit.complaints.append(f"dialog: {dialog.message}"))
        page.on("requestfailed", lambda request: visit.note_failure(request))
        return visit

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def visit(open_visit: Callable[..., Visit]) -> Visit:
    return open_visit()
