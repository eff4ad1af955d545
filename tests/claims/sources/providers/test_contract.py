"""Contract of all providers, against servers with documented and with malformed answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pytest_httpserver import HTTPServer
from pytest_httpserver.httpserver import QueryMatcher

from claims.errors import SourceError
from claims.ports import SourceProvider
from claims.sources.providers import factcheck
from claims.sources.providers.api import JsonApi
from claims.sources.providers.brave import KEY_HEADER, Brave
from claims.sources.providers.endpoint import trust
from claims.sources.providers.mediawiki import MediaWiki
from claims.sources.providers.searxng import SearXng
from claims.types import Candidate, PriorCheck, Purpose, Query
from tests.claims.sources.servers import Answer, RawServer, page, raw

Build = Callable[[JsonApi], SourceProvider]

# Answers with two pages. KINDS has for each kind of provider a builder, this answer, and an answer
# without pages.
WIKI = {
    "batchcomplete": True,
    "query": {
        "pages": [
            {"pageid": 2, "ns": 0, "title": "Orrin", "index": 2, "canonicalurl": "https://w.example/O"},
            {"pageid": 1, "ns": 0, "title": "Lake Orrin", "index": 1, "fullurl": "https://w.example/L"},
        ]
    },
}  # fmt: skip
SEARXNG = {
    "query": "lake",
    "results": [
        {"url": "https://w.example/L", "title": "Lake Orrin", "content": "", "engines": ["a"]},
        {"url": "https://w.example/O", "title": "Orrin", "publishedDate": "2026-01-02T00:00:00"},
    ],
    "unresponsive_engines": [["b", "timeout"]],
}
BRAVE = {
    "type": "search",
    "web": {
        "type": "search",
        "results": [
            {"url": "https://w.example/L", "title": "Lake Orrin", "description": ""},
            {"url": "https://w.example/O", "title": "Orrin", "page_age": "2025-04-12T14:22:41"},
        ],
    },
}
KINDS: list[tuple[str, Build, dict[str, Any], dict[str, Any]]] = [
    ("mediawiki", lambda api: MediaWiki("wiki", api), WIKI, {"batchcomplete": True}),
    ("searxng", lambda api: SearXng("searxng", api), SEARXNG, {"query": "lake", "results": []}),
    ("brave", lambda api: Brave("brave", api), BRAVE, {"type": "search"}),
]
every = pytest.mark.parametrize(
    ("build", "full", "nothing"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS]
)


def as_json(value: object, *headers: str, status: int = 200) -> Answer:
    return page(
        json.dumps(value).encode(), *headers, content_type="application/json", status=status
    )


def open_api(
    address: str, headers: Mapping[str, str] | None = None, *, total_s: float = 4.0
) -> JsonApi:
    """An API from the settings, whose own address may be on a private network."""
    return JsonApi(address, "Assay/test", headers or {}, total_s, trust(address))


class Asked(QueryMatcher):
    """Matches a query string with at least these parameters."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.asked = asked

    def get_comparing_values(self, request_query_string: bytes) -> tuple[Any, Any]:
        sent = dict(parse_qsl(request_query_string.decode()))
        return {name: sent.get(name) for name in self.asked}, self.asked


class Asking:
    """Searches with a provider on a server that gives one answer."""

    def __init__(self, server: RawServer) -> None:
        self.server = server

    def __call__(self, build: Build, answer: Answer, *, total_s: float = 4.0) -> list[Candidate]:
        self.server.answers["/api"] = answer
        api = open_api(self.server.url("/api"), {KEY_HEADER: "s3cret"}, total_s=total_s)
        provider = build(api)
        purpose = sorted(provider.purposes)[0]
        return list(provider.search(Query("Lake Orrin & its dam", purpose)))

    def code(self, build: Build, answer: Answer, *, total_s: float = 4.0) -> str:
        with pytest.raises(SourceError) as raised:
            self(build, answer, total_s=total_s)
        assert "s3cret" not in str(raised.value)
        return raised.value.code


@pytest.fixture
def ask(server: RawServer) -> Asking:
    return Asking(server)


@every
def test_pages_come_best_first(
    ask: Asking, build: Build, full: dict[str, Any], nothing: dict[str, Any]
) -> None:
    found = ask(build, as_json(full))
    assert [(one.url, one.title) for one in found] == [
        ("https://w.example/L", "Lake Orrin"),
        ("https://w.example/O", "Orrin"),
    ]
    assert "Lake+Orrin+%26+its+dam" in ask.server.heads[-1]


@every
def test_nothing_found_is_no_failure(
    ask: Asking, build: Build, full: dict[str, Any], nothing: dict[str, Any]
) -> None:
    assert ask(build, as_json(nothing)) == []
    assert ask(build, as_json({})) == []


