"""Compare a check with the one before it. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from claims.evidence.order import list_cited_first
from claims.evidence.staleness import find_stale
from claims.types import (
    LOST_CHANGED,
    LOST_UNLISTED,
    Cause,
    Check,
    Claim,
    Evidence,
    Gathered,
    HistoryEntry,
    JudgeName,
    LostPage,
    PageDifference,
    PageReference,
    Passage,
    ReaderName,
    Reading,
    Verdict,
    find_day_limit,
    read_day,
)
from claims.verdicts.two_readers import Table, apply_table


def find_causes(
    check: Check, gathered: Gathered, *, before: Gathered | None, judge: JudgeName
) -> tuple[Cause, ...]:
    """The causes for judging the claim again; empty if the last verdict is kept.

    The last verdict is kept when all of these are as before: the passages, their origins, the name
    and credibility of their sources, the title and day of their pages, the stale evidence and the
    judge. Unchanged pages give unchanged passages; so does a page that changed elsewhere.
    """
    last = check.last
    if last is None:
        return (Cause.FIRST_CHECK,)
    if before is None:
        return (Cause.NOTHING_KEPT,)
    found = list(_compare(gathered, before))
    if last.judge != judge:
        found.append(Cause.JUDGE)
    if _is_otherwise_stale(check.claim, gathered, last):
        found.append(Cause.STALE)
    return tuple(found)


def find_reader_causes(
    gathered: Gathered,
    *,
    before: Gathered,
    last: Verdict,
    reader: ReaderName | None,
    table: Table | None,
) -> tuple[Cause, ...]:
    """The causes for replacing a last verdict of two readers; empty if the judge alone gave it.

    The second reader is another one or none any more, is asked at another address, has another
    instruction or was tested anew; or other passages are read by it alone. A verdict that was not
    read stands, and may be read now.
    """
    said = last.reader
    if not isinstance(said, Reading):
        return ()
    if reader is None or (reader.model, reader.instruction) != (said.model, said.instruction):
        return (Cause.READER,)
    if said.endpoint_digest not in (None, reader.endpoint_digest):
        return (Cause.READER,)
    if said.likelihoods != apply_table(said, table).likelihoods:
        return (Cause.READER,)
    changed = _texts(gathered.further) != _texts(before.further)
    return (
        (Cause.PASSAGES,)
        if changed and _texts(gathered.passages) == _texts(before.passages)
        else ()
    )


def _compare(now: Gathered, before: Gathered) -> Iterator[Cause]:
    """How the passages and the details of their pages differ from those of the last check."""
    if _texts(now.passages) != _texts(before.passages):
        yield Cause.PASSAGES
    pages, then = _pages_by_url(now), _pages_by_url(before)
    for cause, read in _DETAILS.items():
        if any(read(page) != read(then[url]) for url, page in pages.items() if url in then):
            yield cause


def _texts(passages: Iterable[Passage]) -> set[tuple[str, int | None, str]]:
    return {(item.text, item.page_number, item.page.url) for item in passages}


def _pages_by_url(gathered: Gathered) -> Mapping[str, PageReference]:
    return {item.page.url: item.page for item in (*gathered.passages, *gathered.further)}


_DETAILS: Mapping[Cause, Callable[[PageReference], tuple[object, ...]]] = {
    Cause.ORIGINS: lambda page: (page.origin,),
    Cause.SOURCES: lambda page: (page.source, page.credibility),
    Cause.PAGE_DETAILS: lambda page: (page.title, read_day(page.published_at)),
}


def _is_otherwise_stale(claim: Claim, gathered: Gathered, last: Verdict) -> bool:
    """Whether other evidence is stale now, or a page that was stale has another day."""
    pages = {page.url: page for page in gathered.pages}
    is_stale = find_stale(claim, gathered)
    now = [pages.get(item.page.url, item.page) for item in last.evidence]
    return any(
        is_stale(page) != old.stale
        or (old.stale and find_day_limit(page) != find_day_limit(old.page))
        for old, page in zip(last.evidence, now, strict=True)
    )


def find_lost_page(
    check: Check, gathered: Gathered, *, evidence: Sequence[Evidence]
) -> LostPage | None:
    """The page that the last verdict cited first, if this check did not find it as it was cited.

    If the evidence of that verdict disagrees, the page cited first on either side counts. If these
    pages were found, the result is the page lost before, as long as it is not found again. A page
    whose text has changed is lost if `evidence`, that of this check, does not have its quotation.
    """
    last = check.last
    if last is None:
        return None
    candidates = [
        LostPage(
            page=one.page,
            quote=one.quote,
            check=last.check,
            since=check.number,
            code=LOST_CHANGED,
        )
        for one in list_cited_first(last.label, last.evidence)
    ]
    candidates += [last.lost_page] if last.lost_page else []
    for lost in candidates:
        code = _find_loss(lost, gathered, evidence)
        if code is not None:
            return replace(lost, code=code)
    return None


def _find_loss(lost: LostPage, gathered: Gathered, evidence: Iterable[Evidence]) -> str | None:
    """The code of LostPage; None when the page is as it was cited."""
    url = lost.page.url
    now = next((page.sha256 for page in gathered.pages if page.url == url), None)
    if now is None:
        failed = (failure.code for failure in gathered.coverage.failed if failure.url == url)
        return next(failed, LOST_UNLISTED)
    is_quoted = any(item.page.url == url and item.quote == lost.quote for item in evidence)
    return None if now == lost.page.sha256 or is_quoted else LOST_CHANGED


def write_entry(
    verdict: Verdict,
    *,
    last: Verdict | None,
    causes: tuple[Cause, ...],
    difference: PageDifference | None,
    turned_by: tuple[str, ...] = (),
    failing: tuple[str, ...] = (),
    archived: tuple[str, ...] = (),
) -> HistoryEntry:
    """The history entry of a check; `changed` compares labels, and is False for the first check."""
    some = difference and (difference.appeared or difference.vanished or difference.changed)
    return HistoryEntry(
        check=verdict.check,
        checked_at=verdict.checked_at,
        label=verdict.label,
        support=verdict.support,
        confidence=verdict.confidence,
        changed=last is not None and last.label is not verdict.label,
        scored=bool(causes),
        causes=causes,
        diff=difference if some else None,
        turned_by=turned_by,
        failing=failing,
        archived=archived,
    )


def note_reading(entry: HistoryEntry, verdict: Verdict, *, last: Verdict | None) -> HistoryEntry:
    """The history entry with the second reader's reading of the verdict; unchanged without one.

    The pages that turned the verdict are those that turned the judge's: what the reader would say
    without a page is not known.
    """
    if not isinstance(verdict.reader, Reading):
        return entry
    changed = last is not None and last.label is not verdict.label
    return replace(
        entry,
        label=verdict.label,
        support=verdict.support,
        confidence=verdict.confidence,
        changed=changed,
        scored=True,
        causes=entry.causes or (Cause.READER,),
        turned_by=entry.turned_by if changed else (),
    )
