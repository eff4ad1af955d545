"""Events in words: what happened, for messages and feeds. Pure functions."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote

from claims.alerts import is_alert
from claims.report.changed_sentences import describe_turn
from claims.report.formatting import (
    Tone,
    describe_causes,
    describe_code,
    describe_error,
    describe_moment,
    describe_verdict,
    host_of,
    leans,
    percent,
    tone_of_label,
)
from claims.report.messages import DECISIONS, STALE_REASONS
from claims.report.schedule_words import describe_every, describe_hours, describe_tag_change
from claims.report.unseen import reveal_line
from claims.shapes import to_json
from claims.types import Event, EventData, EventType, PageDifference, Schedule


def add_text(event: Event) -> Event:
    """The event with its `text`.

    Characters that a reader would not see, or that reorder the visible text, are replaced by their
    code points, as on the pages, because feed readers and chats show the text unchanged.
    """
    data, error = event.data, event.data.error
    shown = replace(
        data,
        text=reveal_line(_write_text(event.type, data)),
        error=None if error is None else replace(error, detail=reveal_line(error.detail)),
        heading=reveal_line(data.heading),
        explanation=None if data.explanation is None else reveal_line(data.explanation),
        diff=None if data.diff is None else _reveal_difference(data.diff),
    )
    return replace(event, data=shown)


def _reveal_difference(difference: PageDifference) -> PageDifference:
    def show(sentence: str | None) -> str | None:
        return None if sentence is None else reveal_line(sentence)

    changed = tuple(
        replace(one, before=show(one.before), after=show(one.after)) for one in difference.changed
    )
    return replace(difference, changed=changed)


def write_message(event: Event) -> str:
    """The event with its text as JSON, as in /v1/changes, with the addresses of what it is about.

    It is below 20 kB: the texts of an event are short.
    """
    scheduled = event.data.tag_schedule
    links = {
        name: f"/v1/{records}/{about}"
        for name, records, about in (
            ("claim", "claims", event.claim_id),
            ("article", "articles", event.article_id),
            ("corrected_by", "claims", event.data.corrected_by),
            ("same_as", "claims", event.data.same_as),
            (*_name_receiver(event.data), event.data.webhook_id),
            ("schedule", "tags", scheduled and f"{quote(scheduled.tag, safe='')}/schedule"),
        )
        if about
    }
    return json.dumps({**to_json(add_text(event)), "links": links}, ensure_ascii=False)


def find_page(event: Event) -> str | None:
    """The path of the page of what the event is about; None for an event of a webhook.

    A tag has the list of its claims, which says what schedule it has. A page may be gone.
    """
    if event.claim_id:
        return f"/claims/{event.claim_id}"
    if event.article_id:
        return f"/articles/{event.article_id}"
    scheduled = event.data.tag_schedule
    return f"/claims?tag={quote(scheduled.tag, safe='')}" if scheduled else None


def _name_receiver(data: EventData) -> tuple[str, str]:
    """The name and the collection of the webhook or alert of an event, as in its address."""
    return ("alert", "alerts") if is_alert(data.webhook_id or "") else ("webhook", "webhooks")


def write_headline(event: Event) -> str:
    """What happened, in a few words, to be shown before the heading of the event."""
    match event.type:
        case EventType.VERDICT_CHANGED if event.data.before is event.data.label:
            return "Passage changed"
        case EventType.VERDICT_CREATED | EventType.VERDICT_CHANGED:
            return f"{_name_verdict(event.data)} (proposal)"
        case EventType.PAGE_VANISHED:
            return "Page gone"
        case EventType.CLAIM_FAILED | EventType.ARTICLE_FAILED:
            return Tone.FAILED.word
        case EventType.ARTICLE_DONE:
            return "All claims checked"
        case EventType.SCHEDULE_CHANGED:
            return "Schedule changed"
        case EventType.TAG_SCHEDULED:
            return "Schedule of the tag changed"
        case EventType.CLAIM_CORRECTED:
            return "Wording corrected"
        case EventType.CLAIM_RETURNED:
            return "Claim returned"
        case EventType.CLAIM_DELETED | EventType.ARTICLE_DELETED:
            return "Deleted"
        case EventType.REVIEW_ADDED | EventType.CLAIM_PUBLISHED:
            return DECISIONS[event.data.decision] if event.data.decision else "In review"
        case EventType.REVIEW_STALE:
            return "Look again"
        case EventType.WEBHOOK_DISABLED:
            return f"{_name_receiver(event.data)[0].capitalize()} switched off"
        case EventType.WEBHOOK_PING:
            return f"{_name_receiver(event.data)[0].capitalize()} tested"
        case _:
            return event.type


def _write_text(event_type: str, data: EventData) -> str:
    match event_type:
        case EventType.VERDICT_CREATED:
            return f"Proposal: {_name_verdict(data)}{_write_confidence(data)}."
        case EventType.VERDICT_CHANGED if data.before is data.label:
            now = f"Proposal: {_name_verdict(data)}{_write_confidence(data)}"
            same = f"{now} as before, but a passage that decides it has changed."
            return f"{same} {describe_turn(data)}".rstrip()
        case EventType.VERDICT_CHANGED:
            now = f"Proposal: {_name_verdict(data)}{_write_confidence(data)}"
            before = tone_of_label(data.before).word.lower()
            why = [describe_causes(data.causes), describe_turn(data)]
            return " ".join(filter(None, [f"{now}; it was {before} before.", *why]))
        case EventType.PAGE_VANISHED:
            return _write_gone(data)
        case EventType.CLAIM_FAILED | EventType.ARTICLE_FAILED:
            reason = f": {describe_error(data.error)}" if data.error else "."
            return f"{Tone.FAILED.word}{reason}"
        case EventType.ARTICLE_DONE:
            return f"All claims are checked: {_count_labels(data) or 'no verdict'}."
        case EventType.SCHEDULE_CHANGED:
            return _write_schedule(data.schedule)
        case EventType.TAG_SCHEDULED:
            return _write_tag_schedule(data)
        case EventType.CLAIM_CORRECTED:
            return "No longer checked: a claim with the corrected wording replaces it."
        case EventType.CLAIM_RETURNED:
            decided = f": {tone_of_label(data.signed).word.lower()}" if data.signed else ""
            return f"It means the same as an earlier claim that was signed off{decided}."
        case EventType.ARTICLE_DELETED:
            counts = _count_labels(data)
            return f"Deleted with its claims: {counts}." if counts else "Deleted."
        case EventType.CLAIM_DELETED:
            return "Deleted."
        case EventType.REVIEW_ADDED | EventType.CLAIM_PUBLISHED:
            return _write_review(data)
        case EventType.REVIEW_STALE:
            reasons = "; ".join(STALE_REASONS[reason] for reason in data.stale_because)
            return f"The sign-off is stale: {reasons}."
        case EventType.WEBHOOK_DISABLED:
            return f"Switched off: {data.error.detail}." if data.error else "Switched off."
        case EventType.WEBHOOK_PING:
            return "A test, sent on request."
        case _:
            return ""


def _write_gone(data: EventData) -> str:
    gone = data.diff.gone if data.diff else ()
    pages = " ".join(f"{host_of(one.url)}: {describe_code(one.code)}" for one in gone)
    return f"Could not be read on three days and is no evidence any more. {pages}".rstrip()


def _write_review(data: EventData) -> str:
    decided = DECISIONS[data.decision] if data.decision else "A step of the review"
    label = f": {tone_of_label(data.signed).word.lower()}" if data.signed else ""
    return f"{decided} by {data.by}{label}."


def _count_labels(data: EventData) -> str:
    return ", ".join(f"{n} {tone_of_label(label).word.lower()}" for label, n in data.labels.items())


def _name_verdict(data: EventData) -> str:
    return describe_verdict(data.label, data.support, data.confidence)


def _write_confidence(data: EventData) -> str:
    if data.confidence is None or leans(data.label, data.support, data.confidence):
        return ""
    return f" (confidence {percent(data.confidence)})"


def _write_schedule(schedule: Schedule | None) -> str:
    if schedule is None:
        return "No longer checked on schedule."
    if schedule.paused:
        return "The checks on schedule pause."
    until = f" until {describe_moment(schedule.until)}" if schedule.until else ""
    times = describe_hours(schedule.hours)
    when = f", {times}{until}" if times else until
    if schedule.adaptive:
        period = f"at first {describe_every(schedule.every)} ({schedule.reason})"
        return f"Checked again as often as its pages change, {period}{when}."
    return f"Checked again {describe_every(schedule.every)}{when}."


def _write_tag_schedule(data: EventData) -> str:
    change = data.tag_schedule
    words = describe_tag_change(change) if change else "The schedule of the tag is another one."
    return f"{words} Changed by {data.by}."