@every
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (as_json({"error": "no"}, status=403), "http-403"),
        (as_json({}, "Retry-After: 30", status=429), "rate-limited"),
        (page(b"<html><title>Welcome</title></html>"), "not-json"),
        (as_json([1, 2, 3]), "not-json"),
        (page(b"[" * 100_000, content_type="application/json"), "not-json"),
        (page(b" " * 10_000_000, content_type="application/json"), "too-large"),
        (raw(b"HTTP/1.1 302 -\r\nLocation: http://10.0.0.1/\r\n\r\n"), "address-blocked"),
        (raw(b"HTTP/1.1 302 -\r\nLocation: http://127.0.0.1:8080/\r\n\r\n"), "address-blocked"),
        (raw(b"not HTTP at all"), "bad-response"),
        (page(b"", status=500), "http-500"),
    ],
)
def test_what_is_no_answer_is_named(
    ask: Asking,
    build: Build,
    full: dict[str, Any],
    nothing: dict[str, Any],
    answer: Answer,
    code: str,
) -> None:
    assert ask.code(build, answer) == code


@every
def test_a_silent_provider_is_given_up(
    ask: Asking, build: Build, full: dict[str, Any], nothing: dict[str, Any]
) -> None:
    assert ask.code(build, lambda connection: connection.recv(1), total_s=0.5) == "timeout"


@every
def test_rows_of_another_shape_are_passed_over(
    ask: Asking, build: Build, full: dict[str, Any], nothing: dict[str, Any]
) -> None:
    odd = [None, 7, "x", [], {}, {"url": 3, "canonicalurl": None, "title": []}]
    # A provider on the web must not return shelf or file addresses.
    odd += [{"url": one, "fullurl": one} for one in ("shelf:press/a.txt", "file:///etc/passwd")]
    shapes: list[dict[str, Any]] = [
        {"query": {"pages": odd}, "results": odd, "web": {"results": odd}},
        {"query": [], "results": {}, "web": "none"},
        {"query": {"pages": "none"}, "results": None, "web": {"results": {"a": 1}}},
    ]
    for shape in shapes:
        assert ask(build, as_json(shape)) == []


def test_a_wiki_that_cannot_take_the_question_says_why(ask: Asking) -> None:
    error = {"error": {"code": "toomanyvalues", "info": "Too many values."}}
    assert ask.code(KINDS[0][1], as_json(error)) == "wiki-toomanyvalues"


def test_engines_that_do_not_answer_are_no_empty_result(ask: Asking) -> None:
    silent = {"results": [], "unresponsive_engines": [["brave", "too many requests"]]}
    assert ask.code(KINDS[1][1], as_json(silent)) == "no-engine"


def test_an_instance_without_json_is_told_apart(ask: Asking) -> None:
    ask.server.answers["/api"] = page(b"<h1>Forbidden</h1>", status=403)
    with pytest.raises(SourceError, match=r"search\.formats"):
        ask(KINDS[1][1], page(b"<h1>Forbidden</h1>", status=403))


@pytest.mark.parametrize(("build", "full"), [row[1:3] for row in KINDS], ids=["wiki", "x", "brave"])
def test_a_last_day_changes_no_answer_and_is_told_to_who_takes_one(
    ask: Asking, build: Build, full: dict[str, Any]
) -> None:
    plain = ask(build, as_json(full))
    api = open_api(ask.server.url("/api"))
    provider = build(api)
    query = Query("Lake Orrin", sorted(provider.purposes)[0], date(2025, 6, 1))
    assert list(provider.search(query)) == plain
    takes_one = isinstance(provider, Brave)
    assert ("freshness=1990-01-01to2025-06-01" in ask.server.heads[-1]) is takes_one
    assert "freshness" not in ask.server.heads[0]


@every
def test_an_address_that_nobody_trusts_is_not_asked_on_a_private_network(
    ask: Asking, build: Build, full: dict[str, Any], nothing: dict[str, Any]
) -> None:
    for address in (ask.server.url("/api"), "http://127.0.0.1:8080/api", "http://10.0.0.1/api"):
        with pytest.raises(SourceError) as raised:
            build(JsonApi(address, "Assay/test")).search(Query("Lake Orrin", Purpose.TERMS))
        assert raised.value.code in ("port-blocked", "address-blocked")
    assert not ask.server.heads


