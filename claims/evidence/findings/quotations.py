"""Quotations of the claim: verbatim in the passage, altered, cut, or by another speaker? Pure.

A quotation that the passage does not have gets no finding: another passage may have it.
"""

from __future__ import annotations

from claims.english.negation import QUOTATION_DENIAL
from claims.english.quotation import Quotation, find_quotations, find_speaker, mask_quotations
from claims.english.sentences import split_sentences
from claims.evidence.findings.altered import find_altered
from claims.evidence.findings.quoted_words import PassageWords, read_passage_words, split_words
from claims.evidence.findings.speakers import is_another
from claims.evidence.findings.verbatim import find_verbatim
from claims.types import Finding, FindingResult, Span

_KIND = "quotation"


def find_quoted(claim: str, passage: str) -> tuple[Finding, ...]:
    """A finding for each quotation of the claim that the passage has in some form."""
    quotations = find_quotations(claim)
    if not quotations:
        return ()
    words = read_passage_words(passage)
    found = [_find_one(claim, quotation, words) for quotation in quotations]
    return tuple(finding for finding in found if finding is not None)


def _find_one(claim: str, quotation: Quotation, passage: PassageWords) -> Finding | None:
    inner = quotation.inner
    words = split_words(claim, inner)
    if not words:
        return None
    place = find_verbatim(words, passage, claim=claim, inner=inner) or find_altered(words, passage)
    if place is None:
        return None
    result, span, rule = place
    if result == FindingResult.VERBATIM and _is_denied(passage.text, span):
        return None
    if result == FindingResult.VERBATIM and (mine := find_speaker(claim, quotation.span)):
        other = find_speaker(passage.text, span)
        another = is_another(mine, other, passage=passage.text, quotation=span)
        if another is None:
            return None
        if another:
            result, rule = FindingResult.OTHER_SPEAKER, f"said by {' '.join(other).title()}"
    return Finding(
        kind=_KIND,
        claim=claim[inner.start : inner.end],
        evidence=passage.text[span.start : span.end],
        result=result,
        rule=rule,
    )


def _is_denied(text: str, place: Span) -> bool:
    """Whether the sentence around a quotation, outside its marks, denies the quotation.

    The passage then has the words of the quotation, but does not confirm them.
    """
    outside = mask_quotations(text, find_quotations(text), mask=" ")
    return any(
        sentence.span.start < place.end
        and place.start < sentence.span.end
        and QUOTATION_DENIAL.search(outside[sentence.span.start : sentence.span.end])
        for sentence in split_sentences(text)
    )
