"""Stances with findings: what the judge says of passages, corrected by what code finds.

Between the stages and the pipeline: it joins entailment (the judge) and verdicts (findings and
their weights). `score_passages` serves the verdicts, `judge_pairs` bare (evidence, claim) pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from claims.entailment.stances import CalibratedJudge, ScoredPassage
from claims.entailment.weighing import count_gaps
from claims.retrieval.rank import bm25_scores
from claims.text import sentence_windows
from claims.types import PageReference, Passage, Span
from claims.verdicts.findings import Reading, read_passage

# What the judge reads at once of evidence, some 350 tokens, beside a claim of up to _CLAIM_CHARS;
# a longer claim takes its room from it, so that both stay within the judge's limit of 512.
WHOLE_CHARS = 1500
_CLAIM_CHARS = 400
_LEAST_CHARS = 300
# Of longer evidence the windows nearest to the claim by BM25 are read, and the nearest sentences
# from all over the text put together.
WINDOWS_PER_PAIR = 8
_WINDOW_CHARS = 1200
_PIECE_CHARS = 900
# Bare evidence comes from no page.
NO_PAGE = PageReference(
    url="",
    title=None,
    publisher=None,
    published_at=None,
    fetched_at=datetime.min.replace(tzinfo=UTC),
    sha256="",
    origin="",
)


def judge_pairs(
    pairs: Sequence[tuple[str, str]], judge: CalibratedJudge
) -> npt.NDArray[np.float32]:
    """The final judgement of (evidence, claim) pairs: float32 (n, 3), rows sum to 1, input order.

    Long evidence is judged by the passages of `cut_evidence`, each with calibration and findings,
    and these are pooled (claims.entailment.calibration.Pooling).
    """
    questions = [(claim, cut_evidence(evidence, claim)) for evidence, claim in pairs]
    rows = [
        judge.pooling.apply(
            np.asarray([item.scores for item in some], np.float32).reshape(-1, 3),
            [count_gaps(item.findings) for item in some],
        )
        for some in score_passages(questions, judge)
    ]
    return np.asarray(rows, dtype=np.float32).reshape(-1, 3)


def score_passages(
    questions: Sequence[tuple[str, Sequence[Passage]]],
    judge: CalibratedJudge,
    *,
    within: Sequence[str] = (),
) -> list[list[ScoredPassage]]:
    """Stances of the passages of each (claim, passages), in input order; the judge is asked once.

    Together, because the judge works fastest on many pairs of like length. `within` has for each
    question the text that its passages are sentences of, if they are.
    """
    arounds = within or [""] * len(questions)
    readings = [
        [read_passage(claim, passage, within=around) for passage in passages]
        for (claim, passages), around in zip(questions, arounds, strict=True)
    ]
    pairs = []
    for (claim, passages), some in zip(questions, readings, strict=True):
        pairs += [(passage.text, claim) for passage in passages]
        pairs += [
            (add_title(passage), proposal.claim)
            for passage, reading in zip(passages, some, strict=True)
            for proposal in reading.proposals
        ]
    answers = judge.score(pairs)
    scored, start = [], 0
    for (_, passages), some in zip(questions, readings, strict=True):
        end = start + len(passages) + sum(len(reading.proposals) for reading in some)
        scored.append(_weigh(passages, some, answers[start:end], judge))
        start = end
    return scored


def _weigh(
    passages: Sequence[Passage],
    readings: Sequence[Reading],
    answers: npt.NDArray[np.float32],
    judge: CalibratedJudge,
) -> list[ScoredPassage]:
    """The judge's answers, first those to the passages, with what code finds weighed in."""
    scores = answers[: len(passages)]
    findings, start = [], len(passages)
    for reading, answer in zip(readings, scores, strict=True):
        end = start + len(reading.proposals)
        findings.append(reading.conclude(answers[start:end], answer))
        start = end
    weighed = judge.weighing.apply(scores, findings)
    return [
        ScoredPassage(passage, row, found)
        for passage, row, found in zip(passages, weighed, findings, strict=True)
    ]


def add_title(passage: Passage) -> str:
    """The passage with its page's title in front, which says what the passage is about.

    Proposals are asked this way: whether two figures are about the same thing is often settled by
    the title. Plain stances are not, for a figure in a title then seems to contradict others.
    """
    title = (passage.page.title or "").rstrip(".")
    return passage.text if not title or title in passage.text else f"{title}. {passage.text}"


def cut_evidence(evidence: str, claim: str) -> list[Passage]:
    """What of an evidence text to judge: all of it if it is short; none if it is blank.

    Else windows of four sentences, the nearest to the claim by BM25 in the order of the text, and
    last, gathered into one passage, the nearest pairs of sentences.
    """
    if not evidence.strip():
        return []
    room = max(_LEAST_CHARS, WHOLE_CHARS - max(0, len(claim) - _CLAIM_CHARS))
    if len(evidence) <= room:
        return [whole_passage(evidence)]
    chars = min(_WINDOW_CHARS, room)
    windows = _nearest(
        evidence, claim, sentence_windows(evidence, size=4, overlap=2, max_chars=chars)
    )
    small = sentence_windows(evidence, max_chars=min(_PIECE_CHARS, room))
    pieces = _nearest(evidence, claim, small, chars=room)
    gathered = Span(pieces[0].start, pieces[-1].end)
    passages = [(span, evidence[span.start : span.end]) for span in windows]
    passages.append((gathered, _gather(evidence, pieces)))
    return [Passage(text=text, span=span, page=NO_PAGE) for span, text in passages]


def whole_passage(evidence: str) -> Passage:
    """Bare evidence as one passage."""
    return Passage(text=evidence, span=Span(0, len(evidence)), page=NO_PAGE)


def _nearest(
    text: str, claim: str, spans: Sequence[Span], *, chars: int | None = None
) -> list[Span]:
    """The WINDOWS_PER_PAIR spans nearest to the claim, in the order of the text.

    With `chars`, only as many of them as have that length together, but one at least.
    """
    scores = bm25_scores(claim, [text[span.start : span.end] for span in spans])
    nearest = [int(row) for row in np.argsort(-scores, kind="stable")[:WINDOWS_PER_PAIR]]
    while chars and len(nearest) > 1 and _length(spans[row] for row in nearest) > chars:
        nearest.pop()
    return [spans[row] for row in sorted(nearest)]


def _length(spans: Iterable[Span]) -> int:
    return sum(span.end - span.start for span in spans)


def _gather(text: str, spans: Sequence[Span]) -> str:
    """The text of spans in order, which may overlap, without saying anything twice."""
    parts, end = [], 0
    for span in spans:
        parts.append(text[max(span.start, end) : span.end])
        end = max(end, span.end)
    return " ".join(part.strip() for part in parts if part.strip())
