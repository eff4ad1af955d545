"""Claims that a person lists with an article, instead of those found in its text."""

from __future__ import annotations

from datetime import date

from claims.extraction import extract_claims, keep_listed
from claims.types import Extraction, ListedClaim, Span

TEXT = (
    'Ann Berg runs the library of Norrbeck. It opened in 1987. "It has 40,000 books", she said. '
    "What a fine place it is!"
)
DAY = date(2026, 1, 4)


def keep(*listed: ListedClaim, text: str = TEXT) -> Extraction:
    found = extract_claims(text, published_at="2026-01-04")
    return keep_listed(listed, found, text=text, claimed_at=DAY)


def words_at(span: Span | None) -> str | None:
    return None if span is None else TEXT[span.start : span.end]


def test_all_found_claims_listed_give_what_was_found() -> None:
    found = extract_claims(TEXT, published_at="2026-01-04")
    assert len(found.claims) == 3
    assert keep(*(ListedClaim(text=claim.text) for claim in found.claims)) == found


def test_listed_claims_keep_their_order_and_their_words() -> None:
    found = extract_claims(TEXT).claims
    texts = ["The town pays for it.", found[2].text, found[0].text]
    kept = keep(*(ListedClaim(text=text) for text in texts))
    assert [claim.text for claim in kept.claims] == texts
    assert {claim.claimed_at for claim in kept.claims} == {DAY}
    assert [claim.span for claim in kept.claims] == [None, found[2].span, found[0].span]


def test_found_claims_that_are_not_listed_are_left_out_in_the_order_of_the_text() -> None:
    kept = keep(ListedClaim(text="The library of Norrbeck has 40,000 books."))
    assert [one.reason for one in kept.not_checked] == [*["left-out"] * 3, "opinion"]
    assert [words_at(one.span) for one in kept.not_checked] == [
        one.sentence for one in kept.not_checked
    ]


def test_claim_in_other_words_stands_where_its_sentence_does() -> None:
    kept = keep(
        ListedClaim(text="The library was opened in 1987.", sentence="It opened in 1987."),
    )
    (claim,) = kept.claims
    assert words_at(claim.span) == claim.sentence == "It opened in 1987."
    assert "It opened in 1987." not in [one.sentence for one in kept.not_checked]


def test_claim_whose_sentence_is_not_in_the_text_has_no_place() -> None:
    (claim,) = keep(ListedClaim(text="The town pays.", sentence="The town pays for it.")).claims
    assert (claim.span, claim.sentence) == (None, "The town pays.")


def test_sentence_that_is_listed_as_a_claim_is_not_among_those_not_checked() -> None:
    (claim,) = (kept := keep(ListedClaim(text="What a fine place it is!"))).claims
    assert words_at(claim.span) == claim.text
    assert {one.reason for one in kept.not_checked} == {"left-out"}


def test_claimant_that_is_listed_comes_before_the_one_in_the_text() -> None:
    said = extract_claims(TEXT).claims[2]
    assert said.claimant == "Ann Berg"
    kept = keep(
        ListedClaim(text=said.text, claimant="J. Holm"),
        ListedClaim(text=said.text),
        ListedClaim(text="It has a cat.", claimant="J. Holm"),
    )
    assert [claim.claimant for claim in kept.claims] == ["J. Holm", "Ann Berg", "J. Holm"]


def test_claim_that_stands_twice_in_the_text_is_listed_for_each_place() -> None:
    twice = "The library of Norrbeck opened in 1987. Rain fell on 3 May 2020. " * 2
    found = extract_claims(twice, published_at="2026-01-04")
    assert len(found.claims) == 4
    kept = keep(*(ListedClaim(text=claim.text) for claim in found.claims), text=twice)
    assert kept == found
