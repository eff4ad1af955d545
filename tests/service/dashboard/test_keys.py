"""Signing in with a key: whose session it is, what it may do, and when it ends."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from claims.access import Action, Scope, make_secret, write_key
from claims.ports import NewClaim
from claims.registry import RegisteredSource
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import Claim, ClaimId
from service.access.browser_sessions import SESSION_COOKIE
from tests.contracts.steps import pass_time
from tests.service.conftest import TOKEN
from tests.service.dashboard.test_forms import place_of
from tests.service.keys import id_of, make_key

OWN = {"Origin": "http://localhost"}
TEN = Claim(text="Ten died.", sentence="Ten died.")
SITE = RegisteredSource(name="site", domains=("example.org",))


@pytest.fixture
def guarded(make_app: Callable[..., APIFlask]) -> FlaskClient:
    """A browser at a service that needs a key."""
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


def sign_in(client: FlaskClient, key: str) -> TestResponse:
    return client.post("/login", data={"token": key}, headers=OWN)


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form with the form token of the session, as the first page has it."""
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)
    assert found is not None
    return client.post(path, data={"form_token": found[1]} | fields, headers=OWN)


def test_a_key_opens_a_session_that_shows_whose_it_is(
    guarded: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store, name="Ada <b>Holm</b>")
    assert guarded.get("/").headers["Location"] == "/login?next=%2F"
    signed = sign_in(guarded, key)
    assert (signed.status_code, signed.headers["Location"]) == (303, "/")
    cookie = signed.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Max-Age=43200" in cookie
    assert key[15:] not in cookie
    page = BeautifulSoup(guarded.get("/").text, "lxml")
    who = page.select_one(".who")
    assert who is not None and "Signed in as Ada <b>Holm</b>" in who.text
    (entry,) = store.audit.read(limit=9, action=Action.SESSION_STARTED).items
    assert (entry.actor, entry.object) == (id_of(key), id_of(key))


def test_the_end_of_a_session_is_recorded(guarded: FlaskClient, store: RedisStore) -> None:
    key = make_key(store, name="Ada")
    sign_in(guarded, key)
    sign_in(guarded, key)  # which ends the session before
    post(guarded, "/logout")
    (entry,) = store.audit.read(limit=9, action=Action.SESSION_ENDED).items
    assert (entry.actor, entry.object, entry.count) == (id_of(key), id_of(key), 2)


def test_a_session_of_the_token_has_no_name(make_app: Callable[..., APIFlask]) -> None:
    settings = Settings(api_token=SecretStr(TOKEN), allowed_hosts="")
    client = make_app(settings).test_client()
    sign_in(client, TOKEN)
    assert "Signed in with the token" in client.get("/").text


def test_changes_in_a_session_are_recorded_with_its_key(
    guarded: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store, name="Ada")
    sign_in(guarded, key)
    assert post(guarded, "/claims", text="Eleven died.").status_code == 303
    registered = post(guarded, "/sources", name="office", domains="a.example")
    assert (registered.status_code, place_of(registered)) == (303, "/sources/office")
    assert post(guarded, "/sources/office/remove").status_code == 303
    assert [change.by for change in store.get_source_changes("office")] == ["Ada", "Ada"]
    actions = [entry.action for entry in store.audit.read(limit=9, actor=id_of(key)).items]
    assert actions == ["source.deleted", "source.put", "claim.submitted", "session.started"]


def test_a_reader_sees_no_form_and_may_send_none(guarded: FlaskClient, store: RedisStore) -> None:
    claim = store.submit_claim(NewClaim(id=ClaimId("c_1"), claim=TEN))
    store.put_source(SITE, by="Ada")
    sign_in(guarded, make_key(store, Scope.READ))
    for path in (
        "/",
        "/articles",
        "/claims",
        "/submit",
        f"/claims/{claim}",
        "/sources",
        "/sources/site",
    ):
        page = BeautifulSoup(guarded.get(path).text, "lxml")
        assert [form["action"] for form in page.select("form[method=post]")] == ["/logout"], path
    for path in ("/claims", "/articles", f"/claims/{claim}/recheck", "/sources/site/remove"):
        answer = post(guarded, path, text="Eleven died.")
        assert (answer.status_code, answer.mimetype) == (403, "text/html"), path
        assert "Not allowed to this key" in answer.text
        assert "scope write; yours has: read" in answer.text
    assert len(store.list_claims(limit=9).items) == 1
    assert post(guarded, "/logout").headers["Location"] == "/login"


