"""The page of the API in a real browser: Swagger UI, under the Content-Security-Policy."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from claims.store.redis_store import RedisStore
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


# The page draws all routes at once, which takes seconds on a busy machine.
PATIENCE_MS = 60_000


def test_it_shows_all_routes_and_sends_a_request(visit: Visit, store: RedisStore) -> None:
    asked: set[str] = set()
    visit.page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page = visit.go("/")
    page.get_by_role("link", name="API").click()
    expect(page.locator(".opblock-tag-section")).to_have_count(12, timeout=PATIENCE_MS)
    assert page.locator(".opblock").count() > 40

    submit = page.locator("#operations-Claims-submit_claim")
    submit.locator(".opblock-summary-control").click()
    submit.get_by_role("button", name="Try it out").click()
    submit.get_by_role("button", name="Execute").click()
    answer = submit.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("202", timeout=PATIENCE_MS)
    expect(answer.locator(".microlight").first).to_contain_text('"status": "queued"')
    (claim,) = store.list_claims(limit=5).items
    assert claim.title == "The town library of Norrbeck opened in 1987."

    assert asked == {urlsplit(visit.url).netloc}
    assert visit.complaints == []


def test_without_a_script_it_leads_to_the_description(
    open_visit: Callable[..., Visit], store: RedisStore
) -> None:
    page = open_visit(scripts="off").go("/docs")
    expect(page.locator("noscript a")).to_have_attribute("href", "/openapi.json")
