"""Quantities: a number with what it counts and how it is hedged. Pure functions.

A quantity says in which range the value lies, for "nearly 20" as well as for "at least 5" and "3 to
4"; ranges.py compares two quantities of one unit.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from claims.types import Span
from claims.verdicts.findings.context import stem
from claims.verdicts.findings.numbers import (
    ONES,
    ORDINALS,
    TENS,
    Number,
    find_numbers,
    read_digits,
)
from claims.verdicts.findings.units import (
    CURRENCIES,
    MONEY_AFTER,
    MONEY_BEFORE,
    PHRASE,
    UNITS,
    WORD_AFTER,
    currency_of,
    unit_after,
)


class Hedge(StrEnum):
    """How a number is meant."""

    EXACT = ""
    ABOUT = "about"
    NEARLY = "nearly"
    UNDER = "under"
    UP_TO = "up to"
    OVER = "over"
    AT_LEAST = "at least"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low` to `high` in `unit`, as a reader names it: "nearly $13.5 million".

    `unit` is "%", "points", "times", "rank", "score", a currency, a base unit ("m", "kg", ...,
    "days" for durations), or "" for a count; a count's `things` are the words of what is counted,
    lower case. `step` is how exactly the number was written, in units. Without a hedge low == high.
    """

    label: str
    span: Span
    low: float
    high: float
    unit: str
    hedge: Hedge = Hedge.EXACT
    step: float = 1.0
    things: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The number that was written; of a range its middle."""
        return (self.low + self.high) / 2 if self.hedge is Hedge.BETWEEN else self.low


_HEDGES = (
    (Hedge.UP_TO, r"up to|at most|no more than|not more than|a maximum of|as (?:many|much) as"),
    (Hedge.AT_LEAST, r"at least|no fewer than|no less than|a minimum of|not less than"),
    (
        Hedge.UNDER,
        r"less than|fewer than|under|below|lower than|shorter than|(?:just|well) (?:under|below)",
    ),
    (
        Hedge.OVER,
        (
            r"more than|over|above|exceed(?:s|ed|ing)?|upwards? of|in excess of|greater than"
            r"|higher than|longer than|(?:just|well) (?:over|above)|north of|topp(?:ed|ing)"
        ),
    ),
    (Hedge.NEARLY, r"nearly|almost|close to|not quite|just under|approaching|just short of"),
    (
        Hedge.ABOUT,
        (
            r"about|around|roughly|approximately|approx\.?|circa|c\.|some|an estimated|estimated"
            r"|in the region of|or so|something like|or thereabouts|~"
        ),
    ),
)
_HEDGE_BEFORE = re.compile(
    r"(?:" + "|".join(rf"(?P<h{n}>\b(?:{p})|~)" for n, (_, p) in enumerate(_HEDGES)) + r")"
    r"(?: (?:the|a|an|about|some|its|their))?\s?$",
    re.IGNORECASE,
)
_HEDGE_AFTER = re.compile(r"(?:\s\w+)? or (?:(more|higher|longer|older)|(less|fewer)|(so))\b")
_RANGE_MARK = re.compile(r"\s?(?:–|—|-|\bto\b|\band\b|\bor\b)\s?(?:[$€£¥])?", re.IGNORECASE)
_FRACTION = re.compile(
    r"\b(?:(?<!and )(?P<top>one|two|three|four|five|six|seven|eight|nine|a|\d{1,3})"
    r"[- ](?P<part>half|halves|thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?"
    r"|tenths?)"
    r"(?! (?:quarter|place|time|of (?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)))\b(?!-)"
    r"|(?<![\d.,])(?P<few>one|two|three|four|five|six|seven|eight|nine|\d{1,3})[- ](?:in|out of)"
    r"[- ](?:every )?(?P<many>two|three|four|five|six|seven|eight|nine|ten|twenty"
    r"|\d{1,3}(?:,\d{3})+|(?!(?:1[5-9]|20)\d\d\b)\d{1,6})\b(?![.,]?\d| (?:m|b|tr)illion| thousand)"
    r"|(?P<half>(?<!and a )\bhalf)(?= (?:of|its|their|all)\b|(?<=by half)))",
    re.IGNORECASE,
)
_NO_SHARE_BEFORE = re.compile(r"\b(?:first|second|last|other|top|bottom) $", re.IGNORECASE)
_NO_SHARE_AFTER = re.compile(
    r" (?:an? (?:hour|mile|dozen|percentage)|of an? (?:percentage|million|billion)|hour|a point)\b"
)
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_TIMES = {
    "twice": 2.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "doubles": 2.0,
    "triple": 3.0, "tripled": 3.0, "tripling": 3.0, "trebled": 3.0, "quadrupled": 4.0,
    "halved": 0.5, "halving": 0.5, "twofold": 2.0, "threefold": 3.0, "fourfold": 4.0,
    "fivefold": 5.0, "tenfold": 10.0,
}  # fmt: skip
_TIMES_WORD = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b", re.IGNORECASE)
_RANK = re.compile(
    rf"\b(?P<rank>{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
    r"(?=[- ](?:largest|biggest|highest|lowest|smallest|longest|most|least|best|worst|oldest|place"
    r"|richest|poorest|tallest|fastest|busiest|worst|youngest|placed?|straight|consecutive"
    r"|successive|title|win|victory|defeat|term|attempt|time)\b)",
    re.IGNORECASE,
)
# "in a decade", "nearly a tonne", "an hour and a half", "a week after": one of a unit.
_ONE_UNIT = re.compile(
    rf"(?:(?<=\bfor )|(?<=\bin )|(?<=\bto )|(?<=\bover )|(?<=\bthan )|(?<=\bnearly )"
    rf"|(?<=\babout )|(?<=\balmost )|(?<=\bweighs )|(?<=\bwithin )|(?<=\baround )"
    rf"|(?<=\bleast )|(?<=\bhalf )|(?<!\w ))"
    rf"(?:an?|one) (?P<unit>{'|'.join(name for name in UNITS if len(name) > 3)})\b"
    rf"(?P<half> and a half)?",
    re.IGNORECASE,
)
_ONE_UNIT_BEFORE = re.compile(
    rf"\b(?:an?|one) (?P<unit>{'|'.join(name for name in UNITS if len(name) > 3)})"
    rf"(?P<half> and a half)?(?= (?:ago|after|before|later|earlier|in prison|of)\b)",
    re.IGNORECASE,
)
# "at 82" is an age only where a clause ends with it.
_AGE = re.compile(
    r"\b(?:(?:aged|at the age of|age of|age) (?P<age>\d{1,3})(?![.,]?\d|%)"
    r"|(?:(?<=died )|(?<=retired )|(?<=married )|(?<=master )|(?<=champion )|(?<!\w ))"
    r"at (?P<at>\d{1,2})(?=[,.;)]|$)(?![.,]\d))",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"(?<![\w.,-])(\d{1,3})[-–](\d{1,3})(?![\w-]|[-–]|[.,]\d)(?! (?:per|%|bn|m\b|million|billion))"
)
_COUNTED = re.compile(r" (?!to\b|at\b|in\b|on\b|by\b|win|vict|def|loss|draw|over\b|and\b|ag)[a-z]")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
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
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS})[a-z]*\.? (?:the )?$")
_MONTH_AFTER = re.compile(rf"(?: of|,)? ?(?:{_MONTHS})(?:[a-z]*\b)")
_TIME_WORDS = re.compile(r"\b(?:at|by|until|from|before|after) $")
_AGE_AFTER = re.compile(r"[- ](?:years?[- ]old)\b|(?=,)(?<=\d), (?:who|a|an|the|from|of|was)\b")
_AGE_BEFORE = re.compile(r"\b(?:aged?|age of) $", re.IGNORECASE)
# What may stand between a number and the noun it counts.
_SKIPPED = frozenset(
    "of the a an its their his her our these those more other additional new further extra than "
    "all different separate such some and".split()
)
_ENDS_NOUN = frozenset(
    "in on at for from by with to as is was were are be been have has had will would can could "
    "that which who whom whose when while where because since after before during over under "
    "per against between into across about only he she it they we i but or if not did does do "
    "said says say this last next ago later earlier each every compared including died lost voted "
    "won fell rose took went came made left got became killed injured dead wounded up down out "
    "off more less worth".split()
)
_THINGS = re.compile(r"[A-Za-zÀ-ÿ’'-]+|[.,;:()!?–—]")
_MOST_THINGS = 4
# From such sums on, "pounds" are money.
_MONEY_STEP = 1000.0


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of a text in order, none overlapping; years, dates and names are left out."""
    found: list[Quantity] = []
    for readers in (_fractions, _times, _ranks, _scores, _ones, _ages):
        others = sorted(quantity.span for quantity in found)
        found += [quantity for quantity in readers(text) if not _overlaps(quantity.span, others)]
    taken = sorted(quantity.span for quantity in found)
    numbers = [number for number in find_numbers(text) if not _overlaps(number.span, taken)]
    at = 0
    while at < len(numbers):
        number = numbers[at]
        at += 1
        if _is_no_quantity(text, number):
            continue
        other = numbers[at] if at < len(numbers) else None
        if other and _makes_range(text, number, other):
            at += 1
            found.append(_read_range(text, number, other))
        else:
            found.append(_read(text, number))
    return tuple(sorted(found, key=lambda quantity: quantity.span))


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    """Whether `span` meets one of the sorted, mostly disjoint others."""
    place = bisect_left(taken, span)
    return any(
        span.start < other.end and other.start < span.end
        for other in taken[max(0, place - 2) : place + 1]
    )


