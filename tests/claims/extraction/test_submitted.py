"""Claims that a user submits: span, sentence, claimant and date."""

from __future__ import annotations

from datetime import date

import pytest

from claims.extraction import read_claim

ARTICLE = """\
Minister Anna Voss spoke in Velm on Monday. With data suggesting that about 70% of the water comes \
from Norra, the talks matter.

Voss said that 40 people had fled.
"""


def test_claim_found_in_the_article_has_its_span_and_sentence() -> None:
    claim = read_claim("about 70% of the water comes from Norra", article_text=ARTICLE)
    assert claim.span is not None
    assert ARTICLE[claim.span.start : claim.span.end] == claim.text
    assert claim.sentence.startswith("With data suggesting")
    assert claim.text in claim.sentence


def test_claim_over_two_sentences_is_its_own_sentence() -> None:
    words = "in Velm on Monday. With data"
    claim = read_claim(words, article_text=ARTICLE)
    assert claim.span is not None
    assert claim.sentence == words


def test_claim_not_in_the_article_has_no_span_and_is_its_own_sentence() -> None:
    claim = read_claim("Velm has 300 wells.", article_text=ARTICLE)
    assert claim.span is None
    assert claim.sentence == claim.text == "Velm has 300 wells."


@pytest.mark.parametrize("text", ["\ud800", "About 70% of the \udcff water comes from Norra."])
@pytest.mark.parametrize("before", [None, "", "Voss said: "])
def test_lone_surrogate_is_replaced(text: str, before: str | None) -> None:
    article = None if before is None else before + text
    claim = read_claim(text, article_text=article)
    assert "\ufffd" in claim.text.encode().decode()
    assert "\ufffd" in claim.sentence.encode().decode()
    if article is not None:
        assert claim.span is not None
        assert article[claim.span.start : claim.span.end] == text


def test_speaker_named_in_the_words_is_the_claimant_in_full() -> None:
    assert (
        read_claim("Voss said that 40 people had fled.", article_text=ARTICLE).claimant
        == "Anna Voss"
    )


def test_submitted_claimant_and_date_take_precedence() -> None:
    claim = read_claim(
        "Voss said prices rose last month.",
        article_text=None,
        claimant="A reader",
        claimed_at=date(2025, 9, 4),
    )
    assert claim.claimant == "A reader"
    assert claim.claimed_at == date(2025, 9, 4)
    assert not claim.needs_context


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("He met 14 mayors in Quito.", True),
        ("Prices rose by 3 percent last month.", True),
        ("The company has cut 300 jobs.", True),
        ("Prices in Velm rose by 3 percent in May 2024.", False),
        ("Voss stated, Now they're gonna help us find these people", False),
    ],
)
def test_claim_with_an_unresolved_reference_needs_context(text: str, is_open: bool) -> None:
    assert read_claim(text, article_text=None).needs_context is is_open


@pytest.mark.parametrize("text", ["Who?", "I think so.", "x", "?", "word " * 190, "العربية"])
def test_submitted_claims_are_never_dropped_or_reworded(text: str) -> None:
    claim = read_claim(text, article_text=ARTICLE)
    assert claim.text == " ".join(text.split())
    assert claim.kinds
    assert 0.0 <= claim.check_worthiness <= 1.0


def test_white_space_around_and_inside_is_folded() -> None:
    assert read_claim("  Velm  has\n300 wells. ", article_text=None).text == "Velm has 300 wells."
