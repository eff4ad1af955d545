"""Decides whether a sentence is English. The answer is no only when that is clear."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from claims.extraction.lexicon import word_set
from claims.text import words

# Words frequent in English and rare in its neighbouring languages; lower case only, because names
# contain the others.
_ENGLISH = word_set(
    "the of and to was were is are that which with for from by at this these their his her has",
    "have had been will would said not it its they after before about than when who there into",
    "over under could should while because between during through against more most year years",
    "people",
)
_FEWEST_WORDS = 6
_CLEAR_SHARE = 0.1
# Limits for a foreign sentence: maximum probability of English, minimum of the best language.
_ENGLISH_AT_MOST = 0.02
_OTHER_AT_LEAST = 0.35


@cache
def _identifier() -> Any:
    """The language model, loaded when first needed: English news seldom needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_english(sentence: str) -> bool:
    """False when the sentence is clearly in another script or language.

    A sentence of fewer than six words in Latin letters always passes.
    """
    letters = [c for c in sentence[:400] if c.isalpha()]
    if letters and sum(map(_is_latin, letters)) < 0.5 * len(letters):
        return False
    found = words(sentence[:1000])
    if len(found) < _FEWEST_WORDS:
        return True
    if sum(word in _ENGLISH for word in sentence[:1000].split()) >= _CLEAR_SHARE * len(found):
        return True
    ranked = _identifier().rank(sentence[:1000])
    english = dict(ranked).get("en", 0.0)
    best, probability = ranked[0]
    return bool(best == "en" or english > _ENGLISH_AT_MOST or probability < _OTHER_AT_LEAST)


@cache
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
