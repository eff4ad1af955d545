"""One or two plain sentences that name the deciding sentence and its page. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from claims.days import find_latest_day
from claims.types import Coverage, Evidence, Stance, VerdictLabel
from claims.verdicts.aggregate import (
    takes_a_side,
    unrate,
    votes_by_origin,
    weigh_credibility,
    weighted_sides,
)

_LONGEST_QUOTE = 240  # characters
_OWN_SITE = "own-site"  # the coverage code; FailureCode belongs to another stage
_EVEN = 0.5  # the `support` of a claim whose two sides are equally strong
_CONTRARY = {Stance.SUPPORTS: Stance.REFUTES, Stance.REFUTES: Stance.SUPPORTS}
_LEADING = {VerdictLabel.SUPPORTED: Stance.SUPPORTS, VerdictLabel.REFUTED: Stance.REFUTES}
_NOUNS = {Stance.SUPPORTS: "support", Stance.REFUTES: "refutation"}
_VERBS = {Stance.SUPPORTS: "support", Stance.REFUTES: "refute"}


def put_deciding_first(
    label: VerdictLabel,
    evidence: Sequence[Evidence],
    *,
    support: float | None = None,
    is_rated: bool = True,
) -> tuple[Evidence, ...]:
    """Evidence in order of display, the deciding piece first.

    First comes evidence of the label's own stance, or of the side that `support` leans to where
    nothing is decided. Within it, and within the rest, the order is: evidence for the side that its
    origin takes more clearly, then evidence that is not stale, then the highest weighted
    probability. Equal pieces keep their order. `is_rated` False: as if no source were rated.
    """
    stance = _LEADING.get(label)
    if label is VerdictLabel.NOT_ENOUGH_EVIDENCE and support is not None:
        stance = Stance.SUPPORTS if support >= _EVEN else Stance.REFUTES
    taken = {id(item) for item in _list_taken(evidence, is_rated=is_rated)}

    def place(item: Evidence) -> tuple[bool, bool, bool, float]:
        weighted = max(weighted_sides(item if is_rated else unrate(item)))
        is_other = stance is not None and item.stance is not stance
        return is_other, id(item) not in taken, item.stale, -weighted

    return tuple(sorted(evidence, key=place))


def explain(
    label: VerdictLabel,
    evidence: Sequence[Evidence],
    coverage: Coverage,
    *,
    needs_context: bool,
    claimed_at: date | None = None,
    as_of: date | None = None,
    is_rated: bool = True,
) -> str:
    """The reason for the label, as text; `evidence` has the deciding piece first.

    `is_rated` False: as if no source were rated, though ratings are still named.
    """
    text = _reason(label, evidence, coverage, is_rated=is_rated)
    text += _tell_stale(evidence, claimed_at) + _tell_as_of(coverage, as_of)
    if needs_context:
        text += (
            " The claim refers to something that it does not name. It was checked as it is"
            " written: read it in its context."
        )
    return text


def _reason(
    label: VerdictLabel, evidence: Sequence[Evidence], coverage: Coverage, *, is_rated: bool
) -> str:
    match label:
        case VerdictLabel.SUPPORTED:
            return _one_sided("Supported", Stance.SUPPORTS, evidence, is_rated=is_rated)
        case VerdictLabel.REFUTED:
            return _one_sided("Refuted", Stance.REFUTES, evidence, is_rated=is_rated)
        case VerdictLabel.CONFLICTING_EVIDENCE:
            first = next(item for item in evidence if item.stance is Stance.SUPPORTS)
            second = next(item for item in evidence if item.stance is Stance.REFUTES)
            disagree = f"Sources disagree: {_cite(first)} supports it, {_cite(second)} refutes it."
            return disagree + _which_is_newer(evidence)
        case _:
            return _not_enough(evidence, coverage, is_rated=is_rated)


def _one_sided(word: str, stance: Stance, evidence: Sequence[Evidence], *, is_rated: bool) -> str:
    agreeing = [item for item in evidence if item.stance is stance]
    taken = [item for item in _list_taken(evidence, is_rated=is_rated) if item.stance is stance]
    origins = len({item.page.origin for item in taken if _adds(item, is_rated=is_rated)})
    also = "" if origins < 2 else f" {origins} independent origins point the same way."
    against = _tell_contrary(stance, evidence, is_rated=is_rated)
    return f"{word} by {_cite(agreeing[0])}.{also}{against}"


def _list_taken(evidence: Sequence[Evidence], *, is_rated: bool) -> list[Evidence]:
    """The evidence for the side that its origin takes more clearly than the other side."""
    votes = votes_by_origin(item if is_rated else unrate(item) for item in evidence)
    lead = {Stance.SUPPORTS: 1, Stance.REFUTES: -1}
    return [
        item
        for item in evidence
        if (sides := votes[item.page.origin])
        and (sides[0] - sides[1]) * lead.get(item.stance, 0) > 0
    ]


def _tell_contrary(stance: Stance, evidence: Sequence[Evidence], *, is_rated: bool) -> str:
    """The evidence against a decided verdict, as text, so that no reader overlooks it."""
    contrary = _list_contrary(stance, evidence, is_rated=is_rated)
    against = (
        f" {_cite(contrary[0])} points the other way{_count_more(contrary)}, but less clearly."
        if contrary
        else ""
    )
    return against + _tell_discounted(stance, evidence, is_rated=is_rated)


def _tell_discounted(stance: Stance, evidence: Sequence[Evidence], *, is_rated: bool) -> str:
    """The contrary evidence that would add without the rating of its source, as text."""
    discounted = [
        item
        for item in evidence
        if item.stance is _CONTRARY[stance]
        and not _adds(item, is_rated=is_rated)
        and _adds(item, is_rated=False)
    ]
    if not discounted:
        return ""
    return (
        f" {_cite(discounted[0])} points the other way{_count_more(discounted)}, but counts only"
        f" {weigh_credibility(discounted[0].page.credibility):.0%} because of the rating of its"
        " source."
    )


def _list_contrary(
    stance: Stance, evidence: Sequence[Evidence], *, is_rated: bool
) -> list[Evidence]:
    return [
        item
        for item in evidence
        if item.stance is _CONTRARY[stance] and _adds(item, is_rated=is_rated)
    ]


def _count_more(items: Sequence[Evidence]) -> str:
    """How many other origins say the same as the first item, as text."""
    others = len({item.page.origin for item in items}) - 1
    if others == 0:
        return ""
    return ", as does 1 other origin" if others == 1 else f", as do {others} other origins"


def _adds(item: Evidence, *, is_rated: bool) -> bool:
    return takes_a_side(item if is_rated else unrate(item))


def _tell_stale(evidence: Sequence[Evidence], claimed_at: date | None) -> str:
    """How many pages are older than the claim, with the days of the pages and of the claim."""
    days = {item.page.url: find_latest_day(item.page) for item in evidence if item.stale}
    known = sorted(day for day in days.values() if day)
    if not known or claimed_at is None:
        return ""
    between = f"{known[0]}" if known[0] == known[-1] else f"{known[0]} to {known[-1]}"
    pages = "1 page is" if len(known) == 1 else f"{len(known)} pages are"
    return (
        f" {pages} older ({between}) than the claim ({claimed_at}) and not enough to decide,"
        " because things may have changed since."
    )


def _tell_as_of(coverage: Coverage, as_of: date | None) -> str:
    """The last day of the evidence, and how many pages may contain something later, as text."""
    if as_of is None or coverage.asked == 0:
        return ""
    unsure = describe_maybe_later(coverage.maybe_later)
    return f" Only pages published by {as_of} count{'; ' if unsure else ''}{unsure}."


def describe_maybe_later(count: int) -> str:
    """The phrase for `count` pages that may contain later information; "" for none."""
    if count == 0:
        return ""
    return (
        "1 page gives no date or was changed since"
        if count == 1
        else (f"{count} pages give no date or were changed since")
    )


def _which_is_newer(evidence: Sequence[Evidence]) -> str:
    """A note if all pages of one side are older than all pages of the other; every day is known."""
    days = {
        stance: [find_latest_day(item.page) for item in evidence if item.stance is stance]
        for stance in (Stance.SUPPORTS, Stance.REFUTES)
    }
    for older, newer, verb in (
        (days[Stance.SUPPORTS], days[Stance.REFUTES], "refutes"),
        (days[Stance.REFUTES], days[Stance.SUPPORTS], "supports"),
    ):
        before, since = [day for day in older if day], [day for day in newer if day]
        all_known = len(before) == len(older) and len(since) == len(newer)
        if all_known and max(before) < min(since):
            return (
                f" The evidence that {verb} it is newer ({min(since)}) than the rest"
                f" ({max(before)}): things may have changed since."
            )
    return ""


def _not_enough(evidence: Sequence[Evidence], coverage: Coverage, *, is_rated: bool) -> str:
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
    if not evidence:
        return f"Nothing in {pages} supports or refutes the claim."
    return _tell_leaning(evidence, is_rated=is_rated)


def _describe_own_site(asked: int) -> str:
    sources = "The only source is" if asked == 1 else f"All {asked} sources are"
    return f"{sources} on the article's own site, which is no evidence for the article."


def _tell_leaning(evidence: Sequence[Evidence], *, is_rated: bool) -> str:
    """The side that undecided evidence leans to, and the evidence on each side, as text."""
    stance = evidence[0].stance
    if stance not in _CONTRARY:
        return f"{_cite(evidence[0])} is closest to the claim, but neither supports nor refutes it."
    contrary = _list_contrary(stance, evidence, is_rated=is_rated)
    other = _VERBS[_CONTRARY[stance]]
    against = f", {_cite(contrary[0])} to {other} it{_count_more(contrary)}" if contrary else ""
    return (
        f"The evidence leans to {_NOUNS[stance]} but is not enough: {_cite(evidence[0])}"
        f" seems to {_VERBS[stance]} it{against}."
        f"{_tell_discounted(stance, evidence, is_rated=is_rated)}"
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
