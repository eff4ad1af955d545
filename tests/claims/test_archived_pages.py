"""Pages that fail are read from an archive: a real one on loopback, with the CDX API."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from claims.errors import HostBusy, SourceError
from claims.pipeline import EarlierPages, gather_evidence, source_fetching
from claims.pipeline.failing_pages import count_strikes, keep_failing
from claims.ports import Fetcher
from claims.settings import Settings
from claims.sources.archived_copies import COPIED_CODES, CopyReader, copy_address, is_copy_address
from claims.sources.cache import MemoryPageCache
from claims.sources.failures import FailureCode
from claims.sources.fetch import WebFetcher
from claims.sources.gate import MemoryHostGate
from claims.sources.limits import FetchLimits
from claims.sources.pacing import Pacing
from claims.sources.vetting import AllowList
from claims.types import ArchivedCopy, Failing, Gathered, HistoryEntry, Page, Verdict, VerdictLabel
from claims.wiring import build_fetcher
from tests.claims.fakes import DIED, Web, address, again, check_of, decide, gather, up_to, urls
from tests.claims.samples import NOON
from tests.claims.sources.archive_server import ArchiveServer, Sent, archive_server

MARCH, MAY = "20240303101112", "20240520000000"
MONDAY = NOON.date()


def html(text: str) -> bytes:
    return f"<html><head><title>Strike</title></head><body><p>{text}</p></body></html>".encode()


class ArchivedWeb(Web):
    """Pages of `failures`, by address, fail with this code; copies are read from the archive."""

    def __init__(self, copies: Fetcher | CopyReader, **texts: str) -> None:
        super().__init__(**texts)
        self.copies = copies
        self.failures: dict[str, str] = {}

    def get_or_fetch(self, url: str, *, fresh_after: object, fetcher: Fetcher) -> Page:
        if is_copy_address(url):
            return self.copies.fetch(url)
        if url in self.failures:
            raise SourceError(self.failures[url], "it failed")
        return fetcher.fetch(url)


@pytest.fixture(scope="module")
def served() -> Iterator[ArchiveServer]:
    with archive_server() as archive:
        yield archive


@pytest.fixture(scope="module")
def reader(served: ArchiveServer) -> Iterator[WebFetcher]:
    with WebFetcher(allow=AllowList.parse(f"127.0.0.1:{served.port}")) as reader:
        yield reader


@pytest.fixture
def archive(served: ArchiveServer) -> ArchiveServer:
    served.captures = {address("a"): [(MARCH, html(DIED))]}
    served.answers.clear()
    served.asked.clear()
    return served


@pytest.fixture
def web(archive: ArchiveServer, reader: WebFetcher) -> ArchivedWeb:
    """Page a fails and has a copy of March, page b is read."""
    web = ArchivedWeb(CopyReader(reader, archive.url), a=DIED, b="A ship left the harbour.")
    web.failures[address("a")] = "http-404"
    return web


@pytest.mark.parametrize("code", sorted(COPIED_CODES))
def test_copy_of_a_page_that_fails_is_evidence_and_says_so(
    web: ArchivedWeb, archive: ArchiveServer, code: str
) -> None:
    web.failures[address("a")] = code
    found = gather(check_of("a", "b"), web, reads_copies=True)
    copy = next(one for one in found.pages if one.url == address("a"))
    assert copy.archived == ArchivedCopy(
        f"{archive.url}/web/{MARCH}id_/{address('a')}", date(2024, 3, 3)
    )
    assert copy.failing == Failing(code, (MONDAY,))
    assert urls(found) == [address("a"), address("b")]
    assert [(one.code, one.detail) for one in found.coverage.failed] == [(code, "it failed")]
    assert (found.coverage.asked, found.coverage.fetched) == (2, 1)
    verdict, entry = decide(check_of("a", "b"), found)
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "(Strike, archived copy of 3 March 2024)" in verdict.explanation
    assert (entry.archived, entry.failing) == ((address("a"),), ())


@pytest.mark.parametrize(
    "code",
    [
        *(FailureCode.ROBOTS_DENIED, FailureCode.PAYWALL, FailureCode.LOGIN_REQUIRED),
        *(FailureCode.ADDRESS_BLOCKED, FailureCode.TOO_LARGE, FailureCode.NO_TEXT),
        *("http-401", "http-403", "http-451", "http-500"),
    ],
)
def test_archive_is_not_asked_for_a_page_that_is_refused_or_cannot_be_used(
    web: ArchivedWeb, archive: ArchiveServer, code: str
) -> None:
    web.failures[address("a")] = code
    found = gather(check_of("a", "b"), web, reads_copies=True)
    assert urls(found) == [address("b")]
    assert archive.asked == []


def test_archive_is_not_asked_without_the_setting(web: ArchivedWeb, archive: ArchiveServer) -> None:
    found = gather(check_of("a", "b"), web)
    assert urls(found) == [address("b")]
    assert archive.asked == []


def test_archive_is_not_asked_for_the_own_site_of_the_article(
    web: ArchivedWeb, archive: ArchiveServer
) -> None:
    check = check_of("a", article_url=address("a"))
    found = gather(check, web, reads_copies=True)
    assert ([one.code for one in found.coverage.failed], archive.asked) == (["own-site"], [])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Sent(b"[]"), "the archive has no copy of the page"),
        (Sent(b"<html>"), "the archive's list of copies cannot be read"),
        (Sent(b"", 503), "the server answered 503 Service Unavailable"),
    ],
)
def test_failure_of_the_page_stands_with_that_of_the_archive_in_its_detail(
    web: ArchivedWeb, archive: ArchiveServer, answer: Sent, words: str
) -> None:
    archive.answers["/cdx/search/cdx"] = answer
    found = gather(check_of("a", "b"), web, reads_copies=True)
    assert urls(found) == [address("b")]
    (failure,) = found.coverage.failed
    assert (failure.code, failure.detail) == ("http-404", f"it failed; in the archive: {words}")


def test_gathering_waits_for_an_archive_that_asks_to_be_left_alone(
    web: ArchivedWeb, archive: ArchiveServer
) -> None:
    class Busy(ArchivedWeb):
        def fetch(self, url: str, *, known: Page | None = None) -> Page:
            raise HostBusy(archive.url, 60.0, "http-429", "it asks to be left alone")

    web.copies = Busy(web.copies)
    with pytest.raises(HostBusy):
        gather(check_of("a", "b"), web, reads_copies=True, may_wait_s=100.0)
    found = gather(check_of("a", "b"), web, reads_copies=True, may_wait_s=30.0)
    assert found.coverage.failed[0].detail == "it failed; in the archive: it asks to be left alone"


def test_archive_that_never_answers_costs_the_time_of_a_fetch_and_then_rests() -> None:
    """Nothing accepts the connections, so that the archive keeps silent."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with WebFetcher(
            allow=AllowList.parse(f"127.0.0.1:{port}"),
            limits=FetchLimits(total_s=0.3, read_s=0.3),
            pacing=Pacing(MemoryHostGate(), every_s=0.0, wait_s=0.0),
        ) as reader:
            web = ArchivedWeb(CopyReader(reader, f"http://127.0.0.1:{port}"), a=DIED, b=DIED)
            web.failures[address("a")] = "http-404"
            details = []
            for _ in range(4):
                found = gather(check_of("a", "b"), web, reads_copies=True)
                details.append(found.coverage.failed[0].detail)
                assert urls(found) == [address("b")]
    assert details[0] == "it failed; in the archive: not answered in full within 0.3 seconds"
    assert "and rests until" in details[-1]


