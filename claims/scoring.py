"""Score passages: the stances that the judge gives, with the findings of the code.

Between the stages and the pipeline: it joins entailment (the judge) and verdicts (findings).
`score_passages` serves the verdicts, `judge_pairs` serves bare (evidence, claim) pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import repeat

import numpy as np
import numpy.typing as npt

from claims.english.sentences import sentence_windows
from claims.entailment.stances import CalibratedJudge, ScoredPassage
from claims.retrieval.rank import bm25_scores
from claims.types import Finding, FindingResult, PageReference, Passage, Span
from claims.verdicts.findings import read_passage

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
# Factor for the refutation by a passage that has the claim's quotation word for word; the rest
# becomes neutral. In 14 of 15 hand-made cases such a passage supports the claim, but the judge
# finds a refutation in 8 of them.
VERBATIM_REFUTES = 0.25
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


def score_passages(
    questions: Sequence[tuple[str, Sequence[Passage]]],
    judge: CalibratedJudge,
    *,
    within: Sequence[str] = (),
) -> list[list[ScoredPassage]]:
    """The stances of the passages of each (claim, passages), in input order, in one judge call.

    All are scored together, because the judge is fastest on many pairs of similar length. `within`
    has, for each question whose passages are sentences, the text that they are from. Only one kind
    of finding changes a stance: a passage that has the claim's quotation word for word hardly
    refutes the claim (docs/adr/0019).
    """
    pairs = [(passage.text, claim) for claim, passages in questions for passage in passages]
    rows = iter(judge.score(pairs))
    return [
        [
            _score(passage, next(rows), read_passage(claim, passage, within=around))
            for passage in passages
        ]
        for (claim, passages), around in zip(questions, within or repeat(""), strict=False)
    ]


def _score(
    passage: Passage, scores: npt.NDArray[np.float32], findings: tuple[Finding, ...]
) -> ScoredPassage:
    if any(finding.result == FindingResult.VERBATIM for finding in findings):
        supports, refutes, _ = scores
        refutes = VERBATIM_REFUTES * refutes
        scores = np.array([supports, refutes, 1 - supports - refutes], dtype=np.float32)
    return ScoredPassage(passage, scores, findings)


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