def _is_no_quantity(text: str, number: Number) -> bool:
    """Whether the number is (part of) a date, a year, a name, an age without unit, or a pronoun."""
    before, after = _around(text, number.span)
    if _MONTH_BEFORE.search(before) or (number.value <= 31 and _MONTH_AFTER.match(after)):
        return True
    word = text[number.span.start : number.span.end]
    money = MONEY_BEFORE.search(before)
    if number.is_ordinal or _NAME_BEFORE.search(before):
        return True
    is_labelled = _CAPITAL_BEFORE.search(before) and not re.match(r"[ -]?[a-z%]", after)
    if is_labelled and not money and not number.in_words:
        return True
    if _YEAR.fullmatch(word) and not money and not PHRASE.match(after):
        following = WORD_AFTER.match(after)
        return not (following and following[1].lower() in UNITS)
    if re.search(r"\b(?:1[5-9]|20)\d\d[-–/]$", before):
        return True
    # "one" and "two" alone are mostly pronouns, or count what is listed beside them.
    if number.in_words and number.value <= 1 and word.lower() in {"one", "zero"}:
        return not unit_after(after)
    return bool(re.match(r"s\b|'s\b", after))


def _around(text: str, span: Span) -> tuple[str, str]:
    return text[max(0, span.start - 40) : span.start], text[span.end : span.end + 60]


