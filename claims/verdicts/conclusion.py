"""From evidence to a verdict: label, numbers, order and explanation in one step. Pure functions.

The judge alone concludes by aggregate.py, a judge with a second reader by two_readers.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from claims.evidence.order import put_deciding_first
from claims.evidence.parties import mark_parties
from claims.evidence.sides import unrate, without_reader
from claims.types import Check, Evidence, NotRead, ReaderQuote, Reading, Verdict
from claims.verdicts.aggregate import Conclusion, conclude
from claims.verdicts.explain import explain
from claims.verdicts.two_readers import conclude_two


def conclude_verdict(
    check: Check, draft: Verdict, *, least_confidence: float, is_rated: bool = True
) -> Verdict:
    """The verdict that follows from the evidence of a draft, and from its reading if it has one.

    Label, support, confidence, the order of the evidence and the explanation are new; all other
    fields are those of the draft. The quotations of a reading are in the evidence already.
    `is_rated` False: as if no source were rated, though ratings are still named.
    """
    counted = draft.evidence if is_rated else tuple(map(unrate, draft.evidence))
    reader = draft.reader
    conclusion = conclude_with(counted, reader, least_confidence=least_confidence)
    if isinstance(reader, Reading):
        judged = conclude(without_reader(counted), least_confidence=least_confidence).label
        reader = replace(reader, judged=judged, agrees=judged is reader.label)
    concluded = replace(
        draft,
        label=conclusion.label,
        support=conclusion.support,
        confidence=conclusion.confidence,
        evidence=put_deciding_first(
            conclusion.label, draft.evidence, support=conclusion.support, is_rated=is_rated
        ),
        reader=reader,
    )
    return explain_verdict(check, concluded, is_rated=is_rated)


def explain_verdict(check: Check, verdict: Verdict, *, is_rated: bool = True) -> Verdict:
    """The verdict with the explanation of its label, and its evidence with the parties marked."""
    explanation = explain(
        verdict.label,
        verdict.evidence,
        verdict.coverage,
        needs_context=check.claim.needs_context,
        support=verdict.support,
        confidence=verdict.confidence,
        claimed_at=check.claim.claimed_at,
        as_of=check.options.as_of,
        is_rated=is_rated,
        reader=verdict.reader if isinstance(verdict.reader, Reading) else None,
    )
    evidence = mark_parties(check.claim, verdict.evidence)
    return replace(verdict, explanation=explanation, evidence=evidence)


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
