"""One or two plain sentences that name the deciding sentence and its page. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from claims.evidence.order import Pieces, find_leading, find_opposed
from claims.evidence.sides import LEADING, is_contrary, weigh_credibility
from claims.types import (
    LEAST_CONFIDENCE,
    Coverage,
    Evidence,
    Reading,
    Stance,
    Strength,
    VerdictLabel,
    find_strength,
)
from claims.verdicts.explain_days import (
    describe_archived,
    describe_as_of,
    describe_newer,
    describe_stale,
)

_LONGEST_QUOTE = 240  # characters
_OWN_SITE = "own-site"  # the coverage code; FailureCode belongs to another stage
_NOUNS = {Stance.SUPPORTS: "support", Stance.REFUTES: "refutation"}
_VERBS = {Stance.SUPPORTS: "support", Stance.REFUTES: "refute"}
_UNCLEAR = "does not clearly support or refute"
_LABELS = {label: label.replace("_", " ").lower() for label in VerdictLabel}


def explain(
    label: VerdictLabel,
    evidence: Sequence[Evidence],
    coverage: Coverage,
    *,
    needs_context: bool,
    support: float | None = None,
    confidence: float | None = None,
    claimed_at: date | None = None,
    as_of: date | None = None,
    is_rated: bool = True,
    reader: Reading | None = None,
) -> str:
    """The reason for the label, as text; `evidence` is in the order of `put_deciding_first`.

    Evidence is said to support or refute only where this is its stance, and origins are counted
    only on the side that they take. `is_rated` False: as if no source were rated, though ratings
    are still named. `reader` is the second reader of the verdict, if it has one.
    """
    pieces = Pieces.of(evidence, label, is_rated=is_rated)
    if label is VerdictLabel.CONFLICTING_EVIDENCE:
        text = _disagree(pieces)
    elif (side := LEADING.get(label)) is not None:
        is_probable = find_strength(label, support, confidence) is Strength.PROBABLE
        word = f"Probably {label.lower()}" if is_probable else label.capitalize()
        text = _one_sided(word, side, pieces)
    else:
        text = _not_enough(pieces, coverage, leading=find_leading(label, support))
    text += _describe_reader(reader) if reader else ""
    text += describe_stale(evidence, claimed_at) + describe_as_of(coverage, as_of)
    if needs_context:
        text += (
            " The claim refers to something that it does not name. It was checked as it is"
            " written: read it in its context."
        )
    return text


def _describe_reader(said: Reading) -> str:
    """The label of the second reader beside that of the judge; never the reader's reason."""
    who = f"a second reader ({said.model})"
    if said.agrees or said.judged is None:
        return f" Read by two: {who} agrees with the judge."
    both = f"{who} says {_LABELS[said.label]}, the judge alone {_LABELS[said.judged]}"
    return f" The two readers disagree: {both}." if said.contradicts else f" Read by two: {both}."


def _one_sided(word: str, side: Stance, pieces: Pieces) -> str:
    voices = pieces.list_voices(side)
    contrary = _describe_contrary(side, pieces, least=LEAST_CONFIDENCE)
    origins = len({item.page.origin for item in voices})
    also = "" if origins < 2 else f" {origins} independent sources point the same way."
    return f"{word} by {_cite(voices[0])}.{also}{contrary}"


def _disagree(pieces: Pieces) -> str:
    sides = " and ".join(f"{_cite(item)} {_VERBS[item.side]}s it" for item in find_opposed(pieces))
    return f"Sources disagree: {sides}." + describe_newer(pieces.items)


def _describe_contrary(side: Stance, pieces: Pieces, *, least: float) -> str:
    """The evidence against a side, as text, so that no reader overlooks it.

    If the origin of a piece takes the side nevertheless, the text says so.
    """
    contrary = _list_contrary(side, pieces, least=least)
    apart = [item for item in contrary if pieces.sides.get(item.page.origin) is not side]
    within = [item for item in contrary if pieces.sides.get(item.page.origin) is side]
    against = ""
    if apart:
        less = ", but less clearly" if _are_less_clear(apart, side, pieces) else ""
        against = f" {_cite(apart[0])} points the other way{_count_more(apart)}{less}."
    if within:
        against += (
            f" {_cite(within[0])} points the other way, but its origin {_VERBS[side]}s the claim"
            " more clearly."
        )
    return against + _describe_discounted(side, pieces, least=least)


