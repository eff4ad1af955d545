"""The words for the codes of reviews."""

from __future__ import annotations

from claims.report.messages import DECISIONS, LOOK_REASONS, REVIEW_STATES, STALE_REASONS
from claims.types import Decision, LookReason, ReviewState, StaleReason


def test_each_code_has_words() -> None:
    assert set(STALE_REASONS) == set(StaleReason)
    assert set(LOOK_REASONS) == set(LookReason)
    assert set(DECISIONS) == set(Decision)
    assert set(REVIEW_STATES) == set(ReviewState)


def test_codes_of_reasons_are_kept_in_stored_events_and_answers() -> None:
    assert [reason.value for reason in StaleReason] == [
        *("verdict-turned", "quotation-gone", "claim-changed", "unconfirmed", "proposal-agrees"),
        *("evidence-changed", "page-changed", "readers-changed", "old"),
    ]
