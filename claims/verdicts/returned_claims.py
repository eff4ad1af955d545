"""Whether a claim means the same as an earlier one, so that its verdict and review can be shown.

In order: rules that find a difference (`find_difference`), then the judge, which must support each
text by the other. A claim of which one text says more than the other is another claim. Figures of
quality: `python -m evaluation.returns`. Pure functions, apart from the judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from claims.english.function_words import BE
from claims.english.proper_names import find_names, fold_accents
from claims.english.statement_parts import (
    DIRECTED_PREPOSITIONS,
    LIGHT_WORDS,
    fold_spelling,
    is_opposite,
    read_parts,
    write_alike,
)
from claims.english.stemming import STOP_WORDS, stem
from claims.english.tokens import Token, is_name, is_past, tokenise
from claims.english.verb_forms import VERBS
from claims.evidence.findings.comparing_names import find_named
from claims.types import FindingResult

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Minimum probability with which the judge supports each text by the other.
SUPPORTED_LEAST = 0.5
# Words of a claim by which candidates are looked up in the store, in pairs.
INDEX_WORDS = 5
# Maximum earlier claims that the judge compares with a new one.
JUDGED_MOST = 5
_INITIAL = re.compile(r"(?<=[a-z] )[A-Z]\.(?= [A-Z])")


class Statement(NamedTuple):
    """A claim's text and the day from which its relative dates count."""

    text: str
    on: date | None = None


class Scorer(Protocol):
    """A judge, calibrated or not."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Probabilities of (passage, claim) pairs; see claims.ports.Judge."""
        ...


def find_difference(one: Statement, other: Statement) -> str | None:
    """Why two texts do not mean the same: the first rule that finds a difference, or None.

    figures, dates, times     other figures, with their bounds and units; other days
    marks, opposites          another class of negation, modality, quantity or comparison; "rose"
                              for "fell" (claims/english/statement_parts.py)
    names                     a name that one text lacks, or has in another role
    initials                  a name with initials that the other text lacks: George W. Bush
    roles                     who does what to whom, or which is more than which, is swapped
    part                      one text has all words of the other, and more
    """
    mine, theirs = (read_parts(said.text, on=said.on) for said in (one, other))
    for name in ("figures", "dates", "times", "marks"):
        if getattr(mine, name) != getattr(theirs, name):
            return name
    if is_opposite(mine, theirs):
        return "opposites"
    dateless = [fold_accents(parts.dateless) for parts in (mine, theirs)]
    for text, against in (dateless, dateless[::-1]):
        if any(finding.result in _OTHER_NAME for finding in find_named(text, against)):
            return "names"
    if _find_initials(one.text) != _find_initials(other.text):
        return "initials"
    first, second = _read_order(mine.bare), _read_order(theirs.bare)
    if _is_swapped(first, second) or _is_directed_otherwise(first, second):
        return "roles"
    more = _list_content(mine.bare) - frozenset(second.stems)
    less = _list_content(theirs.bare) - frozenset(first.stems)
    return "part" if bool(more) != bool(less) else None


_OTHER_NAME = frozenset({FindingResult.ABSENT, FindingResult.DIFFERS, FindingResult.OTHER_ROLE})


def list_index_words(text: str) -> tuple[str, ...]:
    """Up to INDEX_WORDS words of a claim by which earlier ones are looked up: names first, then the
    longest words, because both are rare."""
    found = [token for token in tokenise(text) if _has_content(token) and len(token.low) > 1]
    words = {token.low.removesuffix("'s"): is_name(token) for token in found if token.low.isalpha()}
    return tuple(sorted(words, key=lambda word: (not words[word], -len(word)))[:INDEX_WORDS])


def find_same(new: Statement, earlier: Sequence[Statement], judge: Scorer | None) -> int | None:
    """The place of the first earlier claim that means the same as the new one; None if none does.

    The judge compares at most JUDGED_MOST of them with the new one; without a judge only claims
    with the same content words are found.
    """
    left = [place for place, one in enumerate(earlier) if find_difference(new, one) is None]
    if judge is None:
        return next((place for place in left if _has_same_words(new, earlier[place])), None)
    left = left[:JUDGED_MOST]
    answers = judge_same([(new, earlier[place]) for place in left], judge)
    return next((place for place, same in zip(left, answers, strict=True) if same), None)


