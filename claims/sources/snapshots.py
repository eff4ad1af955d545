"""Keeps the evidence of a check as hashes and spans instead of text. Pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields

from claims.errors import InvalidInput
from claims.types import (
    Evidence,
    Gathered,
    KeptGathering,
    KeptPassage,
    PageReference,
    Passage,
    Snapshot,
)

_NAMES = tuple(field.name for field in fields(PageReference))


def strip_text(gathered: Gathered) -> KeptGathering:
    """The gathered evidence without the text of its passages, which the pages contain."""
    answers = gathered.answers or (None,) * len(gathered.pages)
    places = {page.url: place for place, page in enumerate(gathered.pages)}
    return KeptGathering(
        pages=tuple(
            Snapshot(**{name: getattr(page, name) for name in _NAMES}, answer=answer)
            for page, answer in zip(gathered.pages, answers, strict=True)
        ),
        passages=_strip(gathered.passages, places),
        coverage=gathered.coverage,
        prior_checks=gathered.prior_checks,
        further=_strip(gathered.further, places),
    )


def _strip(passages: Iterable[Passage], places: Mapping[str, int]) -> tuple[KeptPassage, ...]:
    """The passages without their text; `places` are the numbers of the pages, by URL."""
    return tuple(
        KeptPassage(places[item.page.url], item.span, item.rank_score, item.page_number)
        for item in passages
    )


def restore_text(kept: KeptGathering, texts: Mapping[str, str]) -> Gathered:
    """The gathered evidence with the text of its passages; `texts` are those of pages, by sha256.

    Only the pages of `list_needed` are needed. Raises KeyError for a missing one.
    """
    references = tuple(
        PageReference(**{name: getattr(page, name) for name in _NAMES}) for page in kept.pages
    )
    passages, further = (
        tuple(
            Passage(
                text=texts[references[item.page].sha256][item.span.start : item.span.end],
                span=item.span,
                page=references[item.page],
                rank_score=item.rank_score,
                page_number=item.page_number,
            )
            for item in some
        )
        for some in (kept.passages, kept.further)
    )
    return Gathered(
        passages=passages,
        pages=references,
        coverage=kept.coverage,
        prior_checks=kept.prior_checks,
        answers=tuple(page.answer for page in kept.pages),
        further=further,
    )


def list_needed(kept: KeptGathering) -> tuple[str, ...]:
    """The sha256 of each page that passages come from, each once."""
    passages = (*kept.passages, *kept.further)
    return tuple(dict.fromkeys(kept.pages[item.page].sha256 for item in passages))


def list_cited(
    pages: Iterable[PageReference], evidence: Iterable[Evidence] = ()
) -> tuple[str, ...]:
    """The sha256 of these pages and of the pages of the evidence, each once."""
    cited = [page.sha256 for page in pages] + [item.page.sha256 for item in evidence]
    return tuple(dict.fromkeys(cited))


def is_unchanged(text: str, sha256: str) -> bool:
    """Whether `sha256` is the hash of this text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == sha256


def check_unchanged(text: str, sha256: str) -> str:
    """The text, if `sha256` is its hash. Raises InvalidInput otherwise."""
    if not is_unchanged(text, sha256):
        raise InvalidInput(
            f"page {sha256}: its text has another sha256, so it is not the text that was read: "
            "the check cannot be replayed from it"
        )
    return text
