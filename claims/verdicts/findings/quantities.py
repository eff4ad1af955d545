"""The quantities of a text: numbers with unit, hedge and what they count. Pure functions.

Special forms ("a third of", "3-1") are read first, then plain numbers and ranges of two of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from claims.types import Span
from claims.verdicts.findings.forms import FORMS
from claims.verdicts.findings.hedges import hedge_after, hedge_before
from claims.verdicts.findings.lexicon import MONTHS
from claims.verdicts.findings.numbers import Number, find_numbers, read_digits
from claims.verdicts.findings.quantity import DURATION, Hedge, Quantity
from claims.verdicts.findings.things import things_after
from claims.verdicts.findings.units import (
    MONEY_AFTER,
    MONEY_BEFORE,
    PHRASE,
    UNITS,
    WORD_AFTER,
    currency_after,
    currency_of,
    text_beside,
    unit_after,
)

_RANGE_MARK = re.compile(r"\s?(?:–|—|-|\bto\b|\band\b|\bor\b)\s?(?:[$€£¥])?", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_IN_BEFORE = re.compile(r"\b(?:in|since|until|during|before|after) $", re.IGNORECASE)
_YEAR_BEFORE = re.compile(r"\b(?:1[5-9]|20)\d\d[-–/]$")
_NAME_BEFORE = re.compile(
    r"(?:\b(?:Article|Section|Paragraph|Chapter|Flight|Room|Route|Highway|Motorway|Line|Gate|Unit"
    r"|Platform|Phase|Category|Group|Channel|Boeing|Airbus|Act|Bill|Resolution|Directive|Apollo"
    r"|Class|Grade|Ward|Zone|District|Block|Hall|Pier|Team|Area|Formula|Tier|Level|Stage|Form"
    r"|Proposition|Amendment|Title|Volume|Page|Lot|Terminal|Sector|Reactor|Track|Windows|No\.?"
    r"|Number|Nr\.?|Exhibit|Clause|Rule|Order|Case|Station|Under|top)|#|№)[ \u00a0-]$"
)
# "Saturn 5": a number behind a capital, with no noun of its own.
_CAPITAL_BEFORE = re.compile(
    r"(?<![.,:;!?] )\b(?!(?:About|Some|Nearly|Over|At|In|The|By|Only|Just) )[A-Z][\w-]* $"
)
_NOUN_AFTER = re.compile(r"[ -]?[a-z%]")
# "the 90s", "one's".
_PLURAL_AFTER = re.compile(r"s\b|'s\b")
_MONTH = f"(?:{'|'.join(name.title() for name in MONTHS if len(name) == 3)})[a-z]*"
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\.? (?:the )?$")
_MONTH_AFTER = re.compile(rf"(?: of|,)? ?{_MONTH}\b")
_MINUS_BEFORE = re.compile(r"(?:^|(?<=[\s(]))(?:[-−]|minus )$", re.IGNORECASE)
_FROM_BEFORE = re.compile(r"\bfrom [$€£]?$", re.IGNORECASE)
_DURING = re.compile(r"over\b")
# "14 votes to 9", "12 seats in parliament against 8": the second counts what the first does.
_AGAINST = re.compile(r" [^\d.,;:!?]{1,40} (?:to|against)(?: (?:just|only))? $")
# From such sums on, "pounds" are money.
_MONEY_STEP = 1000.0


def find_both(claim: str, told: str) -> tuple[tuple[Quantity, ...], tuple[Quantity, ...]]:
    """The quantities of two texts, as `find_quantities` has them.

    What looks like a year ("1700 jobs") is a count where the other text has it as one ("1,700").
    """
    there = find_quantities(told, counts=_list_counts(find_quantities(claim)))
    return find_quantities(claim, counts=_list_counts(there)), there


def _list_counts(quantities: Iterable[Quantity]) -> frozenset[float]:
    return frozenset(quantity.value for quantity in quantities if not quantity.unit)


def find_quantities(text: str, *, counts: frozenset[float] = frozenset()) -> tuple[Quantity, ...]:
    """All quantities of a text in order, none overlapping; years, dates and names are left out.

    `counts` are numbers that are no years whatever they look like.
    """
    found: list[Quantity] = []
    for read in FORMS:
        taken = sorted(quantity.span for quantity in found)
        found += [quantity for quantity in read(text) if not _overlaps(quantity.span, taken)]
    taken = sorted(quantity.span for quantity in found)
    numbers = [number for number in find_numbers(text) if not _overlaps(number.span, taken)]
    found += _name_seconds(text, list(_read_numbers(text, numbers, counts)))
    return tuple(sorted(found, key=lambda quantity: quantity.span))


def _name_seconds(text: str, quantities: Sequence[Quantity]) -> Iterator[Quantity]:
    """The quantities, each count without a noun that stands against another with the noun of that:
    "14 votes to 9"."""
    before: Quantity | None = None
    for quantity in quantities:
        if before and before.things and not (quantity.unit or quantity.things):
            between = text[before.span.end : quantity.span.start]
            if _AGAINST.fullmatch(between):
                quantity = replace(quantity, things=before.things)
        yield quantity
        before = quantity


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    """Whether `span` meets one of the sorted, mostly disjoint others."""
    place = bisect_left(taken, span)
    return any(
        span.start < other.end and other.start < span.end
        for other in taken[max(0, place - 2) : place + 1]
    )


def _read_numbers(
    text: str, numbers: Iterable[Number], counts: frozenset[float]
) -> Iterator[Quantity]:
    """Each number with what belongs to it, or two as a range."""
    rest = deque(numbers)
    while rest:
        number = rest.popleft()
        if _is_no_quantity(text, number, counts):
            continue
        if rest and _makes_range(text, number, rest[0]):
            yield _read_range(text, number, rest.popleft())
        elif rest and _lends_unit(text, number, rest[0]):
            both = _read_range(text, number, rest[0])
            first = _read(text, number)
            yield replace(
                both, label=first.label, span=first.span, high=both.low, hedge=first.hedge
            )
        else:
            yield _read(text, number)


def _is_no_quantity(text: str, number: Number, counts: frozenset[float]) -> bool:
    """Whether the number is (part of) a date, a year, a name or a pronoun."""
    before, after = text_beside(text, number.span)
    if _MONTH_BEFORE.search(before) or (number.value <= 31 and _MONTH_AFTER.match(after)):
        return True
    if number.is_ordinal or _NAME_BEFORE.search(before):
        return True
    word = text[number.span.start : number.span.end]
    # "in 2019 dollars" names a year.
    is_in = _IN_BEFORE.search(before) is not None
    is_money = bool(MONEY_BEFORE.search(before) or (MONEY_AFTER.match(after) and not is_in))
    is_labelled = _CAPITAL_BEFORE.search(before) and not _NOUN_AFTER.match(after)
    if is_labelled and not is_money and not number.in_words:
        return True
    is_count = number.value in counts and not is_in
    is_year = _YEAR.fullmatch(word) and not is_money and not is_count
    if is_year and not PHRASE.match(after):
        following = WORD_AFTER.match(after)
        return not (following and following[1].lower() in UNITS)
    if _YEAR_BEFORE.search(before):
        return True
    # "one" alone is mostly a pronoun.
    if word.lower() in {"one", "zero"}:
        return not unit_after(after)
    return _PLURAL_AFTER.match(after) is not None


def _makes_range(text: str, first: Number, second: Number) -> bool:
    between = text[first.span.end : second.span.start]
    if not _RANGE_MARK.fullmatch(between) or second.value <= first.value * 0.999:
        return False
    before, _ = text_beside(text, first.span)
    word = between.strip(" \u00a0$€£¥").lower()
    if word == "and":
        return bool(re.search(r"\bbetween [$€£]?$", before))
    if word == "to":
        return not _FROM_BEFORE.search(before)
    return word != "or" or first.in_words == second.in_words


def _lends_unit(text: str, first: Number, second: Number) -> bool:
    """Whether it is "from 10 to 12 percent", where the first has its unit from the second."""
    between = text[first.span.end : second.span.start]
    before, _ = text_beside(text, first.span)
    bare = not _read(text, first).unit and between.lower() == " to "
    return bare and bool(_FROM_BEFORE.search(before) and _read(text, second).unit)


def _read_range(text: str, first: Number, second: Number) -> Quantity:
    """ "$3-4 bn" and "10 to 12 percent": the scale and the unit of the second serve both."""
    top = _read(text, second)
    size = top.low / second.value if second.value else 1.0
    scale = 1.0
    written = _without_scale(text, second)
    if written and first.value < written * 1.001 and second.value / written >= 1000:
        scale = second.value / written
    start, unit = first.span.start, top.unit
    if money := MONEY_BEFORE.search(text[max(0, start - 5) : start]):
        start, unit = start - len(money[0]), currency_of(money[0])
    return Quantity(
        label=text[start : top.span.end],
        span=Span(start, top.span.end),
        low=first.value * (scale if first.value * scale < second.value else 1.0) * size,
        high=top.low,
        unit=unit,
        hedge=Hedge.BETWEEN,
        step=top.step,
        things=top.things,
    )


def _without_scale(text: str, number: Number) -> float | None:
    """The number without its scale word; None when it is in words."""
    digits = re.match(r"[\d.,]*\d", text[number.span.start : number.span.end])
    return read_digits(digits[0]).value if digits else None


def _read(text: str, number: Number) -> Quantity:
    """A number with its unit or what it counts, and its hedge."""
    unit, size, (start, end) = _read_unit(text, number)
    _, after = text_beside(text, number.span)
    if minus := _MINUS_BEFORE.search(text[max(0, start - 7) : start]):
        start, size = start - len(minus[0]), -size
    hedge, length = hedge_before(text, start)
    if hedge is Hedge.EXACT:
        hedge = hedge_after(text, end)
    if unit == DURATION and hedge is Hedge.OVER and _DURING.match(text, start - length):
        hedge = Hedge.EXACT  # "over ten weeks" is during them
    value = number.value * size
    # "50 percent" is no rougher than "51 percent".
    step = min(1.0, number.step) if unit in {"%", "points"} else number.step * abs(size)
    return Quantity(
        label=text[start - length : end],
        span=Span(start - length, end),
        low=value,
        high=value,
        unit=unit,
        hedge=hedge,
        step=step,
        things=() if unit else things_after(after),
    )


def _read_unit(text: str, number: Number) -> tuple[str, float, Span]:
    """(unit, how many of it one is, span of the number with it); unit "" for a count."""
    before, after = text_beside(text, number.span)
    start, end = number.span
    if money := MONEY_BEFORE.search(before):
        return currency_of(money[0]), 1.0, Span(start - len(money[0]), end)
    if match := MONEY_AFTER.match(after):
        unit = currency_after(match)
        if unit == "GBP" and number.step < _MONEY_STEP and "pound" in match[0].lower():
            unit = "pounds"  # of money or of weight, nobody can tell
        return unit, 1.0, Span(start, end + match.end())
    if known := unit_after(after):
        unit, size, length = known
        return unit, size, Span(start, end + length)
    return "", 1.0, number.span
