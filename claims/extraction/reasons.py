"""Rules that give the reason why a sentence is not checked; they are applied before the score."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from claims.english.clauses import finite_verb, lead_in_end
from claims.english.function_words import ADDRESS, AUXILIARIES
from claims.english.modality import (
    AFTER_IMPERATIVE,
    EVALUATION,
    FORECAST,
    IMPERATIVE,
    JUDGEMENT,
    NORM,
    OPINION_FRAME,
    RULE,
    SCHEDULED,
    SURE_IMPERATIVE,
)
from claims.english.tokens import Token, is_number, is_past
from claims.english.verb_forms import PLAIN_PRESENT, THIRD_PERSON
from claims.extraction.check_worthiness import says_when


class Reason(StrEnum):
    """The codes of `not_checked`; docs/reference/glossary.md has the same list."""

    HEADING = "heading"  # a title or a line without a sentence
    BYLINE = "byline"  # who wrote it, and when
    CAPTION = "caption"  # what a picture shows, and whose it is
    BOILERPLATE = "boilerplate"  # advertisement, newsletter, share, rights
    TOO_SHORT = "too-short"  # fewer than three words, or neither verb nor figure
    TOO_LONG = "too-long"  # longer than a claim may be, and not to be cut
    NOT_ENGLISH = "not-english"  # clearly in another language
    QUESTION = "question"  # asks
    INSTRUCTION = "instruction"  # asks the reader to do something
    PERSONAL = "personal"  # speaks of the writer or to the reader
    OPINION = "opinion"  # judges or demands
    PREDICTION = "prediction"  # says what may or will come
    NO_SPEAKER = "no-speaker"  # a quotation, and it is not clear whose
    NO_CONTENT = "no-checkable-content"  # nothing that a source could confirm
    BEYOND_LIMIT = "beyond-limit"  # the article has more claims than the limit allows
    LEFT_OUT = "left-out"  # a person listed the claims to check, without this one


_VERB_FORMS = THIRD_PERSON | PLAIN_PRESENT | AUXILIARIES
_POSSIBLE = frozenset({"could", "may", "might"})
# "Mine" more often means a coal mine than a possession.
_ADDRESS = ADDRESS - {"mine"}
# Words in capitals such as "US" look like pronouns, but are not the first person.
_NO_PRONOUNS = frozenset({"US", "MY", "ME", "WE"})


def find_reason(text: str, tokens: Sequence[Token], *, is_attributed: bool) -> Reason | None:
    """The reason why a statement is not checked; None if these rules find none.

    `tokens` are those of the text with its quotations masked. A statement that includes its
    reporting clause (`is_attributed`) may report an opinion or a forecast, because it can be
    checked that it was said.
    """
    if text.rstrip("\"'”’» ").endswith("?") and not is_attributed:
        return Reason.QUESTION
    if _is_instruction(tokens):
        return Reason.INSTRUCTION
    if is_personal(tokens[:1]) or (is_personal(tokens) and not is_attributed):
        return Reason.OPINION if OPINION_FRAME.search(text) else Reason.PERSONAL
    if _says_nothing(tokens):
        return Reason.TOO_SHORT
    if is_attributed:
        return None
    if _is_opinion(text, tokens):
        return Reason.OPINION
    return Reason.PREDICTION if _is_prediction(text, tokens) else None


def is_personal(tokens: Sequence[Token]) -> bool:
    """Whether the text uses I or we, or addresses the reader. "US" and "World War I" do not."""
    for at, token in enumerate(tokens):
        if token.low not in _ADDRESS:
            continue
        is_numeral = token.text == "I" and at > 0 and tokens[at - 1].text[0].isupper()
        if token.text not in _NO_PRONOUNS and not is_numeral:
            return True
    return False


def _is_instruction(tokens: Sequence[Token]) -> bool:
    """Whether the sentence begins with an imperative: "Read our", but not "Read Group sold"."""
    first = tokens[0].low if tokens else ""
    second = tokens[1].low if len(tokens) > 1 else ""
    return first in SURE_IMPERATIVE or (first in IMPERATIVE and second in AFTER_IMPERATIVE)


def _says_nothing(tokens: Sequence[Token]) -> bool:
    """Whether there is neither a figure nor a word that could be a verb."""
    start = lead_in_end(tokens, 0, len(tokens))
    if any(map(is_number, tokens)) or finite_verb(tokens, start, len(tokens)) is not None:
        return False
    return not any(token.low in _VERB_FORMS or is_past(token) for token in tokens)


def _has_anchor(tokens: Sequence[Token]) -> bool:
    """Whether the sentence has a figure or a name inside, which a source can confirm."""
    return any(map(is_number, tokens)) or any(token.text[0].isupper() for token in tokens[1:])


def _is_opinion(text: str, tokens: Sequence[Token]) -> bool:
    """Opinion frames always; demands and judgements only without a figure, a name or a rule."""
    if OPINION_FRAME.search(text):
        return True
    if any(map(is_number, tokens)):
        return False
    if NORM.search(text) and not RULE.search(text) and not says_when(text, tokens):
        return True
    judges = any(token.low in EVALUATION for token in tokens) or JUDGEMENT.search(text)
    return bool(judges) and not _has_anchor(tokens)


def _is_prediction(text: str, tokens: Sequence[Token]) -> bool:
    """Forecasts; "will" without a figure or a date; "could" and "may" as the main verb.

    "The shop will open on 4 May" states a plan that can be checked now.
    """
    if FORECAST.search(text):
        return True
    verb = finite_verb(tokens, lead_in_end(tokens, 0, len(tokens)), len(tokens))
    if verb is None:
        return False
    main = tokens[verb].low
    is_dated = says_when(text, tokens) or bool(SCHEDULED.search(text))
    if main in {"will", "won't"} or main.endswith("'ll"):
        return not is_dated and not any(map(is_number, tokens))
    after = tokens[verb + 1].low if verb + 1 < len(tokens) else ""
    # "may use the bridge from Monday" permits; "could not swim" and "may have left" are past.
    is_permission = main == "may" and is_dated
    return main in _POSSIBLE and after not in {"not", "have"} and not is_permission
