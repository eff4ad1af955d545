"""Fetches from real servers on loopback: the page returned, and the code of each failure."""

from __future__ import annotations

import gzip
import hashlib
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from claims.errors import InvalidInput, SourceError
from claims.sources.fetch import WebFetcher
from claims.sources.vetting import AllowList
from claims.types import Page
from tests.claims.sources.codes import FetchCode
from tests.claims.sources.pdfs import encrypt, make_pdf
from tests.claims.sources.servers import ARTICLE, RawServer, page, raw


def test_page_has_main_text_and_metadata(server: RawServer, fetcher: WebFetcher) -> None:
    server.answers["/lake"] = page(ARTICLE, 'ETag: "v1"', "Last-Modified: yesterday")
    url = server.url("/lake?utm_source=feed#top")
    server.answers["/lake?utm_source=feed"] = server.answers["/lake"]
    got = fetcher.fetch(url)
    assert got == Page(
        url=url,
        canonical_url=server.url("/lake"),
        title="Lake level falls",
        publisher="Valley Post",
        published_at="2025-08-12T09:00:00+02:00",
        fetched_at=got.fetched_at,
        sha256=hashlib.sha256(got.text.encode()).hexdigest(),
        text="Lake level falls\n"
        "The level of Lake Orrin has fallen to 371 metres above sea, the water board said.\n"
        "It is the lowest level since measurements began in 1994, the board added.",
        language="en",
        etag='"v1"',
        last_modified="yesterday",
        answer=got.answer,
    )
    assert got.fetched_at.utcoffset() is not None


def test_page_keeps_the_server_answer_without_cookies(
    server: RawServer, fetcher: WebFetcher
) -> None:
    long, odd = "x" * 201, "caf\xe9"
    server.answers["/first"] = raw(b"HTTP/1.1 302 -\r\nLocation: /lake\r\nServer: a\r\n\r\n")
    server.answers["/lake"] = page(
        ARTICLE,
        "Set-Cookie: session=1",
        "Last-Modified: yesterday",
        "date: today",
        f"ETag: {long}",
        f"Content-Language: {odd}",
        "Server: b",
        "X-Other: 1",
    )
    answer = fetcher.fetch(server.url("/first")).answer
    assert answer is not None
    assert (answer.status, answer.final_url) == (200, server.url("/lake"))
    assert [(header.name, header.value) for header in answer.headers] == [
        ("Content-Type", "text/html"),
        ("Date", "today"),
        ("Last-Modified", "yesterday"),
        ("Server", "b"),
    ]


def test_given_html_has_no_server_answer(fetcher: WebFetcher) -> None:
    assert fetcher.read_html(ARTICLE.decode(), url="").answer is None


def test_plain_text_is_a_page(server: RawServer, fetcher: WebFetcher) -> None:
    body = "One line of  text.\r\n\r\nAnother, with an é.".encode("latin-1")
    server.answers["/"] = page(body, content_type="text/plain; charset=iso-8859-1")
    assert fetcher.fetch(server.url("/")).text == "One line of text.\nAnother, with an é."


def test_page_without_a_content_type_is_recognised_by_its_bytes(
    server: RawServer, fetcher: WebFetcher
) -> None:
    server.answers["/"] = raw(b"HTTP/1.0 200 OK\r\n\r\n", ARTICLE)
    assert fetcher.fetch(server.url("/")).title == "Lake level falls"


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("gzip", lambda body: gzip.compress(body[:300]) + gzip.compress(body[300:])),
        ("gzip", lambda body: gzip.compress(body) + b"\0" * 100),
    ],
    ids=["gzip", "capitals", "x-gzip", "deflate", "identity", "gzip in two parts", "gzip, padded"],
)
def test_compressed_page_is_decompressed(
    coding: str, compress: Callable[[bytes], bytes], server: RawServer, fetcher: WebFetcher
) -> None:
    server.answers["/"] = page(compress(ARTICLE), f"Content-Encoding: {coding}")
    assert "It is the lowest level" in fetcher.fetch(server.url("/")).text


