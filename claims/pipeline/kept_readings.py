"""Keep the reading of the last check where a second reader gives no answer in this one, or is not
asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from claims.entailment.calibration import CalibratedJudge
from claims.pipeline.second_reading import conclude_with_reading
from claims.types import (
    Cause,
    Check,
    Gathered,
    HistoryEntry,
    Passage,
    ReaderQuote,
    Reading,
    Span,
    Verdict,
)
from claims.verdicts.compare import find_lost_page, note_reading

# Changes that leave the reading as it is: a title, the day of a page, or the judge beside it.
_HARMLESS = frozenset({Cause.PAGE_DETAILS, Cause.JUDGE, Cause.RULE})


def keep_reading(
    check: Check,
    gathered: Gathered,
    verdict: Verdict,
    entry: HistoryEntry,
    *,
    judge: CalibratedJudge,
) -> tuple[Verdict, HistoryEntry]:
    """`verdict`, which has no reading of this check, with the reading of the last verdict.

    A reading holds while the passages, their origins and sources, what is stale, and the reader are
    the same: then no missing answer turns a verdict of two readers. Otherwise both stay as they
    are. Raises JudgeUnavailable.
    """
    last = check.last
    said = last.reader if last else None
    if isinstance(verdict.reader, Reading) or not isinstance(said, Reading):
        return verdict, entry
    quotes = list(_cite_again(said, gathered))
    if not _HARMLESS.issuperset(entry.causes) or len(quotes) < len(said.quotes):
        return verdict, entry
    pages = {page.url: page for page in gathered.pages}
    addressed = (replace(one, page=pages.get(one.page.url, one.page)) for one in said.addressed)
    reading = replace(said, quotes=tuple(quotes), addressed=tuple(addressed), tokens=0)
    kept = conclude_with_reading(check, gathered, verdict, reading, judge=judge)
    lost = find_lost_page(check, gathered, evidence=kept.evidence)
    return replace(kept, lost_page=lost), note_reading(entry, kept, last=last)


def _cite_again(said: Reading, gathered: Gathered) -> Iterator[ReaderQuote]:
    """The quotations at their present places, without those that no passage has."""
    passages = (*gathered.passages, *gathered.further)
    for quote in said.quotes:
        found = next((one for one in passages if _holds(one, quote)), None)
        if found is not None:
            start = found.span.start + found.text.index(quote.quote)
            span = Span(start, start + len(quote.quote))
            yield replace(quote, page=found.page, span=span)


def _holds(passage: Passage, quote: ReaderQuote) -> bool:
    return passage.page.url == quote.page.url and quote.quote in passage.text
