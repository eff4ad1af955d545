"""Who may come in when ASSAY_API_TOKEN is set, and where the service may listen without one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from claims.errors import InvalidInput
from claims.settings import Settings
from service.auth import SESSION_COOKIE, check_binding

TOKEN = "correct horse battery staple é"
OPEN = {"health.livez", "auth.show_login", "auth.log_in"}
OWN = {"Origin": "http://localhost"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}".encode().decode("latin-1")}


@pytest.fixture
def guarded(make_app: Callable[..., APIFlask]) -> APIFlask:
    return make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts=""))


@pytest.fixture
def browser(guarded: APIFlask) -> FlaskClient:
    """Keeps cookies and says, as browsers do, that it wants pages."""
    client = guarded.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


def sign_in(client: FlaskClient, token: str = TOKEN, **fields: str) -> TestResponse:
    return client.post("/login", data={"token": token} | fields, headers=OWN)


def routes(app: APIFlask) -> list[tuple[str, str, str]]:
    """Every (endpoint, method, path with some value for each parameter)."""
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
    client = guarded.test_client()
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


def test_an_api_path_is_never_redirected(browser: FlaskClient) -> None:
    assert browser.get("/v1/claims").status_code == 401


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
    assert "not the token" in answer.text
    assert browser.get("/v1/claims").status_code == 401


def test_a_session_reads_and_writes_and_ends_with_logout(browser: FlaskClient) -> None:
    sign_in(browser)
    assert browser.get("/v1/claims").status_code == 200
    posted = browser.post("/v1/claims", json={"text": "Eleven died."}, headers=OWN)
    assert posted.status_code == 202
    with browser.session_transaction() as session:
        form_token = session["form_token"]
    out = browser.post("/logout", data={"form_token": form_token}, headers=OWN)
    assert out.headers["Location"] == "/login"
    assert browser.get("/v1/claims").status_code == 401


def test_a_session_ends_when_the_token_is_changed(
    browser: FlaskClient, make_app: Callable[..., APIFlask]
) -> None:
    cookie = sign_in(browser).headers["Set-Cookie"].split(";")[0]
    assert browser.get("/v1/claims", headers={"Cookie": cookie}).status_code == 200
    other = make_app(Settings(api_token=SecretStr("another"), allowed_hosts="")).test_client()
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


def test_without_a_token_there_is_no_login(client: FlaskClient) -> None:
    assert client.get("/login").status_code == 404
    assert client.get("/v1/claims").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "assay.example", ""])
def test_listening_beyond_loopback_needs_a_token(
    host: str, make_app: Callable[..., APIFlask], settings: Settings
) -> None:
    with pytest.raises(InvalidInput, match="ASSAY_API_TOKEN"):
        check_binding(host, settings)
    with pytest.raises(InvalidInput, match="ASSAY_API_TOKEN"):
        make_app(settings, host=host)
    check_binding(host, Settings(api_token=SecretStr(TOKEN)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])
def test_listening_on_loopback_needs_none(host: str, settings: Settings) -> None:
    check_binding(host, settings)


def test_an_empty_token_is_a_mistake() -> None:
    with pytest.raises(InvalidInput, match="empty"):
        check_binding("127.0.0.1", Settings(api_token=SecretStr(" ")))