def test_archive_is_not_asked_when_the_pages_took_too_long(
    web: ArchivedWeb, archive: ArchiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_fetching, "FETCHING_S", 0.2)
    fetch = web.fetch
    monkeypatch.setattr(web, "fetch", lambda url: time.sleep(0.3) or fetch(url))
    found = gather(check_of("a", "b"), web, reads_copies=True)
    assert urls(found) == [address("b")]
    assert found.coverage.failed[0].detail.endswith("its turn did not come in 0.2 s")
    assert archive.asked == []


def test_claim_with_a_last_day_reads_the_copy_of_that_time(
    web: ArchivedWeb, archive: ArchiveServer
) -> None:
    """A copy taken by that day has nothing from after it, though it gives no date."""
    archive.captures[address("a")].append((MAY, html("Nobody died in the strike.")))
    check = up_to(date(2024, 5, 19), check_of("a"))
    found = gather(check, web, reads_copies=True)
    assert found.passages[0].text == DIED
    assert found.coverage.maybe_later == 0


def test_copy_that_says_it_was_published_later_is_left_out(
    web: ArchivedWeb, archive: ArchiveServer
) -> None:
    dated = b'<meta property="article:published_time" content="2024-06-01">'
    body = html(DIED).replace(b"<title>", dated + b"<title>")
    archive.captures[address("a")] = [(MARCH, body)]
    found = gather(up_to(date(2024, 5, 19), check_of("a")), web, reads_copies=True)
    (failure,) = found.coverage.failed
    assert (found.pages, failure.code) == ((), "http-404")
    assert failure.detail.endswith("published on 2024-06-01, after 2024-05-19")


