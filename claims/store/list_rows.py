"""Rows of lists and exports: from fields of a record, its last check and its article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import datetime

from claims.ports import ExportedClaim, ListEntry
from claims.reviews import ReviewRecord
from claims.shapes import from_text
from claims.store.encoding import from_ms
from claims.store.records import read_tags
from claims.text import fold
from claims.types import (
    Claim,
    ClaimId,
    ClaimRecord,
    HistoryEntry,
    ReviewState,
    SameClaim,
    Verdict,
    VerdictLabel,
)

ARTICLE_ENTRY_FIELDS = ("heading", "status", "created_ms", "tags", *VerdictLabel)
CLAIM_ENTRY_FIELDS = (
    *("heading", "status", "created_ms", "tags", "label", "corrected_by", "reader"),
    *("review", "assigned", "stale", "changed_ms", "article"),
)
OF_ARTICLE_FIELDS = ("heading", "tags")
IN_EXPORT_FIELDS = ("title", "heading", "tags")
SAME_FIELDS = ("claim", "label", "verdict", "reviewed")
"""The fields of an earlier claim that `read_same` needs."""


def read_article_entry(article_id: str, values: Sequence[str | None]) -> ListEntry:
    """One row of a list; `values` are the fields ARTICLE_ENTRY_FIELDS."""
    heading, status, created_ms, tags, *counts = values
    summary = {
        label.value: int(count)
        for label, count in zip(VerdictLabel, counts, strict=True)
        if count and int(count)
    }
    return ListEntry(
        id=article_id,
        title=heading or "",
        status=status or "",
        created_at=from_ms(created_ms or 0),
        label=None,
        summary=summary,
        tags=read_tags(tags),
    )


def read_claim_entry(
    claim_id: str,
    values: Sequence[str | None],
    last_check: str | None,
    article: Sequence[str | None] | None,
) -> ListEntry:
    """One row of a list; `values` are the fields CLAIM_ENTRY_FIELDS, `last_check` is the last
    entry of the claim's history, `article` the fields OF_ARTICLE_FIELDS of its article."""
    heading, status, created_ms, tags, label, corrected_by, reader, *reviewed, article_id = values
    state, assignee, stale, changed_ms = reviewed
    article_title, article_tags = article or (None, None)
    own = read_tags(tags)
    known = set(map(fold, own))
    check = from_text(HistoryEntry, last_check) if last_check else None
    return ListEntry(
        id=claim_id,
        title=heading or "",
        status=status or "",
        created_at=from_ms(created_ms or 0),
        label=label,
        summary={},
        article_id=article_id,
        article_title=article_title,
        checked_at=check.checked_at if check else None,
        support=check.support if check else None,
        confidence=check.confidence if check else None,
        tags=(*own, *(tag for tag in read_tags(article_tags) if fold(tag) not in known)),
        corrected_by=corrected_by,
        reader=reader or None,
        review=state or ReviewState.OPEN,
        assignee=assignee or None,
        stale=stale or None,
        changed_at=from_ms(changed_ms) if changed_ms else None,
    )


def write_export(
    claim: ClaimRecord, *, repeats: ClaimId | None, article: Sequence[str | None] | None
) -> ExportedClaim:
    """The claim in full; `article` are the fields IN_EXPORT_FIELDS of its article."""
    record = replace(claim, repeats=repeats)
    title, heading, tags = article or (None, None, None)
    known = {field.name: getattr(record, field.name) for field in dataclass_fields(record)}
    return ExportedClaim(**known, article_title=title or heading, article_tags=read_tags(tags))


def read_same(
    claim_id: ClaimId, values: Sequence[str | None], *, linked_at: datetime
) -> SameClaim | None:
    """An earlier claim with these values of SAME_FIELDS; None if it was deleted."""
    claim, label, verdict, reviewed = values
    if claim is None:
        return None
    review = from_text(ReviewRecord, reviewed or "{}").review
    return SameClaim(
        claim_id,
        from_text(Claim, claim).text,
        VerdictLabel(label) if label else None,
        from_text(Verdict, verdict).checked_at if verdict else None,
        review.state,
        review.label,
        linked_at,
    )
