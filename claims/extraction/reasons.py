"""Why a sentence is not checked, or that it is: the rules that come before the score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from claims.extraction.features import says_when
from claims.extraction.grammar import Token, finite_verb, is_number, is_past, lead_in_end
from claims.extraction.lexicon import (
    AUXILIARIES,
    FIRST_PERSON,
    PLAIN_PRESENT,
    SECOND_PERSON,
    THIRD_PERSON,
    word_set,
)


class Reason(StrEnum):
    """The codes of `not_checked`; docs/glossary.md has the same list."""

    HEADING = "heading"  # a title or a line without a sentence
    BYLINE = "byline"  # who wrote it, and when
    CAPTION = "caption"  # what a picture shows, and whose it is
    BOILERPLATE = "boilerplate"  # advertisement, newsletter, share, rights
    TOO_SHORT = "too-short"  # fewer than three words, or no verb
    TOO_LONG = "too-long"  # longer than a claim may be, and not to be cut
    NOT_ENGLISH = "not-english"  # in another language
    QUESTION = "question"  # asks
    INSTRUCTION = "instruction"  # tells the reader what to do
    PERSONAL = "personal"  # speaks of the writer or to the reader
    OPINION = "opinion"  # judges or demands
    PREDICTION = "prediction"  # says what may or will come
    NO_SPEAKER = "no-speaker"  # a quotation, and it is not clear whose
    NO_CONTENT = "no-checkable-content"  # nothing that a source could confirm


_EVALUATION = word_set(
    "chilling terrible terrific wonderful awful horrible great brilliant shameful disgraceful",
    "ridiculous absurd outrageous beautiful ugly disappointing inspiring heartbreaking remarkable",
    "impressive unacceptable appalling tragic sad sadly unfortunately fortunately thankfully",
    "hopefully surprisingly interestingly shocking alarming worrying troubling disturbing",
    "fascinating wise foolish stupid silly sensible reckless brave courageous cowardly noble evil",
    "good bad better best worse worst nice important crucial vital urgent urgency essential",
    "inevitable undoubtedly convenient elegant clever tense dramatic deserves deserve right wrong",
    "fair unfair fitting stunning proud breathtaking disgrace shame tragedy farce outrage triumph",
)
_OPINION_FRAME = re.compile(
    r"^(?:in (?:our|my) (?:view|opinion)|to (?:my|our) mind|it is (?:hard|difficult|easy|tempting|impossible)"
    r" to (?:imagine|believe|see|overstate|think|say|deny|know)|it is (?:time|clear|obvious|high time)"
    r"|there is no (?:doubt|excuse|question)|no one (?:can|could|should)|perhaps|maybe|arguably|surely"
    r"|what (?:a|an)\b|one (?:can|could|might|must|should)|it (?:seems|feels|remains to be seen)"
    r"|the (?:truth|point|problem|question|irony|hope) is)\b"
    r"|\bhas never been (?:greater|higher|clearer|more)\b|\bremains to be seen\b",
    re.IGNORECASE,
)
_NORM = re.compile(
    r"\b(?:should|ought to|must(?! have)|need to|needs to|has to|have to|(?:is|are) (?:badly |urgently )?needed)\b(?! have been)",
    re.IGNORECASE,
)
_RULE_OF_LAW = re.compile(
    r"\b(?:law|rules?|regulations?|act|court|judge|constitution|contract|agreement|licen[cs]e|by \w+day"
    r"|by (?:the end of )?(?:\d{4}|january|february|march|april|may|june|july|august|september|october"
    r"|november|december))\b",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"\b(?:will (?:probably|likely|surely|certainly|almost certainly|never|soon|eventually|continue)"
    r"|(?:is|are|seems?|appears?) (?:\w+ )?(?:likely|unlikely|bound|poised|certain) to"
    r"|(?:is|are) (?:widely )?(?:expected|predicted|projected|forecast|predestined) to"
    r"|(?:is|are) going to|looks? set to|in the (?:coming|next few) (?:days|weeks|months|years|decades)"
    r"|in the near future|sooner or later)\b",
    re.IGNORECASE,
)
_SCHEDULED = re.compile(
    r"\b(?:scheduled|due|set|planned|slated) (?:to|for)\b|\btakes? effect\b|\bcomes? into force\b",
    re.IGNORECASE,
)
_SURE_IMPERATIVE = word_set("please click subscribe unsubscribe don't let's imagine")
_IMPERATIVE = word_set(
    "please click read see watch listen call visit vote imagine remember consider note let's don't",
    "never always stop stay join help donate subscribe follow check try keep make take think look",
    "ask tell go come buy get avoid ensure forget wait say do be write send bring enjoy add mix",
    "stir heat apply contact",
)


_VERB_FORMS = THIRD_PERSON | PLAIN_PRESENT | AUXILIARIES
_AFTER_IMPERATIVE = word_set("the a an our your this us that to for here be")


def find_reason(text: str, tokens: Sequence[Token], *, is_attributed: bool) -> Reason | None:
    """Why a statement in the article's own voice is not checked; None if these rules let it pass.

    `tokens` are those of the text with its quotations masked. For a statement that includes its
    saying (`is_attributed`), what is said may be opinion or forecast: that it was said can be checked.
    """
    start = lead_in_end(tokens, 0, len(tokens))
    if text.rstrip("\"'”’» ").endswith("?") and not is_attributed:
        return Reason.QUESTION
    if _is_instruction(tokens):
        return Reason.INSTRUCTION
    if is_personal(tokens[:1]) or (is_personal(tokens) and not is_attributed):
        return Reason.OPINION if _OPINION_FRAME.search(text) else Reason.PERSONAL
    verb = finite_verb(tokens, start, len(tokens))
    if verb is None and not _has_anchor(tokens) and not any(map(_can_be_verb, tokens)):
        return Reason.TOO_SHORT
    if is_attributed:
        return None
    if _is_opinion(text, tokens):
        return Reason.OPINION
    return Reason.PREDICTION if _is_prediction(text, tokens) else None


def _is_instruction(tokens: Sequence[Token]) -> bool:
    first = tokens[0].low if tokens else ""
    second = tokens[1].low if len(tokens) > 1 else ""
    if first not in _IMPERATIVE:
        return False
    return first in _SURE_IMPERATIVE or second in _AFTER_IMPERATIVE


def is_personal(tokens: Sequence[Token]) -> bool:
    """Whether the article speaks as I or we, or to the reader. "US" and "World War I" do not."""
    for at, token in enumerate(tokens):
        if token.low not in FIRST_PERSON and token.low not in SECOND_PERSON:
            continue
        if token.text in {"US", "MY", "ME", "WE"} or (token.low == "mine" and at):
            continue
        if token.text == "I" and at and tokens[at - 1].text[0].isupper():
            continue
        return True
    return False


def _can_be_verb(token: Token) -> bool:
    return token.low in _VERB_FORMS or is_past(token)


def _has_anchor(tokens: Sequence[Token]) -> bool:
    """A figure or a name inside the sentence: something that a source can confirm."""
    return any(is_number(token) for token in tokens) or any(
        token.text[0].isupper() for token in tokens[1:]
    )


def _is_opinion(text: str, tokens: Sequence[Token]) -> bool:
    """Frames of opinion always; demands and evaluations only without a figure, law or date."""
    if _OPINION_FRAME.search(text):
        return True
    if any(is_number(token) for token in tokens):
        return False
    if _NORM.search(text) and not _RULE_OF_LAW.search(text):
        return True
    return any(token.low in _EVALUATION for token in tokens) and not any(
        token.text[0].isupper() for token in tokens[1:]
    )


def _is_prediction(text: str, tokens: Sequence[Token]) -> bool:
    """Forecasts; "will" and "could" unless a schedule is reported ("will open on 4 May")."""
    if _FORECAST.search(text):
        return True
    start = lead_in_end(tokens, 0, len(tokens))
    verb = finite_verb(tokens, start, len(tokens))
    main = tokens[verb].low if verb is not None else ""
    is_dated = says_when(text, tokens) or bool(_SCHEDULED.search(text))
    if main in {"will", "won't"} or main.endswith("'ll"):
        return not is_dated and not any(is_number(token) for token in tokens)
    if main not in {"could", "may", "might"} or verb is None:
        return False
    after = tokens[verb + 1].low if verb + 1 < len(tokens) else ""
    # "may use the bridge from Monday" permits; "could not swim" and "may have left" look back.
    return after not in {"not", "have"} and not (main == "may" and is_dated)
