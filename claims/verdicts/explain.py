"""One or two plain sentences that name the deciding sentence and its page. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from claims.types import (
    Coverage,
    Evidence,
    Reading,
    Stance,
    Strength,
    VerdictLabel,
    find_strength,
)
from claims.verdicts.aggregate import (
    LEADING,
    counts_as_quoted,
    find_sides,
    takes_a_side,
    unrate,
    weigh_credibility,
    weighted_sides,
)
from claims.verdicts.explain_days import describe_as_of, describe_newer, describe_stale

_LONGEST_QUOTE = 240  # characters
_OWN_SITE = "own-site"  # the coverage code; FailureCode belongs to another stage
_EVEN = 0.5  # the `support` of a claim whose two sides are equally strong
# Minimum probability of the contrary stance for evidence to be named against a decided verdict.
LEAST_CONTRARY = 0.5
CONTRARY = {Stance.SUPPORTS: Stance.REFUTES, Stance.REFUTES: Stance.SUPPORTS}
_NOUNS = {Stance.SUPPORTS: "support", Stance.REFUTES: "refutation"}
_VERBS = {Stance.SUPPORTS: "support", Stance.REFUTES: "refute"}
_UNCLEAR = "does not clearly support or refute"
_LABELS = {label: label.replace("_", " ").lower() for label in VerdictLabel}
_GERUNDS = {Stance.SUPPORTS: "supporting", Stance.REFUTES: "refuting"}


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The evidence of a verdict in its order, and the side that each origin takes."""

    items: tuple[Evidence, ...]
    sides: Mapping[str, Stance]
    is_rated: bool

    @classmethod
    def of(cls, evidence: Iterable[Evidence], label: VerdictLabel, *, is_rated: bool) -> Self:
        """`is_rated` False: as if no source were rated, though ratings are still named."""
        items = tuple(evidence)
        rated = items if is_rated else map(unrate, items)
        return cls(items, find_sides(rated, label), is_rated)

    def counts(self, item: Evidence) -> bool:
        """Whether the item may take a side for its origin, by the judge or as it is quoted."""
        rated = item if self.is_rated else unrate(item)
        return takes_a_side(rated) or counts_as_quoted(rated)

    def weigh(self, item: Evidence) -> float:
        """The weight of the item for its side, in [0, 1]; a reader's quotation counts in full."""
        rated = item if self.is_rated else unrate(item)
        return 1.0 if counts_as_quoted(rated) else max(weighted_sides(rated))

    def is_voice(self, item: Evidence) -> bool:
        """Whether the item is evidence for the side that its origin takes."""
        return item.side is self.sides.get(item.page.origin) and self.counts(item)

    def list_voices(self, side: Stance) -> list[Evidence]:
        """The evidence for a side from the origins that take it."""
        return [one for one in self.items if one.side is side and self.is_voice(one)]


def put_deciding_first(
    label: VerdictLabel,
    evidence: Sequence[Evidence],
    *,
    support: float | None = None,
    is_rated: bool = True,
) -> tuple[Evidence, ...]:
    """Evidence in order of display, the deciding piece first.

    First comes evidence for the side of the label, or for the side that `support` leans to where
    nothing is decided. Within it, and within the rest, the order is: evidence for the side that its
    origin takes, then evidence that is not stale, then evidence whose most probable stance is its
    side, then a second reader's quotations, then the highest weighted probability. Equal pieces
    keep their order. `is_rated` False: as if no source were rated.
    """
    leading = _find_leading(label, support)
    pieces = _Pieces.of(evidence, label, is_rated=is_rated)

    def place(item: Evidence) -> tuple[bool, bool, bool, bool, float, float]:
        is_other = leading is not None and item.side is not leading
        is_unclear = item.stance is not item.side
        likely = item.probabilities.of(item.quoted_for) if item.quoted_for else 0.0
        return (
            is_other,
            not pieces.is_voice(item),
            item.stale,
            is_unclear,
            -pieces.weigh(item),
            -likely,
        )

    return tuple(sorted(evidence, key=place))


