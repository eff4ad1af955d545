"""The fetcher for all sources: shelf addresses from the catalogs, other addresses from the web."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from claims.errors import SourceError
from claims.pipeline import SourceFetching, gather_evidence
from claims.pipeline.admission import admit
from claims.ports import Turn
from claims.registry import RegisteredSource, Registry, SourceKind
from claims.shelves.fetch import SourceFetcher
from claims.shelves.shelf import Shelves
from claims.sources.address import site_of
from claims.sources.cache import MemoryPageCache
from claims.sources.fetch import WebFetcher
from claims.sources.pacing import OpenGate, Pacing
from claims.sources.snapshots import strip_text
from claims.types import Check, CheckOptions, Claim, OriginTie
from claims.verdicts.origins import name_origins
from tests.claims.shelves.desk import Desk, write
from tests.claims.shelves.test_formats import HARVEST, LIBRARY
from tests.claims.sources.codes import outcome_of
from tests.claims.sources.pdfs import make_pdf
from tests.claims.sources.servers import ARTICLE, RawServer, page

COPIED = (
    "The ferry to the islands was stopped for three days after a gale had torn off its ramp, the "
    "harbour master of Kelm said on Friday, and twelve lorries with fish were left on the quay."
)
CLAIM = Claim(text="The library lends 400 books a day.", sentence="")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def fetcher(desk: Desk, reader: WebFetcher) -> SourceFetcher:
    return SourceFetcher(reader, shelves=Shelves(desk.data_folder, None), clock=lambda: NOON)


@pytest.fixture
def code_of(fetcher: SourceFetcher) -> Callable[[str], str]:
    return partial(outcome_of, fetcher)


def test_document_of_a_shelf_is_fetched_as_a_page(
    desk: Desk, folder: Path, fetcher: SourceFetcher
) -> None:
    desk.add(write(folder, {"lake.html": ARTICLE}))
    found = fetcher.fetch("shelf:press/archive/lake.html")
    assert found.url == found.canonical_url == "shelf:press/archive/lake.html"
    assert (found.title, found.publisher) == ("Lake level falls", "Valley Post")
    assert found.published_at == "2025-08-12T09:00:00+02:00"
    assert found.sha256 == hashlib.sha256(found.text.encode()).hexdigest()
    assert found.fetched_at == NOON
    assert found.language == "en"
    assert fetcher.fetch(found.url, known=found) == found


def test_html_on_a_shelf_has_the_metadata_of_a_web_page(
    desk: Desk, folder: Path, fetcher: SourceFetcher
) -> None:
    """Its date of change decides staleness, and its credits decide whether it is a copy."""
    about = b"""<meta property="article:modified_time" content="2025-09-04">
    <meta name="author" content="Reuters">
    <link rel="canonical" href="https://agency.example/lake"><title>"""
    desk.add(write(folder, {"lake.html": ARTICLE.replace(b"<title>", about)}))
    found = fetcher.fetch("shelf:press/archive/lake.html")
    assert found.modified_at == "2025-09-04"
    assert found.credits == ("Reuters",)


def test_language_of_a_record_is_detected_like_that_of_a_page(
    desk: Desk, folder: Path, fetcher: SourceFetcher
) -> None:
    german = (
        "Der Pegel des Sees ist nach den Angaben der Behörde auf den niedrigsten Stand seit "
        "Beginn der Messungen gefallen, und die Fischer fürchten nun um ihre Ernte. "
    ) * 4
    rows = [{"text": german}, {"text": f"{HARVEST} It was said on Monday that more would follow."}]
    desk.add(write(folder, {"a.jsonl": "\n".join(map(json.dumps, rows))}))
    pages = [fetcher.fetch(f"shelf:press/archive/a.jsonl:{number}") for number in (1, 2)]
    assert pages[0].language == "de"
    admitted = admit(pages, article_text=None)
    assert [failure.code for failure in admitted.failed] == ["language"]
    assert admitted.pages == (pages[1],)


def test_document_with_a_web_address_is_a_copy_of_that_page(
    desk: Desk, folder: Path, fetcher: SourceFetcher
) -> None:
    row = f'{{"text": "{LIBRARY}", "url": "https://News.example.org/a?utm_source=x&b=1"}}'
    desk.add(write(folder, {"a.jsonl": row}))
    found = fetcher.fetch("shelf:press/archive/a.jsonl:1")
    assert found.canonical_url == "https://news.example.org/a?b=1"
    fetching = SourceFetching(
        pages=MemoryPageCache(),
        fetcher=fetcher,
        fresh_after=NOON,
        article_url="https://news.example.org/other",
        last_start=time.monotonic() + 60,
    )
    pages, failed = fetching.fetch([found.url])
    assert pages == []
    assert [failure.code for failure in failed] == ["own-site"]


class NoGate(OpenGate):
    """A gate that fails the test when a fetch asks for a turn."""

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        raise AssertionError(f"{url} waits for a turn at {host}")


def test_documents_are_gathered_without_a_host_turn(desk: Desk, folder: Path) -> None:
    """Copies of the article, later documents and rated sources are treated as on the web."""
    rows = [
        {"text": LIBRARY, "date": "2025-05-01", "url": "https://known.example/a"},
        {"text": HARVEST, "date": "2025-07-01"},
        {"text": LIBRARY.upper() + HARVEST.upper(), "date": "2025-05-01"},
        {"text": COPIED, "date": "2025-05-01"},
    ]
    desk.add(write(folder, {"a.jsonl": "\n".join(map(json.dumps, rows))}))
    shelves = Shelves(desk.data_folder, None)
    sources = (
        RegisteredSource(name="known", domains=("known.example",), credibility=0.9, reason="r"),
        RegisteredSource(name="ours", kind=SourceKind.SHELF, address="press"),
    )
    check = Check(
        claim=CLAIM,
        requested_at=NOON,
        options=CheckOptions(
            sources=tuple(f"shelf:press/archive/a.jsonl:{number}" for number in range(1, 5)),
            as_of=date(2025, 6, 1),
        ),
    )
    with WebFetcher(pacing=Pacing(NoGate())) as web:
        found = gather_evidence(
            check,
            pages=MemoryPageCache(),
            fetcher=SourceFetcher(web, shelves=shelves, clock=lambda: NOON),
            registry=Registry(sources),
            article_text=f"{COPIED} It was the first since May.",
        )
    assert [page.source for page in found.pages] == ["known", "ours"]
    failed = {failure.url[-1]: failure.code for failure in found.coverage.failed}
    assert failed == {"2": "after-as-of", "4": "copy-of-article"}
    assert strip_text(found).pages[0].answer is None


def test_documents_of_one_shelf_are_not_one_site(
    desk: Desk, folder: Path, fetcher: SourceFetcher
) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY, "b.txt": HARVEST}))
    urls = ["shelf:press/archive/a.txt", "shelf:press/archive/b.txt"]
    assert len(set(map(site_of, urls))) == 2
    origins = name_origins([fetcher.fetch(url) for url in urls])
    assert [reference.origin for reference in origins.references] == ["o1", "o2"]


def test_parts_of_one_document_are_one_origin(
    desk: Desk, folder: Path, fetcher: SourceFetcher
) -> None:
    lines = [f"Item {n} of the inventory lay in room {n % 90}." for n in range(3_000)]
    desk.add(write(folder, {"a.txt": "\n".join(lines)}))
    urls = ["shelf:press/archive/a.txt", "shelf:press/archive/a.txt:.2"]
    (shared,) = name_origins([fetcher.fetch(url) for url in urls]).shared
    assert (shared.why, shared.urls) == (OriginTie.SAME_ADDRESS, tuple(urls))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("shelf:press/archive/nothing.txt", "not-on-shelf"),
        ("shelf:press/archive/a.txt:2", "not-on-shelf"),
        ("shelf:press/../press/archive/a.txt", "not-on-shelf"),
        ("shelf:press/../../../../etc/passwd", "not-on-shelf"),
        ("shelf:press//etc/passwd", "not-on-shelf"),
        ("shelf:press/%2e%2e/%2e%2e/etc/passwd", "not-on-shelf"),
        ("shelf:press/archive/secret.txt", "not-on-shelf"),  # exists, but was not added
        ("shelf:press/catalog.sqlite", "not-on-shelf"),
        ("shelf:other/archive/a.txt", "not-on-shelf"),
        ("shelf:press/' OR 1=1 --", "bad-url"),
        ("shelf:press/'%20OR%201=1--", "not-on-shelf"),
        ("shelf:../press/archive/a.txt", "bad-url"),
        ("shelf:PRESS/archive/a.txt", "bad-url"),
        ("shelf:press/", "bad-url"),
        ("shelf:press", "bad-url"),
        ("shelf://press/archive/a.txt", "bad-url"),
        ("shelf:press/a\x00b", "bad-url"),
        ("shelf:press/a\\b", "bad-url"),
        ("shelf:press/" + "a" * 2_048, "bad-url"),
        ("Shelf:press/archive/a.txt", "bad-url"),
        ("file:///etc/passwd", "bad-url"),
    ],
)
def test_shelf_address_never_opens_a_file(
    url: str, code: str, desk: Desk, folder: Path, code_of: Callable[[str], str]
) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY}))
    write(folder, {"secret.txt": HARVEST})
    assert code_of(url) == code
    assert code_of("shelf:press/archive/a.txt") == "page"


def test_document_stays_readable_after_its_file_is_deleted(
    desk: Desk, folder: Path, code_of: Callable[[str], str]
) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY}))
    (folder / "a.txt").unlink()
    assert code_of("shelf:press/archive/a.txt") == "page"
    desk.update()
    assert code_of("shelf:press/archive/a.txt") == "not-on-shelf"


def test_damaged_shelf_has_its_own_code(
    desk: Desk, folder: Path, code_of: Callable[[str], str]
) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY}))
    desk.place.catalog.write_bytes(b"no database" * 500)
    assert code_of("shelf:press/archive/a.txt") == "shelf-damaged"


def test_shelf_not_named_in_the_setting_is_not_read(
    desk: Desk, folder: Path, reader: WebFetcher
) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY}))
    none = SourceFetcher(reader, shelves=Shelves(desk.data_folder, ()), clock=lambda: NOON)
    with pytest.raises(SourceError) as caught:
        none.fetch("shelf:press/archive/a.txt")
    assert caught.value.code == "not-on-shelf"
    assert caught.value.detail == "there is no shelf press here that may be read"


def test_other_addresses_are_fetched_from_the_web(
    fetcher: SourceFetcher, server: RawServer, code_of: Callable[[str], str]
) -> None:
    server.answers["/page"] = page(ARTICLE)
    assert fetcher.fetch(server.url("/page")).title == "Lake level falls"
    assert fetcher.read_html(ARTICLE.decode(), url="").title == "Lake level falls"
    body = make_pdf([LIBRARY])
    assert fetcher.read_document(body, content_type="application/pdf", url="a.pdf").text == LIBRARY
    assert code_of("http://10.0.0.1/") == "address-blocked"


def test_reading_a_shelf_writes_nothing(desk: Desk, folder: Path, fetcher: SourceFetcher) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY}))

    def contents() -> dict[Path, bytes]:
        kept = [desk.place.catalog, *desk.place.index.iterdir()]
        return {path: path.read_bytes() for path in kept}

    before = contents()
    assert desk.locators("library") == ["archive/a.txt"]
    fetcher.fetch("shelf:press/archive/a.txt")
    assert contents() == before
