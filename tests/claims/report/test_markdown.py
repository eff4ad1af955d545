"""Claims as Markdown: what stands in it, and that texts of strangers stay text."""

from __future__ import annotations

import csv
from dataclasses import asdict, replace
from datetime import date

import pytest

from claims.ports import ExportedClaim
from claims.report.export_table import write_table
from claims.report.markdown import escape, write_link, write_markdown
from claims.types import ArchivedCopy, VerdictLabel
from tests.claims.report import records

HOSTILE = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) **bold** `code`"


def export(text: str, *, title: str = "A page") -> str:
    """The Markdown of one judged claim with this text, whose page has this title."""
    verdict = records.verdict(VerdictLabel.SUPPORTED)
    piece = verdict.evidence[0]
    page = replace(piece.page, title=title, url="https://a.example/one?a=1&b=2")
    verdict = replace(verdict, evidence=(replace(piece, page=page, quote=text),))
    claim = records.claim(text, verdict=verdict)
    known = {name: getattr(claim, name) for name in claim.__dataclass_fields__}
    made = ExportedClaim(**known, article_title=text, article_tags=(text,))
    assert asdict(made)["text"] == text
    return b"".join(write_markdown([made], with_head=True)).decode()


def test_claim_has_its_draft_mark_verdict_quotation_and_address() -> None:
    text = export("Eleven people died.")
    assert (
        text.startswith("# Claims\n")
        and "## Eleven people died.\n\n**DRAFT, not signed off**" in text
    )
    assert "- Proposal: " in text and "- Review: Not reviewed" in text
    assert "> Eleven people died.\n" in text
    assert "[A page](<https://a.example/one?a=1&b=2>)" in text and "sha256 of the page" in text


def test_texts_of_strangers_make_no_mark() -> None:
    text = export(HOSTILE, title=HOSTILE)
    for mark in ("<img", "[click](", "**bold", "`code`"):
        assert mark not in text.replace("\\" + mark[0], ""), mark


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("1. one", "1\\. one"),
        ("- a\n- b", "\\- a - b"),
        ("===", "\\==="),
        ("# head", "\\# head"),
        ("a_b*c", "a\\_b\\*c"),
        ("5 &lt; 6", "5 \\&lt; 6"),
        ("\u202ereversed", "\\[U+202E\\]reversed"),
        ("12 people", "12 people"),
    ],
)
def test_marks_at_the_start_and_inside_are_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "shelf:box/1", "https://a.example/<b>", "https://a.example/ x"]
)
def test_only_addresses_of_the_web_are_links(url: str) -> None:
    assert "](" not in write_link("A page", url)


def test_archived_copy_is_named_in_markdown_and_in_the_table() -> None:
    address = "https://archive.example/web/20240303101112id_/x"
    verdict = records.verdict(VerdictLabel.SUPPORTED)
    piece = verdict.evidence[0]
    page = replace(piece.page, archived=ArchivedCopy(address, date(2024, 3, 3)))
    verdict = replace(verdict, evidence=(replace(piece, page=page),))
    claim = records.claim("Eleven people died.", verdict=verdict)
    known = {name: getattr(claim, name) for name in claim.__dataclass_fields__}
    made = ExportedClaim(**known, article_title=None, article_tags=())
    assert b", archived copy of 3 March 2024, " in b"".join(write_markdown([made], with_head=False))
    (row,) = csv.DictReader(b"".join(write_table([made], with_head=True)).decode().splitlines())
    assert row["archived"] == f"{page.url}: archived copy of 3 March 2024, {address}"
