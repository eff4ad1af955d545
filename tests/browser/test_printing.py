"""Printing: collapsed parts are open, forms are left out, and no card has a page break inside."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from claims.report import render_report
from claims.store.redis_store import RedisStore
from claims.types import ClaimRecord, NotChecked, Span, Stance, VerdictLabel
from tests.browser.conftest import Visit
from tests.claims.report import records
from tests.service.dashboard import steps

pytestmark = pytest.mark.browser

OPEN_VISIT = Callable[..., Visit]
SAID = "It was said again and again by everybody who was there. "
LONG = SAID * 8


def print_page(page: Page) -> list[str]:
    """The text of each printed sheet."""
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True))).pages
    return [" ".join(sheet.extract_text().split()) for sheet in sheets]


def write_report(folder: Path, claims: Sequence[ClaimRecord], text: str = "") -> str:
    """The address of a report on these claims, with one sentence that is not checked."""
    question = NotChecked("Was it the storm?", Span(0, 17), "question")
    article = records.article(text) if text else None
    report = folder / "report.html"
    report.write_text(
        render_report(records.result(claims, article, not_checked=[question])), encoding="utf-8"
    )
    return report.as_uri()


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_folded_parts_are_printed_and_forms_are_not(
    open_visit: OPEN_VISIT, store: RedisStore, scripts: str
) -> None:
    first, _ = steps.submit(store)
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, first.id, evidence, label=VerdictLabel.SUPPORTED)
    page = open_visit(scripts=scripts).go(f"/articles/{steps.ARTICLE}")
    article = " ".join(print_page(page))
    assert "1 sentence without a claim to check “Was it the storm?” A question." in article
    assert "1 source given https://a.example/one" in article
    assert "Today Articles Claims" not in article
    page = open_visit(scripts=scripts).go(f"/claims/{first.id}")
    claim = " ".join(print_page(page))
    assert "Check now" not in claim and "On a schedule" not in claim
    assert "Eleven people died." in claim and "Coverage: pages and searches" in claim
    page = open_visit(scripts=scripts).go("/")
    home = " ".join(print_page(page))
    assert "A boat" in home
    assert "Check an article" not in home


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_paper_has_the_address_and_the_time(
    open_visit: OPEN_VISIT, store: RedisStore, scripts: str
) -> None:
    first, _ = steps.submit(store)
    visit = open_visit(scripts=scripts)
    word = "printed" if scripts == "on" else "as of"
    for path in (f"/articles/{steps.ARTICLE}", f"/claims/{first.id}"):
        sheet, *_ = print_page(visit.go(path))
        moment = re.search(rf"(\S+), {word} (\d+ \w+ \d{{4}}, \d\d:\d\d) UTC", sheet)
        assert moment and moment[1] == f"{visit.url}{path}"
        at = datetime.strptime(moment[2], "%d %b %Y, %H:%M").replace(tzinfo=UTC)
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=10)
    assert f"{visit.url}/sources" in print_page(visit.go("/sources"))[0]


def test_no_sheet_of_an_article_is_left_half_empty(visit: Visit, store: RedisStore) -> None:
    text = "\n\n".join(f"Start {number} of it." for number in range(8))
    starts = [text.index(f"Start {number} ") for number in range(8)]
    spans = [(start, text.index(".", start) + 1) for start in starts]
    claims = steps.submit(store, [steps.claim_of(text, *span) for span in spans], text=text)
    for number, record in enumerate(claims):
        quotes = (SAID * 20 + f"For {number}.", SAID * 20 + f"Against {number}.")
        source = steps.keep_page(store, " ".join(quotes), url=f"https://a.example/{number}")
        evidence = [
            steps.evidence_from(source, quotes[0]),
            steps.evidence_from(source, quotes[1], Stance.REFUTES),
        ]
        steps.judge(store, record.id, evidence, label=VerdictLabel.SUPPORTED)
    sheets = print_page(visit.go(f"/articles/{steps.ARTICLE}"))
    # A card is more than half a sheet long: unbroken, each would have a sheet of its own.
    assert len(sheets) <= len(claims)
    assert "For 0." in sheets[0]
    # A quotation is never torn apart, and no claim stands at the foot of a sheet without one.
    for number in range(8):
        (sheet,) = [sheet for sheet in sheets if f"For {number}." in sheet]
        assert f"Start {number} of it." in sheet


def test_folded_quotations_of_the_report_are_printed(visit: Visit, tmp_path: Path) -> None:
    pieces = [records.evidence("SUPPORTS", f"Quotation {n}.") for n in range(3)]
    claim = records.claim("It is.", verdict=records.verdict("SUPPORTED", pieces))
    visit.page.goto(write_report(tmp_path, [claim]))
    printed = " ".join(print_page(visit.page))
    assert all(f"Quotation {n}." in printed for n in range(3))
    assert "A question." in printed
    assert printed.count("https://a.example/one") >= 3, "a printed link is its address"


def test_no_card_of_the_report_is_torn_apart(visit: Visit, tmp_path: Path) -> None:
    claims = []
    for number in range(14):
        quote = LONG * (number % 3 + 1) + f"End {number} of it."
        verdict = records.verdict("SUPPORTED", [records.evidence("SUPPORTS", quote)])
        claims.append(records.claim(f"Start {number} of it.", verdict=verdict))
    visit.page.goto(write_report(tmp_path, claims))
    sheets = print_page(visit.page)
    assert len(sheets) > 3
    for number in range(14):
        (sheet,) = [sheet for sheet in sheets if f"Start {number} of it." in sheet]
        assert f"End {number} of it." in sheet


def test_no_card_of_an_article_is_torn_apart(visit: Visit, store: RedisStore) -> None:
    text = "\n\n".join(f"Start {number} of it." for number in range(14))
    starts = [text.index(f"Start {number} ") for number in range(14)]
    spans = [(start, text.index(".", start) + 1) for start in starts]
    claims = steps.submit(store, [steps.claim_of(text, *span) for span in spans], text=text)
    for number, record in enumerate(claims):
        quote = LONG * (number % 3 + 1) + f"End {number} of it."
        source = steps.keep_page(store, quote, url=f"https://a.example/{number}")
        evidence = [steps.evidence_from(source, quote, Stance.REFUTES)]
        steps.judge(store, record.id, evidence, label=VerdictLabel.REFUTED)
    sheets = print_page(visit.go(f"/articles/{steps.ARTICLE}"))
    assert len(sheets) > 3
    for number in range(14):
        (sheet,) = [sheet for sheet in sheets if f"End {number} of it." in sheet]
        assert f"Start {number} of it." in sheet


def test_paper_is_light_in_the_dark_scheme_too(visit: Visit, store: RedisStore) -> None:
    steps.submit(store)
    page = visit.go(f"/articles/{steps.ARTICLE}")
    page.emulate_media(media="print", color_scheme="dark")
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(27, 30, 36)", "rgb(255, 255, 255)"]
