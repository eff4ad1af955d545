"""What a service says about itself, over HTTP and on its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.access import Scope
from claims.registry import RegisteredSource, SourceKind
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.verdicts.track_record import load_track_record
from service.client import Client
from service.operations import instance
from tests.service.dashboard.html import text_of
from tests.service.keys import bearer, make_key
from tests.service.live import Live

DOCS = Path(__file__).resolve().parents[2]
BROWSER = {"Accept": "text/html"}
SECRETS = ("s3cretKey", "internal.example", "desk-inbox", "/srv/")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a secret or an address in each one that may have it."""
    return Settings(
        allowed_hosts="internal.example",
        api_key=SecretStr("s3cretKey0"),
        brave_key=SecretStr("s3cretKey1"),
        chat_key=SecretStr("s3cretKey2"),
        chat_url="https://internal.example/s3cretKey3/v1",
        contact="desk-inbox@internal.example",
        data_folder=str(tmp_path),
        factcheck_key=SecretStr("s3cretKey4"),
        feeds="https://internal.example/a.xml,https://internal.example/b.xml",
        fetch_allow="internal.example:8080",
        judge="/srv/models/other-judge",
        keep_raw="/srv/raw",
        mediawiki="https://internal.example/w/api.php",
        min_confidence=0.7,
        publisher="The <b>Desk</b>",
        reader="chat:qwen",
        reader_tokens_per_day=1000,
        reads_per_minute=0,
        searxng="https://internal.example/search",
        shelves="none",
        sitemaps="https://internal.example/map.xml",
        webhook_allow="internal.example:9090",
    )


