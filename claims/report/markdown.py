"""Claims as Markdown (CommonMark), for a document or a message. Pure functions.

Texts of strangers stand in it: what would be a mark of Markdown or HTML in them is escaped, and
unseen characters are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from claims.ports import ExportedClaim
from claims.report.export_table import list_tags
from claims.report.formatting import (
    describe_day,
    describe_label,
    describe_moment,
    describe_stance,
    describe_status,
    percent,
    tone_of_label,
    web_link,
)
from claims.report.messages import REVIEW_STATES, STALE_REASONS
from claims.report.unseen import reveal_line
from claims.types import Evidence, Review, Verdict
from claims.verdicts.explain_days import describe_archived

HEAD = (
    "# Claims\n\n"
    "A verdict is a proposal. A claim that is marked as DRAFT is not signed off by a person.\n\n"
)
# Characters that begin or end a mark of CommonMark, of GitHub's Markdown, or of HTML.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
# Marks only at the start of a line: lists, underlines, and lists with numbers.
_LINE_START = re.compile(r"^(\d*)(?=[-=+.)])")
_NOT_IN_LINK = re.compile(r"[\x00-\x20<>\\]")


def write_markdown(claims: Iterable[ExportedClaim], *, with_head: bool) -> Iterator[bytes]:
    """The claims in UTF-8, a section for each."""
    if with_head:
        yield HEAD.encode()
    for claim in claims:
        blocks = [f"## {escape(claim.text)}", *_write_claim(claim)]
        yield ("\n\n".join(blocks) + "\n\n").encode("utf-8", "replace")


def escape(text: str) -> str:
    """The text on one line, with every mark of Markdown and HTML escaped."""
    line = _MARKS.sub(r"\\\1", reveal_line(" ".join(text.split())))
    return _LINE_START.sub(r"\1\\", line)


def write_link(words: str, url: str) -> str:
    """A link, or words and address where the address is not one of the web."""
    link = web_link(url)
    if link is None or _NOT_IN_LINK.search(link):
        return f"{escape(words)} ({escape(url)})"
    return f"[{escape(words)}](<{link}>)"


def _write_claim(claim: ExportedClaim) -> Iterator[str]:
    if claim.review.draft:
        yield f"**{claim.review.draft}**"
    yield "\n".join(f"- {line}" for line in _list_facts(claim))
    if claim.verdict:
        yield escape(claim.verdict.explanation)
        if claim.as_of_statement:
            yield escape(claim.as_of_statement)
        yield from map(_write_quotation, claim.verdict.evidence)


def _list_facts(claim: ExportedClaim) -> Iterator[str]:
    yield f"Proposal: {_describe_verdict(claim.verdict) or describe_status(claim.status)}"
    yield f"Review: {_describe_review(claim.review)}"
    if claim.claimant or claim.claimed_at:
        day = describe_day(claim.claimed_at) if claim.claimed_at else ""
        yield f"Claimed: {', '.join(filter(None, (escape(claim.claimant or ''), day)))}"
    if claim.article_title:
        yield f"Article: {escape(claim.article_title)}"
    if claim.corrected_by:
        yield f"Superseded by: {claim.corrected_by}"
    tags = list_tags(claim)
    if tags:
        yield f"Tags: {', '.join(map(escape, tags))}"
    yield f"Id: {escape(claim.id)}"


def _describe_verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return (
        f"{describe_label(verdict)}, confidence {percent(verdict.confidence)}, "
        f"checked {describe_moment(verdict.checked_at)}, "
        f"judge {escape(verdict.judge.name)} {escape(verdict.judge.version)}"
    )


def _describe_review(review: Review) -> str:
    words = [REVIEW_STATES[review.state]]
    if review.label:
        words.append(tone_of_label(review.label).word.lower())
    if review.by and review.at:
        words.append(f"by {escape(review.by)}, {describe_moment(review.at)}")
    if review.reason:
        words.append(f"reason: {escape(review.reason)}")
    words += [STALE_REASONS[reason] for reason in review.stale_because]
    return "; ".join(words)


def _write_quotation(piece: Evidence) -> str:
    page = piece.page
    published = f"published {describe_day(page.published_at)}" if page.published_at else "no date"
    number = f", page {piece.page_number}" if piece.page_number else ""
    number += ", party to the claim" if piece.party else ""
    number += f", {describe_archived(page)}" if page.archived else ""
    return (
        f"> {escape(piece.quote)}\n>\n"
        f"> {describe_stance(piece.stance)}: {write_link(page.title or page.url, page.url)}"
        f"{number}, {escape(published)}, read {describe_moment(page.fetched_at)}\n>\n"
        f"> sha256 of the page text: `{page.sha256}`"
    )