def _makes_range(text: str, first: Number, second: Number) -> bool:
    between = text[first.span.end : second.span.start]
    if not _RANGE_MARK.fullmatch(between) or second.value <= first.value * 0.999:
        return False
    before, _ = _around(text, first.span)
    word = between.strip().lower()
    if word == "and":
        return bool(re.search(r"\bbetween [$€£]?$", before))
    if word == "to":
        return not re.search(r"\bfrom [$€£]?$", before)
    return word != "or" or first.in_words == second.in_words


def _read_range(text: str, first: Number, second: Number) -> Quantity:
    """ "$3-4 bn" and "10 to 12 percent": the scale and the unit of the second serve both."""
    top = _read(text, second)
    size = top.low / second.value if second.value else 1.0
    scale = 1.0
    written = read_digits_of(text, second)
    if written and first.value < written * 1.001 and second.value / written >= 1000:
        scale = second.value / written
    start = _start_with_money(text, first.span.start)
    return Quantity(
        label=text[start : top.span.end],
        span=Span(start, top.span.end),
        low=first.value * (scale if first.value * scale < second.value else 1.0) * size,
        high=top.low,
        unit=_unit_with_money(text, first, top.unit),
        hedge=Hedge.BETWEEN,
        step=top.step,
        things=top.things,
    )


def read_digits_of(text: str, number: Number) -> float | None:
    """The number without its scale word; None when it is in words."""
    digits = re.match(r"[\d.,]*\d", text[number.span.start : number.span.end])
    return read_digits(digits[0]).value if digits else None


def _start_with_money(text: str, start: int) -> int:
    money = MONEY_BEFORE.search(text[max(0, start - 5) : start])
    return start - len(money[0]) if money else start


def _unit_with_money(text: str, number: Number, unit: str) -> str:
    money = MONEY_BEFORE.search(text[max(0, number.span.start - 5) : number.span.start])
    return currency_of(money[0]) if money else unit


def _read(text: str, number: Number) -> Quantity:
    before, after = _around(text, number.span)
    money = MONEY_BEFORE.search(before)
    start, end = number.span
    size = 1.0
    things: tuple[str, ...] = ()
    if money:
        unit = currency_of(money[0])
        start -= len(money[0])
    elif match := MONEY_AFTER.match(after):
        unit = CURRENCIES[(match[1] or match[2]).lower()]
        if unit == "GBP" and number.step < _MONEY_STEP and "pound" in match[0].lower():
            unit = "pounds"  # of money or of weight, nobody can tell
        end += match.end()
    elif known := unit_after(after):
        unit, size, length = known
        end += length
    else:
        unit = ""
        things = _things_after(after)
    hedge, opening = _hedge_before(text[max(0, start - 40) : start])
    if hedge is Hedge.EXACT and (more := _HEDGE_AFTER.match(text[end : end + 24])):
        hedge = Hedge.AT_LEAST if more[1] else Hedge.UP_TO if more[2] else Hedge.ABOUT
    if unit == "days" and hedge is Hedge.OVER and re.match(r"over\b", text[start - opening :]):
        hedge = Hedge.EXACT  # "over ten weeks" is during them
    if re.search(r"(?:^|[\s(])[-−]$", text[:start][-2:]):
        size = -size
    value = number.value * size
    if unit == "%" and "basis" in after[:8]:
        value /= 100
    return Quantity(
        label=text[start - opening : end],
        span=Span(start - opening, end),
        low=value,
        high=value,
        unit=unit,
        hedge=hedge,
        step=number.step * abs(size),
        things=things,
    )


def _hedge_before(before: str) -> tuple[Hedge, int]:
    """The hedge at the end of `before`, and how long it is."""
    match = _HEDGE_BEFORE.search(before)
    if not match:
        return Hedge.EXACT, 0
    place = next(n for n in range(len(_HEDGES)) if match[f"h{n}"])
    if re.search(r"\b(?:not|never|n['’]t) $", before[: match.start()]):
        return (Hedge.UP_TO if _HEDGES[place][0] is Hedge.OVER else Hedge.EXACT), len(match[0])
    if match[0].lower().startswith("just over"):
        return Hedge.ABOUT, len(match[0])
    if _HEDGES[place][0] is Hedge.UNDER and match[0].lower().startswith("just"):
        return Hedge.NEARLY, len(match[0])
    return _HEDGES[place][0], len(match[0])


def _things_after(after: str) -> tuple[str, ...]:
    """The words of the noun that the number counts, as far as they follow it."""
    found: list[str] = []
    for match in _THINGS.finditer(after):
        word = match[0].lower().removesuffix("’s").removesuffix("'s")
        if not word[0].isalpha() or word in _ENDS_NOUN or len(found) == _MOST_THINGS:
            break
        if word in _SKIPPED:
            if found and word in {"of", "and", "the", "more"}:
                break
            continue
        found.append(word)
    return tuple(found)


def _fractions(text: str) -> Iterator[Quantity]:
    def number(word: str) -> float:
        low = word.lower()
        return 1.0 if low == "a" else float(ONES.get(low) or TENS.get(low) or low)

    for match in _FRACTION.finditer(text):
        if match["top"]:
            part = match["part"].lower()
            share = number(match["top"]) / _PARTS.get(part, _PARTS.get(part.rstrip("s"), 1))
        elif match["few"]:
            share = number(match["few"]) / max(1.0, number(match["many"].replace(",", "")))
        else:
            share = 0.5
        around = text[max(0, match.start() - 12) : match.start()], text[match.end() :][:24]
        if share > 1 or _NO_SHARE_BEFORE.search(around[0]) or _NO_SHARE_AFTER.match(around[1]):
            continue
        # "a third man" is the third one; "a third of" is a share.
        if match["top"] in {"a", "one"} and not re.match(
            r"(?:half|.* of\b)", f"{match['part']}{around[1][:4]}"
        ):
            continue
        hedge, opening = _hedge_before(text[max(0, match.start() - 40) : match.start()])
        yield Quantity(
            label=text[match.start() - opening : match.end()],
            span=Span(match.start() - opening, match.end()),
            low=100 * share,
            high=100 * share,
            unit="%",
            hedge=hedge,
            step=5.0,
        )


def _times(text: str) -> Iterator[Quantity]:
    for match in _TIMES_WORD.finditer(text):
        hedge, opening = _hedge_before(text[max(0, match.start() - 40) : match.start()])
        value = _TIMES[match[0].lower()]
        yield Quantity(
            label=text[match.start() - opening : match.end()],
            span=Span(match.start() - opening, match.end()),
            low=value,
            high=value,
            unit="times",
            hedge=hedge,
        )


def _ones(text: str) -> Iterator[Quantity]:
    found: dict[Span, re.Match[str]] = {}
    for pattern in (_ONE_UNIT, _ONE_UNIT_BEFORE):
        found |= {Span(*match.span()): match for match in pattern.finditer(text)}
    for span, match in found.items():
        unit, size = UNITS[match["unit"].lower()]
        value = size * (1.5 if match["half"] else 1.0)
        hedge, opening = _hedge_before(text[max(0, span.start - 40) : span.start])
        yield Quantity(
            label=text[span.start - opening : span.end],
            span=Span(span.start - opening, span.end), low=value, high=value,
            unit=unit, hedge=hedge, step=size / 2,
        )  # fmt: skip


def _ages(text: str) -> Iterator[Quantity]:
    for match in _AGE.finditer(text):
        value = float(match["age"] or match["at"]) * UNITS["year"][1]
        yield Quantity(
            label=match[0], span=Span(*match.span()), low=value, high=value, unit="days",
            things=("age",),
        )  # fmt: skip


def _ranks(text: str) -> Iterator[Quantity]:
    for match in _RANK.finditer(text):
        word = match["rank"].lower()
        value = float(ORDINALS.get(word, 0) or re.sub(r"\D", "", word))
        things = _things_after(text[match.end() : match.end() + 60])
        yield Quantity(
            label=match[0], span=Span(*match.span()), low=value, high=value, unit="rank",
            things=things,
        )  # fmt: skip


def _scores(text: str) -> Iterator[Quantity]:
    """Results of games and votes, "3-1": the pair as one value, the larger number first."""
    for match in _SCORE.finditer(text):
        first, second = int(match[1]), int(match[2])
        before, after = _around(text, Span(*match.span()))
        if MONEY_BEFORE.search(before) or unit_after(after) or first > 200:
            continue
        # "18-24 year-olds", "200-300 people" are ranges.
        if first < second and (_COUNTED.match(after) or re.search(r"\bage[sd]? $", before)):
            continue
        value = 1000.0 * max(first, second) + min(first, second)
        yield Quantity(
            label=match[0], span=Span(*match.span()), low=value, high=value, unit="score"
        )


def is_same_thing(one: Quantity, other: Quantity) -> bool | None:
    """Whether two counts or ranks count the same; None where their nouns do not show it."""
    if one.unit not in {"", "rank"} or not one.things or not other.things:
        return None
    return not {stem(word) for word in one.things}.isdisjoint(stem(word) for word in other.things)
