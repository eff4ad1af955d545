"""Detects the language of a page, and whether a sentence is English, where that is clear enough.

Of a page (`find_language`), only words that begin with a small letter are counted, because names
and figures belong to no language; a text with few of them has no detectable language. In doubt the
result is None, because a page that is wrongly detected as foreign is lost. Of a sentence
(`is_english`), all words are counted, and in doubt it is English. The model is loaded only for a
text that is not clearly English, most often in the extraction child.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from claims.english.word_lists import read_pairs, word_set
from claims.text import words

READ = "en"
"""The one language that the judge reads."""

# Words that are frequent in English and rare in its neighbouring languages. A sentence is short, so
# its list also has words that other languages have as well: "was", "had", "over".
_ENGLISH = word_set(
    "the and of to that which with from this these their his been would not its they than when who",
    "there into could should while because between during through against most years people said",
    "were are",
)
_ENGLISH_IN_SENTENCE = _ENGLISH | word_set(
    "about after at before by for had has have her is it more over under was will year"
)
# Minimum share of these words in an English text. English text has a quarter of them, other
# languages one in fifty; a page that is half English has an eighth.
_ENGLISH_SHARE = 0.07
_FEWEST_WORDS = 40
_FEWEST_LETTERS = 80  # of a script other than Latin, which may not separate words
_PIECE_WORDS = 60
_MOST_PIECES = 8
_MOST_CHARACTERS = 40_000
# Limits over all pieces: maximum probability of English, minimum of the other language.
_ENGLISH_AT_MOST = 0.05
_OTHER_AT_LEAST = 0.6
# The same for a sentence, which is foreign only when that is clear: minimum number of words, share
# of English words above which it is English, maximum probability of English, minimum of the best
# language.
_SENTENCE_WORDS = 5
_CLEAR_SHARE = 0.1
_SENTENCE_ENGLISH_AT_MOST = 0.02
_SENTENCE_OTHER_AT_LEAST = 0.35
# Maximum probability of English of a foreign sentence without its names: of foreign sentences in
# tests/claims/english it is at most 0.024, of English sentences with foreign names at least 0.035.
_ENGLISH_WITHOUT_NAMES_AT_MOST = 0.03
# Small words within names of people and places.
_PARTICLES = word_set(
    "af al av bin da das de del den der des di do dos du e el ibn la las le les los te ter",
    "van von y zu",
)

# Latin: lists of plants and terms of law contain it, on pages in English.
_NO_PAGES = frozenset({"la"})

_NAMES = read_pairs("language_names")


def load() -> None:
    """Load the model now, so that its time is not the first page's."""
    _identifier()


def name_of(code: str) -> str:
    """The English name of a language by its ISO 639-1 code; the code itself if it has no name."""
    return _NAMES.get(code, code)


def is_long_enough(text: str) -> bool:
    """Whether a text has enough words, or letters of another script, to detect its language."""
    text = text[:_MOST_CHARACTERS]
    return len(_small_words(text)) >= _FEWEST_WORDS or _is_of_other_script(text)


def find_language(text: str, *, declared: str | None) -> str | None:
    """The language (ISO 639-1) detected in a text; for a short text, the declared one.

    None for a long text that is mixed or not recognised, unless it is declared to be English.
    """
    text = text[:_MOST_CHARACTERS]
    if not is_long_enough(text):
        return declared
    return detect(text) or (declared if declared == READ else None)


def detect(text: str) -> str | None:
    """The language that a text is clearly written in; None when that is not clear."""
    if _is_of_other_script(text):
        letters = "".join(c if c.isalpha() and not _is_latin(c) else " " for c in text)
        ranked = _identifier().rank(" ".join(letters.split())[:2_000])
        return str(next(code for code, _ in ranked if code != READ))
    small = _small_words(text)
    if sum(word in _ENGLISH for word in small) >= _ENGLISH_SHARE * len(small):
        return READ
    pieces = _spread(small)
    shares: dict[str, float] = {}
    for piece in pieces:
        for code, probability in _identifier().rank(" ".join(piece)):
            shares[code] = shares.get(code, 0.0) + float(probability) / len(pieces)
    best = max(shares, key=lambda code: shares[code])
    is_clear = shares[best] >= _OTHER_AT_LEAST and shares.get(READ, 0.0) <= _ENGLISH_AT_MOST
    return best if best == READ or (is_clear and best not in _NO_PAGES) else None


def is_english(sentence: str) -> bool:
    """False when the sentence is clearly in another script or language.

    A sentence of fewer than five words in Latin letters always passes.
    """
    letters = [c for c in sentence[:400] if c.isalpha()]
    if letters and sum(map(_is_plain_latin, letters)) < 0.5 * len(letters):
        return False
    found = words(sentence[:1000])
    if len(found) < _SENTENCE_WORDS:
        return True
    english_words = sum(word in _ENGLISH_IN_SENTENCE for word in sentence[:1000].split())
    if english_words >= _CLEAR_SHARE * len(found):
        return True
    ranked = _identifier().rank(sentence[:1000])
    best, probability = ranked[0]
    return bool(
        best == READ
        or dict(ranked).get(READ, 0.0) > _SENTENCE_ENGLISH_AT_MOST
        or probability < _SENTENCE_OTHER_AT_LEAST
        or _is_english_without_names(sentence[:1000])
    )


def _is_english_without_names(sentence: str) -> bool:
    """Whether it has names and the rest may be English: foreign names make no foreign sentence."""
    if not any(word[:1].isupper() for word in sentence.split()[1:]):
        return False
    left = [word for word in _small_words(sentence) if word not in _PARTICLES]
    english = dict(_identifier().rank(" ".join(left))).get(READ, 0.0) if left else 1.0
    return bool(english > _ENGLISH_WITHOUT_NAMES_AT_MOST)


def _small_words(text: str) -> list[str]:
    """The words of a text that begin with a small letter, without attached signs."""
    bare = (word.strip(".,;:!?()[]\"'“”‘’«»„…–—-") for word in text.split())
    return [word for word in bare if word and word[0].islower() and word.isalpha()]


def _spread(small: Sequence[str]) -> list[Sequence[str]]:
    """Pieces from the whole text, because its beginning may be a quotation or a notice."""
    pieces = [small[start : start + _PIECE_WORDS] for start in range(0, len(small), _PIECE_WORDS)]
    whole = [piece for piece in pieces if len(piece) >= _FEWEST_WORDS // 2]
    step = max(1, len(whole) // _MOST_PIECES)
    return whole[::step][:_MOST_PIECES]


def _is_of_other_script(text: str) -> bool:
    letters = [c for c in text[:4_000] if c.isalpha()]
    others = sum(not _is_latin(c) for c in letters)
    return others >= _FEWEST_LETTERS and others > len(letters) / 2


@cache
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN"))


@cache
def _is_plain_latin(letter: str) -> bool:
    """The same without full-width letters."""
    return unicodedata.name(letter, "").startswith("LATIN")


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
