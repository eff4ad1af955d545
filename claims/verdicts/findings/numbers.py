"""Numbers in digits and in words, with how exactly they are written. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from claims.types import Span

ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "dozen": 12.0,
}
# "seconds", "quarter" and "half" are no ordinals here.
ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        start=1,
    )
}
_WORD_SCALES = {word: value for word, value in SCALES.items() if len(word) > 3}
_SMALL = "|".join([*TENS, *ONES])
_ONE_WORD = rf"(?:(?:{'|'.join(TENS)})[- ](?:{'|'.join(list(ONES)[1:10])})|{_SMALL})"
_SCALE_WORD = "|".join(_WORD_SCALES)
# "three hundred and twenty-one thousand", "a dozen", "two and a half million", "half a million".
_WORDS = (
    rf"\b(?:(?P<half>half) an? (?P<half_scale>{_SCALE_WORD})"
    rf"|(?:an?|{_ONE_WORD}) (?:{_SCALE_WORD})(?: (?:{_SCALE_WORD}))*"
    rf"(?:(?: and)? (?:{_ONE_WORD})(?: (?:{_SCALE_WORD}))?)*"
    rf"|{_ONE_WORD}(?: and a half(?: (?:{_SCALE_WORD}))?)?)\b"
)
_DIGITS = (
    r"(?<!\d)(?P<digits>\d{1,3}(?:,\d{3}){1,8}(?:\.\d{1,25})?(?!\d)"
    r"|\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,8}(?![.,]?\d)"
    r"|\d{1,25}(?:\.\d{1,25}|,\d{1,2}(?!\d))?)(?!\d)(?P<ordinal>st|nd|rd|th)?"
)
# A scale behind digits; its one-letter forms may be glued on and stand before nothing else.
_SCALE = rf"(?:[ \u00a0-]?(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b)?"
_NUMBER = re.compile(rf"(?:{_DIGITS}{_SCALE}|{_WORDS})", re.IGNORECASE)
# Digits inside these are no numbers: dates, times, phone numbers, codes, versions.
_CODE = re.compile(
    r"\b\d{1,2}[:.]\d{2} ?(?:[ap]\.?m\b\.?)|\b\d{1,2}:\d{2}(?::\d{2})?\b|\b\d{1,2} ?[ap]\.?m\b\.?"
    r"|\b\d{1,4}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|(?<!\d)\d+(?:\.\d+){2,}\b"
    r"|(?<!\d)\+?\(?\d+\)?(?:[- ]\d{2,}){3,}|\b97[89][- ]?(?:\d[- ]?){9}\d\b|\bISBN[\d -]+"
    r"|(?<![\w$€£])[A-Za-z]+[-–]?\d[\w.-]*",
    re.IGNORECASE,
)
_GLUED_UNIT = re.compile(r"(?:mph|kph|pc|k[mg]|[cm]m|m|ft|[gmk]w|[gtk]wh|ha)\b", re.IGNORECASE)
# "10 m high" is metres, not millions.
_METRES = re.compile(r" ?m (?:high|long|tall|deep|wide|below|above|away|apart)\b", re.IGNORECASE)
_MONEY_GLUED = re.compile(r"(?:usd|eur|gbp|us|a|c|nz|chf)\d", re.IGNORECASE)


class Read(NamedTuple):
    """A number's value, and the size of the last digit or word that was written."""

    value: float
    step: float


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands at `span`: 13.5 million has value 13,500,000 and step 100,000.

    `in_words` says that it is spelt out, `is_ordinal` that it is a rank ("4th").
    """

    value: float
    step: float
    span: Span
    in_words: bool = False
    is_ordinal: bool = False


def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers in order, without those inside dates in figures, times and codes."""
    codes = [match.span() for match in _CODE.finditer(text) if not _MONEY_GLUED.match(match[0])]
    found = []
    place = 0
    for match in _NUMBER.finditer(text):
        while place < len(codes) and codes[place][1] <= match.start():
            place += 1
        if place < len(codes) and codes[place][0] < match.end():
            continue
        before = text[match.start() - 1] if match.start() else " "
        after = text[match.end()] if match.end() < len(text) else " "
        glued = after.isalnum() and not _GLUED_UNIT.match(text, match.end())
        if (before.isalnum() and match["digits"] is None) or before in "._" or glued:
            continue
        in_metres = match["digits"] and _METRES.match(text, match.end("digits"))
        found.append(_read(match, metres=bool(in_metres)))
    return tuple(found)


def _read(match: re.Match[str], *, metres: bool) -> Number:
    if match["digits"] is None:
        value, step = _read_words(match)
        return Number(value, step, Span(*match.span()), in_words=True)
    scaled = match["scale"] is not None and not metres
    scale = SCALES[match["scale"].lower()] if scaled else 1.0
    value, step = read_digits(match["digits"])
    end = match.end() if scaled or match["ordinal"] else match.end("digits")
    return Number(
        value * scale, step * scale, Span(match.start(), end), is_ordinal=bool(match["ordinal"])
    )


def read_digits(digits: str) -> Read:
    """Value and step of digits with separators: "1,500" has step 100, "13.2" step 0.1."""
    text = re.sub(r"[ \u00a0\u202f]", "", digits)
    text = re.sub(r",(?=\d{3}(?!\d))", "", text).replace(",", ".")
    if "." in text:
        return Read(float(text), 10.0 ** -len(text.split(".")[1]))
    zeros = len(text) - len(text.rstrip("0"))
    return Read(float(text), 10.0**zeros if text.strip("0") else 1.0)


def _read_words(match: re.Match[str]) -> Read:
    if match["half"]:
        value = SCALES[match["half_scale"].lower()] / 2
        return Read(value, value)
    total = group = 0.0
    least = 1.0
    for word in _word_parts(match.group()):
        if word in _WORD_SCALES:
            scale = _WORD_SCALES[word]
            least = scale * (0.5 if group % 1 else 1.0)
            if scale >= 1000:
                total += (group or 1.0) * scale
                group = 0.0
            else:
                group = (group or 1.0) * scale
        elif word == "half":
            group += 0.5
            least = 0.5
        else:
            number = TENS.get(word, ONES.get(word, 0))
            group += number
            least = 1.0
    return Read(total + group, least)


def _word_parts(text: str) -> Iterator[str]:
    for word in re.split(r"[- ]", text.lower()):
        if word not in {"a", "an", "and"}:
            yield word
