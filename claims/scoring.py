"""Stances with findings: what the judge says of passages, corrected by what code finds.

Between the stages and the pipeline: it joins entailment (the judge) and verdicts (figures and
probes). `score_passages` serves the verdicts, `judge_pairs` bare (evidence, claim) pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import combine_windows
from claims.entailment.stances import CalibratedJudge, ScoredPassage
from claims.retrieval.rank import bm25_scores
from claims.text import sentence_windows
from claims.types import PageReference, Passage, Span
from claims.verdicts.findings import cap_support, find_quantities, replace_finding
from claims.verdicts.probes import Probe, add_title, apply_probes, make_probes

# Windows of one long evidence text that are scored: the ones nearest to the claim by BM25.
WINDOWS_PER_PAIR = 16
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

    Evidence longer than a window is cut into overlapping windows of sentences; of very long
    evidence the windows nearest to the claim are scored. Each is judged like a passage, with
    calibration and findings, and the windows of a pair are combined.
    """
    questions = [(claim, cut_evidence(evidence, claim)) for evidence, claim in pairs]
    rows = [
        combine_windows(np.asarray([item.scores for item in some], np.float32).reshape(-1, 3))
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
    """The windows of an evidence text to score, in the order of the text.

    All of them up to WINDOWS_PER_PAIR; of a longer text that many, the nearest to the claim.
    """
    spans = sentence_windows(evidence)
    texts = [evidence[span.start : span.end] for span in spans]
    rows: Sequence[int] = range(len(texts))
    if len(texts) > WINDOWS_PER_PAIR:
        nearest = np.argsort(-bm25_scores(claim, texts), kind="stable")[:WINDOWS_PER_PAIR]
        rows = sorted(int(row) for row in nearest)
    return [Passage(text=texts[row], span=Span(*spans[row]), page=_NO_PAGE) for row in rows]
