"""Redirects are followed one at a time, and every hop is vetted like the first address."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from claims.sources.fetch import WebFetcher
from tests.claims.sources.conftest import HURRIED
from tests.claims.sources.servers import ARTICLE, RawServer, page, raw

FetchCode = Callable[[str], str]


def redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} -\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_followed(status: int, server: RawServer, fetcher: WebFetcher) -> None:
    server.answers["/old"] = raw(redirect("new page#part", status))
    server.answers["/new%20page"] = page(ARTICLE)
    got = fetcher.fetch(server.url("/old"))
    assert (got.url, got.canonical_url) == (server.url("/old"), server.url("/new%20page"))


def test_five_redirects_are_followed_and_six_are_not(
    server: RawServer, fetch_code: FetchCode
) -> None:
    for hop in range(7):
        server.answers[f"/{hop}"] = raw(redirect(f"/{hop + 1}"))
    server.answers["/6"] = page(ARTICLE)
    assert fetch_code(server.url("/1")) == "page"
    assert fetch_code(server.url("/0")) == "too-many-redirects"


def test_redirect_loop_has_its_own_code(server: RawServer, fetch_code: FetchCode) -> None:
    server.answers["/a"] = raw(redirect("/b"))
    server.answers["/b"] = raw(redirect("/a#x"))
    assert fetch_code(server.url("/a")) == "redirect-loop"
    assert server.paths() == ["/a", "/b"]


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("file:///etc/passwd", "redirect-refused"),
        ("ftp://example.org/", "redirect-refused"),
        ("javascript:alert(1)", "redirect-refused"),
        ("http://user:secret@example.org/", "redirect-refused"),
        ("http://[broken/", "redirect-refused"),
        ("http:///", "redirect-loop"),
        ("http://169.254.169.254/latest/meta-data/", "address-blocked"),
        ("http://localhost/", "address-blocked"),
        ("//0x7f.1/", "address-blocked"),
        ("http://127.0.0.1:22/", "port-blocked"),
    ],
)
def test_redirect_target_is_vetted_like_any_address(
    location: str, code: str, server: RawServer, fetch_code: FetchCode
) -> None:
    server.answers["/"] = raw(redirect(location))
    assert fetch_code(server.url("/")) == code
    assert server.paths() == ["/"]


def test_body_of_a_redirect_is_not_waited_for(server: RawServer, fetch_code: FetchCode) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 302 -\r\nLocation: /new\r\nContent-Length: 9999999\r\n\r\n")
        time.sleep(HURRIED.total_s)

    server.answers["/"] = answer
    server.answers["/new"] = page(ARTICLE)
    assert fetch_code(server.url("/")) == "page"


def test_redirect_without_a_target_is_a_failure(server: RawServer, fetch_code: FetchCode) -> None:
    server.answers["/"] = raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")
    assert fetch_code(server.url("/")) == "http-302"
