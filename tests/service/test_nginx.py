"""The service behind a real nginx: who needs a key, and whose address counts."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import trustme

from claims.access import Action, Scope
from claims.store.redis_store import RedisStore, connect
from service.access.issuing import create_key
from tests.service.live import Live, run_service
from tests.stack.nginx import run_nginx
from tests.stack.servers import embedded_server

pytestmark = pytest.mark.nginx

NAME = "claims.example.org"
NEW_KEY = {"name": "intruder", "scopes": ["read", "write", "admin"]}
FORWARDING = """
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
"""
"""What deployments add to proxy_pass; without it nginx sends the address of the service as Host."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int,
    method: str,
    path: str,
    body: object = None,
    *,
    tls: ssl.SSLContext | None = None,
    **headers: str,
) -> Answer:
    """One request as a client outside sends it: under the public name of the service."""
    sent = {"Host": NAME} | {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, dict):
        body, sent["Content-Type"] = json.dumps(body), "application/json"
    connection = (
        HTTPConnection("127.0.0.1", port, timeout=30)
        if tls is None
        else HTTPSConnection("127.0.0.1", port, timeout=30, context=tls)
    )
    with closing(connection):
        connection.request(method, path, body=body, headers=sent)  # type: ignore[arg-type]
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(Path(tmp_path_factory.mktemp("store"))) as url:
        yield url


@pytest.fixture(scope="module")
def kept_store(store_url: str) -> Iterator[RedisStore]:
    with closing(connect(store_url)) as store:
        yield store


@pytest.fixture
def store(kept_store: RedisStore) -> RedisStore:
    """The store of the services, empty."""
    kept_store.connection.command("FLUSHALL")
    return kept_store


