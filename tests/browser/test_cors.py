"""A page of another site uses the API with a key, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_httpserver import HTTPServer

from claims.access import Scope
from service.access.issuing import create_key
from tests.service.live import run_service_and_store

pytestmark = pytest.mark.browser

SUBMIT = """async ([address, key]) => {
  const headers = {Authorization: `Bearer ${key}`, "Content-Type": "application/json",
                   "Idempotency-Key": "story-1"};
  const body = JSON.stringify({text: "Eleven people died."});
  const submitted = await fetch(`${address}/v1/claims`, {method: "POST", headers, body});
  const place = submitted.headers.get("Location");
  const read = await fetch(address + place, {headers});
  return [submitted.status, (await read.json()).text, read.headers.get("ETag")];
}"""
READ = "(address) => fetch(`${address}/v1/claims`).then((one) => one.status, () => 'refused')"


def test_an_allowed_page_submits_and_reads_and_another_one_does_not(
    browser: Browser, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/").respond_with_data(
        "<title>desk</title>", content_type="text/html"
    )
    origin = f"http://localhost:{httpserver.port}"
    with run_service_and_store(tmp_path, ASSAY_CORS_ORIGINS=origin) as live:
        scopes = [Scope.READ, Scope.WRITE]
        key = create_key(live.store, name="desk", scopes=scopes, expires_at=None).key
        page = browser.new_page()
        page.goto(origin)
        assert page.evaluate(SUBMIT, [live.url, key]) == [202, "Eleven people died.", '"1"']
        assert page.evaluate(READ, live.url) == 401
        page.goto(f"http://127.0.0.1:{httpserver.port}")  # another origin
        assert page.evaluate(READ, live.url) == "refused"
        page.close()
