"""Pages that are fetched again: conditional requests, and what counts as the same page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from claims.sources.fetch import WebFetcher
from claims.types import Header, Page, ServerAnswer
from tests.claims.sources.codes import FetchCode
from tests.claims.sources.servers import ARTICLE, RawServer, page, raw

OTHER = ARTICLE.replace(b"371", b"370")

KNOWN = Page(
    url="replaced in each test",
    canonical_url="replaced in each test",
    title="Lake level falls",
    publisher="Valley Post",
    published_at=None,
    fetched_at=datetime(2025, 8, 1, tzinfo=UTC),
    sha256="0" * 64,
    text="The level of the lake.",
    etag='"v1"',
    last_modified="Tue, 12 Aug 2025 07:00:00 GMT",
    answer=ServerAnswer(status=200, final_url="replaced in each test"),
)


def known_at(server: RawServer, path: str = "/") -> Page:
    return replace(KNOWN, url=server.url(path), canonical_url=server.url(path))


def test_not_modified_gives_the_known_page_with_a_new_time(
    server: RawServer, fetcher: WebFetcher
) -> None:
    server.answers["/"] = raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    known = known_at(server)
    got = fetcher.fetch(known.url, known=known)
    answer = ServerAnswer(status=304, final_url=known.url)
    assert got == replace(known, fetched_at=got.fetched_at, answer=answer)
    assert got.fetched_at > known.fetched_at
    assert 'If-None-Match: "v1"' in server.heads[-1]
    assert "If-Modified-Since: Tue, 12 Aug 2025 07:00:00 GMT" in server.heads[-1]


def test_same_main_text_is_the_same_page_with_new_validators(
    server: RawServer, fetcher: WebFetcher
) -> None:
    server.answers["/"] = page(ARTICLE)
    known = fetcher.fetch(server.url("/"))
    server.answers["/"] = page(ARTICLE.replace(b"Home", b"Start"), 'ETag: "v2"')
    got = fetcher.fetch(known.url, known=known)
    assert got == replace(known, fetched_at=got.fetched_at, etag='"v2"', answer=got.answer)
    assert got.answer is not None
    assert Header("ETag", '"v2"') in got.answer.headers


def test_same_main_text_may_say_something_else_about_itself(
    server: RawServer, fetcher: WebFetcher
) -> None:
    """The date of a page decides staleness, and its author decides whether it is a copy."""
    server.answers["/"] = page(ARTICLE)
    known = fetcher.fetch(server.url("/"))
    changed = b"""<meta property="article:modified_time" content="2025-09-04">
    <meta name="author" content="Reuters"><title>"""
    other = ARTICLE.replace(b"<title>", changed).replace(b"2025-08-12T09", b"2025-08-13T09")
    server.answers["/"] = page(other)
    got = fetcher.fetch(known.url, known=known)
    assert got == replace(
        known,
        fetched_at=got.fetched_at,
        published_at="2025-08-13T09:00:00+02:00",
        modified_at="2025-09-04",
        credits=("Reuters",),
        answer=got.answer,
    )


def test_page_that_was_kept_before_answers_were_is_read_anew(
    server: RawServer, fetcher: WebFetcher
) -> None:
    """Otherwise its date of change and its links would never be read."""
    server.answers["/"] = page(ARTICLE)
    known = replace(known_at(server), answer=None)
    assert fetcher.fetch(known.url, known=known).title == "Lake level falls"
    assert "If-None-Match" not in server.heads[-1]


def test_same_main_text_may_give_another_date(server: RawServer, fetcher: WebFetcher) -> None:
    """Metadata is taken from the last fetch, because the date decides staleness."""
    dated = b'<meta property="article:published_time" content="%s"><title>'
    server.answers["/"] = page(ARTICLE.replace(b"<title>", dated % b"2021-05-02"))
    known = fetcher.fetch(server.url("/"))
    assert known.published_at == "2021-05-02"
    server.answers["/"] = page(ARTICLE.replace(b"<title>", dated % b"2025-02-02"))
    got = fetcher.fetch(known.url, known=known)
    assert got.published_at == "2025-02-02"
    assert got.sha256 == known.sha256


def test_changed_page_is_a_new_page(server: RawServer, fetcher: WebFetcher) -> None:
    server.answers["/"] = page(ARTICLE)
    known = fetcher.fetch(server.url("/"))
    server.answers["/"] = page(OTHER)
    got = fetcher.fetch(known.url, known=known)
    assert "370 metres" in got.text
    assert got.sha256 != known.sha256


def test_unasked_not_modified_is_a_failure(server: RawServer, fetch_code: FetchCode) -> None:
    server.answers["/"] = raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert fetch_code(server.url("/")) == "http-304"


def test_validators_are_not_shown_to_another_site(server: RawServer, fetcher: WebFetcher) -> None:
    """A `304 Not Modified` from another site would refer to another page."""
    server.answers["/"] = page(ARTICLE)
    known = replace(KNOWN, url=server.url("/"), canonical_url="http://elsewhere.example/")
    assert fetcher.fetch(known.url, known=known).title == "Lake level falls"
    assert "If-None-Match" not in server.heads[-1]
