"""File formats: the documents in each, and their metadata."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from claims.shelves.documents import Fields
from claims.text import page_number
from tests.claims.shelves.desk import Desk, spans_hold, write
from tests.claims.sources.pdfs import make_pdf
from tests.claims.sources.servers import ARTICLE

LIBRARY = "The mayor of Orrin opened the public library in 1987, after six years of building."
HARVEST = "The harvest of 2019 was the best in ten years, the farmers of the valley said."


def make_warc(*records: tuple[str, int, str, bytes], compressed: bool = True) -> bytes:
    """A WARC file from (address, status, content type, body); one gzip member per record."""
    out = b""
    for number, (url, status, content_type, body) in enumerate(records):
        head = f"HTTP/1.1 {status} -\r\nContent-Type: {content_type}\r\n\r\n".encode()
        lines = (
            "WARC/1.0",
            "WARC-Type: response",
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012}>",
            "WARC-Date: 2020-05-04T10:00:00Z",
            f"WARC-Target-URI: {url}",
            "Content-Type: application/http; msgtype=response",
            f"Content-Length: {len(head) + len(body)}",
        )
        record = "\r\n".join(lines).encode() + b"\r\n\r\n" + head + body + b"\r\n\r\n"
        out += gzip.compress(record) if compressed else record
    return out


def test_text_is_one_document_and_wrapped_lines_are_joined(desk: Desk, folder: Path) -> None:
    wrapped = (
        "The new bridge over the river at Kisoro is 42 metres long and carries\n"
        "two lanes, the district engineer said on Monday in a statement about\n"
        "the road.\n\nFarmers in the valley had waited for it since the flood.\n"
    )
    desk.add(write(folder, {"notes/bridge.txt": wrapped}))
    assert desk.locators("bridge at Kisoro") == ["archive/notes/bridge.txt"]
    first, second = desk.text_of("archive/notes/bridge.txt").split("\n")
    assert first.startswith("The new bridge") and first.endswith("about the road.")
    assert second == "Farmers in the valley had waited for it since the flood."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_text_in_another_charset_is_read(encoding: str, desk: Desk, folder: Path) -> None:
    text = "The café at the Orrin harbour, “Chez Zoë”, closed for good in 1994 after a fire."
    desk.add(write(folder, {"cafe.txt": text.encode(encoding)}))
    assert desk.text_of("archive/cafe.txt") == text
    assert desk.locators("cafe Zoe") == ["archive/cafe.txt"]  # accents are ignored


def test_html_is_reduced_to_its_main_text(desk: Desk, folder: Path) -> None:
    desk.add(write(folder, {"lake.html": ARTICLE}))
    (found,) = desk.search("level of Lake Orrin")
    assert found.document.title == "Lake level falls"
    assert found.document.publisher == "Valley Post"
    assert found.document.published_at == "2025-08-12T09:00:00+02:00"
    assert "Home" not in desk.text_of("archive/lake.html")


def test_pdf_keeps_its_pages(desk: Desk, folder: Path) -> None:
    body = make_pdf([LIBRARY, "It is in use."], [HARVEST], title="Yearbook", created="D:20200101")
    desk.add(write(folder, {"yearbook.pdf": body}))
    (found,) = desk.search("the harvest was the best in ten years")
    text = desk.text_of("archive/yearbook.pdf")
    assert found.document.title == "Yearbook"
    assert page_number(text, text.index("The harvest")) == 2


def test_each_json_line_is_a_document_with_its_line_number(desk: Desk, folder: Path) -> None:
    lines = (
        f'{{"headline": "Library", "body": "{LIBRARY}", "published": "4 May 1987",'
        ' "link": "https://news.example.org/library"}\n\n'
        f'{{"Text": ["{HARVEST}", "Nobody knew why."], "url": "not an address", "date": 7}}\n'
    )
    desk.add(write(folder, {"news.jsonl": lines}))
    library, harvest = desk.search("library Orrin harvest farmers")
    assert {library.document.locator, harvest.document.locator} == {
        "archive/news.jsonl:1",
        "archive/news.jsonl:3",
    }
    by_title = {item.document.title: item.document for item in (library, harvest)}
    assert by_title["Library"].published_at == "1987-05-04"
    assert by_title["Library"].url == "https://news.example.org/library"
    assert by_title[None].url is None
    assert by_title[None].published_at is None
    assert desk.text_of("archive/news.jsonl:3") == f"{HARVEST}\nNobody knew why."


@pytest.mark.parametrize(
    ("name", "delimiter", "encoding"),
    [("a.csv", ",", "utf-8"), ("b.csv", ";", "utf-8-sig"), ("c.tsv", "\t", "utf-16")],
)
def test_each_row_of_a_table_is_a_document(
    name: str, delimiter: str, encoding: str, desk: Desk, folder: Path
) -> None:
    rows = [("Title", "Content", "Date"), ("A library", f'"{LIBRARY}"', "1987-05-04"),
            ("A harvest", f'"{HARVEST}\nSo they ""said""."', "2019-10-01")]  # fmt: skip
    table = "".join(delimiter.join(row) + "\r\n" for row in rows)
    desk.add(write(folder, {name: table.encode(encoding)}))
    (found,) = desk.search("farmers")
    assert found.document.locator == f"archive/{name}:2"
    assert (found.document.title, found.document.published_at) == ("A harvest", "2019-10-01")
    assert desk.text_of(found.document.locator) == f'{HARVEST}\nSo they "said".'


def test_fields_are_set_by_name_and_texts_are_joined(desk: Desk, folder: Path) -> None:
    table = f"Lead,Rest,Kopf,text\n{LIBRARY.replace(',', '')},{HARVEST.replace(',', '')},Both,no\n"
    fields = Fields(text=("lead", "REST"), title=("kopf",), join_texts=True)
    desk.add(write(folder, {"two.csv": table}), fields=fields)
    (found,) = desk.search("harvest")
    assert found.document.title == "Both"
    text = desk.text_of("archive/two.csv:1")
    assert "library" in text and "harvest" in text


@pytest.mark.parametrize(("name", "compressed"), [("crawl.warc.gz", True), ("crawl.warc", False)])
def test_each_response_of_a_web_archive_is_a_document(
    name: str, compressed: bool, desk: Desk, folder: Path
) -> None:
    body = make_warc(
        ("https://valley.example.org/lake", 200, "text/html; charset=utf-8", ARTICLE),
        ("https://valley.example.org/logo.png", 200, "image/png", b"\x89PNG\r\n"),
        ("https://valley.example.org/gone", 404, "text/html", ARTICLE),
        ("https://valley.example.org/book", 200, "application/pdf", make_pdf([LIBRARY])),
        compressed=compressed,
    )
    desk.add(write(folder, {name: body}))
    assert desk.entries() == []
    (lake,) = desk.search("level of the lake")
    assert lake.document.locator == f"archive/{name}:1"
    assert lake.document.url == "https://valley.example.org/lake"
    assert lake.document.published_at == "2025-08-12T09:00:00+02:00"
    assert desk.locators("library") == [f"archive/{name}:4"]


MAILBOX = f"""From anna@example.org Mon May  4 10:00:00 1987
From: =?utf-8?q?Anna_K=C3=B6nig?= <anna@example.org>
Subject: =?utf-8?b?TGlicmFyeSDigJMgb3BlbmVk?=
Date: Mon, 04 May 1987 10:00:00 +0200
Content-Type: text/plain; charset=utf-8

