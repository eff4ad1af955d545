"""What is said of a claim beside its verdict, in words: the earlier one, and notices."""

from __future__ import annotations

from collections.abc import Mapping

from claims.report.formatting import describe_day, tone_of_label
from claims.report.messages import REVIEW_STATES
from claims.types import Notice, ReviewState, SameClaim

_NOTICES: Mapping[Notice, str] = {
    Notice.EARLY_REPORTS: (
        "Breaking: early reports change. The claim was made within a day of this check."
    ),
    Notice.ONE_SIDED: "One-sided: all sources that take a side take the same one.",
    Notice.ONE_ORIGIN: "A single source takes a side.",
    Notice.ONLY_PARTY: (
        "Only a party to the claim says so: nobody independent of it confirms it here."
    ),
}


def describe_notice(notice: Notice) -> str:
    """The sentence for a notice."""
    return _NOTICES[notice]


def describe_same(same: SameClaim) -> str:
    """The verdict and the review of an earlier claim: "Refuted, checked 4 Sep 2025. Signed off:
    refuted."."""
    words = tone_of_label(same.label).word
    if same.checked_at:
        words += f", checked {describe_day(same.checked_at.date())}"
    if same.review is ReviewState.OPEN:
        return f"{words}."
    signed = f": {tone_of_label(same.signed).word.lower()}" if same.signed else ""
    return f"{words}. {REVIEW_STATES[same.review]}{signed}."
