"""Rows of lists and of a claim's history, prepared for the templates. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from claims.ports import ListEntry, StoredClaim
from claims.report.events import find_page
from claims.report.formatting import (
    PROVISIONAL_WORDS,
    Tone,
    describe_verdict,
    is_busy,
    is_unsure,
    tone_of_label,
)
from claims.types import ClaimStatus, Event, HistoryEntry


@dataclass(frozen=True, slots=True)
class Row:
    """One article or claim in a list. `counts` counts an article's verdicts by tone.

    `is_again`: claims of a finished article are being checked again. `repeats` is the id of the
    earlier submission with the same content, if any.
    """

    entry: ListEntry
    tone: Tone
    counts: Mapping[Tone, int]
    is_busy: bool
    is_again: bool
    is_unsure: bool
    repeats: str | None

    @property
    def words(self) -> str:
        """The words for the verdict of a claim, a provisional verdict, or a missing one."""
        entry = self.entry
        if entry.label is None:
            is_provisional = entry.status == ClaimStatus.READING
            return PROVISIONAL_WORDS if is_provisional else self.tone.word
        return describe_verdict(entry.label, entry.support, entry.confidence)


@dataclass(frozen=True, slots=True)
class Change:
    """An event with its text, and what happened in a word or two."""

    event: Event
    headline: str

    @property
    def path(self) -> str:
        """The path of the page of its claim or article, or of the claims with its tag."""
        return find_page(self.event) or "/"


@dataclass(frozen=True, slots=True)
class Tab:
    """A link above a list to a part of it: its words, its query, and how many rows it has.

    Without `is_exact` it has `count` rows or more.
    """

    words: str
    query: str
    count: int
    is_chosen: bool
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One check in a history, with the tone of the previous check, if any.

    Consecutive checks without a change are one step: `since` is the first of them.
    """

    entry: HistoryEntry
    tone: Tone
    before: Tone | None
    since: HistoryEntry | None = None

    @property
    def words(self) -> str:
        """The words for the verdict of this check."""
        return describe_verdict(self.entry.label, self.entry.support, self.entry.confidence)

    @property
    def is_unsure(self) -> bool:
        """Whether the verdict of this check has a low confidence."""
        return is_unsure(self.entry.label, self.entry.confidence)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the checks of an article's claims are: `done` of `total`; `is_again`: re-checks."""

    done: int
    total: int
    is_again: bool


def count_progress(claims: Iterable[StoredClaim]) -> Progress | None:
    """The progress of the checks under way; None when there is none.

    Checks that were requested at the same moment belong together, such as those of all claims of an
    article: `total` counts only these claims. A superseded claim is not counted.
    """
    listed = [claim for claim in claims if claim.record.corrected_by is None]
    busy = [claim for claim in listed if is_busy(claim.record.status)]
    if not busy:
        return None
    moments = {claim.requested_at for claim in busy}
    total = sum(claim.requested_at in moments for claim in listed)
    is_again = all(claim.check > 1 for claim in busy)
    return Progress(done=total - len(busy), total=total, is_again=is_again)


def arrange_list(
    entries: Sequence[ListEntry],
    *,
    repeats: Sequence[str | None],
    checked: Collection[str] = (),
) -> tuple[Row, ...]:
    """The rows of a list, in its order. `repeats` has the field of Row for each entry, `checked`
    the ids of the articles with a claim that is being checked."""
    return tuple(
        _make_row(entry, earlier, entry.id in checked)
        for entry, earlier in zip(entries, repeats, strict=True)
    )


def _make_row(entry: ListEntry, repeats: str | None, is_checked: bool) -> Row:
    return Row(
        entry,
        tone=_tone_of_entry(entry),
        counts=_count_labels(entry.summary),
        is_busy=is_checked or is_busy(entry.status),
        is_again=is_checked and not is_busy(entry.status),
        is_unsure=is_unsure(entry.label, entry.confidence),
        repeats=repeats,
    )


def arrange_history(entries: Iterable[HistoryEntry]) -> tuple[Step, ...]:
    """The checks, newest first; `entries` come oldest first."""
    steps: list[Step] = []
    for entry in entries:
        last = steps[-1] if steps else None
        if last and _is_quiet(entry) and _is_quiet(last.entry):
            steps[-1] = replace(last, entry=entry, since=last.since or last.entry)
        else:
            steps.append(Step(entry, tone_of_label(entry.label), last.tone if last else None))
    return tuple(reversed(steps))


def _is_quiet(entry: HistoryEntry) -> bool:
    return not (entry.scored or entry.changed or entry.diff)


def _tone_of_entry(entry: ListEntry) -> Tone:
    if entry.label is None and entry.status == ClaimStatus.FAILED:
        return Tone.FAILED
    return tone_of_label(entry.label)


def _count_labels(summary: Mapping[str, int]) -> dict[Tone, int]:
    counts = {tone_of_label(label): count for label, count in summary.items()}
    return {tone: counts[tone] for tone in Tone if counts.get(tone)}