def read_page(client: FlaskClient) -> BeautifulSoup:
    answer = client.get("/about", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return BeautifulSoup(answer.text, "lxml")


def test_it_says_how_it_is_set_up(client: FlaskClient, store: RedisStore) -> None:
    for name in ("one", "two"):
        site = RegisteredSource(name=name, domains=(f"{name}.example",))
        store.put_source(site, by="Ada")
    wiki = "https://wiki.example/w/api.php"
    store.put_source(
        RegisteredSource(name="wiki", kind=SourceKind.MEDIAWIKI, address=wiki), by="Ada"
    )
    about = client.get("/v1/about").json
    assert about["judge"] == {
        "name": "other-judge",
        "version": None,
        "model_card": None,
        "cannot": None,
    }
    assert about["reader"] == {
        "model": "qwen",
        "when": "always",
        "passages": 16,
        "tokens_per_day": 1000,
        "refused": False,
    }
    assert about["rule"]["least_confidence"] == 0.7
    assert (about["rule"]["measured"], about["rule"]["measured_in"]) == ([], None)
    assert about["sources"] == {
        "registered": {"page": 2, "mediawiki": 1},
        "searched": {
            "mediawiki": 1,
            "searxng": 1,
            "feed": 2,
            "sitemap": 1,
            "brave": 1,
            "fact-checks": 1,
        },
        "shelves": [],
    }
    assert (about["limits"]["reads_per_minute"], about["limits"]["writes_per_minute"]) == (
        None,
        300,
    )
    assert about["kept"]["raw_pages"] is True
    assert about["publisher"] == "The <b>Desk</b>"
    assert about["signing_key"] == client.get("/v1/signing-key").json["id"]


def test_neither_secrets_nor_addresses_are_shown(client: FlaskClient) -> None:
    for text in (client.get("/v1/about").text, client.get("/about", headers=BROWSER).text):
        assert "other-judge" in text
        assert [secret for secret in SECRETS if secret in text] == []


def test_page_says_the_same_in_words(client: FlaskClient) -> None:
    page = read_page(client)
    about = client.get("/v1/about").json
    assert "run for The <b>Desk</b>" in text_of(page, ".page-head")
    assert "Model qwen" in text_of(page, "#about-reader")
    assert "Budget of a day 1,000 tokens" in text_of(page, "#about-reader")
    assert "is 0.70 or more" in text_of(page, "#about-rule")
    assert page.select("#about-rule table") == []
    assert "Feed (RSS, Atom) 2" in text_of(page, "#about-sources")
    assert "Shelves none" in text_of(page, "#about-sources")
    assert "Requests that read no limit" in text_of(page, "#about-limits")
    assert "their servers sent them for ever" in text_of(page, "#about-kept")
    assert text_of(page, "#about-key code") == about["signing_key"]
    ids = [str(part["id"]) for part in page.select("[id]")]
    assert len(ids) == len(set(ids))
    named = [str(part["aria-labelledby"]) for part in page.select("[aria-labelledby]")]
    assert set(named) <= set(ids)


def test_settings_by_default_name_the_judge_that_ships(
    make_app: Callable[..., APIFlask], tmp_path: Path
) -> None:
    client = make_app(Settings(allowed_hosts="", data_folder=str(tmp_path))).test_client()
    about = client.get("/v1/about").json
    assert about["judge"]["name"] == "assay-judge"
    assert (DOCS / about["judge"]["model_card"]).is_file()
    assert (about["reader"], about["publisher"], about["sources"]["shelves"]) == (None, None, None)
    page = read_page(client)
    assert "There is none: the judge decides alone." in text_of(page, "#about-reader")
    assert about["judge"]["cannot"] in text_of(page, "#about-judge")
    assert "/about" in [link["href"] for link in page.select("footer a")]


@pytest.mark.parametrize(
    ("wanted", "shown"), [({}, True), ({"min_confidence": 0.7}, False), ({"judge": "/x/y"}, False)]
)
def test_figures_are_shown_for_what_was_measured_only(
    make_app: Callable[..., APIFlask], tmp_path: Path, wanted: dict[str, object], shown: bool
) -> None:
    settings = Settings(allowed_hosts="", data_folder=str(tmp_path), **wanted)
    client = make_app(settings).test_client()
    measured = client.get("/v1/about").json["rule"]["measured"]
    assert [one["strength"] for one in measured] == ["firm", "probable", "leaning"] * shown
    assert bool(read_page(client).select("#about-rule table")) is shown


def test_figures_are_those_of_the_documentation() -> None:
    page = (DOCS / instance.MEASURED_IN).read_text("utf-8")
    table = page.split("<!-- verdicts: begin -->")[1].split("<!--")[0]
    rows = re.findall(r"^\| judge alone \| (\w+) \| (\d+) \| [\d.]+ \| ([\d.]+) \|$", table, re.M)
    shown = [
        (strength.value, str(one.verdicts), f"{one.right / one.verdicts:.3f}")
        for strength, one in load_track_record().strengths.items()
    ]
    assert rows == shown


def test_limits_are_those_of_the_model_card() -> None:
    card = " ".join((DOCS / instance.MODEL_CARD).read_text("utf-8").split())
    assert (
        "English only. It cannot count, and may take an altered quotation for the original" in card
    )
    last = (
        "nothing beyond the passage it is shown, and says nothing about whether the passage is true"
    )
    assert last in card and last in instance.CANNOT
    assert "English only, cannot count, and may take an altered quotation for" in instance.CANNOT


def test_it_needs_a_key_that_may_read(
    guarded: APIFlask, stranger: FlaskClient, store: RedisStore
) -> None:
    assert stranger.get("/v1/about").status_code == 401
    asked = stranger.get("/about", headers=BROWSER)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=%2Fabout")
    for scope, status in ((Scope.FEED, 403), (Scope.WRITE, 403), (Scope.READ, 200)):
        headers = bearer(make_key(store, scope))
        assert stranger.get("/v1/about", headers=headers).status_code == status
        assert stranger.get("/about", headers=headers | BROWSER).status_code == status


def test_client_reads_it(live: Live) -> None:
    client = Client(live.url)
    assert client.get_about().signing_key == client.get_signing_key().id
