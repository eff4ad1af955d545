"""Check-worthiness of a sentence: a logistic model over features, one weight for each.

Features are questions that a person could answer as well. Each is 0 or 1, except `length` and
`names`, which grow up to 1; `FEATURES` gives the question of each. The weights are in
worthiness.json with their meaning (`python -m training.worthiness --print` prints them). They are
fitted on debate speech; the threshold in article.py is set for news.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from claims.english.function_words import FIRST_PERSON, HAVE, SECOND_PERSON
from claims.english.quantities import CALENDAR_WORDS
from claims.english.reporting_verbs import REPORTING
from claims.english.tokens import Token, is_number, is_past, tokenise
from claims.english.verb_forms import PAST_DISTINCT, PAST_SHARED
from claims.english.word_lists import word_set

FEATURES: Mapping[str, str] = {
    "figure": "gives a number other than a year",
    "scale": "gives hundreds, thousands, millions or more",
    "percent": "gives a percentage",
    "money": "gives an amount of money",
    "date": "says when: a year, a month, a weekday, last week, three years ago",
    "name": "names someone or something",
    "names": "share of six capitalised words inside the sentence",
    "comparison": "compares: more than, highest, first, least",
    "change": "says that something rose, fell, doubled or was cut",
    "past": "tells what happened: a verb in the past",
    "perfect": "tells what has happened: has been, have cut",
    "reporting": "says what someone said, voted for, proposed or decided",
    "third_person": "speaks of he, she or they",
    "universal": "says every, all, never, nobody",
    "length": "share of thirty words",
    "question": "ends in a question mark",
    "first_person": "speaks of I or me",
    "second_person": "speaks to you",
    "modal": "says what would, could, can or may be",
    "future": "says what will be or is going to be",
    "norm": "says what should, must or needs to be",
    "opinion": "says what is good, wrong or great, or what someone thinks and hopes",
    "hedge": "says maybe, perhaps, probably",
    "quotation": "holds words between quotation marks",
}
"""Name of each feature and the question behind it, in the order of the weights."""

_SCALES = word_set(
    "hundred hundreds thousand thousands million millions billion billions trillion trillions",
)
_MONEY = word_set("dollar dollars euro euros pound pounds cents yen pesos rupees yuan")
_COMPARISON = word_set(
    "more less fewer most least than highest lowest largest biggest smallest first last only",
    "higher lower larger smaller greater better worse best worst average record rate fastest",
    "longest oldest",
)
_CHANGE = word_set(
    "rose rise rises risen rising fell fall falls fallen falling increase increased increases",
    "increasing decrease decreased decreases decreasing grew grow grown growing cut cuts cutting",
    "reduce reduced reducing raised raise raising doubled tripled lost lose losing gained gain",
    "dropped drop dropping declined decline declining jumped soared climbed shrank shrunk",
    "slashed expanded created",
)
_VOTING = word_set(
    "voted passed signed promised proposed supported opposed approved rejected according vetoed",
)
_THIRD_PERSON = word_set("he she they his her their him them he's they're she's they've he'd")
_UNIVERSAL = word_set("every all never always nobody everybody everyone none any nothing each no")
_MODAL = word_set("would could can may might shall wouldn't couldn't can't cannot")
_FUTURE = word_set("will won't i'll we'll you'll he'll they'll she'll it'll gonna")
_NORM = word_set("should must ought need needs let's let shouldn't mustn't deserve deserves")
_OPINION = word_set(
    "think believe hope feel want like love hate good great bad wrong right important nice",
    "wonderful terrible best proud happy glad sure clear agree disagree suppose guess wish",
    "intend appreciate respect tough strong fair values dream beautiful awful ridiculous",
    "shameful disgrace disgraceful",
)
_HEDGE = word_set("maybe perhaps probably possibly seems seem sort kind might")
_IRREGULAR_PAST = PAST_DISTINCT | PAST_SHARED
_REPORTED = (REPORTING | _VOTING) - _OPINION
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_RELATIVE_DATE = re.compile(
    r"\b(?:last|past|next) (?:\w+ )?(?:year|month|week|night|decade|century)s?\b"
    r"|\b(?:years?|months?|weeks?|days?) (?:ago|later|earlier)\b|\byesterday\b",
    re.IGNORECASE,
)


def find_features(text: str) -> dict[str, float]:
    """The value of each of FEATURES for one sentence, each in [0, 1]."""
    tokens = tokenise(text)
    low = frozenset(token.low for token in tokens)
    words = sum(token.text[0].isalnum() for token in tokens)
    capitals = sum(
        (token.text[0].isupper() and token.low not in FIRST_PERSON) or token.text == "US"
        for token in tokens[1:]
    )
    present = {
        "figure": any(is_number(t) and not _YEAR.fullmatch(t.text) for t in tokens),
        "scale": bool(low & _SCALES),
        "percent": "%" in text or "percent" in low or "per cent" in text.lower(),
        "money": bool(low & _MONEY) or any(mark in text for mark in "$€£¥"),
        "date": says_when(text, tokens),
        "name": capitals > 0,
        "comparison": bool(low & _COMPARISON),
        "change": bool(low & _CHANGE),
        "past": any(t.low in _IRREGULAR_PAST or is_past(t) for t in tokens),
        "perfect": _has_perfect(tokens),
        "reporting": bool(low & _REPORTED),
        "third_person": bool(low & _THIRD_PERSON),
        "universal": bool(low & _UNIVERSAL),
        "question": text.rstrip().endswith("?"),
        "first_person": bool(low & {"i", "me", "my", "myself", "i'm", "i've", "i'd", "i'll"}),
        "second_person": bool(low & SECOND_PERSON),
        "modal": bool(low & _MODAL),
        "future": bool(low & _FUTURE) or "going to" in text.lower(),
        "norm": bool(low & _NORM),
        "opinion": bool(low & _OPINION),
        "hedge": bool(low & _HEDGE),
        "quotation": any(mark in text for mark in '"“”«'),
    }
    measured = {"names": min(capitals, 6) / 6, "length": min(words, 30) / 30}
    return {name: float(present.get(name, measured.get(name, 0.0))) for name in FEATURES}


def says_when(text: str, tokens: Sequence[Token]) -> bool:
    """Whether the sentence names a year, a month, a weekday or a relative time."""
    return (
        any(_YEAR.fullmatch(t.text) for t in tokens)
        or any(t.text[0].isupper() and t.low in CALENDAR_WORDS for t in tokens)
        or bool(_RELATIVE_DATE.search(text))
    )


def _has_perfect(tokens: tuple[Token, ...]) -> bool:
    for at in range(len(tokens) - 1):
        is_have = tokens[at].low in HAVE or tokens[at].low.endswith("'ve")
        if is_have and any(
            is_past(after) or after.low in {"been", "become", "gone", "done", "seen", "taken"}
            for after in tokens[at + 1 : at + 3]
        ):
            return True
    return False


@dataclass(frozen=True, slots=True)
class WorthinessModel:
    """score = 1 / (1 + exp(-(bias + sum of weight * feature))).

    `cutoff` gave the best F1 on the training sets; extraction does not use it.
    """

    bias: float
    cutoff: float
    weights: Mapping[str, float]

    def score(self, text: str) -> float:
        """Check-worthiness of one sentence in [0, 1]."""
        values = find_features(text)
        logit = self.bias + sum(self.weights[name] * values[name] for name in self.weights)
        return 1.0 / (1.0 + math.exp(-logit))


@cache
def load_model() -> WorthinessModel:
    """The packaged weights, read once."""
    source = files("claims.extraction").joinpath("worthiness.json")
    about = json.loads(source.read_text(encoding="utf-8"))
    weights = {item["feature"]: float(item["weight"]) for item in about["weights"]}
    if set(weights) != set(FEATURES):
        raise ValueError("worthiness.json does not match FEATURES")
    return WorthinessModel(float(about["bias"]), float(about["cutoff"]), weights)


def score_worthiness(sentences: Sequence[str]) -> list[float]:
    """Check-worthiness of each sentence in [0, 1], in input order; no sentences give no scores."""
    model = load_model()
    return [model.score(sentence) for sentence in sentences]