{LIBRARY}
>From the harbour it is seen well.
> an earlier message, quoted

--\x20
Anna

From ben@example.org Tue Oct  1 10:00:00 2019
From: ben@example.org
Subject: Harvest
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=xx

--xx
Content-Type: text/html; charset=x-nobody-knows

<html><body><p>{HARVEST}</p><script>no()</script></body></html>
--xx--

From carl@example.org Tue Oct  1 11:00:00 2019
Subject: =?x-nobody?q?Strange?=
Content-Type: text/plain; charset=windows-1252
Content-Transfer-Encoding: quoted-printable

The caf=E9 at the harbour was closed for good after the fire of 1994.
"""


def test_each_message_of_a_mailbox_is_a_document(desk: Desk, folder: Path) -> None:
    desk.add(write(folder, {"Inbox": MAILBOX}))  # as mail programs name it, without a suffix
    library = desk.search("library")[0].document
    assert library.locator == "archive/Inbox:1"
    assert library.title == "Library – opened"
    assert library.publisher == "Anna König <anna@example.org>"
    assert library.published_at == "1987-05-04T10:00:00+02:00"
    text = desk.text_of("archive/Inbox:1")
    assert "From the harbour" in text and "quoted" not in text and "Anna" not in text
    assert desk.text_of("archive/Inbox:2") == HARVEST
    assert "café at the harbour" in desk.text_of("archive/Inbox:3")
    assert desk.entries() == []


def test_single_message_file_is_a_document(desk: Desk, folder: Path) -> None:
    message = MAILBOX.split("\n", 1)[1].split("\nFrom ben")[0]
    desk.add(write(folder, {"one.eml": message}))
    assert desk.locators("library") == ["archive/one.eml"]


def test_a_long_document_is_divided_at_sentences_and_nothing_is_lost(
    desk: Desk, folder: Path
) -> None:
    sentences = [f"Item {n} of the inventory lay in room {n % 90}." for n in range(5_000)]
    desk.add(write(folder, {"inventory.txt": " ".join(sentences)}))
    parts = [desk.text_of("archive/inventory.txt")]
    parts += [desk.text_of(f"archive/inventory.txt:.{part}") for part in (2, 3, 4)]
    assert " ".join(parts) == " ".join(sentences)
    assert all(part.endswith(".") for part in parts)
    found = desk.search("item 4999 of the inventory")
    assert found[0].document.whole == "archive/inventory.txt"
    assert spans_hold(desk, found)


def test_file_added_by_itself_may_be_any_text(desk: Desk, tmp_path: Path) -> None:
    folder = write(tmp_path / "archive", {"NOTES": LIBRARY, "page.php": ARTICLE})
    desk.add(folder)
    assert set(desk.failures().values()) == {"not-text"}
    desk.add(folder / "NOTES", folder / "page.php")
    assert desk.locators("library") == ["NOTES"]
    assert desk.locators("lake level") == ["page.php"]
