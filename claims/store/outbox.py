"""The outbox: events as the scripts appended them, read in order, deleted by age.

An event has flat fields in the stream: those that the scripts know, and `data`, the details of a
new verdict as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from claims.errors import EventsGone, InvalidInput
from claims.ports import EventFilter, EventPage, RecordKind
from claims.shapes import from_text
from claims.store.connection import StorePart
from claims.store.encoding import from_ms, to_duration_ms, write
from claims.store.keys import EVENTS
from claims.store.schedule_fields import read_schedule, read_tag_schedule_change
from claims.text import fold
from claims.types import (
    ArticleId,
    ClaimId,
    Decision,
    ErrorRecord,
    Event,
    EventData,
    HistoryEntry,
    PageDifference,
    StaleGrade,
    StaleReason,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.deciding_passages import has_edited_passage

# Maximum events that one call examines: about 2 ms of the server's time.
LOOKED_AT_MAX = 500
# Maximum characters of an explanation, and of an error: an event is below 20 kB as JSON.
WORDS_MAX = 700
# Maximum pages whose difference an event has, changed sentences among them, and the characters of
# such a sentence: an event stays below 20 kB. The history has more.
PAGES_MAX = 2
SENTENCE_MAX = 200


class RedisEvents(StorePart):
    """claims.ports.Events on the server. The commits of the stages write them."""

    def list_events(self, *, since: str | None, limit: int, only: EventFilter) -> EventPage:
        """The contract of claims.ports.Events.list_events."""
        found = self._read("after", since, limit=limit, only=only)
        if isinstance(found, EventPage):
            return found
        raise {
            "future": InvalidInput(
                f"{since} is later than the clock of the service: "
                "give the `next` of an answer, the id of an event, or now"
            ),
            "later": EventsGone(
                f"no event is as new as {since}: the data was restored from an earlier backup, or "
                "nothing has happened since that time"
            ),
            "deleted": EventsGone(f"events after {since} are no longer kept (ASSAY_EVENT_DAYS)"),
        }[found]

    def list_latest_events(self, *, before: str | None, limit: int, only: EventFilter) -> EventPage:
        """The contract of claims.ports.Events.list_latest_events."""
        found = self._read("before", before, limit=limit, only=only)
        return found if isinstance(found, EventPage) else EventPage((), None)

    def find_events(self, event_ids: Sequence[str]) -> Mapping[str, Event]:
        """The contract of claims.ports.Events.find_events."""
        found = self.connection.read(*(("XRANGE", EVENTS, each, each) for each in event_ids))
        words = (
            (event_id, [word for pair in fields.items() for word in pair])
            for rows in found
            for event_id, fields in rows
        )
        return {event.id: event for event in self.read_each(RecordKind.EVENT, words, read_event)}

    def forget_events(self, *, keep_s: float | None, limit: int) -> int:
        """The contract of claims.ports.Events.forget_events."""
        if keep_s is None:
            return 0
        return int(
            self.connection.run("forget_events", kept_ms=to_duration_ms(keep_s), limit=limit)
        )

    def _read(
        self, direction: str, start: str | None, *, limit: int, only: EventFilter
    ) -> EventPage | str:
        """The events, or the other answers of read_events.lua."""
        found = self.connection.run(
            "read_events",
            direction=direction,
            start=start or "",
            limit=limit,
            looked_max=LOOKED_AT_MAX,
            types=join_values(only.types),
            labels=join_values(only.labels),
            tags=join_values([fold(tag) for tag in only.tags]),
            article=only.article_id or "",
            claim=only.claim_id or "",
        )
        if isinstance(found, str):
            return found
        following, rows = found
        events = self.read_each(RecordKind.EVENT, rows, read_event)
        return EventPage(tuple(events), following or None)


def write_event_data(verdict: Verdict, entry: HistoryEntry) -> str:
    """The field `data` of the event of a new verdict."""
    return write(
        {
            "support": verdict.support,
            "confidence": verdict.confidence,
            "causes": entry.causes,
            "explanation": _shorten(verdict.explanation),
            "diff": _shorten_difference(entry),
            "turned_by": entry.turned_by[:PAGES_MAX],
        }
    )


def _shorten_difference(entry: HistoryEntry) -> PageDifference | None:
    """What differs in the first pages that turned the verdict, or the first changed sentences; and
    the first pages that are gone. None if no event of the check would say it."""
    if entry.diff is None:
        return None
    if not (entry.changed or entry.diff.gone or has_edited_passage(entry)):
        return None
    gone = entry.diff.gone[:PAGES_MAX]
    named = {*entry.turned_by[:PAGES_MAX], *(one.url for one in gone)}
    turned = entry.turned_by[:PAGES_MAX]
    changed = [one for one in entry.diff.changed if not turned or one.url in turned][:PAGES_MAX]
    return PageDifference(
        appeared=tuple(url for url in entry.diff.appeared if url in turned),
        vanished=tuple(url for url in entry.diff.vanished if url in named),
        changed=tuple(
            replace(one, before=_cut_sentence(one.before), after=_cut_sentence(one.after))
            for one in changed
        ),
        further=len(entry.diff.changed) - len(changed) + entry.diff.further,
        gone=tuple(replace(one, detail=_cut_sentence(one.detail) or "") for one in gone),
    )


def _cut_sentence(text: str | None) -> str | None:
    return text if text is None or len(text) <= SENTENCE_MAX else f"{text[: SENTENCE_MAX - 1]}…"


def read_event(event_id: str, words: Sequence[str]) -> Event:
    """The event with this id and, in turn, these fields and values."""
    fields = dict(zip(words[::2], words[1::2], strict=True))
    claim, article = fields.get("claim"), fields.get("article")
    return Event(
        id=event_id,
        type=fields["type"],
        at=from_ms(event_id.partition("-")[0]),
        claim_id=None if claim is None else ClaimId(claim),
        article_id=None if article is None else ArticleId(article),
        data=_read_data(fields),
    )


def _read_data(fields: Mapping[str, str]) -> EventData:
    is_of_article = "article" in fields and "claim" not in fields
    return replace(
        from_text(EventData, fields.get("data", "{}")),
        heading=fields["heading"],
        label=VerdictLabel(fields["label"]) if "label" in fields and not is_of_article else None,
        before=VerdictLabel(fields["before"]) if "before" in fields else None,
        labels=_read_labels(fields) if is_of_article else {},
        check=int(fields["check"]) if "check" in fields else None,
        error=_read_error(fields["error"]) if "error" in fields else None,
        schedule=read_schedule(fields),
        tag_schedule=read_tag_schedule_change(fields),
        corrected_by=ClaimId(fields["corrected_by"]) if "corrected_by" in fields else None,
        same_as=ClaimId(fields["same_as"]) if "same_as" in fields else None,
        webhook_id=fields.get("webhook"),
        by=fields.get("by"),
        decision=Decision(fields["decision"]) if "decision" in fields else None,
        signed=VerdictLabel(fields["signed"]) if "signed" in fields else None,
        stale=StaleGrade(fields["stale"]) if "stale" in fields else None,
        stale_because=tuple(map(StaleReason, filter(None, fields.get("because", "").split("\n")))),
    )


def _read_labels(fields: Mapping[str, str]) -> dict[str, int]:
    """The labels of an article's claims with the number of claims.

    Events that an earlier release wrote when an article was deleted have no numbers: 1 means
    at least one claim.
    """
    found = {VerdictLabel(label) for label in fields.get("label", "").split()}
    counts = {label.value: int(fields.get(label, label in found)) for label in VerdictLabel}
    return {label: count for label, count in counts.items() if count}


def _read_error(text: str) -> ErrorRecord:
    error = from_text(ErrorRecord, text)
    return replace(error, detail=_shorten(error.detail))


def _shorten(text: str) -> str:
    return text if len(text) <= WORDS_MAX else f"{text[: WORDS_MAX - 1]}…"


def join_values(values: Sequence[str]) -> str:
    """The values of a filter in the form for the scripts: a line break before and after each."""
    return "\n".join(["", *values, ""]) if values else ""
