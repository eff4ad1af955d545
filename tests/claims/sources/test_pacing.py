"""A fetcher with a host gate, on real servers: turns, rests, Retry-After."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from claims.errors import HostBusy, SourceError, SourceNotAsked
from claims.ports import HostGate, Turn, VisitEnd
from claims.sources.fetch import WebFetcher
from claims.sources.gate import GateRules, MemoryHostGate
from claims.sources.limits import FetchLimits
from claims.sources.pacing import Pacing, name_host, read_retry_after
from claims.sources.vetting import AllowList
from tests.claims.sources.servers import ARTICLE, RawServer, page, raw, raw_server

NOON = datetime(2025, 9, 4, 12, tzinfo=UTC)


class NotingGate(MemoryHostGate):
    """A memory gate with a clock that only the test moves; records ends of visits and delays."""

    def __init__(self, rules: GateRules | None = None) -> None:
        self.now = 1000.0
        self.ends: list[tuple[VisitEnd, str, float]] = []
        self.delays: list[float] = []
        self.turns = 0
        super().__init__(rules, clock=lambda: self.now)

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        turn = super().take_turn(host, url, every_s=every_s)
        self.turns += turn.is_now
        return turn

    def slow_down(self, host: str, *, every_s: float) -> None:
        self.delays.append(every_s)
        super().slow_down(host, every_s=every_s)

    def end_visit(self, host: str, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        self.ends.append((how, why, rest_s))
        super().end_visit(host, how, why=why, rest_s=rest_s)


@pytest.fixture
def site() -> Iterator[RawServer]:
    with raw_server() as server:
        server.answers["/"] = page(ARTICLE)
        yield server


@pytest.fixture
def gate() -> NotingGate:
    return NotingGate()


def open_fetcher(
    *sites: RawServer, gate: HostGate, wait_s: float = 0.0, every_s: float = 10.0
) -> WebFetcher:
    """A fetcher that may fetch from the sites, with the rate limit of any other host."""
    return WebFetcher(
        allow=AllowList.parse(",".join(f"127.0.0.1:{site.port}" for site in sites)),
        pacing=Pacing(gate, every_s=every_s, wait_s=wait_s),
        limits=FetchLimits(total_s=2.0, read_s=1.0),
    )


@pytest.fixture
def fetcher(site: RawServer, gate: NotingGate) -> Iterator[WebFetcher]:
    with open_fetcher(site, gate=gate) as fetcher:
        yield fetcher


# --- turns -------------------------------------------------------------------------------------


def test_one_fetch_takes_one_turn_with_robots_and_redirects_of_its_host(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher
) -> None:
    site.answers["/old"] = raw(b"HTTP/1.1 301 -\r\nLocation: /\r\n\r\n")
    fetcher.fetch(site.url("/old"))
    assert [head.split(" ")[1] for head in site.heads] == ["/robots.txt", "/old", "/"]
    assert gate.turns == 1


def test_a_second_fetch_of_the_host_is_refused_until_its_turn(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher
) -> None:
    fetcher.fetch(site.url("/"))
    with pytest.raises(HostBusy) as busy:
        fetcher.fetch(site.url("/?2"))
    assert (busy.value.code, busy.value.wait_s, busy.value.url) == (
        "host-busy",
        10.0,
        site.url("/?2"),
    )
    assert site.paths() == ["/"]
    gate.now += 10
    fetcher.fetch(site.url("/?2"))
    assert site.paths() == ["/", "/?2"]


def test_a_fetcher_that_may_wait_sleeps_until_its_turn(site: RawServer) -> None:
    pacing = Pacing(MemoryHostGate(), every_s=0.4, wait_s=5.0)
    allow = AllowList.parse(f"127.0.0.1:{site.port}")
    with WebFetcher(allow=allow, pacing=pacing) as fetcher:
        began_at = time.monotonic()
        for number in range(3):
            fetcher.fetch(site.url(f"/?{number}"))
    assert time.monotonic() - began_at >= 0.8


def test_redirect_to_a_busy_host_continues_at_its_turn(
    site: RawServer, gate: NotingGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first host gets no second request."""

    def sleep(seconds: float) -> None:
        gate.now += seconds

    monkeypatch.setattr("claims.sources.pacing.time.sleep", sleep)
    with (
        raw_server() as first,
        open_fetcher(site, first, gate=gate, wait_s=60.0) as fetcher,
    ):
        first.answers["/"] = raw(f"HTTP/1.1 302 -\r\nLocation: {site.url('/')}\r\n\r\n".encode())
        fetcher.fetch(site.url("/?first"))
        assert fetcher.fetch(first.url("/")).title == "Lake level falls"
        assert first.paths() == ["/"]
        assert site.paths() == ["/?first", "/"]


