"""Reads copies from an archive: a real server on loopback, with the CDX API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from claims.errors import HostBusy, InvalidInput, SourceError
from claims.sources.address import parse_archive
from claims.sources.archived_copies import CopyReader, copy_address
from claims.sources.fetch import WebFetcher
from claims.sources.limits import FetchLimits
from claims.sources.pacing import Pacing
from claims.sources.vetting import AllowList
from claims.types import ArchivedCopy
from tests.claims.sources.archive_server import HEAD, ArchiveServer, Sent, archive_server
from tests.claims.sources.servers import ARTICLE
from tests.claims.sources.test_pacing import NotingGate

URL = "http://valley.example/lake?b=1&a=2"
MARCH, MAY = "20240303101112", "20240520000000"
LATER = ARTICLE.replace(b"371", b"365")
LIST = "/cdx/search/cdx"


@pytest.fixture(scope="module")
def _archive() -> Iterator[ArchiveServer]:
    with archive_server() as archive:
        yield archive


@pytest.fixture
def archive(_archive: ArchiveServer) -> ArchiveServer:
    _archive.captures = {URL: [(MARCH, ARTICLE), (MAY, LATER)]}
    _archive.answers.clear()
    _archive.asked.clear()
    return _archive


@pytest.fixture(scope="module")
def web(_archive: ArchiveServer) -> Iterator[WebFetcher]:
    allow = AllowList.parse(f"127.0.0.1:{_archive.port}")
    with WebFetcher(allow=allow, limits=FetchLimits(total_s=5.0, read_s=2.0)) as web:
        yield web


@pytest.fixture
def copies(web: WebFetcher, archive: ArchiveServer) -> CopyReader:
    return CopyReader(web, archive.url)


def refusal(copies: CopyReader, address: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        copies.fetch(address)
    return caught.value


def test_last_copy_is_read_as_the_page_itself_would_be(
    copies: CopyReader, archive: ArchiveServer
) -> None:
    address = copy_address(URL, until=None)
    page = copies.fetch(address)
    assert "365 metres" in page.text
    assert (page.url, page.canonical_url) == (address, "http://valley.example/lake?a=2&b=1")
    assert page.archived == ArchivedCopy(f"{archive.url}/web/{MAY}id_/{URL}", date(2024, 5, 20))
    assert (page.publisher, page.etag, page.last_modified) == ("Valley Post", None, None)
    assert len(archive.asked) == 2


def test_links_of_a_copy_lead_away_from_the_site_of_the_page(
    copies: CopyReader, archive: ArchiveServer
) -> None:
    """Relative links are those of the page, and the archive is no other site that it links to."""
    linked = b'the <a href="/data">water</a> <a href="https://gauge.example/371">board</a> said'
    archive.captures[URL] = [(MARCH, ARTICLE.replace(b"the water board said", linked))]
    page = copies.fetch(copy_address(URL, until=None))
    assert [link.url for link in page.links] == ["https://gauge.example/371"]


@pytest.mark.parametrize(
    ("until", "figure", "day"),
    [
        (date(2024, 5, 19), "371", date(2024, 3, 3)),
        (date(2024, 5, 20), "365", date(2024, 5, 20)),  # the day itself counts
    ],
)
def test_copy_is_the_last_one_up_to_a_day(
    copies: CopyReader, until: date, figure: str, day: date
) -> None:
    page = copies.fetch(copy_address(URL, until=until))
    assert f"{figure} metres" in page.text
    assert page.archived is not None
    assert page.archived.taken_on == day


def test_page_without_a_copy_up_to_the_day_is_not_found(
    copies: CopyReader, archive: ArchiveServer
) -> None:
    error = refusal(copies, copy_address(URL, until=date(2024, 3, 2)))
    assert (error.code, error.detail) == ("not-found", "the archive has no copy of the page")
    assert len(archive.asked) == 1


def test_archive_that_ignores_the_day_is_not_believed(
    copies: CopyReader, archive: ArchiveServer
) -> None:
    archive.answers[LIST] = Sent(json.dumps([HEAD, [MAY, URL]]).encode())
    error = refusal(copies, copy_address(URL, until=date(2024, 3, 31)))
    assert (error.code, len(archive.asked)) == ("after-as-of", 1)


@pytest.mark.parametrize("listed", [b"", b"\n", b"[]", json.dumps([HEAD]).encode()])
def test_list_without_a_capture_means_that_there_is_no_copy(
    copies: CopyReader, archive: ArchiveServer, listed: bytes
) -> None:
    archive.answers[LIST] = Sent(listed)
    assert refusal(copies, copy_address(URL, until=None)).code == "not-found"


@pytest.mark.parametrize(
    "listed",
    [
        b"<html>busy</html>",
        b'{"captures": []}',
        b"[1, 2]",
        b"[" * 50_000,
        b'["\xff"]',
        json.dumps([["original", "timestamp"], [URL, MARCH]]).encode(),
        json.dumps([HEAD, [MARCH]]).encode(),
        json.dumps([HEAD, [20240303101112, URL]]).encode(),
        json.dumps([HEAD, ["2024", URL]]).encode(),
        json.dumps([HEAD, ["20241303101112", URL]]).encode(),
    ],
)
def test_list_that_cannot_be_read_is_refused(
    copies: CopyReader, archive: ArchiveServer, listed: bytes
) -> None:
    archive.answers[LIST] = Sent(listed)
    assert refusal(copies, copy_address(URL, until=None)).code == "not-json"
    assert len(archive.asked) == 1


@pytest.mark.parametrize(
    "original",
    [
        *("http://valley.example/", "http://other.example/lake?b=1&a=2"),
        *("http://valley.example/lake", "http://[::1/lake", "valley"),
    ],
)
def test_capture_of_another_page_is_refused(
    copies: CopyReader, archive: ArchiveServer, original: str
) -> None:
    archive.captures[original] = [(MARCH, ARTICLE)]
    archive.answers[LIST] = Sent(json.dumps([HEAD, [MARCH, original]]).encode())
    error = refusal(copies, copy_address(URL, until=None))
    assert (error.code, error.detail) == (
        "bad-response",
        "the archive offers a copy of another page",
    )
    assert len(archive.asked) == 1


def test_capture_under_another_spelling_of_the_address_is_the_page(
    copies: CopyReader, archive: ArchiveServer
) -> None:
    original = "https://www.valley.example:443/lake/?a=2&b=1"
    archive.captures[original] = [(MARCH, ARTICLE)]
    archive.answers[LIST] = Sent(json.dumps([HEAD, [MARCH, original]]).encode())
    assert "371 metres" in copies.fetch(copy_address(URL, until=None)).text


@pytest.mark.parametrize(
    ("target", "until", "code"),
    [
        (f"/web/{MARCH}id_/{URL}", None, "page"),  # the nearest capture with these bytes
        (f"/web/{MAY}id_/http://other.example/", None, "bad-response"),
        ("/about", None, "bad-response"),
        (f"/web/{MAY}id_/{URL}", date(2024, 3, 31), "after-as-of"),
    ],
)
def test_redirect_within_the_archive_is_followed_to_a_capture_of_the_page_alone(
    copies: CopyReader, archive: ArchiveServer, target: str, until: date | None, code: str
) -> None:
    listed = "20240304000000"
    archive.answers[LIST] = Sent(json.dumps([HEAD, [listed, URL]]).encode())
    archive.captures["http://other.example/"] = [(MAY, ARTICLE)]
    archive.answers["/about"] = Sent(ARTICLE, headers={"Content-Type": "text/html"})
    asked_for = f"/web/{listed}id_/{URL}".partition("?")[0]
    archive.answers[asked_for] = Sent(b"", 302, {"Location": archive.url + target})
    address = copy_address(URL, until=until)
    if code != "page":
        assert refusal(copies, address).code == code
        return
    page = copies.fetch(address)
    assert page.archived is not None
    assert page.archived.taken_on == date(2024, 3, 3)


def test_copy_that_is_too_large_is_refused(copies: CopyReader, archive: ArchiveServer) -> None:
    archive.captures[URL] = [(MARCH, b"<p>" + b"a" * 2_100_000)]
    assert refusal(copies, copy_address(URL, until=None)).code == "too-large"


def test_list_that_is_too_large_is_refused(copies: CopyReader, archive: ArchiveServer) -> None:
    archive.answers[LIST] = Sent(b" " * 100_001)
    assert refusal(copies, copy_address(URL, until=None)).code == "too-large"


def test_copy_that_the_archive_forbids_to_assay_by_name_is_not_read(
    archive: ArchiveServer,
) -> None:
    archive.answers["/robots.txt"] = Sent(b"User-agent: Assay\nDisallow: /web/")
    with WebFetcher(allow=AllowList.parse(f"127.0.0.1:{archive.port}")) as web:
        error = refusal(CopyReader(web, archive.url), copy_address(URL, until=None))
    assert (error.code, error.detail) == (
        "robots-denied",
        "robots.txt asks not to fetch this address",
    )
    assert len(archive.asked) == 1


def test_rules_of_the_archive_for_all_robots_do_not_count_for_a_copy(
    archive: ArchiveServer,
) -> None:
    """Its copies are an interface that the operator names; as a page, the address is refused."""
    archive.answers["/robots.txt"] = Sent(b"User-agent: *\nDisallow: /web/")
    with WebFetcher(allow=AllowList.parse(f"127.0.0.1:{archive.port}")) as web:
        page = CopyReader(web, archive.url).fetch(copy_address(URL, until=None))
        assert page.archived is not None
        with pytest.raises(SourceError) as refused:
            web.fetch(page.archived.address)
    assert refused.value.code == "robots-denied"


def test_rules_for_all_robots_count_on_a_host_to_which_the_archive_redirects(
    archive: ArchiveServer,
) -> None:
    archive.answers["/robots.txt"] = Sent(b"User-agent: *\nDisallow: /web/")
    other = f"http://localhost:{archive.port}/web/{MAY}id_/{URL}"
    asked_for = f"/web/{MAY}id_/{URL}".partition("?")[0]
    archive.answers[asked_for] = Sent(b"", 302, {"Location": other})
    allow = AllowList.parse(f"127.0.0.1:{archive.port},localhost:{archive.port}")
    with WebFetcher(allow=allow) as web:
        error = refusal(CopyReader(web, archive.url), copy_address(URL, until=None))
    assert (error.code, len(archive.asked)) == ("robots-denied", 2)


@pytest.mark.parametrize("path", [LIST, f"/web/{MAY}id_/{URL}".partition("?")[0]])
def test_archive_that_asks_to_be_left_alone_is_asked_again_when_it_said(
    archive: ArchiveServer, path: str
) -> None:
    archive.answers[path] = Sent(b"", 429, {"Retry-After": "60"})
    gate = NotingGate()
    with WebFetcher(
        allow=AllowList.parse(f"127.0.0.1:{archive.port}"),
        pacing=Pacing(gate, every_s=0.0, wait_s=0.0),
    ) as web:
        copies = CopyReader(web, archive.url)
        with pytest.raises(HostBusy) as busy:
            copies.fetch(copy_address(URL, until=None))
        asked = len(archive.asked)
        with pytest.raises(HostBusy):
            copies.fetch(copy_address("http://valley.example/b", until=None))
        assert len(archive.asked) == asked
        archive.answers.clear()
        gate.now += 60
        assert "365 metres" in copies.fetch(copy_address(URL, until=None)).text
    assert (busy.value.wait_s, busy.value.code) == (60.0, "http-429")


def test_each_copy_takes_one_turn_at_the_pace_of_its_host(archive: ArchiveServer) -> None:
    gate = NotingGate()
    with WebFetcher(
        allow=AllowList.parse(f"127.0.0.1:{archive.port}"),
        pacing=Pacing(gate, every_s=10.0, wait_s=0.0),
    ) as web:
        copies = CopyReader(web, archive.url)
        copies.fetch(copy_address(URL, until=None))
        assert (gate.turns, len(archive.asked)) == (1, 2)
        with pytest.raises(HostBusy) as busy:
            copies.fetch(copy_address(URL, until=date(2024, 4, 1)))
    assert (busy.value.wait_s, len(archive.asked)) == (10.0, 2)


def test_archive_on_a_private_network_is_refused_unless_it_is_allowed(
    archive: ArchiveServer,
) -> None:
    with WebFetcher() as web:
        error = refusal(CopyReader(web, archive.url), copy_address(URL, until=None))
    assert error.code in {"address-blocked", "port-blocked"}
    assert archive.asked == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://intranet.example:8080/plan", "address-blocked"),
        ("ftp://valley.example/", "bad-url"),
    ],
)
def test_address_that_is_not_sent_to_an_archive_makes_no_request(
    web: WebFetcher, archive: ArchiveServer, url: str, code: str
) -> None:
    own = AllowList.parse("intranet.example:8080")
    copies = CopyReader(web, archive.url, unsent=own)
    assert refusal(copies, copy_address(url, until=None)).code == code
    assert refusal(copies, copy_address(f"{archive.url}/x", until=None)).code == "bad-url"
    assert archive.asked == []


def test_fragment_of_an_address_is_not_sent(copies: CopyReader, archive: ArchiveServer) -> None:
    copies.fetch(copy_address(f"{URL}#part", until=None))
    assert "part" not in "".join(archive.asked)


@pytest.mark.parametrize("text", ["archived:latest", "archived:2024-13-01/http://a.example/", "x"])
def test_address_that_names_no_copy_is_refused(copies: CopyReader, text: str) -> None:
    assert refusal(copies, text).code == "bad-url"


@pytest.mark.parametrize(
    "text",
    [
        "web.archive.org",
        "ftp://web.archive.org",
        "https://web.archive.org/?a=b",
        "https://web.archive.org/#web",
        "https://user:secret@web.archive.org",
        "https://",
    ],
)
def test_address_of_an_archive_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_archive(text)


def test_address_of_an_archive_may_have_a_path_and_a_slash_at_its_end() -> None:
    assert parse_archive("https://archive.example/all/") == "https://archive.example/all"
