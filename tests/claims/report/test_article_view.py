"""Numbering, deciding evidence, counts and coverage of an article page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from claims.report.article_view import (
    MergedCoverage,
    merge_coverage,
    name_article,
    view_article,
)
from claims.report.formatting import Tone
from claims.report.searches import list_asked
from claims.types import LEAST_CONFIDENCE, ClaimRecord, Coverage, Purpose, Search, SourceFailure
from tests.claims.report import records

TEXT = "Eleven people died. The boat sank on Monday."


def test_claims_are_numbered_in_text_order_with_those_outside_the_text_last() -> None:
    claims = [
        records.claim("Submitted"),
        records.claim("The boat sank on Monday.", span=(20, 44)),
        records.claim("Eleven people died.", span=(0, 19)),
    ]
    view = view_article(records.article(TEXT), claims, [])
    assert [item.claim.text for item in view.claims] == [
        "Eleven people died.",
        "The boat sank on Monday.",
        "Submitted",
    ]
    assert [item.number for item in view.claims] == [1, 2, 3]


def test_shared_piece_has_the_most_salient_tone_and_the_notes_of_all_its_claims() -> None:
    claims = [
        records.claim("a", span=(0, 19), verdict=records.verdict("SUPPORTED")),
        records.claim("b", span=(0, 19), verdict=records.verdict("REFUTED")),
    ]
    piece = view_article(records.article(TEXT), claims, []).paragraphs[0][0]
    assert piece.tone is Tone.REFUTED
    assert piece.numbers == "1 2"
    assert [item.number for item in piece.ends] == [1, 2]


@pytest.mark.parametrize("other", ["SUPPORTED", "REFUTED"])
def test_piece_is_unsure_when_all_verdicts_of_its_tone_are(other: str) -> None:
    unsure = replace(records.verdict("SUPPORTED"), confidence=LEAST_CONFIDENCE - 0.01)
    sure = replace(records.verdict(other), confidence=LEAST_CONFIDENCE)
    claims = [
        records.claim("a", span=(0, 19), verdict=unsure),
        records.claim("b", span=(0, 19), verdict=sure),
        records.claim("c", span=(20, 44), verdict=unsure),
    ]
    view = view_article(records.article(TEXT), claims, [])
    first, *_, last = [piece for piece in view.paragraphs[0] if piece.claims]
    assert (first.is_unsure, last.is_unsure) == (False, True)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("He died. So.", [("He died", 0), (".", 1), (" So.", 0)]),
        ("He died.", [("He died", 0), (".", 1)]),
        ("He died”, so", [("He died", 0), ("”,", 1), (" so", 0)]),
        ("He died's", [("He died", 1), ("'s", 0)]),
        ("He died .5", [("He died", 1), (" .5", 0)]),
        ("He died", [("He died", 1)]),
    ],
)
def test_note_comes_after_the_punctuation_that_follows_its_claim(
    text: str, pieces: list[tuple[str, int]]
) -> None:
    (paragraph,) = view_article(
        records.article(text), [records.claim("He died", span=(0, 7))], []
    ).paragraphs
    assert [(piece.text, len(piece.ends)) for piece in paragraph] == pieces
    assert [bool(piece.claims) for piece in paragraph] == [True] + [False] * (len(pieces) - 1)


def test_counts_leave_zeros_out() -> None:
    claims = [
        records.claim("a", verdict=records.verdict("SUPPORTED")),
        records.claim("b"),
        records.claim("c", verdict=records.verdict("SUPPORTED")),
    ]
    assert view_article(None, claims, []).counts == {Tone.SUPPORTED: 2, Tone.PENDING: 1}


def test_source_that_failed_for_all_claims_is_listed_once() -> None:
    failed = SourceFailure("https://a.example/", "timeout", "slow")
    other = SourceFailure("https://b.example/", "no-text", "empty")
    claims = [_covered(2, 1, [failed]), _covered(3, 1, [failed, other])]
    assert merge_coverage(claims) == MergedCoverage(
        asked=3,
        fetched=1,
        origins=1,
        varies=True,
        failed=(failed, other),
        searches=(),
        shared_origins=(),
    )


def test_claims_that_share_all_pages_have_counts_that_add_up() -> None:
    failed = SourceFailure("https://a.example/", "timeout", "slow")
    merged = merge_coverage([_covered(2, 1, [failed]), _covered(2, 1, [failed])])
    assert merged is not None
    assert (merged.varies, merged.asked) == (False, merged.fetched + 1)


def test_source_that_failed_with_two_codes_is_listed_once() -> None:
    resting = SourceFailure("https://a.example/", "host-resting", "rests")
    asked = SourceFailure("https://a.example/", "http-429", "too many")
    merged = merge_coverage([_covered(2, 1, [asked]), _covered(2, 1, [resting])])
    assert merged is not None
    assert [one.url for one in merged.failed] == ["https://a.example/"]


def test_links_shared_by_claims_are_counted_once() -> None:
    claims = [_linked("a", "b"), _linked("b", "c")]
    merged = merge_coverage(claims)
    assert merged is not None
    (links,) = list_asked(merged)
    assert (links.found, links.is_link, links.questions) == (3, True, ())
    alone = merge_coverage(claims[:1])
    assert alone is not None
    assert list_asked(alone)[0].questions == ("Sentence.",)


def test_article_without_verdicts_has_no_coverage() -> None:
    assert merge_coverage([records.claim("a")]) is None


def test_article_is_named_by_title_then_first_line_then_address() -> None:
    assert name_article(records.article("\n\nFirst line.\nSecond.", title="Title")) == "Title"
    assert name_article(records.article("\n\nFirst line.\nSecond.")) == "First line."
    assert name_article(records.article("word " * 40)).endswith("word…")
    assert name_article(records.article("", url="https://a.example/")) == "https://a.example/"


def _linked(*links: str) -> ClaimRecord:
    """Build a claim with these links and the search that used them."""
    search = Search(provider="links", query="Sentence.", purpose=Purpose.LINKED, found=len(links))
    claim = _covered(len(links), len(links), [], searches=[search])
    return replace(claim, links=links)


def _covered(
    asked: int,
    fetched: int,
    failed: Sequence[SourceFailure],
    *,
    searches: Sequence[Search] = (),
) -> ClaimRecord:
    coverage = Coverage(asked, fetched, 1, tuple(failed), tuple(searches))
    return records.claim("a", verdict=replace(records.verdict("SUPPORTED"), coverage=coverage))
