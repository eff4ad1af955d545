"""Authentication with ASSAY_API_TOKEN, and the addresses that may be served without a token."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from claims.errors import InvalidInput
from claims.settings import Settings
from claims.store.connection import StoreConnection
from claims.store.redis_store import RedisStore
from service.access.binding import check_binding
from service.access.browser_sessions import SESSION_COOKIE
from service.access.tokens import WrongTokens, attach_wrong_tokens
from service.app import create_app
from tests.service.keys import OPEN

TOKEN = "correct horse battery staple é"
OWN = {"Origin": "http://localhost"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}".encode().decode("latin-1")}


@pytest.fixture
def guarded(make_app: Callable[..., APIFlask]) -> APIFlask:
    return make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts=""))


@pytest.fixture
def browser(guarded: APIFlask) -> FlaskClient:
    """A client that keeps cookies and asks for HTML, as a browser does."""
    client = guarded.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


def sign_in(client: FlaskClient, token: str = TOKEN, **fields: str) -> TestResponse:
    return client.post("/login", data={"token": token} | fields, headers=OWN)


def session_id_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    return str(cookie.value)


def form_token_of(client: FlaskClient) -> str:
    """The form token of a signed-in browser, from the first page."""
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/").text)
    assert found is not None
    return found[1]


def routes(app: APIFlask) -> list[tuple[str, str, str]]:
    """List (endpoint, method, path) of every route; parameters in the path have sample values."""
    return [
        (rule.endpoint, method, re.sub(r"<(article|claim)?:?\w+>", "a_1", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if not rule.endpoint.endswith("static")
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer(""),
        bearer("wrong"),
        bearer(TOKEN + "x"),
        bearer(TOKEN[:-1]),
        {"Authorization": TOKEN},
        {"Authorization": "Basic dXNlcjpwdw=="},
        {"Authorization": "Bearer"},
        {"Authorization": "\xff\xfe"},
        {"Cookie": f"{SESSION_COOKIE}=eyJmb3JtX3Rva2VuIjoieCJ9.aaaa.bbbb"},
    ],
    ids=range(10),
)
def test_every_route_but_livez_and_login_asks_for_the_token(
    guarded: APIFlask, headers: dict[str, str]
) -> None:
    hourly = itertools.count(step=3600).__next__
    attach_wrong_tokens(guarded, WrongTokens(clock=hourly))
    client = guarded.test_client(use_cookies=False)
    for endpoint, method, path in routes(guarded):
        answer = client.open(path, method=method, headers=headers)
        if endpoint not in OPEN:
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="assay"'
            assert answer.json["type"] == "/problems/unauthorized"
    assert client.get("/nowhere", headers=headers).status_code == 401


def test_livez_needs_no_token(guarded: APIFlask) -> None:
    assert guarded.test_client().get("/livez").status_code == 200


def test_the_token_as_bearer_opens_every_route(guarded: APIFlask) -> None:
    client = guarded.test_client()
    for endpoint, method, path in routes(guarded):
        if endpoint not in OPEN:
            answer = client.open(path, method=method, headers=bearer(TOKEN))
            assert answer.status_code not in (401, 403), (method, path)
    answer = client.post("/v1/claims", json={"text": "Eleven died."}, headers=bearer(TOKEN))
    assert answer.status_code == 202
    scheme = {"Authorization": bearer(TOKEN)["Authorization"].replace("Bearer", "BEARER")}
    assert client.get("/v1/claims", headers=scheme).status_code == 200


def test_a_page_view_without_a_session_leads_to_the_login_form_and_back(
    browser: FlaskClient,
) -> None:
    answer = browser.get("/articles/a_1")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/login?next=%2Farticles%2Fa_1",
    )
    form = browser.get(answer.headers["Location"])
    assert (form.status_code, form.mimetype) == (200, "text/html")
    assert 'value="/articles/a_1"' in form.text
    assert sign_in(browser, next="/articles/a_1").headers["Location"] == "/articles/a_1"


def test_sign_in_form_keeps_the_query_of_the_page(browser: FlaskClient) -> None:
    page = "/submit?url=https://news.example/?id%3D1%26part%3D2%26q%3Dwhat?"
    form = browser.get(browser.get(page).headers["Location"])
    field = BeautifulSoup(form.text, "lxml").select_one("input[name='next']")
    assert field is not None and field["value"] == page
    assert sign_in(browser, next=str(field["value"])).headers["Location"] == page
    assert "news.example/?id=1&amp;part=2&amp;q=what?" in browser.get(page).text


def test_a_form_of_an_ended_session_leads_to_the_login_form(
    browser: FlaskClient, store: RedisStore
) -> None:
    sign_in(browser)
    form_token = form_token_of(browser)
    store.sessions.end(session_id_of(browser))
    for path in ("/claims", "/logout"):
        fields = {"text": "Eleven died.", "form_token": form_token}
        answer = browser.post(path, data=fields, headers=OWN)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=%2F")
    assert store.list_claims(limit=1).items == ()


def test_an_api_path_is_never_redirected(browser: FlaskClient) -> None:
    assert browser.get("/v1/claims").status_code == 401
    assert browser.post("/v1/claims", json={"text": "a"}, headers=OWN).status_code == 401


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\r\nX: 1", ""]
)
def test_signing_in_never_leads_to_another_site(browser: FlaskClient, place: str) -> None:
    assert sign_in(browser, next=place).headers["Location"] == "/"


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(browser: FlaskClient) -> None:
    cookie = sign_in(browser).headers["Set-Cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert TOKEN not in cookie
    over_tls = browser.post("/login", base_url="https://localhost", data={"token": TOKEN})
    assert "Secure" in over_tls.headers["Set-Cookie"]


def test_a_wrong_token_gives_no_session(browser: FlaskClient) -> None:
    answer = sign_in(browser, "wrong")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert "neither a key of this service nor its token" in answer.text
    assert browser.get("/v1/claims").status_code == 401


def test_a_session_reads_and_writes_and_ends_with_logout(browser: FlaskClient) -> None:
    sign_in(browser)
    assert browser.get("/v1/claims").status_code == 200
    posted = browser.post("/v1/claims", json={"text": "Eleven died."}, headers=OWN)
    assert posted.status_code == 202
    form_token = form_token_of(browser)
    out = browser.post("/logout", data={"form_token": form_token}, headers=OWN)
    assert out.headers["Location"] == "/login"
    assert browser.get("/v1/claims").status_code == 401


def test_a_session_ends_when_the_token_is_changed(
    browser: FlaskClient, make_app: Callable[..., APIFlask]
) -> None:
    cookie = sign_in(browser).headers["Set-Cookie"].split(";")[0]
    assert browser.get("/v1/claims", headers={"Cookie": cookie}).status_code == 200
    another = Settings(api_token=SecretStr(f"another {TOKEN}"), allowed_hosts="")
    other = make_app(another).test_client(use_cookies=False)
    assert other.get("/v1/claims", headers={"Cookie": cookie}).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_session_changes_nothing_for_another_site(
    browser: FlaskClient, headers: dict[str, str]
) -> None:
    sign_in(browser)
    answer = browser.post("/v1/claims", json={"text": "Eleven died."}, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")
    assert browser.get("/v1/claims").json["items"] == []


@pytest.mark.parametrize("form_token", ["", "x", "é"])
def test_a_form_without_the_token_of_the_session_is_forbidden(
    browser: FlaskClient, form_token: str
) -> None:
    sign_in(browser)
    answer = browser.post("/logout", data={"form_token": form_token}, headers=OWN)
    assert answer.status_code == 403
    assert browser.get("/v1/claims").status_code == 200


def test_without_a_token_nobody_has_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/v1/claims").status_code == 200
    assert client.get("/v1/claims", headers=bearer("of another service")).status_code == 200
    assert "Sign out" not in client.get("/", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "assay.example", ""])
def test_listening_beyond_loopback_needs_a_token(
    host: str, make_app: Callable[..., APIFlask], settings: Settings, store: RedisStore
) -> None:
    with pytest.raises(InvalidInput, match="ASSAY_API_TOKEN"):
        check_binding(host, settings, store)
    with pytest.raises(InvalidInput, match="assay keys create"):
        make_app(settings, host=host)
    check_binding(host, Settings(api_token=SecretStr(TOKEN)), store)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])
def test_listening_on_loopback_needs_none(host: str, settings: Settings, store: RedisStore) -> None:
    check_binding(host, settings, store)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("token", ["", " ", "a", "a" * 64])
def test_a_token_that_can_be_guessed_is_refused(
    host: str, token: str, make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    weak = Settings(api_token=SecretStr(token), allowed_hosts="")
    with pytest.raises(InvalidInput, match="at least 128 are needed"):
        check_binding(host, weak, store)
    with pytest.raises(InvalidInput, match="ASSAY_API_TOKEN"):
        make_app(weak, host=host)


# --- wrong tokens -----------------------------------------------------------------------------


def elsewhere(address: str) -> dict[str, str]:
    return {"REMOTE_ADDR": address}


def test_wrong_tokens_are_slowed_down_and_the_right_one_is_let_in(guarded: APIFlask) -> None:
    client = guarded.test_client()
    statuses = [
        client.get("/v1/claims", headers=bearer(f"wrong {number}")).status_code
        for number in range(8)
    ]
    assert statuses == [401] * 5 + [429] * 3
    answer = client.get("/v1/claims", headers=bearer("wrong"))
    assert answer.json["type"] == "/problems/too-many-attempts"
    assert 12 < int(answer.headers["Retry-After"]) <= 300
    assert client.get("/v1/claims", headers=bearer(TOKEN)).status_code == 200
    assert sign_in(client).status_code == 303
    assert client.get("/v1/claims").status_code == 200
    # Other clients, and requests without a token, are not limited.
    other = client.get("/v1/claims", headers=bearer("x"), environ_base=elsewhere("10.0.0.7"))
    assert other.status_code == 401
    assert guarded.test_client().get("/v1/claims").status_code == 401


def test_wrong_tokens_in_the_form_count_with_those_of_programs(browser: FlaskClient) -> None:
    answers = [sign_in(browser, f"wrong {number}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5
    slowed = sign_in(browser, "wrong")
    assert (slowed.status_code, slowed.mimetype) == (429, "text/html")
    assert int(slowed.headers["Retry-After"]) > 0
    assert "The right one is accepted at any time" in slowed.text
    assert browser.get("/v1/claims", headers=bearer("wrong")).status_code == 429
    assert sign_in(browser).status_code == 303


def test_a_wrong_token_is_counted_whatever_answer_was_asked_for(browser: FlaskClient) -> None:
    statuses = [browser.get("/", headers=bearer("wrong")).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


# --- the end of sessions ----------------------------------------------------------------------


def cookie_of(answer: TestResponse) -> dict[str, str]:
    return {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}


def test_a_copy_of_the_cookie_is_worth_nothing_after_logout(
    browser: FlaskClient, make_app: Callable[..., APIFlask], guarded: APIFlask
) -> None:
    copy = cookie_of(sign_in(browser))
    form_token = form_token_of(browser)
    settings = Settings(api_token=SecretStr(TOKEN), allowed_hosts="")
    other_process = make_app(settings).test_client(use_cookies=False)
    assert other_process.get("/v1/claims", headers=copy).status_code == 200
    browser.post("/logout", data={"form_token": form_token}, headers=OWN)
    for client in (other_process, guarded.test_client(use_cookies=False)):
        assert client.get("/v1/claims", headers=copy).status_code == 401
        assert client.get("/", headers=copy | {"Accept": "text/html"}).status_code == 303
        posted = client.post("/v1/claims", json={"text": "Eleven died."}, headers=copy | OWN)
        assert posted.status_code == 401


def test_logout_ends_no_other_session(guarded: APIFlask) -> None:
    first, second = guarded.test_client(), guarded.test_client()
    for client in (first, second):
        sign_in(client)
    form_token = form_token_of(first)
    first.post("/logout", data={"form_token": form_token}, headers=OWN)
    assert second.get("/v1/claims").status_code == 200


def test_signing_in_again_ends_the_session_before(browser: FlaskClient, guarded: APIFlask) -> None:
    before = cookie_of(sign_in(browser))
    sign_in(browser)
    stranger = guarded.test_client(use_cookies=False)
    assert stranger.get("/v1/claims", headers=before).status_code == 401
    assert browser.get("/v1/claims").status_code == 200


def test_without_the_store_no_session_is_let_in_but_the_token_is(
    browser: FlaskClient, tmp_path: Path
) -> None:
    cookie = cookie_of(sign_in(browser))
    away = RedisStore(StoreConnection(f"unix://{tmp_path}/nobody.sock"), queue_max=1)
    settings = Settings(api_token=SecretStr(TOKEN), allowed_hosts="")
    app = create_app(settings, store=away, notify=lambda: None)
    client = app.test_client(use_cookies=False)
    answer = client.get("/problems/not-found", headers=cookie)
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/store-down")
    page = client.get("/", headers=cookie | {"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert sign_in(client).status_code == 503
    assert client.get("/problems/not-found", headers=bearer(TOKEN)).status_code == 200
    assert client.get("/problems/not-found", headers=bearer("wrong")).status_code == 401
