"""Stances with findings: what the judge says of passages, corrected by what code finds.

Between the stages and the pipeline: it joins entailment (the judge) and verdicts (figures and
probes). `score_passages` serves the verdicts, `judge_pairs` bare (evidence, claim) pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from claims.entailment.stances import CalibratedJudge, ScoredPassage
from claims.retrieval.rank import bm25_scores
from claims.text import sentence_windows
from claims.types import PageReference, Passage, Span
from claims.verdicts.findings import cap_support, find_quantities, replace_finding
from claims.verdicts.probes import Probe, add_title, apply_probes, make_probes

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
_NO_PAGE = PageReference(
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
        judge.pooling.apply(np.asarray([item.scores for item in some], np.float32).reshape(-1, 3))
        for some in score_passages(questions, judge)
    ]
    return np.asarray(rows, dtype=np.float32).reshape(-1, 3)


def score_passages(
    questions: Sequence[tuple[str, Sequence[Passage]]], judge: CalibratedJudge
) -> list[list[ScoredPassage]]:
    """Stances of the passages of each (claim, passages), in input order; the judge is asked once.

    Together, because the judge works fastest on many pairs of like length.
    """
    probes = [make_probes(claim, passages) for claim, passages in questions]
    pairs = []
    for (claim, passages), some in zip(questions, probes, strict=True):
        pairs += [(passage.text, claim) for passage in passages]
        pairs += [(add_title(passages[probe.row]), probe.claim) for probe in some]
    answers = judge.score(pairs)
    scored, start = [], 0
    for (claim, passages), some in zip(questions, probes, strict=True):
        end = start + len(passages) + len(some)
        scored.append(_correct(claim, passages, some, answers[start:end]))
        start = end
    return scored


def _correct(
    claim: str,
    passages: Sequence[Passage],
    probes: Sequence[Probe],
    answers: npt.NDArray[np.float32],
) -> list[ScoredPassage]:
    """Apply to the judge's answers, first those to the passages, what code finds about figures."""
    findings = [find_quantities(claim, passage) for passage in passages]
    scores = cap_support(answers[: len(passages)], findings)
    scores, differing = apply_probes(scores, probes, answers[len(passages) :])
    return [
        ScoredPassage(passage, row, replace_finding(found, differing.get(number)))
        for number, (passage, row, found) in enumerate(zip(passages, scores, findings, strict=True))
    ]


def cut_evidence(evidence: str, claim: str) -> list[Passage]:
    """What of an evidence text to judge: all of it if it is short; none if it is blank.

    Else windows of four sentences, the nearest to the claim by BM25 in the order of the text, and
    last, gathered into one passage, the nearest pairs of sentences.
    """
    if not evidence.strip():
        return []
    room = max(_LEAST_CHARS, WHOLE_CHARS - max(0, len(claim) - _CLAIM_CHARS))
    if len(evidence) <= room:
        return [Passage(text=evidence, span=Span(0, len(evidence)), page=_NO_PAGE)]
    chars = min(_WINDOW_CHARS, room)
    windows = _nearest(
        evidence, claim, sentence_windows(evidence, size=4, overlap=2, max_chars=chars)
    )
    small = sentence_windows(evidence, max_chars=min(_PIECE_CHARS, room))
    pieces = _nearest(evidence, claim, small, chars=room)
    gathered = Span(pieces[0].start, pieces[-1].end)
    passages = [(span, evidence[span.start : span.end]) for span in windows]
    passages.append((gathered, _gather(evidence, pieces)))
    return [Passage(text=text, span=span, page=_NO_PAGE) for span, text in passages]


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
