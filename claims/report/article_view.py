"""An article and its claims, arranged for a page. Pure functions.

The dashboard and the self-contained report share them, so that they show the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from claims.report.formatting import (
    PROVISIONAL_WORDS,
    Tone,
    describe_verdict,
    is_busy,
    is_unsure,
    tone_of_claim,
    tone_of_label,
)
from claims.report.segments import Segment, group_paragraphs, segment_text
from claims.report.sides import Quotation, list_quotations
from claims.types import (
    ArticleRecord,
    ClaimRecord,
    Coverage,
    NotChecked,
    PageReference,
    Purpose,
    Search,
    Verdict,
)

TITLE_CHARACTERS = 90
# Punctuation that belongs to the word before it, but not an apostrophe before a letter.
_CLOSING = re.compile(r"""[.,;:!?…)\]”’"'»]+(?=\s|$)""")


@dataclass(frozen=True, slots=True)
class NumberedClaim:
    """A claim with the number its mark in the text and its card share."""

    number: int
    tone: Tone
    claim: ClaimRecord

    @property
    def opened(self) -> Sequence[Quotation]:
        """The quotations that are shown unfolded, with their roles: those of both sides."""
        return [one for one in list_quotations(self.claim.verdict) if one.role]

    @property
    def others(self) -> Sequence[Quotation]:
        """The other quotations, which may be folded."""
        return [one for one in list_quotations(self.claim.verdict) if not one.role]

    @property
    def is_unsure(self) -> bool:
        """Whether the verdict has a low confidence, so that it is not shown in full colour."""
        verdict = self.claim.verdict
        return verdict is not None and is_unsure(verdict.label, verdict.confidence)

    @property
    def words(self) -> str:
        """The words for its verdict, or that there is none yet or only a provisional one."""
        verdict = self.claim.verdict
        if verdict is None:
            return PROVISIONAL_WORDS if self.claim.provisional else self.tone.word
        return describe_verdict(verdict.label, verdict.support, verdict.confidence)

    @property
    def tone_before(self) -> Tone | None:
        """The tone before the last re-check that changed it; None if no re-check did."""
        change = self.claim.last_change
        return tone_of_label(change.before) if change else None

    @property
    def is_busy(self) -> bool:
        """True while a check is under way."""
        return is_busy(self.claim.status)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text with the claims that mark it; the notes of `ends` follow it."""

    text: str
    claims: tuple[NumberedClaim, ...]
    ends: tuple[NumberedClaim, ...]

    @property
    def tone(self) -> Tone | None:
        """The most salient tone of its claims; None for a piece outside all claims."""
        order = list(Tone)
        tones = [claim.tone for claim in self.claims]
        return min(tones, key=order.index) if tones else None

    @property
    def is_unsure(self) -> bool:
        """Whether every verdict that gives it its tone has a low confidence."""
        return all(claim.is_unsure for claim in self.claims if claim.tone is self.tone)

    @property
    def numbers(self) -> str:
        """The numbers of its claims, separated by spaces."""
        return " ".join(str(claim.number) for claim in self.claims)


@dataclass(frozen=True, slots=True)
class QuotedPage:
    """A page as it was read, with the numbers of the claims whose verdicts quote it."""

    page: PageReference
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCoverage(Coverage):
    """One coverage for several claims; `varies`: not all of them have these counts."""

    varies: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """What the article page shows. `paragraphs` is empty when there is no article text.

    `counts` leaves superseded claims out. `as_of` is the last day of evidence for the article's
    claims, if there is one.
    """

    title: str
    paragraphs: tuple[tuple[Piece, ...], ...]
    claims: tuple[NumberedClaim, ...]
    counts: Mapping[Tone, int]
    coverage: MergedCoverage | None
    pages: Sequence[QuotedPage]
    not_checked: Sequence[NotChecked]
    as_of: date | None


def view_article(
    article: ArticleRecord | None,
    claims: Iterable[ClaimRecord],
    not_checked: Sequence[NotChecked],
) -> ArticleView:
    """Number the claims in the order of the text, those outside it last, and mark them."""
    numbered = _number(claims)
    text = article.text if article else ""
    by_key = {str(item.number): item for item in numbered}
    segments = segment_text(text, {key: item.claim.span for key, item in by_key.items()})
    return ArticleView(
        title=name_article(article),
        paragraphs=tuple(
            tuple(_after_punctuation([_piece(segment, by_key) for segment in group]))
            for group in group_paragraphs(segments)
        ),
        claims=numbered,
        counts=count_tones(item.tone for item in numbered if not item.claim.corrected_by),
        coverage=merge_coverage(item.claim for item in numbered),
        pages=list_quoted_pages(numbered),
        not_checked=not_checked,
        as_of=next((item.claim.as_of for item in numbered if article), None),
    )


def name_article(article: ArticleRecord | None) -> str:
    """Its title, else its first line, shortened, else its address."""
    if article is None:
        return "Claims"
    lines = (line.strip() for line in article.text.split("\n"))
    first = next(filter(None, lines), "")
    if len(first) > TITLE_CHARACTERS:
        first = first[: TITLE_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return article.title or first or article.url or "Untitled article"


def count_tones(tones: Iterable[Tone]) -> dict[Tone, int]:
    """How many claims of each tone, in the order of the tones, without zeros."""
    listed = list(tones)
    return {tone: listed.count(tone) for tone in Tone if tone in listed}


def list_quoted_pages(claims: Iterable[NumberedClaim]) -> list[QuotedPage]:
    """Each page that verdicts quote, once for each text that it was read with."""
    numbers: dict[tuple[str, str], dict[int, None]] = {}
    pages: dict[tuple[str, str], PageReference] = {}
    for item in claims:
        for quoted in list_quotations(item.claim.verdict):
            page = quoted.item.page
            key = page.url, page.sha256
            pages.setdefault(key, page)
            numbers.setdefault(key, {})[item.number] = None
    return [QuotedPage(page, tuple(numbers[key])) for key, page in pages.items()]


def merge_coverage(claims: Iterable[ClaimRecord]) -> MergedCoverage | None:
    """One coverage for all claims, or None before any was judged.

    The claims of an article share its sources, so the counts are those of the claim with the most
    sources asked. `varies` says whether other claims have other counts, since each claim found
    pages of its own. A source that was left out for any claim is listed once; so are every search,
    the links of the article, and every origin with several pages.
    """
    judged = [(claim, claim.verdict) for claim in claims if claim.verdict]
    coverages = [verdict.coverage for _, verdict in judged]
    if not coverages:
        return None
    fullest = max(coverages, key=lambda coverage: (coverage.asked, coverage.fetched))
    counts = {(one.asked, one.fetched, one.origins) for one in coverages}
    failed = {failure.url: failure for coverage in coverages for failure in coverage.failed}
    searches = {
        (one.provider, one.query, one.purpose): one
        for coverage in coverages
        for one in coverage.searches
        if one.purpose is not Purpose.LINKED
    }
    shared = {one.urls: one for coverage in coverages for one in coverage.shared_origins}
    return MergedCoverage(
        asked=fullest.asked,
        fetched=fullest.fetched,
        origins=fullest.origins,
        failed=tuple(failed.values()),
        searches=(*_merge_links(judged), *searches.values()),
        shared_origins=tuple(shared.values()),
        maybe_later=fullest.maybe_later,
        varies=len(counts) > 1,
    )


def _merge_links(judged: Sequence[tuple[ClaimRecord, Verdict]]) -> list[Search]:
    """The links of the article, as one search: claims have links in common."""
    searches = [
        one
        for _, verdict in judged
        for one in verdict.coverage.searches
        if one.purpose is Purpose.LINKED
    ]
    if len(searches) < 2:
        return searches
    links = {url for claim, _ in judged for url in claim.links}
    return [replace(searches[0], query="", found=len(links))]


def _number(claims: Iterable[ClaimRecord]) -> tuple[NumberedClaim, ...]:
    ordered = sorted(claims, key=lambda claim: (claim.span is None, claim.span or (0, 0)))
    return tuple(
        NumberedClaim(number, tone_of_claim(claim), claim)
        for number, claim in enumerate(ordered, start=1)
    )


def _piece(segment: Segment, by_key: Mapping[str, NumberedClaim]) -> Piece:
    return Piece(
        segment.text,
        tuple(by_key[key] for key in segment.claims),
        tuple(by_key[key] for key in segment.ends),
    )


def _after_punctuation(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same text, with each note after the full stop or comma that follows its claim."""
    taken = 0  # characters of this piece that were moved to the piece before it
    for piece, following in zip_longest(pieces, pieces[1:]):
        rest, taken = replace(piece, text=piece.text[taken:]), 0
        closing = _find_closing(piece, following)
        if not closing:
            if rest.text:
                yield rest
            continue
        taken = len(closing)
        yield replace(rest, ends=())
        yield Piece(closing, claims=(), ends=piece.ends)


def _find_closing(piece: Piece, following: Piece | None) -> str:
    """The punctuation outside all claims that follows a claim's end at once."""
    if not piece.ends or following is None or following.claims:
        return ""
    match = _CLOSING.match(following.text)
    return match.group() if match else ""