def test_hosts_of_the_operator_have_no_minimum_interval(site: RawServer, gate: NotingGate) -> None:
    allow = AllowList.parse(f"127.0.0.1:{site.port}")
    site.answers["/robots.txt"] = page(b"User-agent: *\nCrawl-delay: 20")
    with WebFetcher(allow=allow, pacing=Pacing(gate, unpaced=allow)) as fetcher:
        for number in range(3):
            fetcher.fetch(site.url(f"/?{number}"))
    assert gate.delays == []


@pytest.mark.parametrize(("asked", "heeded"), [("20", [20.0]), ("1000", [30.0]), ("0.5", [])])
def test_crawl_delay_applies_within_limits(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher, asked: str, heeded: list[float]
) -> None:
    site.answers["/robots.txt"] = page(f"User-agent: *\nCrawl-delay: {asked}".encode())
    fetcher.fetch(site.url("/"))
    assert gate.delays == heeded
    with pytest.raises(HostBusy) as busy:
        fetcher.fetch(site.url("/?2"))
    assert busy.value.wait_s == max([10.0, *heeded])


def test_forbidden_address_takes_no_turn_once_robots_txt_is_known(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher
) -> None:
    site.answers["/robots.txt"] = page(b"User-agent: *\nDisallow: /private")
    for number in range(3):
        with pytest.raises(SourceError, match="robots-denied"):
            fetcher.fetch(site.url(f"/private/{number}"))
    assert gate.turns == 1
    assert [how for how, _, _ in gate.ends] == [VisitEnd.ANSWERED]


# --- reports to the gate -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 401, 403, 404, 410])
def test_answer_is_reported_as_a_working_host(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher, status: int
) -> None:
    site.answers["/"] = page(ARTICLE, status=status)
    with suppress(SourceError):
        fetcher.fetch(site.url("/"))
    assert gate.ends == [(VisitEnd.ANSWERED, "", 0.0)]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_server_error_is_reported_as_a_failure_of_the_host(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher, status: int
) -> None:
    site.answers["/"] = page(b"", status=status)
    with pytest.raises(SourceError):
        fetcher.fetch(site.url("/"))
    assert gate.ends == [(VisitEnd.FAILED, f"http-{status}", 0.0)]


def test_timeout_is_reported_as_a_failure_of_the_host(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher
) -> None:
    site.answers["/"] = lambda connection: time.sleep(1.5)
    with pytest.raises(SourceError):
        fetcher.fetch(site.url("/"))
    assert gate.ends == [(VisitEnd.FAILED, "timeout", 0.0)]


def test_unreadable_robots_txt_is_reported_as_a_failure_of_the_host(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher
) -> None:
    site.answers["/robots.txt"] = page(b"", status=502)
    with pytest.raises(SourceError, match="robots-denied"):
        fetcher.fetch(site.url("/"))
    assert gate.ends == [(VisitEnd.FAILED, "bad-response", 0.0)]


