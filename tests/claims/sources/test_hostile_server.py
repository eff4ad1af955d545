"""Slow answers, endless answers and protocol violations: each gives a coverage code."""

from __future__ import annotations

import gzip
import http.client
import socket
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import requests
import urllib3.exceptions

from claims.errors import SourceError
from claims.sources import transport
from claims.sources.deadline import Deadline
from claims.sources.fetch import WebFetcher
from claims.sources.vetting import AllowList
from tests.claims.sources.conftest import HURRIED
from tests.claims.sources.servers import ARTICLE, RawServer, page, raw

FetchCode = Callable[[str], str]


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectionError(),
        requests.ReadTimeout(),
        requests.exceptions.InvalidHeader(),
        requests.exceptions.ChunkedEncodingError(),
        requests.exceptions.SSLError(),
        urllib3.exceptions.ProtocolError(),
        urllib3.exceptions.SSLError(),
        urllib3.exceptions.LocationParseError("x"),
        urllib3.exceptions.IncompleteRead(1, 2),
        http.client.BadStatusLine("x"),
        http.client.LineTooLong("x"),
        OSError(),
        TimeoutError(),
        ConnectionResetError(),
        UnicodeEncodeError("latin-1", "ä", 0, 1, "x"),
        ValueError("Invalid IPv6 URL"),
    ],
    ids=repr,
)
def test_no_driver_error_leaks(
    error: Exception, server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors of every layer, before the answer and while it is read."""
    server.answers["/"] = page(ARTICLE)
    with Deadline(HURRIED.total_s) as deadline:
        session = transport.open_session(
            allow=AllowList.parse(f"127.0.0.1:{server.port}"),
            deadline=deadline,
            user_agent="Assay/0",
            ca_bundle=None,
        )
        with (
            session,
            pytest.raises(SourceError) as while_reading,
            transport.get(session, server.url("/"), deadline=deadline, read_s=1),
        ):
            raise error

        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(session, "request", fail)
        with (
            pytest.raises(SourceError) as before,
            transport.get(session, server.url("/"), deadline=deadline, read_s=1),
        ):
            pass
    assert while_reading.value.code == before.value.code
    assert before.value.code in ("timeout", "tls-error", "bad-response")


# --- time ----------------------------------------------------------------------------------


def drip(connection: socket.socket, head: bytes, byte: bytes) -> None:
    """Send one byte every 0.1 s, so that no single read times out."""
    connection.sendall(head)
    for _ in range(300):
        connection.sendall(byte)
        time.sleep(0.1)


HTML_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"

DRIPS = {
    "/headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "/body": (HTML_HEAD + b"\r\n", b"<"),
    "/chunks": (HTML_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n<\r\n"),
    "/continue": (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "/hints": (HINTS, HINTS),
}


def test_slow_server_is_cut_off_at_the_deadline_in_every_phase(
    server: RawServer, fetch_code: FetchCode
) -> None:
    for path, (head, byte) in DRIPS.items():
        server.answers[path] = partial(drip, head=head, byte=byte)
    begun = time.monotonic()
    with ThreadPoolExecutor(len(DRIPS)) as pool:
        codes = list(pool.map(fetch_code, map(server.url, DRIPS)))
    assert codes == ["timeout"] * len(DRIPS)
    assert time.monotonic() - begun < HURRIED.total_s + 5


def test_silent_server_is_cut_off_by_the_read_timeout(
    server: RawServer, fetch_code: FetchCode
) -> None:
    server.answers["/"] = lambda _: time.sleep(HURRIED.total_s)
    assert fetch_code(server.url("/")) == "timeout"


def test_endless_interim_answers_at_full_speed_end_with_the_deadline(
    server: RawServer, fetch_code: FetchCode
) -> None:
    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(HINTS * 100)

    server.answers["/"] = flood
    assert fetch_code(server.url("/")) == "timeout"


# --- size and protocol ---------------------------------------------------------------------


def test_page_over_the_limit_on_the_wire_is_too_large(
    server: RawServer, fetch_code: FetchCode
) -> None:
    server.answers["/"] = page(b"<p>word</p>" * 200_000)
    assert fetch_code(server.url("/")) == "too-large"


def test_gzip_bomb_is_stopped_at_the_limit(server: RawServer, fetch_code: FetchCode) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"a" * 1_000_000) for _ in range(400)) + packer.flush()
    assert len(bomb) < HURRIED.wire_bytes
    server.answers["/"] = page(bomb, "Content-Encoding: gzip")
    assert fetch_code(server.url("/")) == "too-large"


def test_bomb_of_many_gzip_members_is_stopped_at_the_limit(
    server: RawServer, fetch_code: FetchCode
) -> None:
    member = gzip.compress(b"a" * 1_000_000)
    server.answers["/"] = page(member * 20, "Content-Encoding: gzip")
    assert fetch_code(server.url("/")) == "too-large"


PAGE = HTML_HEAD + b"Content-Length: %d\r\n\r\n" % len(ARTICLE) + ARTICLE
INTERIM = [
    HINTS,
    HINTS * 3,
    b"HTTP/1.1 100 Continue\r\n\r\n" + HINTS,
    HINTS + b"HTTP/1.1 102 Processing\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n",
]


@pytest.mark.parametrize("interim", INTERIM, ids=range(len(INTERIM)))
def test_answer_after_interim_ones_is_the_page(
    interim: bytes, server: RawServer, fetcher: WebFetcher
) -> None:
    server.answers["/"] = raw(interim + PAGE)
    page = fetcher.fetch(server.url("/"))
    assert "371 metres" in page.text
    assert page.answer is not None
    assert page.answer.status == 200


CHUNKED = HTML_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (raw(b""), {"bad-response"}),
        (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), {"bad-response"}),
        (raw(HTML_HEAD + b"Content-Length: 100000\r\n\r\n" + ARTICLE), {"bad-response"}),
        (raw(HTML_HEAD + b"Content-Length: 480\r\n\r\n" + ARTICLE), {"page"}),
        (raw(HTML_HEAD + b"Content-Length: -5\r\n\r\n" + ARTICLE), {"page", "bad-response"}),
        (raw(CHUNKED + b"zz\r\n" + ARTICLE), {"bad-response"}),
        (raw(CHUNKED + b"ffffffffffffffff\r\n" + ARTICLE), {"bad-response"}),
        (raw(CHUNKED + b"10\r\nshort"), {"bad-response"}),
        (raw(HTML_HEAD + b"X: y\r\n" * 500 + b"\r\n" + ARTICLE), {"bad-response"}),
        (raw(HTML_HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n" + ARTICLE), {"bad-response"}),
        (page(gzip.compress(ARTICLE)[:-20], "Content-Encoding: gzip"), {"bad-response"}),
        (page(ARTICLE, "Content-Encoding: gzip"), {"bad-response"}),
        (page(ARTICLE, "Content-Encoding: br"), {"bad-response"}),
        (page(ARTICLE, f"Content-Encoding: {', '.join(['gzip'] * 10)}"), {"bad-response"}),
    ],
    ids=[
        "nothing",
        "not http",
        "length too long",
        "length too short",
        "length negative",
        "chunk size no number",
        "chunk size absurd",
        "chunk cut short",
        "500 headers",
        "header of a megabyte",
        "gzip cut short",
        "gzip that is none",
        "brotli, not asked for",
        "chain of ten gzips",
    ],
)
def test_broken_answer_ends_in_a_named_outcome(
    answer: Callable[[socket.socket], None],
    codes: set[str],
    server: RawServer,
    fetch_code: FetchCode,
) -> None:
    server.answers["/"] = answer
    assert fetch_code(server.url("/")) in codes
