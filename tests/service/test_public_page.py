"""The public page: what readers without a key see, and that they see nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.ports import NewClaim
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import (
    ArchivedCopy,
    CheckOptions,
    Claim,
    ClaimId,
    Decision,
    Person,
    ReviewRequest,
    Stance,
    VerdictLabel,
)
from service.dashboard import public_pages
from tests.service.dashboard import steps
from tests.service.dashboard.html import fold, text_of, texts_of
from tests.service.dashboard.test_hostile_text import BAD
from tests.service.keys import bearer, make_key, routes

ANNA, BEN = Person("Anna Reviewer"), Person("Ben Reviewer")
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED
ATOM = {"a": "http://www.w3.org/2005/Atom"}
BROWSER = {"Accept": "text/html"}
INTERNAL = ("Anna", "Ben", "secret note", "Assigned Ada", "deskonly", "intranet", "a_1")


@pytest.fixture
def public(make_app: Callable[..., APIFlask]) -> APIFlask:
    """An app with the public page, for which everything else needs a key."""
    return make_app(
        Settings(
            require_key=True,
            allowed_hosts="",
            public_page=True,
            publisher="The Desk",
            fetch_allow="intranet.example:80",
        )
    )


@pytest.fixture
def reader(public: APIFlask) -> FlaskClient:
    """A reader without a key and without cookies."""
    return public.test_client(use_cookies=False)


def judge(
    store: RedisStore, number: int = 1, text: str = "Eleven people died.", **page: Any
) -> ClaimId:
    """A judged claim with a quotation that supports it."""
    claim_id = ClaimId(f"c_{number:032x}")
    claim = Claim(text=text, sentence=text, claimant="A. Mayor")
    store.submit_claim(
        NewClaim(id=claim_id, claim=claim, options=CheckOptions(), tags=("deskonly",))
    )
    source = steps.keep_page(store, **{"title": "The boat", "publisher": "Harbour News", **page})
    steps.judge(store, claim_id, [steps.evidence_from(source)], label=SUPPORTED)
    return claim_id


def review(
    store: RedisStore, claim_id: ClaimId, decision: Decision, person: Person = ANNA, **more: Any
) -> None:
    request = ReviewRequest(decision=decision, note="secret note", assignee="Assigned Ada", **more)
    store.reviews.add(claim_id, request, person=person, two_people=True)


def publish(store: RedisStore, number: int = 1, **about: Any) -> ClaimId:
    """A claim that was accepted and published."""
    claim_id = judge(store, number, **about)
    review(store, claim_id, Decision.ACCEPT)
    review(store, claim_id, Decision.PUBLISH)
    return claim_id


def correct(store: RedisStore, claim_id: ClaimId) -> None:
    """Correct the published label, and publish that."""
    review(store, claim_id, Decision.CORRECT, label=REFUTED, reason="It was a parody.")
    review(store, claim_id, Decision.PUBLISH, BEN)


def read(reader: FlaskClient, path: str) -> BeautifulSoup:
    answer = reader.get(path, headers=BROWSER)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.text, "lxml")


def read_feed(reader: FlaskClient) -> list[ElementTree.Element]:
    answer = reader.get("/public/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)  # noqa: S314 - the feed of the app under test
    return feed.findall("a:entry", ATOM)


def read_markup(page: BeautifulSoup) -> dict[str, Any]:
    (script,) = page.select("script")
    assert script["type"] == "application/ld+json"
    found: dict[str, Any] = json.loads(str(script.string))
    return found


def list_paths(claim_id: str) -> Iterator[str]:
    yield from ("/public", "/public/feed.atom", f"/public/{claim_id}")


def test_passage_from_an_archived_copy_says_so_and_leads_to_the_copy(
    reader: FlaskClient, store: RedisStore
) -> None:
    copy = ArchivedCopy("https://archive.example/web/20240303101112id_/x", date(2024, 3, 3))
    claim_id = publish(store, archived=copy)
    page = read(reader, f"/public/{claim_id}")
    (link,) = [a for a in page.select(".page-about a") if a["href"] == copy.address]
    assert fold(link) == "archived copy of 3 Mar 2024"


def test_list_has_label_claim_day_publisher_and_key_passage(
    reader: FlaskClient, store: RedisStore
) -> None:
    claim_id = publish(store)
    page = read(reader, "/public")
    (card,) = page.select(".public-checks li")
    assert text_of(card, "h2 a") == "Eleven people died."
    assert card.select_one("h2 a")["href"] == f"/public/{claim_id}"  # type: ignore[index]
    assert text_of(card, ".chip") == "Supported"
    claimed, published = texts_of(card, ".about")
    assert claimed == "Claimed by A. Mayor"
    assert re.fullmatch(r"Published \d+ \w+ 20\d\d by The Desk", published)
    assert text_of(card, ".role") == "Key passage: supports the claim"
    assert text_of(card, "blockquote") == "Eleven people died."
    assert "Harbour News · a.example" in text_of(card, ".page-about")


def test_only_published_claims_are_listed_and_found(reader: FlaskClient, store: RedisStore) -> None:
    signed, rejected, deleted = (judge(store, number) for number in (1, 2, 3))
    review(store, signed, Decision.ACCEPT)
    for claim_id in (rejected, deleted):
        review(store, claim_id, Decision.ACCEPT)
        review(store, claim_id, Decision.PUBLISH)
    review(store, rejected, Decision.REJECT, reason="No claim.")
    store.delete_claim(deleted)
    assert text_of(read(reader, "/public"), ".empty") == "Nothing is published yet."
    unknown = reader.get("/public/c_unknown", headers=BROWSER)
    for claim_id in (signed, rejected, deleted):
        answer = reader.get(f"/public/{claim_id}", headers=BROWSER)
        assert (answer.status_code, answer.data) == (
            404,
            unknown.data.replace(b"c_unknown", claim_id.encode()),
        )
    assert read_feed(reader) == []


def test_older_checks_follow_on_further_pages(
    reader: FlaskClient, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_pages, "CHECKS_MAX", 2)
    ids = [publish(store, number) for number in (1, 2, 3)]
    first = read(reader, "/public")
    assert [str(link["href"]) for link in first.select("h2 a")] == [
        f"/public/{i}" for i in ids[:0:-1]
    ]
    (older,) = first.select("[rel=next]")
    second = read(reader, str(older["href"]))
    assert [str(link["href"]) for link in second.select("h2 a")] == [f"/public/{ids[0]}"]
    assert second.select("[rel=next]") == []
    assert reader.get("/public?cursor=forged", headers=BROWSER).status_code == 404
    assert len(read_feed(reader)) == 2


def test_check_has_its_evidence_and_markup(reader: FlaskClient, store: RedisStore) -> None:
    claim_id = publish(store)
    page = read(reader, f"/public/{claim_id}")
    assert text_of(page, "h1") == "Eleven people died."
    assert text_of(page, "#evidence blockquote") == "Eleven people died."
    assert page.select("#corrections") == page.select(".under-review") == []
    markup = read_markup(page)
    assert markup["url"] == f"http://localhost/public/{claim_id}"
    assert markup["author"]["name"] == "The Desk"
    assert markup["creativeWorkStatus"] == "Published"
    assert markup["reviewRating"]["alternateName"] == "Supported"
    assert markup["citation"][0]["url"] == "https://a.example/one"


def test_correction_is_shown_beside_the_label_that_it_corrects(
    reader: FlaskClient, store: RedisStore
) -> None:
    claim_id = publish(store)
    correct(store, claim_id)
    assert "it was published as “Supported”" in text_of(read(reader, "/public"), ".correction")
    page = read(reader, f"/public/{claim_id}")
    said = text_of(page, "#corrections li")
    assert "changed from “Supported”" in said
    assert said.endswith("to “Refuted”.")
    assert text_of(page, ".role") == "This passage supports the claim"
    assert text_of(page, ".public-words") == "It was a parody."
    assert read_markup(page)["reviewBody"] == "It was a parody."
    (entry,) = read_feed(reader)
    assert entry.findtext("a:title", "", ATOM) == "Corrected to refuted: Eleven people died."


@pytest.mark.parametrize("why", ["verdict-turned", "signed-anew", "second-look"])
def test_publication_in_doubt_says_so_and_has_no_markup(
    reader: FlaskClient, store: RedisStore, why: str
) -> None:
    claim_id = publish(store)
    if why == "verdict-turned":
        check = store.recheck_claim(claim_id)
        source = steps.keep_page(store)
        against = [steps.evidence_from(source, "Before.", Stance.REFUTES)]
        steps.judge(store, claim_id, against, label=REFUTED, check=check, changed=True)
        store.reviews.note_stale(limit=10)
    elif why == "signed-anew":
        review(store, claim_id, Decision.CORRECT, label=REFUTED, reason="Not yet for readers.")
    else:
        asked = ReviewRequest(second_look=True)
        store.reviews.add(claim_id, asked, person=ANNA, two_people=True)
    for path in ("/public", f"/public/{claim_id}"):
        page = read(reader, path)
        assert texts_of(page, ".card-verdict .chip") == ["Supported", "Under review again"]
        assert page.select("script") == []
        assert "Not yet for readers" not in page.text
    (entry,) = read_feed(reader)
    assert "Supported, under review again: " in entry.findtext("a:title", "", ATOM)


def test_corrected_wording_is_linked_once_it_is_published(
    reader: FlaskClient, store: RedisStore
) -> None:
    old = publish(store)
    record = store.get_claim(old)
    new = NewClaim(
        id=ClaimId("c_new"),
        claim=Claim(text="Twelve people died.", sentence="Twelve people died."),
        options=record.options,
    )
    store.correct_claim(old, new)
    page = read(reader, f"/public/{old}")
    assert "The wording of the claim was corrected since." in page.text
    assert "/public/c_new" not in str(page)
    source = steps.keep_page(store)
    steps.judge(store, new.id, [steps.evidence_from(source)], label=SUPPORTED)
    review(store, new.id, Decision.ACCEPT)
    review(store, new.id, Decision.PUBLISH)
    assert "/public/c_new" in str(read(reader, f"/public/{old}"))


@pytest.mark.parametrize(
    "url",
    [
        "http://intranet.example/plan",
        "http://10.0.0.7/plan",
        "http://wiki/plan",
        "shelf:intranet/plan.pdf",
    ],
)
def test_documents_that_readers_cannot_open_are_counted_and_not_quoted(
    reader: FlaskClient, store: RedisStore, url: str
) -> None:
    claim_id = publish(store, url=url, title="The intranet plan")
    page = read(reader, f"/public/{claim_id}")
    assert page.select("blockquote") == page.select(".public-words") == []
    assert "1 quotation is from a document that readers cannot open" in text_of(page, "#evidence")
    for path in list_paths(claim_id):
        assert "plan" not in reader.get(path).text
    assert "reviewBody" not in read_markup(page)


def test_nothing_internal_is_shown(reader: FlaskClient, store: RedisStore) -> None:
    claim_id = publish(store)
    correct(store, claim_id)
    for path in list_paths(claim_id):
        text = reader.get(path, headers=BROWSER).text
        assert [word for word in INTERNAL if word in text] == [], path
        links = re.findall(r'href="(?!https://a\.example)([^"]*)"', text)
        allowed = r"(http://localhost)?/(public|static/|pieces/)|#main"
        assert [link for link in links if not re.match(allowed, link)] == [], path


def test_no_other_route_opens_without_a_key(
    public: APIFlask, reader: FlaskClient, guarded: APIFlask, store: RedisStore
) -> None:
    publish(store)
    stranger = guarded.test_client(use_cookies=False)
    known = set(routes(guarded))
    added = {endpoint for endpoint, *_ in set(routes(public)) - known}
    assert added == {
        "public_pages.list_published",
        "public_pages.show_published",
        "public_pages.get_published_feed",
    }
    assert "/public" not in public.spec["paths"]
    for _, method, path in sorted(known):
        for headers in ({}, BROWSER):
            with_page = reader.open(path, method=method, headers=headers)
            without = stranger.open(path, method=method, headers=headers)
            assert with_page.status_code == without.status_code, (method, path)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert reader.open("/public", method=method).status_code in (401, 405)


def test_pages_do_not_exist_while_the_setting_is_off(
    client: FlaskClient, guarded: APIFlask, store: RedisStore
) -> None:
    claim_id = publish(store)
    stranger = guarded.test_client(use_cookies=False)
    headers = BROWSER | bearer(make_key(store))
    for path in list_paths(claim_id):
        assert stranger.get(path, headers=headers).status_code == 404
        for one, accepted in ((client, {}), (stranger, {}), (stranger, BROWSER)):
            nowhere = "/" + "x" * (len(path) - 1)
            found, unknown = (one.get(each, headers=accepted) for each in (path, nowhere))
            assert found.status_code == unknown.status_code
            assert set(found.headers.keys()) == set(unknown.headers.keys())


def test_answers_may_be_kept_for_a_minute_and_are_known_by_their_etag(
    reader: FlaskClient, store: RedisStore
) -> None:
    claim_id = publish(store)
    for path in list_paths(claim_id):
        first = reader.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        assert "Set-Cookie" not in first.headers
        assert "default-src 'none'" in first.headers["Content-Security-Policy"]
        known = {"If-None-Match": first.headers["ETag"]}
        again = reader.get(path, headers=known)
        assert (again.status_code, again.data) == (304, b"")
        correct(store, claim_id) if path == "/public" else publish(store, len(path))
        if path != f"/public/{claim_id}":
            assert reader.get(path, headers=known).status_code == 200


def test_feed_has_absolute_links_and_keeps_ids(public: APIFlask, store: RedisStore) -> None:
    claim_id = publish(store)
    reader = public.test_client(use_cookies=False)
    (before,) = read_feed(reader)
    link = before.find("a:link", ATOM)
    assert link is not None
    assert link.get("href") == f"http://localhost/public/{claim_id}"
    assert "“Eleven people died.” (The boat, https://a.example/one)" in before.findtext(
        "a:summary", "", ATOM
    )
    correct(store, claim_id)
    (after,) = read_feed(reader)
    assert after.findtext("a:id", "", ATOM) == before.findtext("a:id", "", ATOM)
    assert after.findtext("a:published", "", ATOM) == before.findtext("a:published", "", ATOM)
    assert after.findtext("a:updated", "", ATOM) > before.findtext("a:updated", "", ATOM)


def test_addresses_are_those_of_the_public_url(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    claim_id = publish(store)
    settings = Settings(
        allowed_hosts="", public_page=True, public_url="https://checks.example.org/"
    )
    reader = make_app(settings).test_client()
    page = read(reader, f"/public/{claim_id}")
    assert read_markup(page)["url"] == f"https://checks.example.org/public/{claim_id}"
    assert f"https://checks.example.org/public/{claim_id}" in reader.get("/public/feed.atom").text


def test_hostile_texts_never_become_markup(reader: FlaskClient, store: RedisStore) -> None:
    claim_id = judge(store, text=BAD, title=BAD, publisher=BAD, published_at=BAD)
    reason = BAD.replace("\u202e", "")
    review(store, claim_id, Decision.CORRECT, label=REFUTED, reason=reason)
    review(store, claim_id, Decision.PUBLISH)
    for path in ("/public", f"/public/{claim_id}"):
        page = read(reader, path)
        assert page.select("img, [onmouseover], [onerror]") == []
        assert {script["type"] for script in page.select("script")} <= {"application/ld+json"}
        assert "\u202e" not in page.text.replace(str(page.script and page.script.string), "")
    assert read_markup(page)["claimReviewed"] == BAD
    (entry,) = read_feed(reader)
    assert BAD in entry.findtext("a:title", "", ATOM)


def test_a_store_that_does_not_answer_gives_a_page_without_links_to_the_dashboard(
    reader: FlaskClient, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.connection.command("SET", "assay:published", "damaged")
    answer = reader.get("/public", headers=BROWSER)
    assert answer.status_code >= 500
    assert 'href="/claims"' not in answer.text
