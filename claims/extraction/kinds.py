"""The kinds of a claim, recognised by its words; a claim can be of several kinds."""

from __future__ import annotations

import re
from enum import StrEnum

from claims.english.clauses import finite_verb, lead_in_end
from claims.english.function_words import BE, CAUSAL, HAVE
from claims.english.modality import POSITION
from claims.english.quantities import COMPARISON
from claims.english.tokens import is_number, is_past, tokenise
from claims.extraction.check_worthiness import says_when


class Kind(StrEnum):
    """The kinds of claim, in the order in which they are listed."""

    QUANTITY = "quantity"  # a figure: how many, how much, what share
    DATE = "date"  # when something was or will be
    EVENT = "event"  # something happened
    STATE = "state"  # something is the case
    COMPARISON = "comparison"  # more, less, first, highest
    CAUSAL = "causal"  # one thing because of another
    QUOTATION = "quotation"  # words between quotation marks
    ATTRIBUTION = "attribution"  # that someone said or did not say something
    POSITION = "position"  # what someone wants, plans, supports or has to do


_QUOTED = re.compile(r"[\"“”«»]|(?<!\w)['‘][^'’]+['’](?!\w)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_AUXILIARY_OF_EVENTS = HAVE | {"was", "were"}


def find_kinds(text: str, *, is_attributed: bool) -> tuple[str, ...]:
    """The kinds of a claim's text, never empty, in the order of Kind.

    `is_attributed` means that the text includes the reporting clause ("Noboa said ...").
    """
    tokens = tokenise(text)
    start = lead_in_end(tokens, 0, len(tokens))
    verb = finite_verb(tokens, start, len(tokens))
    low = tokens[verb].low if verb is not None else ""
    happened = verb is not None and (
        (is_past(tokens[verb]) and low not in BE)
        or (low in _AUXILIARY_OF_EVENTS and any(is_past(t) for t in tokens[verb + 1 : verb + 4]))
    )
    found = {
        Kind.QUANTITY: any(is_number(t) and not _YEAR.fullmatch(t.text) for t in tokens),
        Kind.DATE: says_when(text, tokens),
        Kind.EVENT: happened and not is_attributed,
        Kind.COMPARISON: bool(COMPARISON.search(text)),
        Kind.CAUSAL: bool(CAUSAL.search(text)),
        Kind.QUOTATION: bool(_QUOTED.search(text)),
        Kind.ATTRIBUTION: is_attributed,
        Kind.POSITION: bool(POSITION.search(text)),
    }
    found[Kind.STATE] = not (found[Kind.EVENT] or is_attributed or found[Kind.POSITION])
    return tuple(str(kind) for kind in Kind if found[kind])