def test_request_sends_the_user_agent_and_no_other_identification(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cookies from an earlier answer, no credentials, no proxy from the environment."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        response = Response(ARTICLE, content_type="text/html")
        response.set_cookie("session", "1")
        if request.path == "/first":
            response = Response(status=302, headers={"Location": "/second"})
            response.set_cookie("session", "1")
        return response

    httpserver.expect_request("/robots.txt").respond_with_data(status=404)
    httpserver.expect_request("/first").respond_with_handler(answer)
    httpserver.expect_request("/second").respond_with_handler(answer)
    allow = AllowList.parse(f"127.0.0.1:{httpserver.port}")
    with WebFetcher(allow=allow, contact="desk@example.org", user_agent_version="1.2") as fetcher:
        fetcher.fetch(f"http://127.0.0.1:{httpserver.port}/first")
    assert [request.path for request in asked] == ["/first", "/second"]
    for request in asked:
        assert request.headers["User-Agent"] == "Assay/1.2 (+desk@example.org)"
        assert not {"Cookie", "Authorization", "Referer"} & set(dict(request.headers))


def test_host_header_comes_first(server: RawServer, fetch_code: FetchCode) -> None:
    server.answers["/"] = page(ARTICLE)
    fetch_code(server.url("/"))
    assert server.heads[-1].split("\r\n")[1].startswith("Host: 127.0.0.1:")


@pytest.mark.parametrize("contact", ["a\r\nX: y", "ä@example.org", "a" * 300])
def test_contact_that_does_not_fit_into_a_header_is_refused(contact: str) -> None:
    with pytest.raises(InvalidInput, match="contact"):
        WebFetcher(contact=contact)


@pytest.mark.parametrize("status", [204, 206, 401, 403, 404, 410, 418, 429, 500, 503, 599])
def test_other_status_gives_a_code_with_its_number(
    status: int, server: RawServer, fetch_code: FetchCode
) -> None:
    server.answers["/"] = page(ARTICLE, "Retry-After: 1000000000", status=status)
    assert fetch_code(server.url("/")) == f"http-{status}"


def test_detail_explains_the_status_number(server: RawServer, fetcher: WebFetcher) -> None:
    with pytest.raises(SourceError) as caught:
        fetcher.fetch(server.url("/missing"))
    assert caught.value.detail == "the server answered 404 Not Found"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("application/json", b"{}"),
        ("application/octet-stream", ARTICLE),
        ("text/css", b"p {}"),
        ("application/pdf", ARTICLE),
        ("text/html", b"\x89PNG\r\n\x1a\n" + b"a" * 1000),
        ("text/html", b"BM" + bytes(range(256)) * 4),
        ("text/plain", bytes(range(256)) * 4),
        ("", b"PK\x03\x04" + b"a" * 100),
    ],
    ids=[
        *("PNG", "JSON", "unknown bytes", "CSS", "HTML called PDF", "PNG called HTML"),
        *("BMP called HTML", "bytes called text", "ZIP without a label"),
    ],
)
def test_non_text_by_label_or_bytes_is_refused(
    content_type: str, body: bytes, server: RawServer, fetch_code: FetchCode
) -> None:
    server.answers["/"] = page(body, content_type=content_type)
    assert fetch_code(server.url("/")) == "not-text"


@pytest.mark.parametrize(
    "content_type", ["application/pdf", "application/octet-stream", "text/html", ""]
)
def test_pdf_is_read_with_any_label(
    content_type: str, server: RawServer, fetcher: WebFetcher
) -> None:
    body = make_pdf(["The lake has fallen to 371 metres."], ["So it was."], title="A report")
    server.answers["/"] = page(body, content_type=content_type)
    found = fetcher.fetch(server.url("/"))
    assert (found.title, found.text) == (
        "A report",
        "The lake has fallen to 371 metres.\n\fSo it was.",
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"%PDF-1.7", "too-complex"),
        (b"%PDF-1.7\n" + b"x" * 100_000, "too-complex"),
        (make_pdf(["Words enough to read."])[:-300], "too-complex"),
        # PDF readers rebuild a broken cross-reference table.
        (make_pdf(["Words enough to read."]).replace(b"startxref\n", b"startxref\n9"), "page"),
        (encrypt(make_pdf(["Words enough to read."]), "s3cret"), "encrypted"),
        (make_pdf([], []), "no-text"),
        (make_pdf(["Words enough to read."]) + b" " * 10_000_000, "too-large"),
    ],
    ids=["header", "rubbish", "cut off", "wrong table", "encrypted", "empty pages", "too large"],
)
def test_unreadable_pdf_gives_the_reason(
    body: bytes, code: str, server: RawServer, fetch_code: FetchCode
) -> None:
    server.answers["/"] = page(body, content_type="application/pdf")
    assert fetch_code(server.url("/")) == code


def test_pdf_may_be_larger_than_a_page(server: RawServer, fetch_code: FetchCode) -> None:
    body = make_pdf(["Words enough to read."]) + b" " * 4_000_000
    server.answers["/"] = page(body, content_type="application/pdf")
    assert fetch_code(server.url("/")) == "page"


def test_malformed_address_is_a_source_error(fetch_code: FetchCode) -> None:
    assert fetch_code("file:///etc/passwd") == "bad-url"


def test_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        WebFetcher(allow=AllowList.parse(f"127.0.0.1:{port}")) as fetcher,
        pytest.raises(SourceError) as caught,
    ):
        fetcher.fetch(f"http://127.0.0.1:{port}/")
    assert caught.value.code == "unreachable"


def test_given_html_is_read_like_a_fetched_page(fetcher: WebFetcher) -> None:
    got = fetcher.read_html(ARTICLE.decode(), url="article.html")
    assert (got.url, got.canonical_url, got.title) == (
        "article.html",
        "article.html",
        "Lake level falls - Valley Post".removesuffix(" - Valley Post"),
    )


def test_given_html_without_text_fails_with_no_text(fetcher: WebFetcher) -> None:
    with pytest.raises(SourceError) as caught:
        fetcher.read_html("<html><body><script>x()</script></body></html>", url="a.html")
    assert caught.value.code == "no-text"


def test_given_html_over_the_limit_is_too_large(fetcher: WebFetcher) -> None:
    with pytest.raises(SourceError) as caught:
        fetcher.read_html("a" * 5_000_001, url="a.html")
    assert caught.value.code == "too-large"


def test_parsers_are_not_loaded_into_the_process_that_fetches() -> None:
    """Parsers are large, and only the child process may parse hostile pages."""
    script = (
        "import sys, claims.sources.fetch\n"
        "print(sorted({'trafilatura', 'bs4', 'lxml', 'py3langid'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
