"""Whether two places in two texts speak of the same thing, by the words around them.

A quantity, a date or a quotation of the claim is compared only with one of the passage about the
same thing. What tells are the other words of the claim: how many of them, the nearer the weightier,
stand near the place in the passage. Pure functions.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import Stemmer

from claims.text import split_sentences
from claims.types import Span

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EMPTY = frozenset(
    "a an the of in on at to for from by with as and or but nor so is are was were be been being "
    "has have had do does did will would shall should can could may might must it its he she they "
    "his her their them him i we you our your this that these those there which who whom whose "
    "what when where while than then not no about around over under more less least most nearly "
    "almost up down into out after before since until during between according said says say "
    "told also only just still now other some any all each per percent cent million billion "
    "thousand hundred dozen one two three four five six seven eight nine ten year years".split()
)
# Words of one family that news use for another; each stands for the first.
_ALIKE = (
    "kill die dead death fatal perish victim",
    "rise increas grow climb jump up gain",
    "fall drop declin decreas shrink slump down",
    "buy acquir purchas takeov",
    "build construct erect",
    "cost price worth spend spent",
    "hurt injur wound",
    "peopl person resid inhabit popul",
    "job employe staff worker post workforc",
    "begin start launch open",
    "found establish creat set",
    "say tell report announc",
    "win victori beat beaten defeat won",
    "arrest detain custodi",
    "vote ballot",
    "hous home",
    "pupil student",
    "firm compani busi",
    "child children kid",
    "woman women",
    "man men",
    "deputi lawmak mp",
    "rain precipit rainfal",
)
_FAMILY = {stem: group.split()[0] for group in _ALIKE for stem in group.split()}
_STEMMER = Stemmer.Stemmer("english")
# Weight of a word of the claim halves at this many words from the place.
_HALF_AT = 7.0
# What a word counts for that the passage has in another sentence, or in its title.
_ELSEWHERE = 0.45
_NEAR = 6
_NEAREST = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A word with content, by its stem, and its number among all words of the text."""

    stem: str
    place: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Context:
    """A text as words. `starts` are the characters where they begin, `ends` those of sentences."""

    text: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    by_sentence: Mapping[int, tuple[Word, ...]]
    stems: frozenset[str]

    def place_of(self, span: Span) -> int:
        """The number of the word at `span`, counting all words."""
        return bisect_left(self.starts, span.start)

    def sentence_of(self, span: Span) -> int:
        """The number of the sentence that `span` begins in."""
        return bisect_right(self.ends, span.start)


def stem(word: str) -> str:
    """The Snowball stem, or that of the word's family."""
    short = str(_STEMMER.stemWord(word.lower().removesuffix("'s").removesuffix("’s")))
    return _FAMILY.get(short, short)


def read_context(text: str) -> Context:
    """Split into sentences and words."""
    ends = tuple(sentence.span.end for sentence in split_sentences(text))
    starts, words = [], []
    sentence = 0
    for place, match in enumerate(_WORD.finditer(text)):
        starts.append(match.start())
        while sentence < len(ends) - 1 and match.start() >= ends[sentence]:
            sentence += 1
        word = match[0]
        if word.lower() not in _EMPTY:
            words.append(Word(stem(word), place, sentence))
    grouped: dict[int, list[Word]] = {}
    for one in words:
        grouped.setdefault(one.sentence, []).append(one)
    return Context(
        text,
        tuple(words),
        tuple(starts),
        ends,
        {number: tuple(some) for number, some in grouped.items()},
        frozenset(one.stem for one in words),
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of what the claim says around a place the passage says around another; in [0, 1].

    `around`: all words, the nearer the weightier on both sides. Shares of the claim's words that
    the passage's sentence has: `near` of the four nearest, `everywhere` of all; and `beside`, of
    the four nearest those within six words of the place.
    """

    around: float
    near: float
    beside: float
    everywhere: float


def likeness(
    claim: Context, span: Span, passage: Context, other: Span, *, title: Collection[str] = ()
) -> Likeness:
    """Compare the words around `span` of the claim with those around `other` of the passage."""
    here, there = claim.place_of(span), passage.place_of(other)
    words = [w for w in claim.words if not span.start <= claim.starts[w.place] < span.end]
    sentence = passage.by_sentence.get(passage.sentence_of(other), ())
    stems = {word.stem for word in sentence}
    close = {word.stem for word in sentence if abs(word.place - there) <= _NEAR}
    elsewhere = passage.stems | frozenset(title)
    nearest = sorted(words, key=lambda word: abs(word.place - here))[:_NEAREST]
    weights = [1.0 / (1.0 + abs(word.place - here) / _HALF_AT) for word in words]
    found = [_presence(word.stem, sentence, there, elsewhere) for word in words]
    total = sum(weights)
    return Likeness(
        around=sum(w * f for w, f in zip(weights, found, strict=True)) / total if total else 0.0,
        near=_share(word.stem in stems for word in nearest),
        beside=_share(word.stem in close for word in nearest),
        everywhere=_share(word.stem in stems for word in words),
    )


def _share(found: Iterable[bool]) -> float:
    flags = list(found)
    return sum(flags) / len(flags) if flags else 0.0


def _presence(
    wanted: str, sentence: Sequence[Word], there: int, elsewhere: Collection[str]
) -> float:
    best = _ELSEWHERE if wanted in elsewhere else 0.0
    for word in sentence:
        if word.stem == wanted:
            away = max(0, abs(word.place - there) - _NEAR)
            best = max(best, 1.0 / (1.0 + away / 12))
    return best