def test_the_key_goes_to_the_provider_and_no_further(ask: Asking) -> None:
    other = f"http://localhost:{ask.server.port}/elsewhere"
    to_other = raw(f"HTTP/1.1 302 -\r\nLocation: {other}\r\n\r\n".encode())
    assert ask.code(KINDS[2][1], to_other) == "port-blocked"
    assert "s3cret" in ask.server.heads[0]
    assert len(ask.server.heads) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_provider_that_asks_to_be_left_alone_is_left_alone(
    server: RawServer, status: int
) -> None:
    server.answers["/api"] = as_json({}, "Retry-After: 120", status=status)
    brave = Brave("brave", open_api(server.url("/api")))
    for _ in range(3):
        with pytest.raises(SourceError, match="left alone until") as raised:
            brave.search(Query("Lake Orrin", Purpose.CLAIM))
        assert raised.value.code == "rate-limited"
    assert len(server.heads) == 1


def test_a_provider_that_is_down_is_asked_a_few_times_and_then_rests(server: RawServer) -> None:
    server.answers["/api"] = as_json({}, status=502)
    brave, codes = Brave("brave", open_api(server.url("/api"))), []
    for _ in range(10):
        with pytest.raises(SourceError) as raised:
            brave.search(Query("Lake Orrin", Purpose.CLAIM))
        codes.append(raised.value.code)
    assert codes == ["http-502"] * 3 + ["host-resting"] * 7
    assert len(server.heads) == 3


# --- prior checks ------------------------------------------------------------------------------

REVIEW = {
    "publisher": {"name": "Awesome Fact Checks", "site": "awesome.example"},
    "url": "https://awesome.example/crime",
    "title": "Did crime double?",
    "reviewDate": "2024-05-03T00:00:00Z",
    "textualRating": "Mostly false",
    "languageCode": "en",
}


def look_up(server: RawServer, answer: Answer) -> tuple[PriorCheck, ...]:
    server.answers["/api"] = answer
    api = open_api(server.url("/api"), {factcheck.KEY_HEADER: "s3cret"})
    return factcheck.FactCheckTools(api).look_up(Query("Crime has doubled.", Purpose.PRIOR))


def test_prior_checks_keep_the_rating_as_it_was_worded(server: RawServer) -> None:
    claim = {"text": "Crime doubled in 2 years.", "claimant": "John Doe", "claimReview": [REVIEW]}
    (check,) = look_up(server, as_json({"claims": [claim], "nextPageToken": "x"}))
    assert check == PriorCheck(
        claim="Crime doubled in 2 years.",
        publisher="Awesome Fact Checks",
        rating="Mostly false",
        url="https://awesome.example/crime",
        title="Did crime double?",
        reviewed_at="2024-05-03T00:00:00Z",
    )
    assert "X-Goog-Api-Key: s3cret" in server.heads[-1]


def test_half_a_character_in_a_rating_is_left_out(server: RawServer) -> None:
    cut = REVIEW | {"textualRating": "False \ud83d"}
    (check,) = look_up(server, as_json({"claims": [{"text": "Crime.", "claimReview": [cut]}]}))
    assert check.rating == "False"


def test_a_review_without_rating_address_or_publisher_is_passed_over(server: RawServer) -> None:
    broken = [{key: value for key, value in REVIEW.items() if key != lost} for lost in REVIEW]
    claims = [{"text": "Crime doubled.", "claimReview": [one, None, 7]} for one in broken]
    found = look_up(server, as_json({"claims": [*claims, {"claimReview": [REVIEW]}, None]}))
    assert len(found) == 3
    assert look_up(server, as_json({})) == ()


def test_a_refused_key_is_a_failure_that_does_not_show_it(server: RawServer) -> None:
    refused = {"error": {"code": 403, "message": "s3cret", "status": "PERMISSION_DENIED"}}
    with pytest.raises(SourceError) as raised:
        look_up(server, as_json(refused, status=403))
    assert raised.value.code == "http-403"
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("titles", [WIKI, {"error": {"code": "search-title-disabled"}}])
def test_a_name_that_stands_in_no_text_of_a_wiki_is_looked_for_among_its_titles(
    httpserver: HTTPServer, titles: dict[str, Any]
) -> None:
    def api(where: str, answer: dict[str, Any]) -> None:
        asked = {"gsrwhat": where, "gsrsearch": "Lake Orrin"}
        matcher = httpserver.expect_request("/api", query_string=Asked(asked))
        matcher.respond_with_json(answer)

    api("text", {"batchcomplete": True})
    api("title", titles)
    wiki = MediaWiki("wiki", open_api(httpserver.url_for("/api")))
    found = wiki.search(Query("Lake Orrin", Purpose.NAME))
    assert bool(found) is ("error" not in titles)  # no title without title search
    assert wiki.search(Query("Lake Orrin", Purpose.TERMS)) == ()
