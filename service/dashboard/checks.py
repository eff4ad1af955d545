"""The pages of one check: its verdict, and each page as read. Text from outside is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from flask import Blueprint, render_template

from claims.access import Scope
from claims.errors import Gone, NotFound
from claims.ports import Store
from claims.report.article_view import NumberedClaim
from claims.report.formatting import tone_of_label
from claims.report.segments import Segment, group_paragraphs, segment_text
from claims.settings import DEFAULT_URL
from claims.sources.snapshots import is_unchanged
from claims.types import CheckRecord, ClaimId, PageReference, Snapshot, Span
from service.access.caller import needs
from service.context import get_context
from service.dashboard.quotes import find_page, read_excerpts
from service.problems.problem_answers import missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page as a check read it, for display. `is_unchanged` None: its text is no longer stored.

    `quotations` are the numbers of pieces of evidence, from 1; the segments of the text that
    belong to them have these numbers as their keys.
    """

    snapshot: Snapshot
    paragraphs: tuple[tuple[Segment, ...], ...] = ()
    quotations: tuple[int, ...] = ()
    is_unchanged: bool | None = None
    language: str | None = None


def register_checks(blueprint: Blueprint) -> None:
    """Add the pages of checks to the dashboard."""
    path = "/claims/<claim:claim_id>/checks/<int:check>"
    blueprint.add_url_rule(path, view_func=show_check)
    blueprint.add_url_rule(f"{path}/pages/<sha256:sha256>", view_func=show_reading)


@needs(Scope.READ)
def show_check(claim_id: ClaimId, check: int) -> str:
    """The verdict of one check, with its coverage and each page as it was read."""
    store = get_context().store
    record = _get_check(store, claim_id, check)
    stored = store.get_claim(claim_id)
    claim = replace(stored.record, verdict=record.verdict)
    return render_template(
        "check.html",
        item=NumberedClaim(1, tone_of_label(record.verdict.label), claim),
        claim=claim,
        check=check,
        default_url=f"{DEFAULT_URL}/",
        pages=record.gathered.pages,
        excerpts=read_excerpts(store, record.verdict.evidence),
        as_of_now=get_context().clock(),
        is_last=stored.record.verdict is not None and stored.record.verdict.check == check,
    )


@needs(Scope.READ)
def show_reading(claim_id: ClaimId, check: int, sha256: str) -> str:
    """The text of a page as it was read; the verdict's quotations from it are marked."""
    store = get_context().store
    record = _get_check(store, claim_id, check)
    return render_template(
        "reading.html",
        claim_id=claim_id,
        check=check,
        reading=read_again(store, record, sha256),
        as_of_now=get_context().clock(),
        claim_text=store.get_claim(claim_id).record.text,
    )


def read_again(store: Store, record: CheckRecord, sha256: str) -> Reading:
    """The page with this hash that the check read, or that its verdict quotes."""
    quoted: Mapping[int, Span] = {
        number: item.span
        for number, item in enumerate(record.verdict.evidence, start=1)
        if item.page.sha256 == sha256
    }
    page = find_page(store, sha256)
    snapshot = _find_snapshot(record, sha256)
    if snapshot is None:
        raise missing(f"check {record.check} neither read nor quotes a page {sha256}")
    if page is None:
        return Reading(snapshot=snapshot, quotations=tuple(quoted))
    segments = segment_text(page.text, {str(number): span for number, span in quoted.items()})
    return Reading(
        snapshot=snapshot,
        paragraphs=group_paragraphs(segments),
        quotations=tuple(quoted),
        is_unchanged=is_unchanged(page.text, sha256),
        language=page.language,
    )


def _find_snapshot(record: CheckRecord, sha256: str) -> Snapshot | None:
    """The check's snapshot of the page; a verdict carried over quotes pages of another check."""
    for snapshot in record.gathered.pages:
        if snapshot.sha256 == sha256:
            return snapshot
    for item in record.verdict.evidence:
        if item.page.sha256 == sha256:
            names = [field.name for field in fields(PageReference)]
            return Snapshot(**{name: getattr(item.page, name) for name in names})
    return None


def _get_check(store: Store, claim_id: ClaimId, check: int) -> CheckRecord:
    try:
        return store.get_check(claim_id, check)
    except Gone:
        raise
    except NotFound as error:
        raise missing(str(error)) from error
