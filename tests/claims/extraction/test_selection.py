"""Selection of the most check-worthy claims of a long article; the others are listed."""

from __future__ import annotations

import pytest

from claims.extraction import extract_claims, keep_most_worthy
from claims.types import Extraction

TEXT = "\n".join(
    line
    for number in range(30)
    for line in (
        f"The town of Alder has {number + 2} bridges.",
        f"The council met in the hall of house {number + 2} and the mayor spoke.",
        "Is that much?",
    )
)


@pytest.fixture(scope="module")
def found() -> Extraction:
    found = extract_claims(TEXT)
    assert len(found.claims) >= 50
    return found


def test_most_check_worthy_claims_are_kept_in_text_order(
    found: Extraction,
) -> None:
    kept = keep_most_worthy(found, text=TEXT, most=20).claims
    assert len(kept) == 20
    assert list(kept) == [claim for claim in found.claims if claim in kept]
    left_out = [claim for claim in found.claims if claim not in kept]
    least = min(claim.check_worthiness for claim in kept)
    assert least >= max(claim.check_worthiness for claim in left_out)


def test_omitted_claims_are_listed_with_words_and_reason(
    found: Extraction,
) -> None:
    limited = keep_most_worthy(found, text=TEXT, most=20)
    listed = [one for one in limited.not_checked if one.reason == "beyond-limit"]
    assert {one.span for one in listed} == {
        claim.span for claim in found.claims if claim not in limited.claims
    }
    assert all(TEXT[one.span.start : one.span.end] == one.sentence for one in listed)
    spans = [one.span for one in limited.not_checked]
    assert spans == sorted(spans)
    assert {one for one in limited.not_checked if one.reason != "beyond-limit"} == set(
        found.not_checked
    )


def test_article_within_the_limit_is_unchanged(found: Extraction) -> None:
    assert keep_most_worthy(found, text=TEXT, most=len(found.claims)) == found


def test_limit_of_zero_leaves_out_every_claim(found: Extraction) -> None:
    limited = keep_most_worthy(found, text=TEXT, most=0)
    assert limited.claims == ()
    assert len(limited.not_checked) == len(found.not_checked) + len(found.claims)