def test_a_host_that_is_down_is_asked_a_few_times_and_then_rests(gate: NotingGate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    allow = AllowList.parse(f"127.0.0.1:{port}")
    codes = []
    with WebFetcher(allow=allow, pacing=Pacing(gate, unpaced=allow)) as fetcher:
        for number in range(20):
            with pytest.raises(SourceError) as failed:
                fetcher.fetch(f"http://127.0.0.1:{port}/{number}")
            codes.append(failed.value.code)
    assert codes == ["unreachable"] * 3 + ["host-resting"] * 17
    assert isinstance(failed.value, SourceNotAsked)
    assert "1970-01-01 00:16:40 UTC (last: unreachable)" in failed.value.detail
    assert "rests until 1970-01-01 00:17:10 UTC" in failed.value.detail


def test_recovered_host_is_read_after_its_rest(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher
) -> None:
    site.answers["/"] = page(b"", status=500)
    for number in range(3):
        gate.now += 10
        with pytest.raises(SourceError):
            fetcher.fetch(site.url(f"/?{number}"))
    with pytest.raises(SourceNotAsked):
        fetcher.fetch(site.url("/"))
    site.answers["/"] = page(ARTICLE)
    gate.now += 31
    assert fetcher.fetch(site.url("/")).title == "Lake level falls"
    gate.now += 10
    assert fetcher.fetch(site.url("/")).title == "Lake level falls"


# --- Retry-After -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_short_retry_after_is_waited_for(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher, status: int
) -> None:
    site.answers["/"] = page(b"", "Retry-After: 40", status=status)
    for number, wait_s in enumerate([40.0, 25.0]):
        with pytest.raises(HostBusy) as busy:
            fetcher.fetch(site.url(f"/?{number}"))
        assert busy.value.wait_s == wait_s
        gate.now += 15
    assert site.paths() == ["/?0"]
    assert "asks to be left alone until" in busy.value.detail or "asked at" in busy.value.detail
    site.answers["/"] = page(ARTICLE)
    gate.now += 11
    assert fetcher.fetch(site.url("/?0")).title == "Lake level falls"


def test_long_retry_after_is_coverage_and_a_rest_of_at_most_an_hour(
    site: RawServer, gate: NotingGate, fetcher: WebFetcher
) -> None:
    site.answers["/"] = page(b"", "Retry-After: 1000000", status=429)
    with pytest.raises(SourceError, match="asks to be left alone until") as failed:
        fetcher.fetch(site.url("/"))
    assert failed.value.code == "http-429"
    gate.now += 1000
    with pytest.raises(SourceNotAsked, match=r"asked at .* \(http-429\)") as failed:
        fetcher.fetch(site.url("/"))
    assert failed.value.code == "host-resting"
    assert len(site.paths()) == 1
    site.answers["/"] = page(ARTICLE)
    gate.now += 2601
    fetcher.fetch(site.url("/"))


def test_waiting_fetcher_asks_again_at_the_time_of_retry_after(site: RawServer) -> None:
    times = []

    def answer(connection: socket.socket) -> None:
        times.append(time.monotonic())
        answers = [page(b"", "Retry-After: 1", status=429), page(ARTICLE)]
        answers[min(len(times) - 1, 1)](connection)

    site.answers["/"] = answer
    with open_fetcher(site, gate=MemoryHostGate(), wait_s=30.0, every_s=0.1) as fetcher:
        assert fetcher.fetch(site.url("/")).title == "Lake level falls"
    assert len(times) == 2
    assert times[1] - times[0] >= 0.9


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("9" * 300, 999999999.0),
        (format_datetime(NOON + timedelta(seconds=90), usegmt=True), 90.0),
        ("Thu, 04 Sep 2025 12:01:00 +0000", 60.0),
        (format_datetime(NOON - timedelta(seconds=90), usegmt=True), None),
        ("0", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("Thu, 99 Sep 2025 12:01:00 GMT", None),
        ("Thu, 04 Sep 99999 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(text: str, seconds: float | None) -> None:
    assert read_retry_after(text, now=NOON) == seconds


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://A.example/x", "a.example"),
        ("http://a.example./", "a.example"),
        ("http://a.example:8080/", "a.example:8080"),
        ("https://a.example:80/", "a.example"),
        ("http://[2001:DB8::1]/", "2001:db8::1"),
        ("http://[2001:db8::1]:8080/", "[2001:db8::1]:8080"),
    ],
)
def test_host_has_one_name_for_the_ports_of_http_and_https(url: str, name: str) -> None:
    assert name_host(url) == name
