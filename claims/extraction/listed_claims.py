"""The claims of an article that a person has listed instead of those found. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from claims.extraction.article import read_claim
from claims.extraction.reasons import Reason
from claims.text import fold_spaces
from claims.types import Claim, Extraction, ListedClaim, NotChecked, Span


def keep_listed(
    listed: Sequence[ListedClaim], found: Extraction, *, text: str, claimed_at: date | None
) -> Extraction:
    """The listed claims of an article, in their order, and what is not checked.

    A listed claim with the text of one that was found is that one. Any other is read as it is
    submitted; its span is where its own words stand in the article, else its `sentence`, else None.
    A found claim that is not listed is not checked, unless a listed one is about its sentence.
    """
    waiting = list(found.claims)
    claims: list[Claim] = []
    places: list[Span] = []
    for one in listed:
        words = fold_spaces(one.text)
        same = next((claim for claim in waiting if claim.text == words), None)
        if same is not None:
            waiting.remove(same)
            claims.append(replace(same, claimant=one.claimant or same.claimant))
            continue
        claim = _read_listed(one, text, claimed_at)
        claims.append(claim)
        if claim.span is not None:
            places.append(claim.span)
    left_out = [
        NotChecked(text[claim.span.start : claim.span.end], claim.span, Reason.LEFT_OUT)
        for claim in waiting
        if claim.span is not None
    ]
    others = [
        one
        for one in (*found.not_checked, *left_out)
        if not any(_overlap(one.span, place) for place in places)
    ]
    return Extraction(tuple(claims), tuple(sorted(others, key=lambda one: one.span)))


def _read_listed(one: ListedClaim, text: str, claimed_at: date | None) -> Claim:
    claim = read_claim(one.text, article_text=text, claimant=one.claimant, claimed_at=claimed_at)
    sentence = (one.sentence or "").strip()
    start = text.find(sentence) if sentence and claim.span is None else -1
    if start < 0:
        return claim
    return replace(claim, sentence=sentence, span=Span(start, start + len(sentence)))


def _overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end
