"""Figures in a claim and in a passage: which of the claim's the passage does not have.

A judge of this size cannot count, and lets "nearly $30 million" pass where the page says 20. So
code looks: a figure of the claim that is nowhere in the passage means that the passage cannot be
what makes the claim SUPPORTED (claims/verdicts/findings.py). It says nothing about REFUTED: a
passage may simply be about something else. Pure functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from claims.types import Span

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
    "decades": 10.0,
    "decade": 10.0,
    "centuries": 100.0,
}
_WORDS = (
    rf"(?:{'|'.join(_TENS)})[- ](?:{'|'.join(list(_UNITS)[1:10])})|{'|'.join([*_TENS, *_UNITS])}"
)
# A number in digits (1,234.5) or in words (twenty-one), and the scale word behind it. Digits glued
# to letters (G20, COVID-19) are names, not figures; a scale letter may be glued (6m, 3bn).
_FIGURE = re.compile(
    rf"(?<![\w.,-])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:st|nd|rd|th)?"
    rf"|(?P<words>{_WORDS}))"
    rf"(?:[ -]?(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))}))?(?!\w)",
    re.IGNORECASE,
)
_SIGNS = re.compile("[$€£¥#(\\[\u00a0–]")
_ORDINALS = ("st", "nd", "rd", "th")
_CURRENCIES = ("$", "€", "£", "¥")
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTH})[a-z]*\.? $", re.IGNORECASE)
_MONTH_AFTER = re.compile(rf"(?: of)? (?:{_MONTH})[a-z]*\b", re.IGNORECASE)
_SHARE_AFTER = re.compile(r" ?(?:%|per ?cent|percentage points?)", re.IGNORECASE)
_MONEY_AFTER = re.compile(r" ?(?:US )?(?:dollars?|euros?|pounds?|USD|EUR|GBP)\b", re.IGNORECASE)
# "one" and "two" in words mostly count what is listed beside them, or are no figures at all.
_LEAST_IN_WORDS = 3


class FigureKind(StrEnum):
    """What a figure counts; only figures of one kind can contradict each other."""

    YEAR = "year"
    DAY = "day"
    SHARE = "share"
    MONEY = "money"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as written, its value ("13.5 million" is 13,500,000), and its place in the text.

    `label` is the figure as a reader names it, with its sign, unit or month: "$13.5 million".
    """

    text: str
    label: str
    value: float
    kind: FigureKind
    span: Span

    @property
    def counts(self) -> bool:
        """Whether it is checked: "one" and "two" in words mostly count what is listed there."""
        return not self.text.isalpha() or self.value >= _LEAST_IN_WORDS

    def is_same(self, other: Figure) -> bool:
        """Equal in value; a day of the month equals only another one, or an ordinal ("the 4th")."""
        if abs(self.value - other.value) > 1e-6:
            return False
        days = (self.kind is FigureKind.DAY) + (other.kind is FigureKind.DAY)
        return days != 1 or self.text.endswith(_ORDINALS) or other.text.endswith(_ORDINALS)


def find_figures(text: str) -> tuple[Figure, ...]:
    """All figures of a text in order: counts, amounts, shares, years and days of the month."""
    # Signs that touch a number give way to spaces, so that the number is seen; lengths stay.
    spaced = _SIGNS.sub(" ", text)
    return tuple(_read(match, text) for match in _FIGURE.finditer(spaced))


def _read(match: re.Match[str], text: str) -> Figure:
    start, end = match.span()
    kind, before, after = _surroundings(
        match.group(), text[max(0, start - 12) : start], text[end : end + 16]
    )
    return Figure(
        text=match.group(),
        label=f"{before}{match.group()}{after}",
        value=_value(match),
        kind=kind,
        span=Span(start, end),
    )


def find_absent(claim: str, passage: str) -> tuple[Figure, ...]:
    """The claim's figures that the passage does not have, in words or digits, in any scale."""
    there = find_figures(passage)
    return tuple(
        figure
        for figure in find_figures(claim)
        if figure.counts and not any(figure.is_same(other) for other in there)
    )


def _value(match: re.Match[str]) -> float:
    scale = _SCALES[match["scale"].lower()] if match["scale"] else 1.0
    if match["digits"]:
        return float(match["digits"].replace(",", "")) * scale
    parts = re.split(r"[- ]", match["words"].lower())
    return sum(_TENS.get(part, _UNITS.get(part, 0)) for part in parts) * scale


def _surroundings(figure: str, before: str, after: str) -> tuple[FigureKind, str, str]:
    """What the figure counts, and the words before and after it that say so."""
    if share := _SHARE_AFTER.match(after):
        return FigureKind.SHARE, "", share.group()
    if before.endswith(_CURRENCIES):
        return FigureKind.MONEY, before[-1], ""
    if money := _MONEY_AFTER.match(after):
        return FigureKind.MONEY, "", money.group()
    if month := _MONTH_BEFORE.search(before):
        return FigureKind.DAY, month.group(), ""
    if month := _MONTH_AFTER.match(after):
        return FigureKind.DAY, "", month.group()
    if re.fullmatch(r"1[89]\d\d|20\d\d|21\d\d", figure):
        return FigureKind.YEAR, "", ""
    return FigureKind.COUNT, "", ""
