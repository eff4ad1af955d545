"""Keys with the scope feed: in the address of the feed, for readers that send no header."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.access import Actor, Scope, parse_key
from claims.errors import NotPermitted
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from service.access.issuing import create_key
from service.access.tokens import WrongTokens, attach_wrong_tokens
from service.cli import run
from tests.contracts import steps
from tests.service.conftest import TOKEN
from tests.service.live import Live, get_text, run_service_and_store
from tests.service.work import judge_claim

FEED = "/v1/changes.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def reader(make_app: Callable[..., APIFlask]) -> FlaskClient:
    """A feed reader: it sends no header. The app needs a key."""
    app = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts="claims.example.org"))
    attach_wrong_tokens(app, WrongTokens(clock=iter(range(0, 10**9, 3600)).__next__))
    return app.test_client(use_cookies=False)


def make_key(store: RedisStore, *scopes: Scope) -> str:
    return create_key(store, name="reader", scopes=scopes, expires_at=None).key


def links(part: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in part.findall(f"{ATOM}link")}


def read(reader: FlaskClient, address: str, **options: object) -> ElementTree.Element:
    answer = reader.get(address, **options)
    assert answer.status_code == 200, answer.text
    return ElementTree.fromstring(answer.data)  # noqa: S314 - the feed of the app under test


def test_a_reader_follows_the_feed_with_a_key_in_its_address(
    reader: FlaskClient, store: RedisStore
) -> None:
    for number in range(3):
        claim = store.submit_claim(steps.new_claim(number + 1, text=f"{number} people died."))
        judge_claim(store, claim)
    key = make_key(store, Scope.FEED)
    site = "http://claims.example.org"
    address, titles = f"{FEED}?limit=1&type=verdict.created&key={key}", []
    while address:
        feed = read(reader, address, base_url=site)
        assert links(feed)["self"].startswith(f"{site}{FEED}?")
        for entry in feed.findall(f"{ATOM}entry"):
            assert links(entry)["alternate"].startswith(f"{site}/claims/c_")
            titles.append(entry.findtext(f"{ATOM}title"))
        address = links(feed).get("next", "")
        assert not address or urlsplit(address).netloc == "claims.example.org"
    assert titles == [
        f"Probably supported (proposal): {number} people died." for number in (2, 1, 0)
    ]
    (stored,) = store.api_keys.list_keys()
    assert stored.last_used_at is not None


def test_the_name_of_the_feed_stays_when_its_key_is_replaced(
    reader: FlaskClient, store: RedisStore
) -> None:
    address, header = f"{FEED}?label=REFUTED", f"Bearer {make_key(store, Scope.READ)}"
    feeds = [read(reader, f"{address}&key={make_key(store, Scope.FEED)}") for _ in range(2)]
    feeds.append(read(reader, address, headers={"Authorization": header}))
    assert len({feed.findtext(f"{ATOM}id") for feed in feeds}) == 1


def test_a_key_that_is_revoked_is_refused_at_once(reader: FlaskClient, store: RedisStore) -> None:
    key = make_key(store, Scope.FEED)
    read(reader, f"{FEED}?key={key}")
    parts = parse_key(key)
    assert parts is not None
    store.api_keys.revoke(parts[0])
    assert reader.get(f"{FEED}?key={key}").status_code == 401


@pytest.mark.parametrize(
    "scopes", [(Scope.READ,), (Scope.FEED, Scope.READ), tuple(Scope), (Scope.ADMIN,)], ids=str
)
def test_a_key_that_opens_more_is_refused_in_an_address(
    reader: FlaskClient, store: RedisStore, scopes: tuple[Scope, ...]
) -> None:
    answer = reader.get(f"{FEED}?key={make_key(store, *scopes)}")
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/insufficient-scope")
    assert "--scope feed" in answer.json["detail"]


def test_the_token_and_malformed_keys_are_refused_in_an_address(
    reader: FlaskClient, store: RedisStore
) -> None:
    assert reader.get(f"{FEED}?key={TOKEN}").status_code == 403
    for wrong in ("", "x", make_key(store, Scope.FEED)[:-1] + "!"):
        assert reader.get(f"{FEED}?key={wrong}").status_code == 401
    assert reader.get(FEED).status_code == 401


def test_a_feed_key_opens_nothing_else(reader: FlaskClient, store: RedisStore) -> None:
    key = make_key(store, Scope.FEED)
    assert reader.get(f"/v1/changes?key={key}").status_code == 401
    assert reader.get(f"/?key={key}", headers={"Accept": "text/html"}).status_code == 303
    bearer = {"Authorization": f"Bearer {key}"}
    assert reader.get(FEED, headers=bearer).status_code == 200
    for path in ("/v1/changes", "/v1/claims", "/v1/keys", "/metrics"):
        assert reader.get(path, headers=bearer).status_code == 403


def test_a_key_with_read_makes_one_and_a_key_without_does_not(store: RedisStore) -> None:
    for scopes, may in (((Scope.READ, Scope.ADMIN), True), ((Scope.WRITE, Scope.ADMIN), False)):
        issued = create_key(store, name="chief", scopes=scopes, expires_at=None)
        actor = Actor(issued.id, "chief")
        if may:
            create_key(store.acting_as(actor), name="reader", scopes=[Scope.FEED], expires_at=None)
            continue
        with pytest.raises(NotPermitted):
            create_key(store.acting_as(actor), name="reader", scopes=[Scope.FEED], expires_at=None)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live"), ASSAY_REQUIRE_KEY="true") as live:
        yield live


def test_the_key_is_in_no_line_of_the_log(live: Live) -> None:
    key = make_key(live.store, Scope.FEED)
    assert "<feed" in get_text(live, f"{FEED}?key={key}")
    for wrong in (f"{FEED}?key={key}&label=X", f"{FEED}?key={key}&key={key}", f"/v1/x?key={key}"):
        assert key not in get_text(live, wrong)
    logged = live.log.read_text()
    assert logged.count(FEED) >= 2
    parts = parse_key(key)
    assert parts is not None and parts[1] not in logged


def test_the_command_prints_the_address_for_a_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["keys", "create", "reader", "--scope", "feed", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert parse_key(said.out.strip()) is not None
    assert f"{FEED}?key={said.out.strip()}" in said.err
