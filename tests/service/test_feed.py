"""GET /v1/changes.atom."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.store.redis_store import RedisStore
from claims.types import VerdictLabel
from tests.service.events import recheck, submit
from tests.service.work import judge_claim

ATOM = "{http://www.w3.org/2005/Atom}"
REFUTED = VerdictLabel.REFUTED


@pytest.fixture
def claim(client: FlaskClient, store: RedisStore) -> str:
    """A claim whose verdict changed once."""
    claim = submit(client)
    judge_claim(store, claim)
    recheck(client, store, claim, REFUTED)
    return claim


def read_feed(answer: TestResponse) -> ElementTree.Element:
    """The feed, after a check of what RFC 4287 asks of it."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)  # noqa: S314 - the feed of the app under test
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    for part in (feed, *feed.iter(f"{ATOM}entry")):
        for required in ("id", "title", "updated"):
            (element,) = part.findall(ATOM + required)
            assert element.text
        assert datetime.fromisoformat(text_of(part, "updated")).tzinfo
        assert text_of(part, "id").startswith("urn:uuid:")
    names = [text_of(entry, "id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(names)) == len(names)
    return feed


def text_of(part: ElementTree.Element, tag: str) -> str:
    element = part.find(ATOM + tag)
    assert element is not None
    return element.text or ""


def links(part: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in part.findall(f"{ATOM}link")}


def test_the_feed_has_the_newest_event_first(client: FlaskClient, claim: str) -> None:
    feed = read_feed(client.get("/v1/changes.atom"))
    newest, oldest = feed.findall(f"{ATOM}entry")
    assert text_of(newest, "title") == "Probably refuted (proposal): Eleven died."
    assert text_of(newest, "summary") == (
        "Proposal: Probably refuted (confidence 70 %); it was supported before. Because."
    )
    category = newest.find(f"{ATOM}category")
    assert category is not None
    assert category.get("term") == "verdict.changed"
    assert links(newest) == {"alternate": f"http://localhost/claims/{claim}"}
    assert client.get(links(newest)["alternate"]).status_code == 200
    assert text_of(oldest, "title") == "Probably supported (proposal): Eleven died."
    assert text_of(feed, "updated") == text_of(newest, "updated")
    assert links(feed) == {"self": "http://localhost/v1/changes.atom"}


def test_an_empty_feed_is_a_feed(client: FlaskClient) -> None:
    assert read_feed(client.get("/v1/changes.atom")).findall(f"{ATOM}entry") == []


def test_names_stay_the_same_and_an_unchanged_feed_is_not_sent_again(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    path = "/v1/changes.atom?label=REFUTED&label=CONFLICTING_EVIDENCE&limit=5"
    first = client.get(path)
    unchanged = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    recheck(client, store, claim, VerdictLabel.SUPPORTED)  # does not pass the filter
    assert client.get(path).headers["ETag"] == first.headers["ETag"]
    recheck(client, store, claim, REFUTED)
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    before, after = read_feed(first), read_feed(second)
    assert text_of(before, "id") == text_of(after, "id")
    (old,), (_, same) = before.findall(f"{ATOM}entry"), after.findall(f"{ATOM}entry")
    assert text_of(old, "id") == text_of(same, "id")
    assert text_of(read_feed(client.get("/v1/changes.atom")), "id") != text_of(before, "id")


def test_a_feed_leads_to_older_pages_of_the_same_filter(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    recheck(client, store, claim, VerdictLabel.SUPPORTED)
    recheck(client, store, claim, REFUTED)
    both = "type=verdict.created&type=verdict.changed"
    path, names, feeds = f"/v1/changes.atom?{both}&claim={claim}&limit=1", [], set()
    while path:
        feed = read_feed(client.get(path))
        feeds.add(text_of(feed, "id"))
        names += [text_of(entry, "title") for entry in feed.iter(f"{ATOM}entry")]
        path = links(feed).get("next", "")
    words = ("refuted", "supported", "refuted", "supported")
    assert names == [f"Probably {word} (proposal): Eleven died." for word in words]
    assert len(feeds) == 1


def test_hostile_text_stays_text(client: FlaskClient, store: RedisStore) -> None:
    text = "<script>alert(1)</script>]]> & \x01\x0b\ufffe \U0001f600 \u202e"
    claim = submit(client, f"{text} The library of Norrbeck opened in 1987.")
    judge_claim(store, claim)
    (entry,) = read_feed(client.get("/v1/changes.atom")).findall(f"{ATOM}entry")
    title = text_of(entry, "title")
    assert title.startswith(
        "Probably supported (proposal): <script>alert(1)</script>]]> & [U+0001]"
    )
    assert "\x01" not in title
    assert "\U0001f600 [U+202E]" in title


@pytest.mark.parametrize(
    "query", ["before=now", "before=", "since=1-0", "wait=1", "type=x", "limit=201", "label=X"]
)
def test_a_wrong_parameter_in_the_address_of_a_feed_is_refused_with_the_reason(
    client: FlaskClient, query: str
) -> None:
    answer = client.get(f"/v1/changes.atom?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]


def test_a_feed_before_the_first_event_is_empty(client: FlaskClient, claim: str) -> None:
    for before in ("0-0", "1-0"):
        feed = read_feed(client.get(f"/v1/changes.atom?before={before}"))
        assert feed.findall(f"{ATOM}entry") == []
