"""Have a second reader read the evidence of a claim, and conclude from both readers.

wants_reading          whether a verdict of the judge is read, by setting and request
leave_unread           judge's verdict -> the same with the reason why no reader is asked
write_question         claim and its passages -> the question for a reader
read_check             judge's verdict and history entry -> those of both readers
read_evidence          judge's verdict -> the verdict of both readers; asks the reader
ask_reader             question -> the reading, or why there is none
conclude_with_answer   judge's verdict and the reader's answer -> the verdict of both readers
conclude_with_reading  the same with a reading that has its likelihoods, as stored verdicts have it
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

from claims.english.sentences import split_sentences
from claims.entailment.stances import CalibratedJudge, write_evidence
from claims.ports import Question, Reader, StoredClaim
from claims.retrieval.rank import choose_nearest
from claims.scoring import score_passages
from claims.text import words
from claims.types import (
    ClaimId,
    ClaimRecord,
    Evidence,
    Gathered,
    HistoryEntry,
    NotRead,
    PageReference,
    Passage,
    ReaderChoice,
    ReaderQuote,
    ReaderWhen,
    Reading,
    Unread,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.aggregate import LEADING, weigh_credibility, without_reader
from claims.verdicts.compare import find_lost_page, note_reading
from claims.verdicts.conclusion import write_conclusion
from claims.verdicts.staleness import find_stale
from claims.verdicts.two_readers import Table, apply_table

# Maximum passages of a question, unless ASSAY_READER_PASSAGES sets another number. In the events
# for fitting, 12 passages hold all that decides in .846, 24 in .915.
READER_PASSAGES = 16
# Percentage of the claims decided by the judge that are read nevertheless, to measure its mistakes.
SAMPLE_PERCENT = 3
# Minimum words by which a part of a sentence is found again in another text of its page.
_WORDS_KNOWN = 5
_AGAIN = (Unread.NOT_ASKED, Unread.BUDGET, Unread.NO_ANSWER)


def wants_reading(
    verdict: Verdict, *, when: ReaderWhen, asked: ReaderChoice, claim_id: ClaimId
) -> bool:
    """Whether a second reader is to read the passages of this check.

    A verdict that was kept from an earlier check is not read twice, whether its answer was used or
    discarded, unless the request says so. UNDECIDED chooses the claims that the judge does not
    decide and a sample of the others, which a hash of claim and check selects.
    """
    if asked is ReaderChoice.NEVER or isinstance(verdict.reader, Reading):
        return False
    if asked is ReaderChoice.ALWAYS:
        return True
    if verdict.reader is not None and verdict.reader.skipped not in _AGAIN:
        return False
    if when is ReaderWhen.UNDECIDED:
        return verdict.label not in LEADING or _is_sampled(claim_id, verdict.check)
    return when is ReaderWhen.ALWAYS


def _is_sampled(claim_id: ClaimId, check: int) -> bool:
    digest = hashlib.sha256(f"{claim_id}:{check}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < SAMPLE_PERCENT


def leave_unread(verdict: Verdict, *, when: ReaderWhen, asked: ReaderChoice) -> Verdict:
    """The verdict of the judge, with the reason why no second reader is asked (`wants_reading` is
    False). A verdict kept from an earlier check keeps its reading."""
    said = verdict.reader
    if said is not None and not (isinstance(said, NotRead) and said.skipped in _AGAIN):
        return verdict
    if asked is ReaderChoice.NEVER:
        detail = "the request says that no second reader is asked"
    elif when is ReaderWhen.ASKED:
        detail = "only claims are read for which a request says so"
    else:
        detail = "the judge decided it, and only what the judge leaves open is read"
    return replace(verdict, reader=NotRead(skipped=Unread.NOT_ASKED, detail=detail))


def read_check(
    claim: StoredClaim,
    gathered: Gathered,
    verdict: Verdict,
    entry: HistoryEntry,
    *,
    reader: Reader,
    judge: CalibratedJudge,
    table: Table | None,
    passages_max: int = READER_PASSAGES,
) -> tuple[Verdict, HistoryEntry]:
    """The verdict of both readers in this check and its history entry.

    `verdict` and `entry` are those of `judge_claim`; `claim.record` still has the verdict of the
    previous check.
    """
    read = read_evidence(
        claim.record,
        gathered,
        verdict,
        reader=reader,
        judge=judge,
        table=table,
        passages_max=passages_max,
    )
    last = claim.record.verdict
    lost = find_lost_page(gathered, last=last, evidence=read.evidence, check=claim.check)
    return replace(read, lost_page=lost), note_reading(entry, read, last=last)


def read_evidence(
    claim: ClaimRecord,
    gathered: Gathered,
    verdict: Verdict,
    *,
    reader: Reader,
    judge: CalibratedJudge,
    table: Table | None,
    passages_max: int = READER_PASSAGES,
) -> Verdict:
    """The verdict of the judge and a second reader, which is asked once about all passages.

    `verdict` is the judge's, on the gathered passages; `table` has the reader's answers on labelled
    claims, None for a reader that was not tested. Without a reading the verdict is the judge's,
    with the reason why there is none. Raises JudgeUnavailable, and StoreUnavailable if the reader
    uses the store.
    """
    question = write_question(claim, gathered, passages_max=passages_max)
    said = ask_reader(question, reader)
    return conclude_with_answer(claim, gathered, verdict, said, judge=judge, table=table)


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


def conclude_with_answer(
    claim: ClaimRecord,
    gathered: Gathered,
    verdict: Verdict,
    said: Reading | NotRead,
    *,
    judge: CalibratedJudge,
    table: Table | None,
) -> Verdict:
    """The verdict of both readers, or the judge's with the reason why there is no reading."""
    if isinstance(said, NotRead):
        return replace(verdict, reader=said)
    return conclude_with_reading(claim, gathered, verdict, apply_table(said, table), judge=judge)


