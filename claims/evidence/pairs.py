"""Judge bare pairs of evidence and claim: a text without a page, which may be long.

A long text is judged by its passages, and these are pooled (claims/entailment/calibration.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from claims.english.sentences import sentence_windows
from claims.entailment.calibration import CalibratedJudge
from claims.retrieval.rank import bm25_scores
from claims.types import PageReference, Passage, Span

# Maximum characters of evidence that the judge reads at once, some 350 tokens, with a claim of up
# to _CLAIM_CHARS. A longer claim lowers this maximum, down to _LEAST_CHARS, so that both stay
# within the judge's limit of 512 tokens.
WHOLE_CHARS = 1500
_CLAIM_CHARS = 400
_LEAST_CHARS = 300
# Longer evidence is read in windows of up to _WINDOW_CHARS, at most WINDOWS_PER_PAIR: those nearest
# to the claim by BM25. In addition, the nearest sentences from all over the text are put together,
# from pieces of up to _PIECE_CHARS.
WINDOWS_PER_PAIR = 8
_WINDOW_CHARS = 1200
_PIECE_CHARS = 900
# The page of bare evidence, a text without a page.
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

    Long evidence is judged by the passages of `cut_evidence`, and these are pooled
    (claims.entailment.calibration.Pooling).
    """
    cuts = [cut_evidence(evidence, claim) for evidence, claim in pairs]
    asked = [
        (passage.text, claim)
        for (_, claim), passages in zip(pairs, cuts, strict=True)
        for passage in passages
    ]
    answers = judge.score(asked)
    rows, start = np.zeros((len(pairs), 3), dtype=np.float32), 0
    for row, passages in enumerate(cuts):
        rows[row] = judge.pooling.apply(answers[start : start + len(passages)])
        start += len(passages)
    return rows


def cut_evidence(evidence: str, claim: str) -> list[Passage]:
    """The parts of an evidence text to judge: all of it if it is short; none if it is blank.

    Of a longer text: the windows of four sentences nearest to the claim by BM25, in the order of
    the text; and last, gathered into one passage, the nearest pairs of sentences.
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

    With `chars`, only as many of them as fit into that length together, but at least one.
    """
    scores = bm25_scores(claim, [text[span.start : span.end] for span in spans])
    nearest = [int(row) for row in np.argsort(-scores, kind="stable")[:WINDOWS_PER_PAIR]]
    while chars and len(nearest) > 1 and _length(spans[row] for row in nearest) > chars:
        nearest.pop()
    return [spans[row] for row in sorted(nearest)]


def _length(spans: Iterable[Span]) -> int:
    return sum(span.end - span.start for span in spans)


def _gather(text: str, spans: Sequence[Span]) -> str:
    """The text of ordered spans, which may overlap, without repeating any part."""
    parts, end = [], 0
    for span in spans:
        parts.append(text[max(span.start, end) : span.end])
        end = max(end, span.end)
    return " ".join(part.strip() for part in parts if part.strip())
