"""Have a second reader read the whole evidence of a claim, and mark in it what the reader quotes.

write_question   check and its passages -> the question for a reader
ask_reader       question -> the reading, or why there is none
add_quotations   evidence and a reading -> the evidence with the reader's quotations
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from claims.english.sentences import split_sentences
from claims.entailment.calibration import CalibratedJudge
from claims.evidence.passages import score_passages, write_evidence
from claims.evidence.sides import LEADING, weigh_credibility, without_reader
from claims.evidence.staleness import find_stale
from claims.ports import Question, Reader
from claims.retrieval.rank import choose_nearest
from claims.text import words
from claims.types import (
    Check,
    Evidence,
    Gathered,
    NotRead,
    Passage,
    ReaderQuote,
    Reading,
    Unread,
    VerdictLabel,
)

# Maximum passages of a question, unless ASSAY_READER_PASSAGES sets another number. In the events
# for fitting, 12 passages hold all that decides in .846, 24 in .915.
READER_PASSAGES = 16
# Minimum words by which a part of a sentence is found again in another text of its page.
_WORDS_KNOWN = 5


def write_question(
    check: Check, gathered: Gathered, *, passages_max: int = READER_PASSAGES
) -> Question:
    """The claim with the passages that may decide it, the best first, at most `passages_max`.

    Stale passages are left out, because they have no vote. Pages later than as_of, copies and pages
    of the article's own site were not gathered.
    """
    claim = check.claim
    is_stale = find_stale(claim, gathered)
    passages: Sequence[Passage] = [
        passage for passage in (*gathered.passages, *gathered.further) if not is_stale(passage.page)
    ]
    if len(passages) > passages_max:
        passages = choose_nearest(
            claim.text,
            passages,
            limit=passages_max,
            per_page=passages_max,
            per_origin=passages_max,
        )
    return Question(
        claim=claim.text,
        claimant=claim.claimant,
        claimed_at=claim.claimed_at,
        passages=tuple(passages),
    )


def ask_reader(question: Question, reader: Reader) -> Reading | NotRead:
    """The reading, or why there is none; a question without passages is not asked.

    Raises StoreUnavailable if the reader uses the store.
    """
    if not question.passages:
        return NotRead(skipped=Unread.NOT_ASKED, detail="there is no passage to read")
    said = reader.read(question)
    if isinstance(said, NotRead):
        return said
    return replace(said, endpoint_digest=reader.name.endpoint_digest)


def add_quotations(
    check: Check,
    gathered: Gathered,
    evidence: Sequence[Evidence],
    reading: Reading,
    *,
    judge: CalibratedJudge,
) -> tuple[Evidence, ...]:
    """The judge's evidence with the reader's quotations marked in it, or added to it.

    The judge scores the added quotations. A passage is quoted for one side only, and so is all
    evidence that contains it.
    """
    items = list(without_reader(evidence))
    added: list[ReaderQuote] = []
    for quote in _order_quotes(reading):
        around = [place for place, item in enumerate(items) if _is_same_place(item, quote)]
        if any(items[place].quoted_for not in (None, quote.stance) for place in around):
            continue
        for place in around:
            items[place] = replace(items[place], quoted_for=quote.stance)
        if not around and not any(_overlaps(quote, other) for other in added):
            added.append(quote)
    return (*items, *_score_quotes(check, gathered, added, judge=judge))


def _order_quotes(reading: Reading) -> list[ReaderQuote]:
    """The quotations that may take a side, the most important first.

    If two quotations exclude each other, the earlier one is used. First come the quotations for the
    side of the label, or, where sources disagree, one for each side from two origins, so that the
    disagreement is shown whatever else is quoted from them. Quotations of a page that addresses a
    language model are left out: the page may have caused them.
    """
    doubted = {found.page.url for found in reading.addressed}
    trusted = [quote for quote in reading.quotes if quote.page.url not in doubted]
    if reading.label is VerdictLabel.CONFLICTING_EVIDENCE:
        first = _find_disagreement(trusted)
        return [*first, *(quote for quote in trusted if quote not in first)]
    leading = LEADING.get(reading.label)
    return sorted(trusted, key=lambda quote: quote.stance is not leading)


def _find_disagreement(quotes: Sequence[ReaderQuote]) -> tuple[ReaderQuote, ...]:
    """Two quotations for different sides, from two origins that count in full; () without them."""
    counted = [quote for quote in quotes if weigh_credibility(quote.page.credibility) == 1]
    for one, other in combinations(counted, 2):
        if one.stance is not other.stance and one.page.origin != other.page.origin:
            return one, other
    return ()


def _score_quotes(
    check: Check,
    gathered: Gathered,
    quotes: Sequence[ReaderQuote],
    *,
    judge: CalibratedJudge,
) -> list[Evidence]:
    """The quotations as evidence, each with the judge's stance on the quotation alone."""
    pages = {(page.url, page.sha256): page for page in gathered.pages}
    is_stale = find_stale(check.claim, gathered)
    passages = [
        Passage(
            text=quote.quote,
            span=quote.span,
            page=pages.get((quote.page.url, quote.page.sha256), quote.page),
            page_number=quote.page_number,
        )
        for quote in quotes
    ]
    scored = score_passages(
        [(check.claim.text, [passage]) for passage in passages],
        judge,
        within=[_find_around(passage, gathered) for passage in passages],
    )
    return [
        replace(
            write_evidence(item),
            quoted_for=quote.stance,
            only_quoted=True,
            stale=is_stale(item.passage.page),
        )
        for quote, (item,) in zip(quotes, scored, strict=True)
    ]


def _find_around(quoted: Passage, gathered: Gathered) -> str:
    """The text of the passage that holds a quotation; "" if none does."""
    return next(
        (
            passage.text
            for passage in (*gathered.passages, *gathered.further)
            if passage.page.url == quoted.page.url and quoted.text in passage.text
        ),
        "",
    )


def _is_same_place(item: Evidence, quote: ReaderQuote) -> bool:
    """Whether both have words of a page in common.

    Evidence of a kept verdict may be from an earlier text of the page, at another position: then
    one contains the other, as a sentence or with at least _WORDS_KNOWN words.
    """
    if item.page.url != quote.page.url:
        return False
    if item.page.sha256 != quote.page.sha256:
        shorter, longer = sorted((item.quote, quote.quote), key=len)
        return _holds(longer, shorter)
    return item.span.start < quote.span.end and quote.span.start < item.span.end


def _holds(text: str, part: str) -> bool:
    """Whether a text contains these words, and they are enough to recognise the place."""
    if not re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text):
        return False
    said = words(part)
    return len(said) >= _WORDS_KNOWN or any(
        words(sentence.text) == said for sentence in split_sentences(text)
    )


def _overlaps(one: ReaderQuote, other: ReaderQuote) -> bool:
    return (
        one.page.url == other.page.url
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )
