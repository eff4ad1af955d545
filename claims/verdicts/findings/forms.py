"""Quantities written in a form of their own: shares, multiples, ranks, scores, ages. Pure.

They are read before plain numbers, for the numbers in them would else be taken alone. Each form has
its pattern and what reads its matches; the table FORMS has them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from claims.types import Span
from claims.verdicts.findings.hedges import hedge_before
from claims.verdicts.findings.numbers import ONES, ORDINALS, TENS
from claims.verdicts.findings.quantity import DURATION, Quantity
from claims.verdicts.findings.things import things_after
from claims.verdicts.findings.units import MONEY_BEFORE, UNITS, text_beside, unit_after

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
# A share in words is a round one.
_SHARE_STEP = 5.0


def _read_fractions(text: str) -> Iterator[Quantity]:
    """ "A third of", "two in five", "half of": shares in percent."""
    for match in _FRACTION.finditer(text):
        share = _share(match)
        before = text[max(0, match.start() - 12) : match.start()]
        after = text[match.end() : match.end() + 24]
        if share > 1 or _NO_SHARE_BEFORE.search(before) or _NO_SHARE_AFTER.match(after):
            continue
        # "a third man" is the third one; "a third of" is a share.
        if match["top"] in {"a", "one"} and not re.match(
            r"(?:half|.* of\b)", f"{match['part']}{after[:4]}"
        ):
            continue
        yield _hedged(text, match, 100 * share, unit="%", step=_SHARE_STEP)


def _share(match: re.Match[str]) -> float:
    if match["top"]:
        part = match["part"].lower()
        parts = _PARTS.get(part) or _PARTS.get(part.removesuffix("s"), 1)
        return _number(match["top"]) / parts
    if match["few"]:
        return _number(match["few"]) / max(1.0, _number(match["many"].replace(",", "")))
    return 0.5


def _number(word: str) -> float:
    low = word.lower()
    return 1.0 if low == "a" else float(ONES.get(low) or TENS.get(low) or low)


_TIMES = {
    "twice": 2.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "doubles": 2.0,
    "triple": 3.0, "tripled": 3.0, "tripling": 3.0, "trebled": 3.0, "quadrupled": 4.0,
    "halved": 0.5, "halving": 0.5, "twofold": 2.0, "threefold": 3.0, "fourfold": 4.0,
    "fivefold": 5.0, "tenfold": 10.0,
}  # fmt: skip
_TIMES_WORD = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b", re.IGNORECASE)


def _read_times(text: str) -> Iterator[Quantity]:
    """ "Twice", "has doubled", "tenfold"; "four times" is a plain number with its unit."""
    for match in _TIMES_WORD.finditer(text):
        yield _hedged(text, match, _TIMES[match[0].lower()], unit="times")


_RANK = re.compile(
    rf"\b(?P<rank>{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
    r"(?=[- ](?:largest|biggest|highest|lowest|smallest|longest|most|least|best|worst|oldest|place"
    r"|richest|poorest|tallest|fastest|busiest|youngest|placed?|straight|consecutive"
    r"|successive|title|win|victory|defeat|term|attempt|time)\b)",
    re.IGNORECASE,
)


def _read_ranks(text: str) -> Iterator[Quantity]:
    """ "The third largest exporter", "2nd place": with what follows as what is ranked."""
    for match in _RANK.finditer(text):
        word = match["rank"].lower()
        value = ORDINALS.get(word) or int(re.sub(r"\D", "", word))
        _, after = text_beside(text, Span(*match.span()))
        yield _plain(match, value, unit="rank", things=things_after(after))


_SCORE = re.compile(
    r"(?<![\w.,-])(\d{1,3})[-–](\d{1,3})(?![\w-]|[-–]|[.,]\d)(?! (?:per|%|bn|m\b|million|billion))"
)
_COUNTED = re.compile(r" (?!to\b|at\b|in\b|on\b|by\b|win|vict|def|loss|draw|over\b|and\b|ag)[a-z]")
_AGE_RANGE_BEFORE = re.compile(r"\bage[sd]? $")
_HIGHEST_SCORE = 200


def _read_scores(text: str) -> Iterator[Quantity]:
    """Results of games and votes, "3-1": the pair as one value, the larger number first."""
    for match in _SCORE.finditer(text):
        first, second = int(match[1]), int(match[2])
        before, after = text_beside(text, Span(*match.span()))
        if MONEY_BEFORE.search(before) or unit_after(after) or first > _HIGHEST_SCORE:
            continue
        # "18-24 year-olds", "200-300 people" are ranges.
        if first < second and (_COUNTED.match(after) or _AGE_RANGE_BEFORE.search(before)):
            continue
        yield _plain(match, 1000 * max(first, second) + min(first, second), unit="score")


_UNIT_WORD = "|".join(name for name in UNITS if len(name) > 3)
_ONE_UNIT = re.compile(
    rf"(?:(?<=\bfor )|(?<=\bin )|(?<=\bto )|(?<=\bover )|(?<=\bthan )|(?<=\bnearly )"
    rf"|(?<=\babout )|(?<=\balmost )|(?<=\bweighs )|(?<=\bwithin )|(?<=\baround )"
    rf"|(?<=\bleast )|(?<!\w )|\b(?=half ))"
    rf"(?P<halved>half )?(?:an?|one) (?P<unit>{_UNIT_WORD})\b(?P<half> and a half)?",
    re.IGNORECASE,
)
_ONE_UNIT_BEFORE = re.compile(
    rf"\b(?P<halved>half )?(?:an?|one) (?P<unit>{_UNIT_WORD})(?P<half> and a half)?"
    r"(?= (?:ago|after|before|later|earlier|in prison|of)\b)",
    re.IGNORECASE,
)


def _read_ones(text: str) -> Iterator[Quantity]:
    """One of a unit: "in a decade", "half a tonne", "an hour and a half", "a week after"."""
    found: dict[tuple[int, int], re.Match[str]] = {}
    for pattern in (_ONE_UNIT, _ONE_UNIT_BEFORE):
        found |= {match.span(): match for match in pattern.finditer(text)}
    for match in found.values():
        unit, size = UNITS[match["unit"].lower()]
        times = 0.5 if match["halved"] else 1.5 if match["half"] else 1.0
        yield _hedged(text, match, size * times, unit=unit, step=size / 2)


# "at 82" is an age only where a clause ends with it.
_AGE = re.compile(
    r"\b(?:(?:aged|at the age of|age of|age) (?P<age>\d{1,3})(?![.,]?\d|%)"
    r"|(?:(?<=died )|(?<=retired )|(?<=married )|(?<=master )|(?<=champion )|(?<!\w ))"
    r"at (?P<at>\d{1,2})(?=[,.;)]|$)(?![.,]\d))",
    re.IGNORECASE,
)


def _read_ages(text: str) -> Iterator[Quantity]:
    """ "Aged 45", "died at 82": in days, as all durations."""
    for match in _AGE.finditer(text):
        value = float(match["age"] or match["at"]) * UNITS["year"][1]
        yield _plain(match, value, unit=DURATION, things=("age",))


def _hedged(
    text: str, match: re.Match[str], value: float, *, unit: str, step: float = 1.0
) -> Quantity:
    """A value with the hedge before it."""
    hedge, length = hedge_before(text, match.start())
    span = Span(match.start() - length, match.end())
    label = text[span.start : span.end]
    return Quantity(label, span, value, value, unit, hedge=hedge, step=step)


def _plain(
    match: re.Match[str], value: float, *, unit: str, things: tuple[str, ...] = ()
) -> Quantity:
    """A value that nobody hedges."""
    return Quantity(match[0], Span(*match.span()), float(value), float(value), unit, things=things)


Reader = Callable[[str], Iterator[Quantity]]
# Where two forms overlap the earlier one of this table is taken.
FORMS: tuple[Reader, ...] = (
    _read_fractions,
    _read_times,
    _read_ranks,
    _read_scores,
    _read_ones,
    _read_ages,
)