def test_quotation_stands_in_the_text_of_the_copy_that_is_stored(web: ArchivedWeb) -> None:
    found = gather(check_of("a"), web, reads_copies=True)
    verdict, _ = decide(check_of("a"), found)
    stored = web.copies.fetch(copy_address(address("a"), until=None))
    item = verdict.evidence[0]
    assert item.page.sha256 == stored.sha256
    assert stored.text[item.span.start : item.span.end] == item.quote


class Watch:
    """A claim with the sources a and b, checked again and again with an archive."""

    def __init__(self, web: ArchivedWeb) -> None:
        self.web = web
        self.stored: list[Page] = []
        self.found: Gathered | None = None
        self.verdict: Verdict | None = None

    def look(self, *, day: int) -> tuple[Verdict, HistoryEntry, Gathered]:
        """The check on this day after Monday."""
        before, check = self.found, check_of("a", "b")
        if self.verdict:
            check = again(check, self.verdict)
        check = replace(check, requested_at=NOON + timedelta(days=day))
        earlier = EarlierPages(lambda: before, self.find_page)
        self.found = gather(check, self.web, earlier=earlier, reads_copies=True)
        self.verdict, entry = decide(check, self.found, before=before)
        return self.verdict, entry, self.found

    def find_page(self, sha256: str) -> Page | None:
        """A page of a text that was read, as it was first stored: maybe from another address."""
        texts = [self.web.fetch(url) for url in self.web.texts]
        return next((one for one in texts if one.sha256 == sha256), None)


def test_last_text_comes_before_a_copy_until_the_third_strike(
    web: ArchivedWeb, archive: ArchiveServer
) -> None:
    watch = Watch(web)
    failures, web.failures = web.failures, {}
    watch.look(day=0)
    web.failures = failures
    for day in (1, 2):
        verdict, entry, _ = watch.look(day=day)
        assert (entry.failing, entry.archived, archive.asked) == ((address("a"),), (), [])
    verdict, entry, found = watch.look(day=3)
    page = next(one for one in found.pages if one.url == address("a"))
    days = tuple(MONDAY + timedelta(days=day) for day in (1, 2, 3))
    assert page.failing == Failing("http-404", days)
    assert page.archived is not None
    assert (entry.failing, entry.archived) == ((), (address("a"),))
    assert (verdict.label, entry.diff) == (VerdictLabel.SUPPORTED, None)
    assert verdict.evidence[0].page.archived is not None  # the same text, and still marked


def test_copy_stays_evidence_without_another_request_and_keeps_its_strikes(
    web: ArchivedWeb, archive: ArchiveServer
) -> None:
    watch = Watch(web)
    watch.look(day=0)
    asked = len(archive.asked)
    for day in range(1, 6):
        web.failures[address("a")] = "http-404" if day % 2 else FailureCode.HOST_RESTING
        verdict, entry, _ = watch.look(day=day)
        assert (entry.archived, entry.failing, entry.diff) == ((address("a"),), (), None)
    assert len(archive.asked) == asked
    page = verdict.evidence[0].page
    assert page.archived is not None
    assert page.failing == Failing("http-404", tuple(MONDAY + timedelta(days=n) for n in (0, 1, 3)))