@pytest.fixture(scope="module")
def live(
    kept_store: RedisStore, store_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """A service whose operator names the public host and no trusted proxy."""
    folder = tmp_path_factory.mktemp("live")
    with run_service(kept_store, store_url, folder, ASSAY_ALLOWED_HOSTS=NAME) as service:
        yield service


@pytest.fixture(scope="module")
def trusting(
    kept_store: RedisStore, store_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """A service that trusts the proxies of this machine."""
    settings = {"ASSAY_ALLOWED_HOSTS": NAME, "ASSAY_TRUSTED_PROXIES": "127.0.0.0/8"}
    folder = tmp_path_factory.mktemp("trusting")
    with run_service(kept_store, store_url, folder, **settings) as service:
        yield service


def make_key(store: RedisStore) -> str:
    made = create_key(store, name="desk", scopes=tuple(Scope), expires_at=None)
    return made.key


def test_proxy_that_does_not_pass_host_opens_nothing_once_there_is_a_key(
    live: Live, store: RedisStore, tmp_path: Path
) -> None:
    key = make_key(store)
    with run_nginx(tmp_path / "nginx", upstream=live.url) as port:
        for headers in ({}, {"X_Forwarded_For": "203.0.113.9"}):
            made = ask(port, "POST", "/v1/keys", NEW_KEY, **headers)
            assert (made.status, made.json["type"]) == (401, "/problems/unauthorized")
            assert ask(port, "GET", "/v1/claims", **headers).status == 401
        let_in = ask(port, "GET", "/v1/claims", Authorization=f"Bearer {key}")
        assert let_in.status == 200
    assert [one.name for one in store.api_keys.list_keys()] == ["desk"]


@pytest.mark.parametrize(
    "options",
    [
        FORWARDING,
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Real-IP $remote_addr;",
        "proxy_set_header Forwarded for=$remote_addr;",
        "proxy_set_header Via '1.1 proxy';",
        "proxy_set_header Host $http_host;",
    ],
    ids=["all", "for", "real-ip", "forwarded", "via", "host"],
)
def test_proxy_that_shows_itself_opens_nothing_before_there_is_a_key(
    live: Live, store: RedisStore, tmp_path: Path, options: str
) -> None:
    with run_nginx(tmp_path / "nginx", upstream=live.url, options=options) as port:
        refused = ask(port, "POST", "/v1/keys", NEW_KEY)
        assert (refused.status, refused.json["type"]) == (401, "/problems/unauthorized")
        assert "assay keys create" in refused.json["detail"]
    assert not store.api_keys.exist()


def test_addresses_of_an_untrusted_proxy_are_ignored(
    live: Live, store: RedisStore, tmp_path: Path
) -> None:
    key = make_key(store)
    with run_nginx(tmp_path / "nginx", upstream=live.url, options=FORWARDING) as port:
        headers = {"Authorization": f"Bearer {key}", "X_Forwarded_For": "203.0.113.9"}
        assert ask(port, "POST", "/v1/claims", {"text": "It rained."}, **headers).status == 202
    (entry,) = store.audit.read(limit=9, action=Action.CLAIM_SUBMITTED).items
    assert entry.address == "127.0.0.1"


def test_trusted_proxy_names_the_client_and_no_client_can_name_another(
    trusting: Live, store: RedisStore, tmp_path: Path
) -> None:
    # nginx listens on loopback, so that its clients are on loopback too: it is told another
    # address for one of them, and appends the address to what the client claims.
    options = FORWARDING.replace(
        "$proxy_add_x_forwarded_for", '"$http_x_forwarded_for, 198.51.100.7"'
    )
    wrong = {"Authorization": "Bearer wrong", "X_Forwarded_For": "203.0.113.9"}
    with run_nginx(tmp_path / "nginx", upstream=trusting.url, options=options) as port:
        statuses = [ask(port, "GET", "/v1/claims", **wrong).status for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        headers = {"Authorization": f"Bearer {make_key(store)}"} | {"X_Forwarded_For": "127.0.0.1"}
        assert ask(port, "POST", "/v1/claims", {"text": "It rained."}, **headers).status == 202
    with run_nginx(tmp_path / "other", upstream=trusting.url, options=FORWARDING) as port:
        # Limits are those of the client, not of the proxy.
        assert ask(port, "GET", "/v1/claims", Authorization="Bearer wrong").status == 401
    (entry,) = store.audit.read(limit=9, action=Action.CLAIM_SUBMITTED).items
    assert entry.address == "198.51.100.7"


def test_browser_behind_tls_signs_in_and_its_cookie_is_secure(
    trusting: Live, store: RedisStore, tmp_path: Path
) -> None:
    authority = trustme.CA()
    pem = tmp_path / "nginx.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pem)
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    form = urlencode({"token": make_key(store)})
    headers = {
        "Content_Type": "application/x-www-form-urlencoded",
        "Origin": f"https://{NAME}",
        "Accept": "text/html",
    }
    with run_nginx(
        tmp_path / "nginx", upstream=trusting.url, options=FORWARDING, certificate=pem
    ) as port:
        signed = ask(port, "POST", "/login", form, tls=tls, **headers)
        assert signed.status == 303
        cookie = signed.headers["Set-Cookie"]
        assert "Secure" in cookie
        assert signed.headers["Strict-Transport-Security"] == "max-age=31536000"
        shown = ask(port, "GET", "/", tls=tls, Cookie=cookie.partition(";")[0], Accept="text/html")
        assert (shown.status, b"Signed in as" in shown.body) == (200, True)


def test_clients_behind_a_trusted_proxy_share_no_limit_of_connections(
    store: RedisStore, store_url: str, tmp_path: Path
) -> None:
    settings = {"ASSAY_TRUSTED_PROXIES": "127.0.0.1", "ASSAY_CLIENT_CONNECTIONS": "1"}
    with (
        run_service(store, store_url, tmp_path, **settings) as service,
        ExitStack() as open_ones,
    ):
        kept = [
            open_ones.enter_context(closing(HTTPConnection("127.0.0.1", service.port, timeout=30)))
            for _ in range(5)
        ]
        for _ in range(2):
            for connection in kept:  # none was closed for the next one
                connection.request("GET", "/livez")
                answer = connection.getresponse()
                assert (answer.status, b"alive" in answer.read()) == (200, True)
