"""A sentence that says of what days the evidence of a verdict is. Pure functions.

It has no day that neither a page, nor the claim, nor the check gives. Stale and neutral evidence
does not count; docs/adr/0078 has the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from claims.types.labels import Stance, VerdictLabel
from claims.types.page_days import find_latest_day
from claims.types.pages import PageReference
from claims.types.verdicts import Verdict

_LEADING = {VerdictLabel.SUPPORTED: Stance.SUPPORTS, VerdictLabel.REFUTED: Stance.REFUTES}
_VERBS = {Stance.SUPPORTS: "supported", Stance.REFUTES: "refuted"}


@dataclass(frozen=True, slots=True)
class _Side:
    """The pages of one side: the days of those that give one, and how many give none."""

    verb: str
    days: tuple[date, ...]
    undated: int

    @property
    def is_dated(self) -> bool:
        """Whether it has pages and all of them give a day."""
        return bool(self.days) and not self.undated

    def describe(self) -> str:
        """The side with its days: "supported by pages of 4 September 2025"."""
        return f"{self.verb} by {' and '.join(self._list_pages())}"

    def _list_pages(self) -> Iterator[str]:
        if self.days:
            first, last = min(self.days), max(self.days)
            when = describe_days(first, last)
            yield f"a page of {when}" if len(self.days) == 1 else f"pages of {when}"
        if self.undated:
            yield "a page without a date" if self.undated == 1 else "pages without a date"


def state_days(
    verdict: Verdict | None, *, claimed_at: date | None = None, as_of: date | None = None
) -> str | None:
    """The sentence, such as "Supported by pages of 4 September 2025 (last looked at ...).".

    None without a verdict, for NOT_ENOUGH_EVIDENCE, and where no page that decides gives a day.
    `claimed_at` is the day of the claim, `as_of` the last day of the evidence that may count.
    """
    if verdict is None or verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE:
        return None
    sides = {stance: _find_side(verdict, stance) for stance in _VERBS}
    leading = _LEADING.get(verdict.label)
    decides = [sides[leading]] if leading else list(sides.values())
    if not any(side.days for side in decides):
        return None
    words = _describe_turn(sides, leading) or " and ".join(side.describe() for side in decides)
    words += _compare_with_claim(decides, claimed_at)
    limit = f"; no page after {write_day(as_of)} counts" if as_of else ""
    looked = f" (last looked at {write_day(_find_last_look(verdict, leading))}{limit})."
    return words[:1].upper() + words[1:] + looked


def write_day(day: date) -> str:
    """A day in full: "4 September 2025"."""
    return f"{day.day} {day:%B} {day.year}"


def describe_days(first: date, last: date) -> str:
    """A day, or the first and last of several: "4 September 2025 to 16 November 2025"."""
    return write_day(first) if first == last else f"{write_day(first)} to {write_day(last)}"


def _list_pages(verdict: Verdict, stance: Stance) -> Iterable[PageReference]:
    """The pages with evidence of this stance, each once."""
    return {
        one.page.url: one.page for one in verdict.evidence if one.stance is stance and not one.stale
    }.values()


def _find_side(verdict: Verdict, stance: Stance) -> _Side:
    days = [find_latest_day(page) for page in _list_pages(verdict, stance)]
    known = tuple(day for day in days if day)
    return _Side(_VERBS[stance], known, len(days) - len(known))


def _describe_turn(sides: dict[Stance, _Side], leading: Stance | None) -> str:
    """Both sides, if every page gives a day and all of one side are newer; otherwise ""."""
    supports, refutes = sides[Stance.SUPPORTS], sides[Stance.REFUTES]
    if not (supports.is_dated and refutes.is_dated):
        return ""
    older, newer = sorted((supports, refutes), key=lambda side: max(side.days))
    last, since = max(older.days), min(newer.days)
    if last >= since:
        return ""
    if leading and older is sides[leading]:
        return (
            f"{older.verb} by evidence up to {write_day(last)}, although evidence since"
            f" {write_day(since)} points the other way"
        )
    return (
        f"{older.verb} by evidence up to {write_day(last)}; {newer.verb} by evidence since"
        f" {write_day(since)}"
    )


def _compare_with_claim(sides: Iterable[_Side], claimed_at: date | None) -> str:
    """That all evidence is older than the claim; "" if it is not, or if a day is missing."""
    present = [side for side in sides if side.days or side.undated]
    if claimed_at is None or not all(side.is_dated for side in present):
        return ""
    if max(day for side in present for day in side.days) >= claimed_at:
        return ""
    return f", all before the claim of {write_day(claimed_at)}"


def _find_last_look(verdict: Verdict, leading: Stance | None) -> date:
    """The day of the check; of pages that could not be read in it, the day of their last text, or
    of the archived copy."""
    stances = (leading,) if leading else tuple(_VERBS)
    pages = [page for stance in stances for page in _list_pages(verdict, stance)]
    unread = [
        page.archived.taken_on if page.archived else page.fetched_at.date()
        for page in pages
        if page.failing
    ]
    return min([verdict.checked_at.date(), *unread])
