"""Rules that give the reason why a sentence is not checked; they are applied before the score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from claims.extraction.features import says_when
from claims.extraction.grammar import Token, finite_verb, is_number, is_past
from claims.extraction.lead_ins import lead_in_end
from claims.extraction.lexicon import (
    AUXILIARIES,
    FIRST_PERSON,
    PLAIN_PRESENT,
    SECOND_PERSON,
    THIRD_PERSON,
    word_set,
)


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
    INSTRUCTION = "instruction"  # tells the reader what to do
    PERSONAL = "personal"  # speaks of the writer or to the reader
    OPINION = "opinion"  # judges or demands
    PREDICTION = "prediction"  # says what may or will come
    NO_SPEAKER = "no-speaker"  # a quotation, and it is not clear whose
    NO_CONTENT = "no-checkable-content"  # nothing that a source could confirm
    BEYOND_LIMIT = "beyond-limit"  # the article has more claims than are checked of one


# Words that always express a judgement, unless a figure or a name can be checked.
_EVALUATION = word_set(
    "chilling terrible terrific wonderful awful horrible brilliant shameful disgraceful",
    "ridiculous absurd outrageous beautiful ugly disappointing inspiring heartbreaking",
    "remarkable impressive unacceptable appalling tragic sadly unfortunately fortunately",
    "thankfully hopefully shocking surprisingly interestingly alarming worrying troubling",
    "disturbing fascinating foolish stupid silly sensible reckless courageous cowardly noble",
    "evil crucial vital urgent urgency essential inevitable undoubtedly convenient elegant",
    "clever tense deserves deserve unfair stunning breathtaking disgrace shame tragedy farce",
    "triumph",
)
# Words that express a judgement only as a predicate: "it was a great day".
_JUDGEMENT = re.compile(
    r"\b(?:is|was|are|were|be|been|remains?)\s+(?:(?:a|an|the|so|very|too|quite|really|simply)\s+)*"
    r"(?:good|bad|great|right|wrong|fair|nice|important|sad|wise|brave|proud|dramatic|fitting"
    r"|best|worst)\b(?! than)",
    re.IGNORECASE,
)
_OPINION_FRAME = re.compile(
    r"^(?:in (?:our|my) (?:view|opinion)|to (?:my|our) mind"
    r"|it is (?:hard|difficult|easy|tempting|impossible) to"
    r" (?:imagine|believe|see|overstate|think|say|deny|know)"
    r"|it is (?:high )?time|it is (?:clear|obvious)|there is no (?:doubt|excuse|question)"
    r"|no one (?:can|could|should)|perhaps|maybe|arguably|surely|what (?:a|an)"
    r"|one (?:can|could|might|must|should)|it (?:seems|feels)"
    r"|the (?:truth|point|problem|question|irony|hope) is)\b"
    r"|\bhas never been (?:greater|higher|clearer|more)\b|\bremains? to be seen\b",
    re.IGNORECASE,
)
_NORM = re.compile(
    r"\b(?:should|ought to|must(?! have)|needs? to|has to|have to"
    r"|(?:is|are) (?:badly |urgently )?needed)\b(?! have been)",
    re.IGNORECASE,
)
# Words of a rule that can be looked up: duties by law, contract or a date.
_RULE = re.compile(
    r"\b(?:laws?|rules?|regulations?|act|court|judge|constitution|contract|agreement|licen[cs]e)\b",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"\b(?:will (?:(?:almost )?certainly|probably|likely|surely|never|soon|eventually|continue)"
    r"|(?:is|are|seems?|appears?) (?:\w+ )?(?:likely|unlikely|bound|poised|certain) to"
    r"|(?:is|are) (?:widely )?(?:expected|predicted|projected|forecast) to"
    r"|(?:is|are) going to|looks? set to"
    r"|in the (?:coming|next few) (?:days|weeks|months|years|decades)"
    r"|in the near future|sooner or later)\b",
    re.IGNORECASE,
)
_SCHEDULED = re.compile(
    r"\b(?:scheduled|due|set|planned|slated) (?:to|for)\b|\b(?:takes? effect|comes? into force)\b",
    re.IGNORECASE,
)
_SURE_IMPERATIVE = word_set("please click subscribe unsubscribe don't let's imagine")
_IMPERATIVE = _SURE_IMPERATIVE | word_set(
    "read see watch listen call visit vote remember consider note never always stop stay join",
    "help donate follow check try keep make take think look ask tell go come buy get avoid",
    "ensure forget wait say do be write send bring enjoy add mix stir heat apply contact",
)
_AFTER_IMPERATIVE = word_set("the a an our your this us that to for here be tuned")
_VERB_FORMS = THIRD_PERSON | PLAIN_PRESENT | AUXILIARIES
_POSSIBLE = frozenset({"could", "may", "might"})
# "Mine" more often means a coal mine than a possession.
_ADDRESS = (FIRST_PERSON | SECOND_PERSON) - {"mine"}
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
        return Reason.OPINION if _OPINION_FRAME.search(text) else Reason.PERSONAL
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
    return first in _SURE_IMPERATIVE or (first in _IMPERATIVE and second in _AFTER_IMPERATIVE)


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
    if _OPINION_FRAME.search(text):
        return True
    if any(map(is_number, tokens)):
        return False
    if _NORM.search(text) and not _RULE.search(text) and not says_when(text, tokens):
        return True
    judges = any(token.low in _EVALUATION for token in tokens) or _JUDGEMENT.search(text)
    return bool(judges) and not _has_anchor(tokens)


def _is_prediction(text: str, tokens: Sequence[Token]) -> bool:
    """Forecasts; "will" without a figure or a date; "could" and "may" as the main verb.

    "The shop will open on 4 May" states a plan that can be checked now.
    """
    if _FORECAST.search(text):
        return True
    verb = finite_verb(tokens, lead_in_end(tokens, 0, len(tokens)), len(tokens))
    if verb is None:
        return False
    main = tokens[verb].low
    is_dated = says_when(text, tokens) or bool(_SCHEDULED.search(text))
    if main in {"will", "won't"} or main.endswith("'ll"):
        return not is_dated and not any(map(is_number, tokens))
    after = tokens[verb + 1].low if verb + 1 < len(tokens) else ""
    # "may use the bridge from Monday" permits; "could not swim" and "may have left" are past.
    is_permission = main == "may" and is_dated
    return main in _POSSIBLE and after not in {"not", "have"} and not is_permission
