"""robots.txt from a real server, which is checked before every fetch."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from claims.errors import SourceError
from claims.sources.deadline import Deadline
from claims.sources.fetch import WebFetcher
from claims.sources.limits import FetchLimits
from claims.sources.pacing import OpenGate, Pacing
from claims.sources.robots import Robots
from claims.sources.transport import open_session
from claims.sources.vetting import AllowList
from tests.claims.sources.servers import NO_ROBOTS, RawServer, page, raw, raw_server
from tests.claims.timing import count_calls

LIMITS = FetchLimits(total_s=4.0, read_s=1.0)


@dataclass
class Asked:
    """Robots rules with an empty cache, a server, and a clock that the test moves."""

    server: RawServer
    robots: Robots
    hours: float = 0.0

    def serve(self, text: str) -> None:
        self.server.answers["/robots.txt"] = page(text.encode(), content_type="text/plain")

    def check(self, url: str, deadline: Deadline) -> None:
        self.robots.check(url, deadline=deadline, visit=Pacing(OpenGate()).open_visit(url))

    def denied(self, path: str, *, total_s: float = LIMITS.total_s) -> str | None:
        """The detail of the refusal; None when the path may be fetched."""
        with Deadline(total_s) as deadline:
            try:
                self.check(self.server.url(path), deadline)
            except SourceError as error:
                if error.code == "robots-denied":
                    return error.detail
                raise
        return None

    def times(self) -> int:
        return len(self.server.heads)


@pytest.fixture
def asked() -> Iterator[Asked]:
    with raw_server() as server:
        allow = AllowList.parse(f"127.0.0.1:{server.port}")

        def session(deadline: Deadline) -> requests.Session:
            return open_session(
                allow=allow, deadline=deadline, user_agent="Assay/0", ca_bundle=None
            )

        case = Asked(server, Robots(open_session=session, limits=LIMITS))
        case.robots = Robots(open_session=session, limits=LIMITS, now=lambda: case.hours * 3600)
        yield case


def test_rules_for_all_robots_apply(asked: Asked) -> None:
    asked.serve("User-agent: *\nDisallow: /private/\nAllow: /private/open")
    assert asked.denied("/public") is None
    assert asked.denied("/private/a") == "robots.txt asks not to fetch this address"
    assert asked.denied("/private/open") is None


@pytest.mark.parametrize("name", ["Assay", "assay", "ASSAY", "assay*"])
def test_rules_for_assay_override_those_for_all_robots(name: str, asked: Asked) -> None:
    asked.serve(f"User-agent: *\nDisallow: /a\n\nUser-agent: {name}\nDisallow: /b")
    assert asked.denied("/a") is None
    assert asked.denied("/b") is not None


def test_rules_for_other_robots_do_not_apply(asked: Asked) -> None:
    asked.serve("User-agent: otherbot\nUser-agent: essay\nDisallow: /")
    assert asked.denied("/") is None


def test_rules_for_a_group_with_assay_apply(asked: Asked) -> None:
    asked.serve("User-agent: otherbot\nUser-agent: Assay\nUser agent thirdbot\nDisallow: /")
    assert asked.denied("/") is not None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_missing_robots_file_allows_everything(status: int, asked: Asked) -> None:
    asked.server.answers["/robots.txt"] = page(b"Disallow: /", status=status)
    assert asked.denied("/") is None


def test_html_in_place_of_robots_file_allows_everything(asked: Asked) -> None:
    asked.server.answers["/robots.txt"] = page(b"<html><p>Welcome: to our site</p></html>")
    assert asked.denied("/") is None


def test_robots_txt_is_cached_for_a_day(asked: Asked) -> None:
    asked.serve("User-agent: *\nDisallow: /")
    assert asked.denied("/") is not None
    asked.serve("")
    asked.hours = 23.9
    assert asked.denied("/") is not None
    assert asked.times() == 1
    asked.hours = 24.1
    assert asked.denied("/") is None
    assert asked.times() == 2


@pytest.mark.parametrize("status", [500, 503])
def test_server_error_denies_for_an_hour(status: int, asked: Asked) -> None:
    asked.server.answers["/robots.txt"] = page(b"", status=status)
    detail = asked.denied("/")
    assert detail is not None
    assert str(status) in detail
    asked.serve("")
    asked.hours = 0.9
    assert asked.denied("/") is not None
    asked.hours = 1.1
    assert asked.denied("/") is None


def test_slow_robots_file_denies_for_an_hour(asked: Asked) -> None:
    def drip(connection: socket.socket) -> None:
        for _ in range(100):
            connection.sendall(b"H")
            time.sleep(0.1)

    asked.server.answers["/robots.txt"] = drip
    assert asked.denied("/") is not None
    asked.serve("")
    assert asked.denied("/") is not None
    assert asked.times() == 1


def test_timeout_of_a_short_fetch_does_not_block_the_site(asked: Asked) -> None:
    asked.server.answers["/robots.txt"] = lambda _: time.sleep(0.5)
    with Deadline(0.2) as deadline, pytest.raises(SourceError) as caught:
        asked.check(asked.server.url("/"), deadline)
    assert caught.value.code == "timeout"
    asked.serve("")
    assert asked.denied("/") is None


def test_only_the_beginning_of_a_huge_robots_file_is_read(asked: Asked) -> None:
    rules = b"User-agent: *\nDisallow: /early\n"
    body = rules + b"#" * 10_000_000 + b"\nDisallow: /late\n"
    asked.server.answers["/robots.txt"] = page(body, content_type="text/plain")
    assert asked.denied("/early") is not None
    assert asked.denied("/late") is None


def test_many_agents_with_many_rules_are_parsed_in_linear_work(asked: Asked) -> None:
    """The parser copies each rule for each agent: too many copies without a filter."""

    def calls(lines: int) -> int:
        agents = "".join(f"User-agent: bot{i}\n" for i in range(lines))
        rules = "".join(f"Disallow: /{i}\n" for i in range(lines))
        asked.serve(agents + "User-agent: *\n" + rules)
        asked.hours += 25
        denied: list[str | None] = []
        counted = count_calls(lambda: denied.append(asked.denied(f"/{lines - 1}")))
        assert None not in denied
        return counted

    # Four times as many of both: a copy of each rule for each agent would be sixteen times as many.
    assert calls(2_000) < 6 * calls(500)


def test_redirected_robots_file_is_read(asked: Asked) -> None:
    asked.server.answers["/robots.txt"] = raw(
        b"HTTP/1.1 301 -\r\nLocation: /real\r\nContent-Length: 0\r\n\r\n"
    )
    asked.server.answers["/real"] = page(b"User-agent: *\nDisallow: /a", content_type="text/plain")
    assert asked.denied("/a") is not None


def test_robots_file_after_early_hints_is_obeyed(asked: Asked) -> None:
    asked.server.answers["/robots.txt"] = raw(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /a",
    )
    assert asked.denied("/a")
    assert not asked.denied("/b")


def test_redirect_loop_counts_as_no_robots_file(asked: Asked) -> None:
    asked.server.answers["/robots.txt"] = raw(
        b"HTTP/1.1 301 -\r\nLocation: /robots.txt\r\nContent-Length: 0\r\n\r\n"
    )
    assert asked.denied("/a") is None


def test_simultaneous_threads_share_one_request(asked: Asked) -> None:
    def answer(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(NO_ROBOTS)

    asked.server.answers["/robots.txt"] = answer
    results: list[str | None] = []
    threads = [threading.Thread(target=lambda: results.append(asked.denied("/"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [None] * 5
    assert asked.times() == 1


def test_fetch_asks_robots_on_every_hop_and_on_allowed_hosts_too() -> None:
    with raw_server() as first, raw_server() as second:
        first.answers["/"] = raw(
            f"HTTP/1.1 302 -\r\nLocation: {second.url('/secret')}\r\n\r\n".encode()
        )
        second.answers["/robots.txt"] = page(b"User-agent: Assay\nDisallow: /secret")
        allow = AllowList.parse(f"127.0.0.1:{first.port},127.0.0.1:{second.port}")
        with WebFetcher(allow=allow) as fetcher, pytest.raises(SourceError) as caught:
            fetcher.fetch(first.url("/"))
        assert caught.value.code == "robots-denied"
        assert second.paths() == []
        assert "User-Agent: Assay/" in second.heads[0]


def test_unreachable_site_has_its_own_code_instead_of_robots_denied() -> None:
    with raw_server() as server:
        allow = AllowList.parse(f"127.0.0.1:{server.port}")
        url = server.url("/")
    with WebFetcher(allow=allow) as fetcher, pytest.raises(SourceError) as caught:
        fetcher.fetch(url)
    assert caught.value.code == "unreachable"
