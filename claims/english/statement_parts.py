"""The parts of a statement that no rewording may change: figures, dates, negation, direction.

Two statements with different parts do not mean the same; with equal parts they may still say
different things. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from claims.english.dates import When, find_dates
from claims.english.function_words import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    HAVE,
    PREPOSITIONS,
    RELATIVES,
)
from claims.english.negation import NEGATIONS
from claims.english.quantities import MONTH_NAMES, SMALL_NUMBERS, WEEKDAY, WEEKDAY_WORDS
from claims.english.word_lists import word_set

# Classes of words that a statement must have in both wordings. Words of one class may replace each
# other.
_KEPT: Mapping[str, frozenset[str]] = {
    "not": NEGATIONS,
    "more": word_set("more greater larger bigger higher"),
    "less": word_set("less fewer smaller lower"),
    "before": word_set("before earlier until"),
    "after": frozenset({"after"}),
    "since": frozenset({"since"}),
    "all": word_set("all every each"),
    "some": word_set("some somebody someone"),
    "most": frozenset({"most"}),
    "many": frozenset({"many"}),
    "few": frozenset({"few"}),
    "only": word_set("only sole solely"),
    "possible": word_set(
        "may might could perhaps possibly probably allegedly reportedly apparently"
    ),
    "can": frozenset({"can"}),
    "will": word_set("will shall"),
    "would": frozenset({"would"}),
    "must": word_set("must should"),
    "planned": word_set(
        "plan plans planned intends intended considered considers threatened threatens promised",
        "expected proposed wants",
    ),
    "despite": word_set("despite although though"),
    "linked": word_set("linked associated"),
}
# Pairs of opposites: two statements differ when each has one of a pair that the other lacks.
_OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        word_set(
            "rose rise rises risen rising increase increases increased increasing grew grow grows",
            "grown gained climbed surged soared jumped raise raises raised raising",
        ),
        word_set(
            "fell fall falls fallen falling decrease decreases decreased drop drops dropped",
            "decline declines declined shrank slumped cut cuts cutting lowered reduce reduces",
            "reduced reducing reduction",
        ),
    ),
    (word_set("fast faster quickly"), word_set("slow slower slowly")),
    (word_set("double doubles doubled"), word_set("halve halves halved")),
    (word_set("win wins won beat beats victory"), word_set("lose loses lost defeat")),
    (
        word_set("approve approves approved accepted passed ratified signed"),
        word_set("reject rejects rejected refused vetoed"),
    ),
    (
        word_set("allow allows allowed permit permits permitted legal lawful"),
        word_set("ban bans banned banning prohibit prohibits prohibited outlawed illegal unlawful"),
    ),
    (word_set("opens opened reopened"), word_set("closes closed closing closure shut")),
    (word_set("confirm confirms confirmed admitted"), word_set("deny denies denied")),
    (
        word_set("support supports supported backs backed"),
        word_set("oppose opposes opposed against"),
    ),
    (word_set("succeed succeeds succeeded"), word_set("fail fails failed")),
    (word_set("hire hires hired recruited"), word_set("dismissed fired sacked")),
    (word_set("safe harmless"), word_set("unsafe dangerous harmful")),
    (word_set("alive survived"), word_set("dead died killed")),
    (frozenset({"born"}), word_set("died dead")),
    (word_set("lend lends lent"), word_set("owe owes owed borrowed")),
    (word_set("import imports imported"), word_set("export exports exported")),
    (word_set("man men male"), word_set("woman women female")),
    (word_set("first oldest"), word_set("last latest newest")),
    (word_set("new newest"), word_set("old used")),
    (word_set("north northern"), word_set("south southern")),
    (word_set("east eastern"), word_set("west western")),
    (word_set("cause causes caused"), word_set("prevent prevents prevented linked associated")),
)
# Prepositions that give the direction or the place of the word after them.
DIRECTED_PREPOSITIONS = word_set(
    "from to into over under above below against with without for near behind towards"
)
# Words without which a statement says the same.
LIGHT_WORDS = (
    AUXILIARIES | BE | HAVE | PREPOSITIONS | DETERMINERS | RELATIVES | NEGATIONS | WEEKDAY_WORDS
    | word_set("exist exists ever he him she it they them there and or its been being")
)  # fmt: skip
# Rewritten before words are looked up.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        (r"\bwo(?:n['’]t)\b", "will not"),
        (r"\bca(?:n['’]t)\b|\bcannot\b", "can not"),
        (r"n['’]t\b", " not"),
        (r"\bnot ever\b", "never"),
        (r"\bno one\b", "nobody"),
        (r"\b(?:due|owing) to\b|\bas a result of\b|\bbecause of\b", "because of"),
        (r"\bin spite of\b", "despite"),
        (r"\blaid off\b", "dismissed"),
        (r"\baccording to\b", "said by"),
        (r"\bper cent\b|\bpercent\b", "%"),
        (r"\b(?:compared (?:with|to))\b", "than"),
    )
)
_TO_BE_DONE = re.compile(r"\b(?:is|are|was|were) to (?=\w)", re.IGNORECASE)
_RELATIVE_TIME = re.compile(
    rf"\b(?:yesterday|today|tomorrow|(?:last|this|next|past) (?:week|month|year|decade|{WEEKDAY})"
    rf"|{WEEKDAY})\b",
    re.IGNORECASE,
)
_WEEKDAY_BEFORE = re.compile(rf"\b{WEEKDAY},? $", re.IGNORECASE)

# Endings that British English writes with "our" and "is".
_OUR = re.compile(r"(?<=[a-z]{2})our(?=s?$|ed$|ing$|able$)")
_ISE = re.compile(r"(?<=[a-z]{4})is(?=e[ds]?$|ing$|ations?$)")

# --- figures ----------------------------------------------------------------------------------

_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3,
    "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12,
}  # fmt: skip
_TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 100, 10),
        strict=True,
    )
)
_TEENS = dict(
    zip(
        "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        range(13, 20),
        strict=True,
    )
)
_WORD_VALUES = SMALL_NUMBERS | _TEENS | _TENS
_UNITS = {
    "%": "%", "percentage": "points", "points": "points", "$": "$", "dollar": "$", "dollars": "$",
    "€": "€", "euro": "€", "euros": "€", "£": "£", "pound": "£", "pounds": "£", "¥": "¥",
    "yen": "¥", "km": "km", "kilometre": "km", "kilometres": "km", "kilometer": "km",
    "kilometers": "km", "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m",
    "mile": "mile", "miles": "mile", "kg": "kg", "kilogram": "kg", "kilograms": "kg", "ft": "ft",
    "feet": "ft", "foot": "ft",
}  # fmt: skip
_SHARES = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "thirds": 1 / 3, "quarters": 1 / 4}
_WORD_NUMBER = "|".join(sorted(_WORD_VALUES, key=len, reverse=True))
_SCALE = "hundred|thousand|million|billion|trillion"
# A bound before a figure: its sign.
_BOUNDS = {
    "at least": "≥", "no fewer than": "≥", "over": ">", "more than": ">", "above": ">",
    "exceeding": ">", "almost": "<", "nearly": "<", "under": "<", "less than": "<",
    "fewer than": "<", "below": "<", "up to": "≤", "at most": "≤", "about": "~", "around": "~",
    "some": "~", "roughly": "~", "approximately": "~", "to": "to", "from": "from",
}  # fmt: skip
_FIGURE = re.compile(
    rf"(?<![\w.,])(?:(?P<bound>{'|'.join(_BOUNDS)}) )?(?:"
    r"(?P<currency>[$€£¥])?(?P<digits>\d{1,3}(?:[,\s\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|(?:(?P<share_count>one|a|two|three|\d) )?(?P<share>half|thirds?|quarters?)(?= of\b|\b)"
    r"|(?:a )?(?P<dozen>dozen)"
    rf"|(?P<words>(?:{_WORD_NUMBER})(?:-(?:{_WORD_NUMBER}))?)"
    rf"|(?P<a>an?)(?= (?:{_SCALE})\b))"
    rf"(?P<scales>(?:\s?(?:{_SCALE}|(?<=\d)(?:k|mn?|bn|tn)))*)(?![\w])"
    r"(?:\s?(?P<unit>%|percentage points?|points|euros?|dollars?|pounds?|yen|km|kilomet(?:re|er)s?"
    r"|m|met(?:re|er)s?|miles?|kg|kilograms?|ft|feet|foot)(?!\w))?",
    re.IGNORECASE,
)
# The word is a figure only before a scale or another noun of measure; "one of them" is none.
_LONE_ONE = frozenset({"one"})
# Below this value "m" right after the digits means million, above it metres.
_MILLIONS_BELOW = 1000


@dataclass(frozen=True, slots=True)
class Parts:
    """What a rewording keeps.

    Figures are written in one form each: "≥ 1500000 €". `marks` are the classes of words that both
    wordings need, `words` all words without figures, `dateless` the text without its dates, and
    `bare` also without figures.
    """

    figures: tuple[str, ...]
    dates: frozenset[tuple[date, date, bool]]
    times: frozenset[str]
    marks: frozenset[str]
    words: frozenset[str]
    dateless: str
    bare: str


def read_parts(text: str, *, on: date | None = None) -> Parts:
    """The parts of a statement; dates such as "last year" count from the day `on`, if known."""
    text = expand(text)
    found = find_dates(text, page_date=on)
    for when in reversed(found):
        start = when.span.start
        if weekday := _WEEKDAY_BEFORE.search(text[:start]):
            start = weekday.start()
        text = f"{text[:start]} ; {text[when.span.end :]}"
    dates = frozenset((when.low, when.high, when.year_known) for when in found)
    times = frozenset(match[0].lower() for match in _RELATIVE_TIME.finditer(text))
    figures = tuple(sorted(said for _, said in _find_figures(text)))
    rest = _replace_figures(text, lambda said: " ")
    said = frozenset(re.findall(r"[^\W\d_]+", rest.lower()))
    marks = {name for name, listed in _KEPT.items() if not said.isdisjoint(listed)}
    if _TO_BE_DONE.search(rest):
        marks.add("planned")
    return Parts(figures, dates, times, frozenset(marks), said, text, rest)


def is_opposite(one: Parts, other: Parts) -> bool:
    """Whether each statement has one of two opposites that the other lacks: rose and fell."""
    mine, theirs = one.words - other.words, other.words - one.words
    for up, down in _OPPOSITES:
        for there, back in ((up, down), (down, up)):
            if mine & there and theirs & back and not (one.words & back or other.words & there):
                return True
    return False


def expand(text: str) -> str:
    """The text with contractions and fixed phrases in one form: "not" for "n't"."""
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return text


def write_alike(text: str) -> str:
    """The text with its figures, days, contractions and fixed phrases in one form each, so that a
    judge compares the rest."""
    text = expand(text)
    parts, end = [], 0
    for when in find_dates(text):
        before = _WEEKDAY_BEFORE.sub("", text[end : when.span.start])
        parts += [_replace_figures(before, str), _write_days(when)]
        end = when.span.end
    return "".join([*parts, _replace_figures(text[end:], str)])


def _write_days(when: When) -> str:
    """One day as "4 May 2019"; other days as they are written."""
    if when.low != when.high or not when.year_known:
        return when.label
    return f"{when.low.day} {MONTH_NAMES[when.low.month - 1].capitalize()} {when.low.year}"


def fold_spelling(word: str) -> str:
    """The American spelling of a lower-case word: labor, theater, organization."""
    if word.endswith("tre") and len(word) > 4:
        return f"{word[:-2]}er"
    return _ISE.sub("iz", _OUR.sub("or", word))


def _replace_figures(text: str, write: Callable[[str], str]) -> str:
    parts, end = [], 0
    for match, said in _find_figures(text):
        bound = match["bound"] or ""
        parts += [text[end : match.start()], f"{bound} " if bound else ""]
        parts.append(write(said.removeprefix(_BOUNDS.get(bound.lower(), "")).strip()))
        end = match.end()
    return "".join([*parts, text[end:]])


def _find_figures(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each figure with its bound, value and unit, such as "≥ 1500000 €"."""
    for match in _FIGURE.finditer(text):
        if (match["words"] or "").lower() in _LONE_ONE and not match["scales"]:
            continue
        value, unit = (
            _read_value(match),
            _UNITS.get((match["unit"] or "").lower().split(" ")[0], ""),
        )
        if match["share"]:
            value, unit = value * 100, "%"
        scales = match["scales"].lower().split()
        is_metres = value >= _MILLIONS_BELOW or match["scales"][:1] == " "
        if match["digits"] and scales == ["m"] and not match["currency"] and is_metres:
            scales, unit = [], "m"
        for scale in scales:
            value *= _SCALES[scale]
        unit = match["currency"] or unit
        bound = _BOUNDS.get((match["bound"] or "").lower(), "")
        yield match, " ".join(filter(None, (bound, f"{round(value, 6):.10g}", unit)))


def _read_value(match: re.Match[str]) -> float:
    if match["digits"]:
        return float(re.sub(r"[,\s\u202f]", "", match["digits"]))
    if match["share"]:
        count = (match["share_count"] or "a").lower()
        return _SHARES[match["share"].lower()] * (
            int(count) if count.isdigit() else SMALL_NUMBERS.get(count, 1)
        )
    if match["dozen"]:
        return 12.0
    if match["words"]:
        return float(sum(_WORD_VALUES[word] for word in match["words"].lower().split("-")))
    return 1.0
