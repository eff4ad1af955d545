"""Squares: two claims and two texts of evidence that differ in one word, all four together.

A square is made from a supported claim whose figure, month, weekday, number or name is also in its
evidence. Replacing that word gives a second claim and a second text; each claim is supported only
by its own text. Neither the claim nor the evidence alone reveals the label. Public contrast sets of
this kind: Schuster et al., "Get Your Vitamin C!" (NAACL 2021).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from training.compose import FIGURE, MONTHS, NAME, other_figure, whole_word
from training.events import GROUP, Event, deciding_text
from training.pairs import Pair

Family = tuple[Pair, ...]

_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
_ROWS = (MONTHS, _DAYS, _NUMBERS)
# A full name that is not part of a longer one.
_WHOLE_NAME = re.compile(rf"{NAME.pattern}(?! (?:[a-z]{{2,3}} )?[A-Z])")
# Words after which another figure in the evidence may also support the claim.
_BOUND = re.compile(
    r"\b(?:more|less|fewer|over|under|above|below|least|most|nearly|almost|about|around|up to"
    r"|roughly|some|than|every|all)\b",
    re.IGNORECASE,
)


def pair_supported(events: Iterable[Event]) -> list[Pair]:
    """The supported claims of the events with the paragraphs that decide them."""
    return [
        Pair(
            claim.claim,
            deciding_text(event, claim.quotes),
            claim.label,
            f"{GROUP}:{event.name}",
            claim.kind,
        )
        for event in events
        for claim in event.claims
        if claim.label == "SUPPORTED"
    ]


def make_squares(pairs: Iterable[Pair], count: int, *, seed: int) -> Iterator[Family]:
    """At most `count` squares of random pairs; the result depends only on the arguments."""
    rng = random.Random(f"squares {seed}")
    order = [pair for pair in pairs if pair.label == "SUPPORTED"]
    rng.shuffle(order)
    for pair in order:
        if count == 0:
            return
        if (square := make_square(pair, rng)) is not None:
            count -= 1
            yield square


def make_square(pair: Pair, rng: random.Random) -> Family | None:
    """The square of a supported pair; None when it has no word that can be exchanged."""
    return _exchange_words(pair, rng) or _exchange_names(pair, rng)


def _exchange_words(pair: Pair, rng: random.Random) -> Family | None:
    """Replace a figure, month, weekday or number that occurs once in each text."""
    if _BOUND.search(pair.claim):
        return None
    words = [word for word in _words(pair.claim) if _once(word, pair.claim, pair.evidence)]
    if not words:
        return None
    word = rng.choice(words)
    other = _another(word, rng)
    if other is None or re.search(whole_word(other), f"{pair.claim} {pair.evidence}"):
        return None
    claim = re.sub(whole_word(word), other, pair.claim)
    evidence = re.sub(whole_word(word), other, pair.evidence)
    return _square(pair, claim, evidence, "REFUTED")


def _exchange_names(pair: Pair, rng: random.Random) -> Family | None:
    """Exchange two full names in the evidence, and replace the first by the second in the claim.

    The crossed pairs are NOT_SUPPORTED, not REFUTED: that one person did something rarely means
    that another did not.
    """
    found = _WHOLE_NAME.findall(pair.evidence)
    names = sorted({name for name in found if _once(name.split()[-1], pair.evidence)})
    mine = [name for name in names if _once(name, pair.claim)]
    others = [
        name
        for name in names
        if not any(re.search(whole_word(word), pair.claim) for word in name.split())
    ]
    if not mine or not others:
        return None
    first, second = rng.choice(mine), rng.choice(others)
    trade = {first: second, second: first}
    either = re.compile("|".join(re.escape(name) for name in trade))
    evidence = either.sub(lambda match: trade[match.group()], pair.evidence)
    return _square(pair, pair.claim.replace(first, second), evidence, "NOT_SUPPORTED")


def _square(pair: Pair, claim: str, evidence: str, crossed: str) -> Family:
    return (
        pair,
        replace(pair, evidence=evidence, label=crossed),
        replace(pair, claim=claim, label=crossed),
        replace(pair, claim=claim, evidence=evidence),
    )


def _words(claim: str) -> Sequence[str]:
    return [*FIGURE.findall(claim), *(word for row in _ROWS for word in row if word in claim)]


def _once(word: str, *texts: str) -> bool:
    return all(len(re.findall(whole_word(word), text)) == 1 for text in texts)


def _another(word: str, rng: random.Random) -> str | None:
    for row in _ROWS:
        if word in row:
            return rng.choice([other for other in row if other != word])
    return other_figure(word, rng)