def write_question(
    claim: ClaimRecord, gathered: Gathered, *, passages_max: int = READER_PASSAGES
) -> Question:
    """The claim with the passages that may decide it, the best first, at most `passages_max`.

    Stale passages are left out, because they have no vote. Pages later than as_of, copies and pages
    of the article's own site were not gathered.
    """
    is_stale = _find_stale(claim, gathered)
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


def conclude_with_reading(
    claim: ClaimRecord,
    gathered: Gathered,
    verdict: Verdict,
    reading: Reading,
    *,
    judge: CalibratedJudge,
) -> Verdict:
    """The verdict of both readers, from the judge's and a reading that has its likelihoods."""
    evidence = _add_quotations(claim, gathered, verdict.evidence, reading, judge=judge)
    written = write_conclusion(
        claim,
        evidence,
        gathered.coverage,
        least_confidence=judge.least_confidence,
        reader=reading,
    )
    return replace(
        verdict,
        label=written.label,
        support=written.support,
        confidence=written.confidence,
        evidence=written.evidence,
        explanation=written.explanation,
        reader=written.reader,
    )


def _find_stale(claim: ClaimRecord, gathered: Gathered) -> Callable[[PageReference], bool]:
    return find_stale(
        gathered.pages,
        claim=claim.text,
        claimed_at=claim.claimed_at,
        shared=gathered.coverage.shared_origins,
    )


def _add_quotations(
    claim: ClaimRecord,
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
    return (*items, *_score_quotes(claim, gathered, added, judge=judge))


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
    claim: ClaimRecord,
    gathered: Gathered,
    quotes: Sequence[ReaderQuote],
    *,
    judge: CalibratedJudge,
) -> list[Evidence]:
    """The quotations as evidence, each with the judge's stance on the quotation alone."""
    pages = {(page.url, page.sha256): page for page in gathered.pages}
    is_stale = _find_stale(claim, gathered)
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
        [(claim.text, [passage]) for passage in passages],
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
