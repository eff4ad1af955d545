"""From evidence to the parts of a verdict: label, numbers, order and explanation. Pure functions.

The judge alone concludes by aggregate.py, a judge with a second reader by two_readers.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.types import (
    ClaimRecord,
    Coverage,
    Evidence,
    NotRead,
    ReaderQuote,
    Reading,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.aggregate import Conclusion, conclude, unrate, without_reader
from claims.verdicts.explain import explain, put_deciding_first
from claims.verdicts.two_readers import conclude_two


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenConclusion:
    """The parts of a verdict that follow from its evidence, under their names in `Verdict`."""

    label: VerdictLabel
    support: float | None
    confidence: float
    evidence: tuple[Evidence, ...]
    explanation: str
    reader: Reading | NotRead | None


def write_conclusion(
    claim: ClaimRecord,
    evidence: Iterable[Evidence],
    coverage: Coverage,
    *,
    least_confidence: float,
    reader: Reading | NotRead | None = None,
    is_rated: bool = True,
) -> WrittenConclusion:
    """Conclude from evidence, put it in order and explain it.

    With a `Reading`, whose quotations are in the evidence already, both readers conclude together.
    `is_rated` False: as if no source were rated, though ratings are still named.
    """
    pieces = tuple(evidence)
    counted = pieces if is_rated else tuple(map(unrate, pieces))
    conclusion = conclude_with(counted, reader, least_confidence=least_confidence)
    if isinstance(reader, Reading):
        judged = conclude(without_reader(counted), least_confidence=least_confidence).label
        reader = replace(reader, judged=judged, agrees=judged is reader.label)
    pieces = put_deciding_first(
        conclusion.label, pieces, support=conclusion.support, is_rated=is_rated
    )
    return WrittenConclusion(
        label=conclusion.label,
        support=conclusion.support,
        confidence=conclusion.confidence,
        evidence=pieces,
        explanation=explain(
            conclusion.label,
            pieces,
            coverage,
            needs_context=claim.needs_context,
            support=conclusion.support,
            confidence=conclusion.confidence,
            claimed_at=claim.claimed_at,
            as_of=claim.as_of,
            is_rated=is_rated,
            reader=reader if isinstance(reader, Reading) else None,
        ),
        reader=reader,
    )


def conclude_with(
    evidence: Sequence[Evidence],
    reader: Reading | NotRead | None,
    *,
    least_confidence: float,
) -> Conclusion:
    """The conclusion of the judge, or of both readers if there is a reading."""
    if not isinstance(reader, Reading):
        return conclude(evidence, least_confidence=least_confidence)
    reading = replace(reader, quotes=_list_quotes(evidence))
    both = conclude_two(evidence, reading, least_confidence=least_confidence)
    return Conclusion(both.label, both.support, both.confidence)


def explain_again(claim: ClaimRecord, verdict: Verdict) -> str:
    """The explanation of a kept verdict, with the coverage of the current check."""
    return explain(
        verdict.label,
        verdict.evidence,
        verdict.coverage,
        needs_context=claim.needs_context,
        support=verdict.support,
        confidence=verdict.confidence,
        claimed_at=claim.claimed_at,
        as_of=claim.as_of,
        reader=verdict.reader if isinstance(verdict.reader, Reading) else None,
    )


def _list_quotes(evidence: Iterable[Evidence]) -> tuple[ReaderQuote, ...]:
    """The second reader's quotations, as the evidence has them; stale evidence takes no side."""
    return tuple(
        ReaderQuote(
            quote=item.quote,
            span=item.span,
            stance=item.quoted_for,
            page=item.page,
            page_number=item.page_number,
        )
        for item in evidence
        if item.quoted_for and not item.stale
    )