def _list_contrary(side: Stance, pieces: Pieces, *, least: float) -> list[Evidence]:
    return [
        item
        for item in pieces.items
        if is_contrary(item, side, least=least) and pieces.counts(item)
    ]


def _are_less_clear(contrary: Sequence[Evidence], side: Stance, pieces: Pieces) -> bool:
    """Whether each is less probable than the most probable evidence for the side, weighted."""

    def weigh(items: Iterable[Evidence]) -> float:
        return max(map(pieces.weigh, items), default=0.0)

    return weigh(contrary) < weigh(pieces.list_voices(side))


def _describe_discounted(side: Stance, pieces: Pieces, *, least: float) -> str:
    """The contrary evidence that would count without the rating of its source, as text."""
    unrated = replace(pieces, is_rated=False)
    discounted = [
        item for item in _list_contrary(side, unrated, least=least) if not pieces.counts(item)
    ]
    if not discounted:
        return ""
    return (
        f" {_cite(discounted[0])} points the other way{_count_more(discounted)}, but counts only"
        f" {weigh_credibility(discounted[0].page.credibility):.0%} because of the rating of its"
        " source."
    )


def _count_more(items: Sequence[Evidence]) -> str:
    """How many other origins say the same as the first item, as text."""
    others = len({item.page.origin for item in items}) - 1
    if others == 0:
        return ""
    return ", as does 1 other origin" if others == 1 else f", as do {others} other origins"


def _not_enough(pieces: Pieces, coverage: Coverage, *, leading: Stance | None) -> str:
    if coverage.asked == 0 and coverage.searches:
        if all(search.code for search in coverage.searches):
            return "No provider answered, so no page was read; coverage says why."
        return "The search found no page, so there is no evidence."
    if coverage.asked == 0:
        return "No source was given, so there is no evidence."
    if coverage.fetched == 0 and not pieces.items:  # copies of pages that fail may be evidence
        if all(failure.code == _OWN_SITE for failure in coverage.failed):
            return _describe_own_site(coverage.asked)
        if coverage.asked == 1:
            return "The only source could not be used; coverage says why."
        return f"None of the {coverage.asked} sources could be used; coverage says why."
    pages = "1 page" if coverage.fetched == 1 else f"{coverage.fetched} pages"
    if not pieces.items:
        return f"Nothing in {pages} supports or refutes the claim."
    return _describe_leaning(pieces, leading)


def _describe_own_site(asked: int) -> str:
    sources = "The only source is" if asked == 1 else f"All {asked} sources are"
    return f"{sources} on the article's own site, which is no evidence for the article."


def _describe_leaning(pieces: Pieces, leading: Stance | None) -> str:
    """The side that undecided evidence leans to, and the evidence on each side, as text."""
    clear = [item for item in pieces.items if item.stance is not Stance.NEUTRAL]
    if not clear:
        nearest = _cite(pieces.items[0])
        # Quotations that are mostly neutral lean to a side together, and the verdict says so.
        sides = "neither supports nor refutes" if leading is None else _UNCLEAR
        return f"{nearest} is closest to the claim, but {sides} it."
    first = clear[0]
    leans = first.stance is leading and pieces.is_voice(first)
    start = (
        f"The evidence leans to {_NOUNS[first.stance]} but is not enough"
        if leans
        else "The evidence is not enough to decide"
    )
    return (
        f"{start}: {_cite(first)} seems to {_VERBS[first.stance]} it."
        f"{_describe_contrary(first.stance, pieces, least=0.0)}"
    )


def _cite(item: Evidence) -> str:
    # A quotation may open with the heading above it, on a line of its own.
    quote = " - ".join(" ".join(line.split()) for line in item.quote.splitlines() if line.strip())
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[: _LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + " ..."
    page = item.page.title or item.page.url
    number = f", page {item.page_number}" if item.page_number else ""
    copy = f", {describe_archived(item.page)}" if item.page.archived else ""
    rating = item.page.credibility
    doubt = "" if weigh_credibility(rating) == 1 else f", rated {rating:.2f}"
    return f"“{quote}” ({page}{number}{copy}{doubt})"
