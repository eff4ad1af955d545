"""Hedges beside a number: "nearly", "at least", "or more". Pure functions."""

from __future__ import annotations

import re

from claims.verdicts.findings.quantity import Hedge

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
_BEFORE = re.compile(
    r"(?:" + "|".join(rf"(?P<h{n}>(?<!\w)(?:{p}))" for n, (_, p) in enumerate(_HEDGES)) + r")"
    r"(?: (?:the|a|an|about|some|its|their))?\s?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:\s\w+)? or (?:(more|higher|longer|older)|(less|fewer)|(so))\b")
_DENIED = re.compile(r"(?:\b(?:not|never|no)|n['’]t) $")
# As many characters as a hedge has at most, with what may stand between it and the number.
_BEFORE_CHARS = 40
_AFTER_CHARS = 24


def hedge_before(text: str, place: int) -> tuple[Hedge, int]:
    """The hedge that ends at `place`, and how many characters it has; EXACT and 0 for none."""
    before = text[max(0, place - _BEFORE_CHARS) : place]
    match = _BEFORE.search(before)
    if not match:
        return Hedge.EXACT, 0
    words = match[0].lower()
    hedge = next(hedge for n, (hedge, _) in enumerate(_HEDGES) if match[f"h{n}"])
    if _DENIED.search(before[: match.start()]):
        hedge = Hedge.UP_TO if hedge is Hedge.OVER else Hedge.EXACT
    elif words.startswith("just over"):
        hedge = Hedge.ABOUT
    elif hedge is Hedge.UNDER and words.startswith("just"):
        hedge = Hedge.NEARLY
    return hedge, len(match[0])


def hedge_after(text: str, place: int) -> Hedge:
    """The hedge that begins at `place`: "or more", "people or so"; EXACT for none."""
    match = _AFTER.match(text[place : place + _AFTER_CHARS])
    if not match:
        return Hedge.EXACT
    return Hedge.AT_LEAST if match[1] else Hedge.UP_TO if match[2] else Hedge.ABOUT
