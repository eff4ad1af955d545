"""The HTML report: one self-contained, safe file with article, claims and evidence."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from jinja2 import Environment

from claims.report import render_report
from claims.report.environment import equip
from claims.types import (
    LEAST_CONFIDENCE,
    ArticleId,
    CheckResult,
    ErrorRecord,
    Finding,
    NotChecked,
    Review,
    ReviewState,
    SourceFailure,
    Span,
    StaleGrade,
    VerdictLabel,
)
from tests.claims import samples
from tests.claims.report import records

TEXT = "Eleven people died. The boat sank on Monday.\n\nIt was sad."
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\r\n\u202e\" onmouseover='x"


@pytest.fixture
def result() -> CheckResult:
    """An article with a judged claim, a claim without a verdict, and a sentence not checked."""
    claims = [
        records.claim("Eleven people died.", span=(0, 19), verdict=records.verdict("SUPPORTED")),
        records.claim("The boat sank on Monday.", span=(20, 44)),
    ]
    not_checked = [NotChecked("It was sad.", Span(46, 57), "opinion")]
    article = records.article(TEXT, title="A boat")
    return records.result(claims, article, not_checked=not_checked)


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def test_report_shows_text_marks_verdicts_and_what_was_not_checked(result: CheckResult) -> None:
    soup = parse(render_report(result))
    assert soup.h1 and soup.h1.get_text() == "A boat"
    marks = soup.select("article mark")
    assert [(m["class"], m.get_text()) for m in marks] == [
        (["tone-supported"], "Eleven people died."),
        (["tone-pending"], "The boat sank on Monday."),
    ]
    cards = soup.select(".card")
    assert (
        "Probably supported" in cards[0].get_text() and "Eleven people died." in cards[0].get_text()
    )
    assert "An opinion." in soup.select_one(".not-checked").get_text()  # type: ignore[union-attr]


def test_every_note_leads_to_its_card_and_back(result: CheckResult) -> None:
    soup = parse(render_report(result))
    for note in soup.select("a.note, a.number"):
        assert soup.find(id=str(note["href"]).removeprefix("#")) is not None
    assert len(soup.select("a.note")) == 2


def test_report_without_an_article_lists_the_claims() -> None:
    html = render_report(records.result([records.claim("Eleven people died.")]))
    soup = parse(html)
    assert soup.article is None
    assert "Eleven people died." in soup.select_one(".card").get_text()  # type: ignore[union-attr]


def test_report_counts_each_kind_of_draft_and_marks_its_cards() -> None:
    judged = records.claim("It rained.", verdict=records.verdict("SUPPORTED"))
    signed = Review(state=ReviewState.SIGNED, label=VerdictLabel.SUPPORTED)
    reviews = (Review(), signed, replace(signed, stale=StaleGrade.RED))
    claims = [replace(judged, review=review) for review in reviews]
    page = BeautifulSoup(render_report(CheckResult(article=None, claims=tuple(claims))), "lxml")
    assert [" ".join(one.get_text().split()) for one in page.select(".draft")] == [
        "DRAFT, not signed off: 1 of 3 claims",
        "DRAFT, the sign-off does not hold any more: 1 of 3 claims",
    ]
    heads = [one.get_text() for one in page.select(".card-verdict")]
    assert "DRAFT, not signed off" in heads[0] and "DRAFT" not in heads[1]
    assert "Signed off: supported" in heads[1] and "does not hold any more" in heads[2]


def test_report_without_claims_says_so(result: CheckResult) -> None:
    soup = parse(render_report(replace(result, claims=())))
    assert "No sentence of this article could be checked" in soup.get_text()
    assert soup.select_one("details[open]") is not None


def test_report_loads_nothing_from_other_places(result: CheckResult) -> None:
    soup = parse(render_report(result))
    assert not soup.select("script, link, img, iframe, object, embed, [style]")
    assert "url(" not in str(soup.style) and "@import" not in str(soup.style)


def test_policy_allows_exactly_the_style_sheet_of_the_report(result: CheckResult) -> None:
    html = render_report(result)
    policy = parse(html).select_one("meta[http-equiv=Content-Security-Policy]")
    style = re.search(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert policy and style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_hostile_text_is_escaped() -> None:
    bad = records.evidence(
        "SUPPORTS", HOSTILE, url="javascript:alert(1)", title=HOSTILE, publisher=HOSTILE
    )
    verdict = records.verdict("SUPPORTED", [bad])
    failed = (SourceFailure("javascript:alert(2)", HOSTILE, HOSTILE),)
    coverage = replace(verdict.coverage, failed=failed)
    verdict = replace(verdict, explanation=HOSTILE, coverage=coverage)
    claim = records.claim(HOSTILE, span=(0, len(HOSTILE)), verdict=verdict)
    claim = replace(claim, claimant=HOSTILE, error=ErrorRecord(HOSTILE, HOSTILE))
    not_checked = [NotChecked(HOSTILE, Span(0, 1), HOSTILE)]
    article = records.article(HOSTILE, title=HOSTILE, url="javascript:alert(3)")
    html = render_report(records.result([claim], article, not_checked=not_checked))
    soup = parse(html)
    assert not soup.select("script, img")
    assert not [t for t in soup.find_all(True) if any(a.startswith("on") for a in t.attrs)]
    assert not [a for a in soup.select("a[href]") if "script" in str(a["href"])]
    assert "\u202e" not in html
    assert "U+202E" in html


@pytest.mark.parametrize("label", list(VerdictLabel))
def test_both_sides_are_unfolded_for_every_verdict(label: VerdictLabel) -> None:
    pieces = [
        records.evidence("SUPPORTS", "Yes, it is."),
        records.evidence("SUPPORTS", "So it is."),
        records.evidence("REFUTES", "No, it is not."),
    ]
    claim = records.claim("It is.", verdict=records.verdict(label, pieces))
    soup = parse(render_report(records.result([claim])))
    folded = [q.get_text() for q in soup.select("details blockquote")]
    assert folded == ["So it is."]
    opened = soup.select(".card > .quotation")
    assert {q.get_text() for q in soup.select(".card > .quotation blockquote")} == {
        "Yes, it is.",
        "No, it is not.",
    }
    assert all(quotation.select_one(".role") for quotation in opened)


def test_card_names_the_lost_page_that_decided_earlier() -> None:
    verdict = replace(records.verdict("SUPPORTED"), lost_page=samples.lost_page())
    soup = parse(render_report(records.result([records.claim("It is.", verdict=verdict)])))
    (told,) = soup.select(".card .lost-page")
    assert "rests on cannot be read since check 2" in told.get_text()
    assert [a["href"] for a in told.select("a")] == ["https://a.example/lost"]


@pytest.mark.parametrize(
    ("publisher", "shown"),
    [("a.example", "a.example · "), ("A paper", "A paper · a.example · ")],
)
def test_host_is_shown_once(publisher: str, shown: str) -> None:
    item = records.evidence("SUPPORTS", "Yes.", url="https://www.a.example/1", publisher=publisher)
    verdict = records.verdict("SUPPORTED", [item])
    soup = parse(render_report(records.result([records.claim("It is.", verdict=verdict)])))
    (about,) = soup.select(".card .page-about")
    assert about.get_text().strip().startswith(shown)


def test_report_shows_time_and_hash_of_each_page() -> None:
    hashes = ["ab" * 32, "cd" * 32]
    claims = []
    for number, sha256 in enumerate([*hashes, hashes[0]]):
        item = records.evidence(
            "SUPPORTS", "Yes.", sha256=sha256, url=f"https://a.example/{sha256}"
        )
        verdict = records.verdict("SUPPORTED", [item])
        claims.append(records.claim(f"Claim {number}.", verdict=verdict))
    soup = parse(render_report(records.result(claims)))
    first = soup.select_one("#claim-1 .fetched")
    assert first and first.get_text() == "Page read 4 Sep 2025, 12:00 UTC · sha256 abababababab…"
    assert [code["title"] for code in soup.select(".card code")] == [*hashes, hashes[0]]
    rows = [" ".join(row.get_text(" ").split()) for row in soup.select(".pages-read > li")]
    assert len(rows) == 2
    assert "Read 4 Sep 2025, 12:00 UTC, quoted for claims 1 , 3" in rows[0]
    assert rows[0].endswith(f"sha256 {hashes[0]}") and rows[1].endswith(f"sha256 {hashes[1]}")


def test_each_card_has_an_address_of_its_own(result: CheckResult) -> None:
    soup = parse(render_report(result))
    links = [str(link["href"]) for link in soup.select(".card .permalink")]
    assert links == ["#claim-1", "#claim-2"]
    assert all(soup.select_one(link) for link in links)


def test_low_confidence_is_named_and_shown_in_pale_colour() -> None:
    def card(confidence: float) -> Tag:
        unsure = replace(records.verdict("REFUTED"), confidence=confidence)
        claim = records.claim("Eleven people died.", span=(0, 19), verdict=unsure)
        html = render_report(records.result([claim], records.article(TEXT)))
        (found,) = parse(html).select(".card")
        return found

    low, high = card(LEAST_CONFIDENCE - 0.01), card(LEAST_CONFIDENCE)
    assert low.select_one(".chip.is-unsure") and "is-unsure" in low["class"]
    assert low.select_one(".chip").get_text() == "Probably refuted, low confidence"  # type: ignore[union-attr]
    assert not high.select(".is-unsure") and "is-unsure" not in high["class"]
    assert high.select_one(".chip").get_text() == "Probably refuted"  # type: ignore[union-attr]


def test_not_enough_evidence_is_never_marked_as_low_confidence() -> None:
    verdict = replace(records.verdict("NOT_ENOUGH_EVIDENCE"), confidence=0.2)
    html = render_report(records.result([records.claim("It is.", verdict=verdict)]))
    assert "low confidence" not in parse(html).get_text()


def test_findings_show_both_texts_and_the_rule_of_the_comparison() -> None:
    differs = Finding(
        kind="quotation",
        claim="42 <b>metres</b>",
        evidence="58 & more metres",
        result="differs",
        rule="“58 metres” does not fit <i>“42 metres”</i>",
    )
    absent = Finding(kind="name", claim="Ana Sorel", evidence="", result="not in the passage")
    item = replace(records.evidence("REFUTES", "It is long."), findings=(differs, absent))
    claim = records.claim("It is 42 metres long.", verdict=records.verdict("REFUTED", [item]))
    html = render_report(records.result([claim]))
    table = parse(html).select_one("table.findings")
    assert table and table.caption
    assert table.caption.get_text() == "Automatic check of names and quotations"
    headings = [cell.get_text() for cell in table.select("thead th")]
    assert headings == ["What", "The claim says", "The page says", "Result"]
    rows = [[cell.get_text(" ") for cell in row.select("td")] for row in table.select("tbody tr")]
    assert rows == [
        ["Quotation", differs.claim, differs.evidence, f"Differs {differs.rule}"],
        ["Name", "Ana Sorel", "–", "Not in the passage"],
    ]
    assert not table.select("b, i")
    assert "42 &lt;b&gt;metres&lt;/b&gt;" in html and "58 &amp; more metres" in html


def test_dates_of_claim_evidence_and_check_are_shown() -> None:
    old = records.evidence("SUPPORTS", "She is the mayor.", published_at="2021-03-12")
    verdict = records.verdict("NOT_ENOUGH_EVIDENCE", [replace(old, stale=True)])
    verdict = replace(verdict, coverage=replace(verdict.coverage, maybe_later=2))
    claim = records.claim("She is the mayor.", verdict=verdict)
    claim = replace(claim, claimed_at=date(2025, 9, 4), as_of=date(2025, 9, 5))
    text = " ".join(parse(render_report(records.result([claim]))).get_text(" ").split())
    assert "Dated 4 Sep 2025 · evidence as of 5 Sep 2025" in text
    assert "12 Mar 2021 Older than the claim 12 Mar 2021, the claim 4 Sep 2025" in text
    assert "checked 4 Sep 2025, 12:00 UTC" in text
    assert "2 pages give no date or were changed since" in text


def test_page_without_publication_date_shows_its_last_change() -> None:
    item = records.evidence("SUPPORTS", "Yes.", published_at=None, modified_at="2021-04-01")
    claim = records.claim("It is.", verdict=records.verdict("SUPPORTED", [item]))
    line = parse(render_report(records.result([claim]))).select_one(".card .page-line")
    assert line
    assert line.get_text().endswith("no date, changed 1 Apr 2021")


def test_last_day_of_evidence_is_shown_once_above_an_article(result: CheckResult) -> None:
    claims = tuple(
        replace(claim, article_id=ArticleId("a_1"), as_of=date(2025, 9, 5))
        for claim in result.claims
    )
    text = parse(render_report(replace(result, claims=claims))).get_text(" ")
    assert text.count("evidence as of 5 Sep 2025") == 1
    assert "as of" not in parse(render_report(result)).get_text(" ")


def test_evidence_links_open_in_a_new_tab_without_referrer(result: CheckResult) -> None:
    link = parse(render_report(result)).select_one(".quotation a")
    assert link
    assert link["href"] == "https://a.example/one"
    assert set(link["rel"]) == {"noopener", "noreferrer", "nofollow"}


def test_lone_surrogate_does_not_break_the_file() -> None:
    html = render_report(records.result([records.claim("half \ud83d pair")]))
    assert "U+D83D" in html
    html.encode()


def test_environment_without_autoescape_is_refused() -> None:
    with pytest.raises(ValueError, match="autoescape"):
        equip(Environment(autoescape=False))  # noqa: S701 - the test expects the refusal