def judge_same(pairs: Sequence[tuple[Statement, Statement]], judge: Scorer) -> list[bool]:
    """Whether each pair in which the rules found no difference means the same; in order.

    Two texts with the same content words need no judge: it hardly sees their order, which the rules
    compare. Of other pairs it has to support each text by the other, with figures, days and
    contractions in one form.
    """
    asked = [
        (write_alike(one.text), write_alike(other.text))
        for one, other in pairs
        if not _has_same_words(one, other)
    ]
    scores = judge.score([*asked, *((other, one) for one, other in asked)])[:, 0]
    both = zip(scores[: len(asked)], scores[len(asked) :], strict=True)
    judged = iter([bool(min(there, back) >= SUPPORTED_LEAST) for there, back in both])
    return [_has_same_words(one, other) or next(judged) for one, other in pairs]


def _has_same_words(one: Statement, other: Statement) -> bool:
    mine, theirs = (_read_order(read_parts(said.text).bare).stems for said in (one, other))
    return sorted(mine) == sorted(theirs)


# --- order of words ---------------------------------------------------------------------------


class _Order(NamedTuple):
    """Stems of the content words in order, those of verbs, whether the voice is passive, and the
    preposition before a content word ("from" for "Oslo"), if it gives a direction or a place."""

    stems: tuple[str, ...]
    pivots: frozenset[str]
    is_passive: bool
    directions: Mapping[str, str]


def _read_order(text: str) -> _Order:
    said = [token for token in tokenise(text) if token.text[0].isalpha()]
    content = [token for token in said if _has_content(token)]
    lows = {token.low for token in said}
    return _Order(
        tuple(_stem(token) for token in content),
        frozenset(_stem(token) for token in content if _is_pivot(token)),
        "by" in lows and not BE.isdisjoint(lows),
        _read_directions(said),
    )


def _read_directions(said: Sequence[Token]) -> dict[str, str]:
    found, preposition = {}, ""
    for token in said:
        if token.low in DIRECTED_PREPOSITIONS:
            preposition = token.low
        elif _has_content(token):
            if preposition:
                found[_stem(token)] = preposition
            preposition = ""
    return found


def _is_directed_otherwise(one: _Order, other: _Order) -> bool:
    """Whether a word stands after another preposition: from Oslo, to Oslo."""
    return any(
        other.directions.get(stem, preposition) != preposition
        for stem, preposition in one.directions.items()
    )


def _stem(token: Token) -> str:
    return stem(fold_spelling(token.low.removesuffix("'s")))


def _has_content(token: Token) -> bool:
    if token.low == "than":
        return True
    return (
        token.low not in LIGHT_WORDS
        and token.low not in STOP_WORDS
        and (len(token.text) > 1 or token.text.isupper())
    )


def _is_pivot(token: Token) -> bool:
    """Whether the order of the words around it counts: a verb, or "than"."""
    base = token.low.removesuffix("s")
    return token.low == "than" or is_past(token) or (base in VERBS and base != token.low)


def _is_swapped(one: _Order, other: _Order) -> bool:
    """Whether what comes right before a verb, or right after "than", changes places around it; or
    two words change places and everything between and around them stays."""
    if one.is_passive != other.is_passive:
        return False
    if len(one.stems) == len(other.stems):
        pairs = enumerate(zip(one.stems, other.stems, strict=True))
        places = [place for place, (mine, theirs) in pairs if mine != theirs]
        if len(places) == 2 and places[1] - places[0] > 1:
            first, second = places
            if (one.stems[first], one.stems[second]) == (other.stems[second], other.stems[first]):
                return True
    return any(
        _is_swapped_around(pivot, one.stems, other.stems) for pivot in one.pivots & other.pivots
    )


def _is_swapped_around(pivot: str, one: Sequence[str], other: Sequence[str]) -> bool:
    (before, after), (before_too, after_too) = (
        (list(stems[: stems.index(pivot)]), list(stems[stems.index(pivot) + 1 :]))
        for stems in (one, other)
    )
    if pivot == "than":
        before, after, before_too, after_too = (
            after[::-1], before, after_too[::-1], before_too
        )  # fmt: skip
    if not before or not before_too:
        return False
    mine, theirs = before[-1], before_too[-1]
    return mine != theirs and mine in after_too and theirs in after


def _list_content(text: str) -> frozenset[str]:
    """Stems of the content words outside names, which have a rule of their own."""
    for name in reversed(find_names(text)):
        text = f"{text[: name.span.start]};{text[name.span.end :]}"
    return frozenset(_read_order(text).stems)


def _find_initials(text: str) -> frozenset[str]:
    """Initials between the words of a name: the W of George W. Bush."""
    return frozenset(_INITIAL.findall(text))
