"""The page of the API: who may see it, and that it loads nothing from another site."""

from __future__ import annotations

import re
from collections.abc import Callable

from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.settings import Settings
from tests.service.conftest import TOKEN


def test_every_page_leads_to_it(client: FlaskClient) -> None:
    assert '<a href="/docs">API</a>' in client.get("/").text


def test_all_that_it_loads_is_served_from_here(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "<style" not in page.text
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page.text) == ["", ""]
    loaded = re.findall(r'(?:src|href)="([^"]+\.(?:js|css|svg))"', page.text)
    assert len(loaded) == 5
    for address in loaded:
        assert address.startswith("/")
        with client.get(address) as file:
            assert file.status_code == 200, address


def test_it_needs_a_key_or_a_session(make_app: Callable[..., APIFlask]) -> None:
    guarded = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts="")).test_client()
    assert guarded.get("/docs").status_code == 401
    asked = guarded.get("/docs", headers={"Accept": "text/html"})
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=%2Fdocs")
    # Scripts and styles are not secret.
    with guarded.get("/swagger-ui/swagger-ui.css") as style:
        assert style.status_code == 200
    shown = guarded.get("/docs", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "sent without a key" in shown.text
    guarded.post("/login", data={"token": TOKEN}, headers={"Origin": "http://localhost"})
    assert "sent with your session" in guarded.get("/docs").text
