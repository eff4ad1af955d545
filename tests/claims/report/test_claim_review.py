"""ClaimReview: its fields as schema.org and Google have them, drafts, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from claims.report.claim_review import Need, Publisher, lint_claim_review, write_claim_review
from claims.types import ArchivedCopy, ClaimRecord, Review, ReviewState, StaleGrade, VerdictLabel
from tests.claims.report import records

DESK = Publisher("The Desk", "https://www.desk.example.org/")
PAGE = "https://desk.example.org/checks/1"


def signed(label: VerdictLabel = VerdictLabel.REFUTED, **changes: Any) -> ClaimRecord:
    """A claim that is complete, and signed with this label."""
    at = datetime(2026, 1, 5, 10, tzinfo=UTC)
    review = Review(state=ReviewState.SIGNED, label=label, by="Anna", at=at, reason="A parody.")
    claim = records.claim("Eleven died.", verdict=records.verdict("REFUTED"))
    known = {"claimant": "J. Holm", "claimed_at": date(2026, 1, 4), "review": review}
    return replace(claim, **(known | changes))


def write(claim: ClaimRecord, *, page: str | None = PAGE, desk: Publisher = DESK) -> dict[str, Any]:
    return write_claim_review(claim, publisher=desk, page=page, article="https://a.example/one")


def missing(markup: dict[str, Any]) -> list[tuple[str, Need]]:
    return [(one.pointer, one.need) for one in lint_claim_review(markup)]


def test_signed_claim_has_every_field_and_nothing_is_missing() -> None:
    markup = write(signed())
    assert missing(markup) == []
    assert (markup["@context"], markup["@type"]) == ("https://schema.org", "ClaimReview")
    assert (markup["url"], markup["claimReviewed"]) == (PAGE, "Eleven died.")
    assert (markup["datePublished"], markup["creativeWorkStatus"]) == ("2026-01-05", "Published")
    assert markup["author"] == {
        "@type": "Organization", "name": "The Desk", "url": "https://www.desk.example.org/",
    }  # fmt: skip
    assert markup["reviewRating"] == {
        "@type": "Rating", "alternateName": "Refuted",
        "ratingValue": 1, "worstRating": 1, "bestRating": 5,
    }  # fmt: skip
    assert markup["itemReviewed"] == {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "J. Holm"},
        "datePublished": "2026-01-04",
        "appearance": {"@type": "CreativeWork", "url": "https://a.example/one"},
    }
    assert markup["reviewBody"] == "A parody." and markup["citation"][0]["url"]


def test_claimant_with_the_word_of_an_organisation_is_one() -> None:
    markup = write(signed(claimant="Ministry of Health"))
    assert markup["itemReviewed"]["author"]["@type"] == "Organization"


@pytest.mark.parametrize(
    ("label", "value"),
    [
        (VerdictLabel.SUPPORTED, 5),
        (VerdictLabel.REFUTED, 1),
        (VerdictLabel.CONFLICTING_EVIDENCE, None),
        (VerdictLabel.NOT_ENOUGH_EVIDENCE, None),
    ],
)
def test_only_decided_labels_have_a_number(label: VerdictLabel, value: int | None) -> None:
    markup = write(signed(label))
    assert markup["reviewRating"].get("ratingValue") == value
    lacks = ("/reviewRating/ratingValue", Need.RECOMMENDED) in missing(markup)
    assert lacks == (value is None)


def test_unsigned_claim_says_draft_in_words_and_in_a_field() -> None:
    markup = write(signed(review=Review()))
    assert markup["creativeWorkStatus"] == "Draft"
    assert markup["reviewRating"]["alternateName"] == "DRAFT, not signed off: refuted"
    assert markup["reviewBody"].startswith("DRAFT, not signed off.")
    assert missing(markup) == [("/creativeWorkStatus", Need.REQUIRED)]


def test_sign_off_that_is_red_is_a_draft() -> None:
    claim = signed()
    markup = write(replace(claim, review=replace(claim.review, stale=StaleGrade.RED)))
    assert markup["creativeWorkStatus"] == "Draft"


def test_each_part_that_is_missing_is_named_required_ones_first() -> None:
    claim = signed(claimant=None, claimed_at=None, verdict=None, review=Review())
    markup = write_claim_review(claim, publisher=Publisher(), page=None, article=None)
    assert missing(markup) == [
        ("/creativeWorkStatus", Need.REQUIRED),
        ("/url", Need.REQUIRED),
        ("/reviewRating/alternateName", Need.REQUIRED),
        ("/reviewRating/ratingValue", Need.RECOMMENDED),
        ("/author/name", Need.RECOMMENDED),
        ("/author/url", Need.RECOMMENDED),
        ("/itemReviewed/author/name", Need.RECOMMENDED),
        ("/itemReviewed/datePublished", Need.RECOMMENDED),
        ("/itemReviewed/appearance/url", Need.RECOMMENDED),
    ]
    assert not any(value in (None, "", [], {}) for value in markup.values())


def test_long_claim_and_page_of_another_site_are_named() -> None:
    markup = write(signed(text="x" * 75), page="https://other.example/1")
    assert missing(markup) == [("/claimReviewed", Need.RECOMMENDED), ("/url", Need.RECOMMENDED)]
    assert missing(write(signed(), page="javascript:1")) == [("/url", Need.REQUIRED)]


def test_citation_of_an_archived_copy_has_its_address() -> None:
    claim = signed()
    assert claim.verdict is not None
    piece = claim.verdict.evidence[0]
    copy = ArchivedCopy("https://archive.example/web/20240303101112id_/x", date(2024, 3, 3))
    piece = replace(piece, page=replace(piece.page, archived=copy))
    markup = write(replace(claim, verdict=replace(claim.verdict, evidence=(piece,))))
    (citation,) = markup["citation"]
    assert (citation["url"], citation["archivedAt"]) == (piece.page.url, copy.address)
