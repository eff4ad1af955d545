"""Pages when the store is unavailable or the queue is full, and when a token is required."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.settings import Settings
from claims.store.connection import StoreConnection
from claims.store.redis_store import RedisStore
from service.app import create_app
from tests.service.conftest import TOKEN, Notices

PAGE = {"Accept": "text/html"}
OWN = {"Origin": "http://localhost"} | PAGE


def test_page_says_when_the_store_does_not_answer(
    tmp_path: Path, settings: Settings, notices: Notices
) -> None:
    away = RedisStore(StoreConnection(f"unix://{tmp_path}/nobody.sock"), queue_max=1)
    client = create_app(settings, store=away, notify=notices.notify).test_client()
    answer = client.get("/", headers=PAGE)
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "The store does not answer" in answer.text
    assert str(tmp_path) not in answer.text


def test_signing_in_says_when_the_store_does_not_answer(tmp_path: Path, notices: Notices) -> None:
    away = RedisStore(StoreConnection(f"unix://{tmp_path}/nobody.sock"), queue_max=1)
    guarded = Settings(api_token=SecretStr(TOKEN), allowed_hosts="")
    client = create_app(guarded, store=away, notify=notices.notify).test_client()
    answer = client.post("/login", data={"token": TOKEN}, headers=OWN)
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "The store does not answer" in answer.text
    assert client.get("/login", headers=PAGE).status_code == 200


def test_page_says_when_too_much_is_waiting(
    store_url: str, store: RedisStore, settings: Settings, notices: Notices
) -> None:
    full = RedisStore(StoreConnection(store_url), queue_max=0)
    client = create_app(settings, store=full, notify=notices.notify).test_client()
    answer = client.post("/claims", data={"text": "Eleven died."}, headers=OWN)
    full.close()
    assert answer.status_code == 503
    assert "Nothing was accepted" in answer.text
    assert store.list_claims(limit=1).items == ()


@pytest.fixture
def guarded(make_app: Callable[..., APIFlask]) -> FlaskClient:
    """A client, not signed in, of a service that requires a token."""
    app = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts=""))
    return app.test_client()


def test_stranger_sees_the_sign_in_page_in_its_style(guarded: FlaskClient) -> None:
    page = guarded.get("/", headers=PAGE, follow_redirects=True)
    assert "<h1>Sign in</h1>" in page.text
    for address in re.findall(r'(?:href|src)="(/(?:static|pieces)/[^"]+)"', page.text):
        with guarded.get(address) as answer:
            assert answer.status_code == 200


def test_signed_in_browser_submits_with_the_token_of_the_form(
    guarded: FlaskClient, store: RedisStore
) -> None:
    guarded.post("/login", data={"token": TOKEN}, headers=OWN)
    home = guarded.get("/", headers=PAGE)
    token = re.search(r'name="form_token" value="([^"]+)"', home.text)
    assert token
    fields = {"text": "Eleven people died."}
    assert guarded.post("/claims", data=fields, headers=OWN).status_code == 403
    fields["form_token"] = token[1]
    assert guarded.post("/claims", data=fields, headers=OWN).status_code == 303
    assert len(store.list_claims(limit=5).items) == 1


def test_page_kept_from_another_session_is_not_taken_for_current(guarded: FlaskClient) -> None:
    tags = []
    for _ in range(2):
        guarded.post("/login", data={"token": TOKEN}, headers=OWN)
        tags.append(guarded.get("/", headers=PAGE).headers["ETag"])
    assert tags[0] != tags[1]