def test_kept_copy_keeps_the_canonical_address_of_its_page(
    web: ArchivedWeb, archive: ArchiveServer
) -> None:
    """Pages with one canonical address are one origin, in every check."""
    link = b'<link rel="canonical" href="https://a.example/story"><title>'
    archive.captures[address("a")] = [(MARCH, html(DIED).replace(b"<title>", link))]
    found = gather(check_of("a"), web, reads_copies=True)
    stored = web.copies.fetch(copy_address(address("a"), until=None))
    strikes = count_strikes(found.coverage.failed, found, at=NOON)
    kept = keep_failing(strikes, found, find_page=lambda sha256: stored)[address("a")]
    assert (kept.url, kept.canonical_url) == (address("a"), "https://a.example/story")


def test_page_that_is_read_again_at_its_address_is_no_copy_any_more(web: ArchivedWeb) -> None:
    watch = Watch(web)
    watch.look(day=0)
    web.failures.clear()
    verdict, entry, _ = watch.look(day=1)
    page = verdict.evidence[0].page
    assert (page.archived, page.failing, entry.archived) == (None, None, ())


def test_copy_of_a_page_that_robots_txt_forbids_now_ends_with_the_third_strike(
    web: ArchivedWeb,
) -> None:
    watch = Watch(web)
    watch.look(day=0)
    web.failures[address("a")] = FailureCode.ROBOTS_DENIED
    watch.look(day=1)
    _, entry, found = watch.look(day=2)
    assert urls(found) == [address("b")]
    assert entry.diff is not None
    assert [(one.url, one.code) for one in entry.diff.gone] == [(address("a"), "robots-denied")]


_getaddrinfo = socket.getaddrinfo


def resolve_loopback(host: str, port: int, **options: Any) -> Any:
    """Only addresses lead anywhere; there is no name."""
    if host != "127.0.0.1":
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return _getaddrinfo(host, port, **options)


def test_setting_reads_copies_and_does_not_send_addresses_of_hosts_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, archive: ArchiveServer
) -> None:
    archive.captures["http://127.0.0.1:9/p"] = [(MARCH, html(DIED))]
    monkeypatch.setattr(socket, "getaddrinfo", resolve_loopback)
    settings = Settings(archive=archive.url, fetch_allow=f"127.0.0.1:{archive.port},127.0.0.1:9")
    sources = (address("a"), "http://127.0.0.1:9/p")
    check = check_of()
    check = replace(check, options=replace(check.options, sources=sources))
    with build_fetcher(settings) as fetcher:
        found = gather_evidence(
            check, pages=MemoryPageCache(), fetcher=fetcher, reads_copies=bool(settings.archive)
        )
    assert urls(found) == [address("a")]
    assert found.pages[0].failing == Failing("dns-failed", (MONDAY,))
    assert [one.code for one in found.coverage.failed] == ["dns-failed", "unreachable"]
    assert "sent to an archive" not in found.coverage.failed[0].detail
    assert found.coverage.failed[1].detail.endswith("are not sent to an archive")
    assert len(archive.asked) == 2


def test_claims_share_a_copy_in_the_cache_and_the_page_itself_is_not_in_it(
    archive: ArchiveServer, reader: WebFetcher
) -> None:
    copies = CopyReader(reader, archive.url)
    cache, copied = MemoryPageCache(), copy_address(address("a"), until=None)

    class Fetching(Web):
        def fetch(self, url: str, *, known: Page | None = None) -> Page:
            if is_copy_address(url):
                return copies.fetch(url)
            raise SourceError("http-404", "the page is not there")

    for _ in range(2):
        found = gather_evidence(check_of("a"), pages=cache, fetcher=Fetching(), reads_copies=True)
        assert found.pages[0].archived is not None
    assert len(archive.asked) == 2
    assert cache.get_or_fetch(copied, fresh_after=NOON, fetcher=Fetching()).url == copied
    with pytest.raises(SourceError):
        cache.get_or_fetch(address("a"), fresh_after=NOON, fetcher=Fetching())


def test_without_the_setting_there_is_nothing_that_reads_copies(archive: ArchiveServer) -> None:
    with build_fetcher(Settings()) as fetcher, pytest.raises(SourceError) as refused:
        fetcher.fetch(copy_address(address("a"), until=None))
    assert (refused.value.code, archive.asked) == ("bad-url", [])