def test_a_key_that_may_not_read_gets_a_page_with_the_way_out(
    guarded: FlaskClient, store: RedisStore
) -> None:
    sign_in(guarded, make_key(store, Scope.WRITE))
    answer = guarded.get("/")
    assert answer.status_code == 403
    assert "scope read; yours has: write" in answer.text
    assert 'action="/logout"' in answer.text


@pytest.mark.parametrize("end", ["revoked", "expired", "forgotten"])
def test_a_key_that_ends_ends_its_sessions(
    guarded: FlaskClient, store: RedisStore, end: str
) -> None:
    key, other = make_key(store, days=1), make_key(store)
    second = guarded.application.test_client()
    sign_in(guarded, key)
    sign_in(second, other)
    assert guarded.get("/").status_code == 200
    if end == "revoked":
        store.api_keys.revoke(id_of(key))
    else:
        pass_time(store, 25 * 3600)
    if end == "forgotten":
        assert store.audit.forget(keep_s=0, limit=1) >= 1
        store.connection.command("DEL", f"assay:api-key:{id_of(key)}")
    answer = guarded.get("/claims/c_1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=%2Fclaims%2Fc_1")
    posted = guarded.post("/v1/claims", json={"text": "Eleven died."}, headers=OWN)
    assert posted.status_code == 401
    assert second.get("/").status_code == 200
    store.connection.command("FLUSHALL")


def test_a_rotated_key_keeps_its_sessions(guarded: FlaskClient, store: RedisStore) -> None:
    key = make_key(store)
    sign_in(guarded, key)
    store.api_keys.rotate(id_of(key), "new", grace_s=0)
    assert guarded.get("/").status_code == 200


def test_a_key_that_cannot_be_used_opens_no_session(
    guarded: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store, name="Ada")
    wrong = sign_in(guarded, write_key(id_of(key), make_secret()))
    assert (wrong.status_code, "Set-Cookie" in wrong.headers) == (401, False)
    assert "neither a key of this service nor its token" in wrong.text
    store.api_keys.revoke(id_of(key))
    revoked = sign_in(guarded, key)
    assert (revoked.status_code, "Set-Cookie" in revoked.headers) == (401, False)
    assert "The key “Ada” was revoked: use another one." in revoked.text


def test_wrong_keys_in_the_form_slow_down(guarded: FlaskClient, store: RedisStore) -> None:
    key = make_key(store)
    wrong = write_key(id_of(key), make_secret())
    assert [sign_in(guarded, wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(guarded, key).status_code == 303


def test_a_cookie_that_nobody_was_given_opens_nothing(
    guarded: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store)
    sign_in(guarded, key)
    cookie = guarded.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    stranger = guarded.application.test_client(use_cookies=False)
    ends = {"x": 401, "": 401, id_of(key): 401, "A" * 43: 401, "\u00e9" * 43: 401}
    for value, status in (ends | {cookie.value: 200}).items():
        sent = {"Cookie": f"{SESSION_COOKIE}={value}".encode().decode("latin-1")}
        assert stranger.get("/v1/claims", headers=sent).status_code == status, value


def test_on_this_machine_one_may_sign_in_to_be_named(
    client: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store, Scope.READ, name="Ada")
    assert client.get("/login").status_code == 200
    sign_in(client, key)
    assert "Signed in as" in client.get("/").text
    posted = client.post("/v1/claims", json={"text": "Eleven died."}, headers=OWN)
    assert posted.status_code == 403
    store.api_keys.revoke(id_of(key))
    assert "Signed in as" not in client.get("/").text
