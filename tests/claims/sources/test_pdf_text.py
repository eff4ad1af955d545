"""The text of PDFs: paragraphs, pages, running heads, and broken or encrypted files."""

from __future__ import annotations

import pytest

from claims.sources.pdf_text import EncryptedPdf, read_pdf
from claims.text import page_number
from tests.claims.sources.pdfs import encrypt, make_pdf

HEAD = "Water Board of Alby - Annual Report 2025"
FIRST = (
    HEAD,
    "",
    "1 Levels",
    "",
    "The level of Lake Orrin has fallen to 371 metres above the sea, which is the low-",
    "est value since measurements began in 1994, as the board had expected it to be.",
    "It rose again in May.",
    "The dam was not opened in the whole of the year, for the first time since it was",
    "",
    "Page 1 of 3",
)
SECOND = (HEAD, "built in 1931.", "A second paragraph on page two.", "", "Page 2 of 3")
PARAGRAPHS = """\
1 Levels

The level of Lake Orrin has fallen to 371 metres above the sea, which is the lowest value since \
measurements began in 1994, as the board had expected it to be. It rose again in May.

The dam was not opened in the whole of the year, for the first time since it was built in 1931.

\fA second paragraph on page two.

\f(a) The first item.

(b) The second item."""
THIRD = (HEAD, "", "(a) The first item.", "(b) The second item.", "", "Page 3 of 3")


def test_lines_are_joined_to_paragraphs_and_running_heads_left_out() -> None:
    reading = read_pdf(
        make_pdf(FIRST, SECOND, THIRD, title="Annual Report", created="D:20250812093000+02'00'")
    )
    assert reading.text.replace("\n", "\n\n") == PARAGRAPHS
    assert (reading.title, reading.published_at) == ("Annual Report", "2025-08-12")


def test_position_in_the_text_gives_its_page() -> None:
    text = read_pdf(make_pdf(FIRST, SECOND, THIRD)).text
    pages = {word: page_number(text, text.index(word)) for word in ("Levels", "second", "first i")}
    assert pages == {"Levels": 1, "second": 2, "first i": 3}
    assert page_number("A text without pages.", 3) is None


@pytest.mark.parametrize("title", ["", "Microsoft Word - report.doc", "untitled", "report.pdf"])
def test_title_set_by_a_program_is_ignored(title: str) -> None:
    assert read_pdf(make_pdf(["Some words here."], title=title)).title is None


@pytest.mark.parametrize("created", ["", "D:2025", "D:20259999", "yesterday", "19700101x"])
def test_odd_date_gives_a_day_or_none(created: str) -> None:
    found = read_pdf(make_pdf(["Some words here."], created=created)).published_at
    assert found in {None, "1970-01-01"}


def test_empty_pages_count_and_have_no_text() -> None:
    text = read_pdf(make_pdf([], [], ["On the third page."])).text
    assert text == "\f\fOn the third page."
    assert read_pdf(make_pdf([])).text == ""


def test_encrypted_pdf_raises_its_own_error() -> None:
    with pytest.raises(EncryptedPdf):
        read_pdf(encrypt(make_pdf(["Secret words here."]), "s3cret"))
    assert read_pdf(encrypt(make_pdf(["Open words here."]), "")).text == "Open words here."
