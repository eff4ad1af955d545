"""Events in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from claims.report.events import add_text, find_page, write_headline, write_message
from claims.types import (
    Adaptive,
    Cause,
    ClaimId,
    ErrorRecord,
    Event,
    EventData,
    EventType,
    PageChange,
    PageDifference,
    Schedule,
    SourceFailure,
    TagSchedule,
    TagScheduleChange,
    VerdictLabel,
)

URL = "https://a.example/one"
NOON = datetime(2025, 9, 4, 12, 0, tzinfo=UTC)
DAILY = TagSchedule("City", "P1D")
PAUSED = TagSchedule("City", "P1D", None, Adaptive(), "09:00", "Europe/Berlin", paused=True)


def event(event_type: str, **data: Any) -> Event:
    return Event(
        id="1-0",
        type=event_type,
        at=NOON,
        claim_id=ClaimId("c_1"),
        article_id=None,
        data=EventData(**data),
    )


@pytest.mark.parametrize(
    ("event_type", "data", "headline", "text"),
    [
        (
            EventType.VERDICT_CREATED,
            {"label": VerdictLabel.REFUTED, "confidence": 0.93, "causes": (Cause.FIRST_CHECK,)},
            "Refuted (proposal)",
            "Proposal: Refuted (confidence 93 %).",
        ),
        (
            EventType.VERDICT_CHANGED,
            {
                "label": VerdictLabel.NOT_ENOUGH_EVIDENCE,
                "before": VerdictLabel.SUPPORTED,
                "causes": (Cause.PASSAGES, Cause.JUDGE),
            },
            "Not enough evidence (proposal)",
            (
                "Proposal: Not enough evidence; it was supported before. The passages changed. "
                "The judge is another one, or another release."
            ),
        ),
        (
            EventType.VERDICT_CHANGED,
            {
                "label": VerdictLabel.SUPPORTED,
                "before": VerdictLabel.SUPPORTED,
                "confidence": 0.93,
                "diff": PageDifference(changed=(PageChange(URL, "It had 11.", "It had 12."),)),
            },
            "Passage changed",
            (
                "Proposal: Supported (confidence 93 %) as before, but a passage that decides "
                "it has changed. a.example said “It had 11.” and now says “It had 12.”"
            ),
        ),
        (
            EventType.PAGE_VANISHED,
            {
                "label": VerdictLabel.SUPPORTED,
                "diff": PageDifference(
                    vanished=(URL,), gone=(SourceFailure(URL, "http-404", "it answered 404"),)
                ),
            },
            "Page gone",
            (
                "Could not be read on three days and is no evidence any more. "
                "a.example: There is no such page (HTTP 404)."
            ),
        ),
        (
            EventType.CLAIM_FAILED,
            {"error": ErrorRecord("attempts-exhausted", "given up after 3 attempts")},
            "Could not be checked",
            (
                "Could not be checked: given up after 3 attempts. The service failed, not the "
                "submission: check again, or run assay retry --failed."
            ),
        ),
        (
            EventType.ARTICLE_FAILED,
            {"error": ErrorRecord("http-404", "there is no such page")},
            "Could not be checked",
            "Could not be checked: there is no such page",
        ),
        (
            EventType.ARTICLE_DONE,
            {"labels": {"SUPPORTED": 2, "CONFLICTING_EVIDENCE": 1}},
            "All claims checked",
            "All claims are checked: 2 supported, 1 conflicting evidence.",
        ),
        (EventType.ARTICLE_DONE, {}, "All claims checked", "All claims are checked: no verdict."),
        (
            EventType.SCHEDULE_CHANGED,
            {"schedule": Schedule("PT6H", NOON, NOON)},
            "Schedule changed",
            "Checked again every 6 hours until 4 Sep 2025, 12:00 UTC.",
        ),
        (
            EventType.SCHEDULE_CHANGED,
            {"schedule": Schedule("PT90M", NOON)},
            "Schedule changed",
            "Checked again every 90 minutes.",
        ),
        (
            EventType.SCHEDULE_CHANGED,
            {"schedule": Schedule("PT9H", NOON, None, Adaptive(), "no look back yet")},
            "Schedule changed",
            (
                "Checked again as often as its pages change, at first every 9 hours "
                "(no look back yet)."
            ),
        ),
        (EventType.SCHEDULE_CHANGED, {}, "Schedule changed", "No longer checked on schedule."),
        (
            EventType.TAG_SCHEDULED,
            {"tag_schedule": TagScheduleChange("City", None, DAILY, 1), "by": "Ada"},
            "Schedule of the tag changed",
            (
                "Its claims are checked every day, unless they have their own schedule. "
                "1 claim has the tag. Changed by Ada."
            ),
        ),
        (
            EventType.TAG_SCHEDULED,
            {"tag_schedule": TagScheduleChange("City", PAUSED, DAILY, 10_000), "by": "Ada"},
            "Schedule of the tag changed",
            (
                "Its claims are checked every day, unless they have their own schedule. "
                "Before: as often as their pages change, at 09:00, Europe/Berlin, paused. "
                "10,000 claims have the tag. Changed by Ada."
            ),
        ),
        (
            EventType.TAG_SCHEDULED,
            {"tag_schedule": TagScheduleChange("City", DAILY, None, 0), "by": "Ada"},
            "Schedule of the tag changed",
            (
                "It has no schedule any more. Before: every day. 0 claims have the tag. "
                "Changed by Ada."
            ),
        ),
        (
            EventType.CLAIM_CORRECTED,
            {"corrected_by": ClaimId("c_2")},
            "Wording corrected",
            "No longer checked: a claim with the corrected wording replaces it.",
        ),
        (EventType.CLAIM_DELETED, {}, "Deleted", "Deleted."),
        (EventType.ARTICLE_DELETED, {}, "Deleted", "Deleted."),
        (
            EventType.ARTICLE_DELETED,
            {"labels": {"SUPPORTED": 2, "REFUTED": 1}},
            "Deleted",
            "Deleted with its claims: 2 supported, 1 refuted.",
        ),
        ("of.a.later.release", {}, "of.a.later.release", ""),
    ],
)
def test_event_text_says_what_happened(
    event_type: str, data: dict[str, Any], headline: str, text: str
) -> None:
    told = add_text(event(event_type, **data))
    assert (write_headline(told), told.data.text) == (headline, text)


@pytest.mark.parametrize("event_type", EventType)
def test_every_type_has_words(event_type: EventType) -> None:
    told = add_text(event(event_type, label=VerdictLabel.REFUTED))
    assert told.data.text.endswith(".")
    assert write_headline(told) != event_type


def test_event_text_has_no_reordering_characters() -> None:
    """A chat or a feed reader shows the texts as they are."""
    controls = "\u202e\u2066\u2069\u200f\u061c\u200b"
    told = event(
        EventType.CLAIM_FAILED,
        heading=f"The library {controls}opened.",
        explanation=f"A page {controls}says so.",
        error=ErrorRecord("broken", f"It {controls}broke"),
    )
    revealed = "".join(f"[U+{ord(control):04X}]" for control in controls)
    data = add_text(told).data
    assert data.heading == f"The library {revealed}opened."
    assert data.explanation == f"A page {revealed}says so."
    assert data.error is not None
    assert data.error.detail == f"It {revealed}broke"
    assert data.text == f"Could not be checked: It {revealed}broke"
    assert not set(controls) & set(write_message(told))


def test_event_of_a_tag_leads_to_its_claims_and_its_schedule() -> None:
    change = TagScheduleChange("Ä/ö & 50 %", None, DAILY, 2)
    about = event(EventType.TAG_SCHEDULED, heading=change.tag, tag_schedule=change, by="Ada")
    told = replace(about, claim_id=None)
    assert (told.about, find_page(told)) == (
        change.tag,
        "/claims?tag=%C3%84%2F%C3%B6%20%26%2050%20%25",
    )
    links = json.loads(write_message(told))["links"]
    assert links == {"schedule": "/v1/tags/%C3%84%2F%C3%B6%20%26%2050%20%25/schedule"}


def test_event_without_a_page_is_about_its_webhook() -> None:
    tested = replace(event(EventType.WEBHOOK_PING, webhook_id="w_1"), claim_id=None)
    assert (tested.about, find_page(tested)) == ("w_1", None)
