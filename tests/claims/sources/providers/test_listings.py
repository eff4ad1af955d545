"""Common behaviour of feeds and sitemaps, against a server with valid and with bad answers."""

from __future__ import annotations

import contextlib
import gzip
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from claims.errors import SourceError
from claims.registry import RegisteredSource
from claims.retrieval.text_index import TextIndex
from claims.sources.deadline import Deadline
from claims.sources.providers.endpoint import Answer as Got
from claims.sources.providers.endpoint import trust
from claims.sources.providers.feed import Feed, read_feed
from claims.sources.providers.listing import Wanted, any_address
from claims.sources.providers.sitemap import Sitemap, read_sitemap
from claims.types import Candidate, Purpose, Query
from tests.claims.sources.servers import NO_ROBOTS, Answer, RawServer, page, raw

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Post</title>
<item><title>Mayor resigns</title><link>https://post.example/mayor-resigns</link></item>
<item><title>Orrin Bridge opens to traffic</title>
<link>https://post.example/orrin-bridge-opens</link></item></channel></rss>"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://post.example/mayor-resigns</loc></url>
<url><loc>https://post.example/orrin-bridge-opens</loc><lastmod>2025-03-01</lastmod></url>
</urlset>"""
KINDS = {"feed": (Feed, FEED), "sitemap": (Sitemap, SITEMAP)}
BRIDGE = Query("The Orrin Bridge was opened in March.", Purpose.CLAIM)


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Source:
    """A provider for `/list` on the server, with a clock that the test controls."""

    server: RawServer
    kind: type[Feed | Sitemap]
    good: str
    clock: Clock

    def open(
        self, answer: Answer | None = None, *, only: Wanted = any_address, total_s: float = 5
    ) -> Feed | Sitemap:
        self.server.answers["/list"] = answer or page(self.good.encode(), content_type="text/xml")
        return self.kind(
            "post",
            self.server.url("/list"),
            user_agent="Assay/test",
            allow=trust(self.server.url("/list")),
            index_texts=TextIndex,
            only=only,
            total_s=total_s,
            now=self.clock,
        )

    def code(self, answer: Answer, *, total_s: float = 5) -> str:
        with pytest.raises(SourceError) as raised:
            self.open(answer, total_s=total_s).search(BRIDGE)
        return raised.value.code


@pytest.fixture(params=KINDS)
def source(request: pytest.FixtureRequest, server: RawServer) -> Source:
    kind, good = KINDS[request.param]
    return Source(server, kind, good, Clock())


def urls(found: tuple[Candidate, ...]) -> list[str]:
    return [one.url for one in found]


def test_the_entries_that_bear_on_a_query_are_found(source: Source) -> None:
    provider = source.open()
    assert provider.name == "post"
    assert urls(provider.search(BRIDGE)) == ["https://post.example/orrin-bridge-opens"]
    assert provider.search(Query("Copper exports doubled.", Purpose.CLAIM)) == ()


def test_fifty_claims_ask_once(source: Source) -> None:
    provider = source.open()
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(provider.search, [BRIDGE] * 50))
    assert len(set(found)) == 1
    assert source.server.paths() == ["/list"]


def test_after_some_minutes_it_is_asked_whether_anything_changed(source: Source) -> None:
    body = source.good.encode()
    provider = source.open(page(body, 'ETag: "v1"', "Last-Modified: Sat, 01 Mar 2025 10:00:00 GMT"))
    assert provider.search(BRIDGE)
    source.clock.seconds = 601
    source.server.answers["/list"] = raw(b"HTTP/1.1 304 -\r\nConnection: close\r\n\r\n")
    assert provider.search(BRIDGE)
    assert 'If-None-Match: "v1"' in source.server.heads[-1]
    assert "If-Modified-Since: Sat, 01 Mar 2025 10:00:00 GMT" in source.server.heads[-1]
    source.clock.seconds = 1202
    changed = source.good.replace("orrin-bridge", "new-orrin-bridge").encode()
    source.server.answers["/list"] = page(changed)
    assert urls(provider.search(BRIDGE)) == ["https://post.example/new-orrin-bridge-opens"]
    assert len(source.server.paths()) == 3


def test_a_failure_is_kept_for_a_minute_and_then_asked_again(source: Source) -> None:
    provider = source.open(page(b"", status=503))
    for _ in range(3):
        with pytest.raises(SourceError, match="503"):
            provider.search(BRIDGE)
    assert source.server.paths() == ["/list"]
    source.clock.seconds = 61
    source.server.answers["/list"] = page(source.good.encode())
    assert provider.search(BRIDGE)


def test_one_that_fails_after_it_was_read_is_a_failure_until_it_is_back(source: Source) -> None:
    provider = source.open(page(source.good.encode(), 'ETag: "v1"'))
    assert provider.search(BRIDGE)
    source.clock.seconds = 601
    source.server.answers["/list"] = page(b"", status=500)
    with pytest.raises(SourceError, match="500"):
        provider.search(BRIDGE)
    source.clock.seconds = 662
    source.server.answers["/list"] = raw(b"HTTP/1.1 304 -\r\nConnection: close\r\n\r\n")
    assert provider.search(BRIDGE)


def test_only_wanted_addresses_are_found(source: Source) -> None:
    for only in (
        RegisteredSource(name="s", domains=("other.example",)),
        RegisteredSource(name="s", exclude=("*/orrin-*",)),
        RegisteredSource(name="s", include=("post.example/mayor*",)),
    ):
        assert source.open(only=only.admits).search(BRIDGE) == ()
    wanted = RegisteredSource(
        name="s", domains=("post.example",), include=("*bridge*",), exclude=("*/mayor*",)
    )
    assert source.open(only=wanted.admits).search(BRIDGE)


def test_robots_is_asked_and_obeyed(source: Source) -> None:
    source.server.answers["/robots.txt"] = page(b"User-agent: *\nDisallow: /list")
    assert source.code(page(source.good.encode())) == "robots-denied"
    assert source.server.paths() == []


def test_a_gzip_file_is_unpacked_and_a_bomb_is_not(source: Source) -> None:
    packed = gzip.compress(source.good.encode())
    assert source.open(page(packed, content_type="application/x-gzip")).search(BRIDGE)
    bomb = gzip.compress(b" " * 60_000_000)
    assert source.code(page(bomb, content_type="application/x-gzip")) == "too-large"
    assert source.code(page(bomb, "Content-Encoding: gzip")) == "too-large"
    assert source.code(page(packed[:-20])) == "bad-response"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (page(b"<!doctype html><html><h1>Welcome</h1></html>"), "not-feed"),
        (page(b"<html><body><p>Welcome</p></body></html>"), "not-feed"),
        (page(b'{"version": "https://jsonfeed.org/version/1"}'), "not-feed"),
        (page(b"<opml><body/></opml>"), "not-feed"),
        (page(b""), "not-feed"),
        (page(b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss>&a;</rss>"), "unsafe-xml"),
        (page(b"<rss>" + b"<item>" * 200), "unsafe-xml"),
        (page(b"<rss>" + b"<item><title>x</title></item>" * 2_000_000), "too-large"),
        (raw(b"HTTP/1.1 302 -\r\nLocation: http://10.0.0.1/\r\n\r\n"), "address-blocked"),
        (raw(b"HTTP/1.1 302 -\r\nLocation: http://127.0.0.1:8080/\r\n\r\n"), "address-blocked"),
        (raw(b"HTTP/1.1 302 -\r\nLocation: file:///etc/passwd\r\n\r\n"), "redirect-refused"),
        (raw(b"HTTP/1.1 302 -\r\nLocation: /list\r\n\r\n"), "redirect-loop"),
        (page(b"", "Retry-After: 9", status=429), "rate-limited"),
        (page(b"", status=404), "http-404"),
        (raw(b"HTTP/1.1 304 -\r\n\r\n"), "http-304"),
        (raw(b"not HTTP at all"), "bad-response"),
        (raw(NO_ROBOTS), "http-404"),
    ],
)
def test_what_is_no_list_is_named(source: Source, answer: Answer, code: str) -> None:
    assert source.code(answer) == code


def test_a_silent_server_is_given_up(source: Source) -> None:
    assert source.code(lambda connection: connection.recv(1), total_s=0.5) == "timeout"


def test_one_that_sends_a_byte_now_and_then_is_given_up(source: Source) -> None:
    over = threading.Event()

    def drip(connection: object, wait: Callable[[float], bool] = over.wait) -> None:
        send = connection.sendall  # type: ignore[attr-defined]
        send(b"HTTP/1.1 200 -\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            send(b" ")
            if wait(0.1):
                return

    assert source.code(drip, total_s=0.6) == "timeout"
    over.set()


def test_whatever_becomes_of_its_bytes_it_is_a_list_or_a_failure() -> None:
    """Only SourceError may be raised: another error would end the check of a claim."""
    chance = random.Random(7)
    odd = [
        b"<",
        b">",
        b"&",
        b"\xff",
        b"\x00",
        b"]]>",
        b"<![CDATA[",
        b"&#xD800;",
        b"http://[",
        "℀".encode(),
    ]
    for kind, good in (("feed", FEED), ("sitemap", SITEMAP)):
        read = read_feed if kind == "feed" else read_sitemap
        for _ in range(400):
            body = bytearray(good.encode())
            for _ in range(chance.randint(1, 6)):
                place = chance.randrange(len(body))
                body[place : place + chance.randint(0, 9)] = chance.choice(odd)
            with Deadline(20) as deadline, contextlib.suppress(SourceError):
                read(Got("https://post.example/list", bytes(body), "text/xml"), deadline)
