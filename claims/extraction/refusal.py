"""Which submitted claims cannot be checked, where that is clear. Pure functions.

A claim that is submitted is refused for two of the reasons for which a sentence of an article is
not checked. The rules for the others, such as opinions and predictions, would also refuse claims
that can be checked: docs/adr/0038-what-cannot-be-checked-is-refused.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from claims.english.language_detection import is_english
from claims.english.quotation import find_quotations, mask_quotations
from claims.english.sentences import split_sentences
from claims.english.tokens import tokenise
from claims.errors import NotCheckable
from claims.extraction.reasons import Reason
from claims.extraction.statements import find_statements
from claims.text import fold_spaces, replace_surrogates

_MESSAGES: Mapping[Reason, str] = {
    Reason.NOT_ENGLISH: "this is not in English, the only language that the judge reads",
    Reason.QUESTION: "this is a question: write the answer that is to be checked, as a statement",
}


def find_refusal(claim: str) -> Reason | None:
    """The reason why a submitted claim cannot be checked; None if that is not clear.

    It is clearly in another language, or all its sentences are questions.
    """
    words = fold_spaces(replace_surrogates(claim))
    if not is_english(words):
        return Reason.NOT_ENGLISH
    asks = all(_ends_in_question_mark(sentence.text) for sentence in split_sentences(words))
    return Reason.QUESTION if asks and not _reports_speech(words) else None


def check_checkable(claims: Iterable[tuple[str, str]]) -> None:
    """Raise NotCheckable, with all claims at fault, if one of them cannot be checked.

    `claims` are pairs of a JSON pointer and a text.
    """
    faults = [
        (pointer, _MESSAGES[reason])
        for pointer, text in claims
        if (reason := find_refusal(text)) is not None
    ]
    if faults:
        raise NotCheckable(tuple(faults))


def _ends_in_question_mark(sentence: str) -> bool:
    return sentence.rstrip("\"'”’»)] ").endswith("?")


def _reports_speech(words: str) -> bool:
    """Whether the claim is that somebody said or asked something, which can be checked."""
    masked = mask_quotations(words, find_quotations(words))
    return any(statement.is_attributed for statement in find_statements(tokenise(masked)))