def _find_leading(label: VerdictLabel, support: float | None) -> Stance | None:
    """The side of the label, or the one that an undecided verdict leans to; None for none."""
    if label is VerdictLabel.NOT_ENOUGH_EVIDENCE and support is not None:
        return Stance.SUPPORTS if support >= _EVEN else Stance.REFUTES
    return LEADING.get(label)


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
    pieces = _Pieces.of(evidence, label, is_rated=is_rated)
    if label is VerdictLabel.CONFLICTING_EVIDENCE:
        text = _disagree(pieces)
    elif (side := LEADING.get(label)) is not None:
        is_probable = find_strength(label, support, confidence) is Strength.PROBABLE
        word = f"Probably {label.lower()}" if is_probable else label.capitalize()
        text = _one_sided(word, side, pieces)
    else:
        text = _not_enough(pieces, coverage, leading=_find_leading(label, support))
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


def _one_sided(word: str, side: Stance, pieces: _Pieces) -> str:
    voices = pieces.list_voices(side)
    clear = [item for item in voices if item.stance is side]
    contrary = _describe_contrary(side, pieces, least=LEAST_CONTRARY)
    if not clear:
        nearest = (voices or pieces.items)[0]
        return (
            f"{word}, although no quotation clearly says so: {_cite(nearest)} comes closest."
            f"{contrary}"
        )
    origins = len({item.page.origin for item in clear})
    also = "" if origins < 2 else f" {origins} independent origins point the same way."
    return f"{word} by {_cite(clear[0])}.{also}{contrary}"


def list_cited_first(
    label: VerdictLabel, evidence: Sequence[Evidence], *, is_rated: bool = True
) -> tuple[Evidence, ...]:
    """The evidence cited first: the deciding piece, or the first of each side if they disagree.

    `evidence` is in the order of `put_deciding_first`; nothing for NOT_ENOUGH_EVIDENCE.
    """
    if label is VerdictLabel.CONFLICTING_EVIDENCE:
        return _find_opposed(_Pieces.of(evidence, label, is_rated=is_rated))
    return tuple(evidence[:1]) if label in LEADING else ()


def _find_opposed(pieces: _Pieces) -> tuple[Evidence, ...]:
    """The first piece of each side, from an origin that takes that side if there is one."""
    found = []
    for side in CONTRARY:
        of_side = [item for item in pieces.items if item.side is side]
        found += [*pieces.list_voices(side), *of_side][:1]
    return tuple(found)


def _disagree(pieces: _Pieces) -> str:
    sides = " and ".join(
        f"{_cite(item)} {_describe_side(item)} it" for item in _find_opposed(pieces)
    )
    return f"Sources disagree: {sides}." + describe_newer(pieces.items)


def _describe_side(item: Evidence) -> str:
    """The verb for the side of an item, which need not be its stance."""
    side = item.side
    return f"{_VERBS[side]}s" if item.stance is side else f"comes closest to {_GERUNDS[side]}"


def _describe_contrary(side: Stance, pieces: _Pieces, *, least: float) -> str:
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


def _list_contrary(side: Stance, pieces: _Pieces, *, least: float) -> list[Evidence]:
    contrary = CONTRARY[side]
    return [
        item
        for item in pieces.items
        if item.stance is contrary
        and (item.quoted_for is contrary or item.probabilities.of(contrary) >= least)
        and pieces.counts(item)
    ]


def _are_less_clear(contrary: Sequence[Evidence], side: Stance, pieces: _Pieces) -> bool:
    """Whether each is less probable than the most probable evidence for the side, weighted."""

    def weigh(items: Iterable[Evidence]) -> float:
        return max(map(pieces.weigh, items), default=0.0)

    return weigh(contrary) < weigh(pieces.list_voices(side))


def _describe_discounted(side: Stance, pieces: _Pieces, *, least: float) -> str:
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


def _not_enough(pieces: _Pieces, coverage: Coverage, *, leading: Stance | None) -> str:
    if coverage.asked == 0 and coverage.searches:
        if all(search.code for search in coverage.searches):
            return "No provider answered, so no page was read; coverage says why."
        return "The search found no page, so there is no evidence."
    if coverage.asked == 0:
        return "No source was given, so there is no evidence."
    if coverage.fetched == 0:
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


def _describe_leaning(pieces: _Pieces, leading: Stance | None) -> str:
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
    rating = item.page.credibility
    doubt = "" if weigh_credibility(rating) == 1 else f", rated {rating:.2f}"
    return f"“{quote}” ({page}{number}{doubt})"
