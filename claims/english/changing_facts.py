"""Wordings of facts that change: a current figure, a state, and "now". Pure functions.

The patterns are few, and each is a clear sign. How accurate they are:
tests/claims/evidence/test_claim_lifetime.py.
"""

from __future__ import annotations

import re

from claims.english.gazetteer import HELD_OFFICE

# Quantities that are set or measured repeatedly.
_RATE = r"(?:prices?|rates?|rents?|wages?|salar(?:y|ies)|fees?|tax(?:es)?|tariffs?|interest|fares?)"
_MEASURE = (
    r"(?:prices?|rates?|costs?|rents?|wages?|salar(?:y|ies)|unemployment|inflation|populations?"
    r"|numbers?|shares?|sales|profits?|revenues?|turnover|exports?|imports?|output|production|debts?"
    r"|deficits?|surplus|emissions?|temperatures?|levels?|tolls?|cases|deaths|fees?|tax(?:es)?"
    r"|yields?|ind(?:ex|ices)|stocks?|reserves?|reservoirs?|dollar|euro|pound|yen|petrol"
    r"|diesel|spending|demand|consumption|approval|turnout|growth|gdp)"
)
_FIGURE = r"(?:[$€£¥]? ?\d[\d.,]*|half|(?:a|one|two) (?:third|quarter|fifth)s?)"
_UNIT = r"(?: ?%| per ?cent\b| percent\b| (?:percentage )?points?\b| a third\b| a quarter\b)"
# Verbs of a change that has happened. A change that will or may happen does not count, and "had
# fallen" is about another day.
_MOVED = (
    r"(?<!\bhad )(?<!\bhad been )(?<!\bwould have )"
    r"(?:rose|risen|rises|rising|fell|fallen|falls|falling|climb(?:s|ed|ing)|dropp?(?:s|ed|ing)"
    r"|grew|grown|grows|growing|increas(?:es|ed|ing)|decreas(?:es|ed|ing)|declin(?:es|ed|ing)"
    r"|shrank|shrunk|shrinks|shrinking|surg(?:es|ed|ing)|plung(?:es|ed|ing)|soar(?:s|ed|ing)"
    r"|slump(?:s|ed|ing)|jump(?:s|ed|ing)|dipp?(?:s|ed|ing)|slipp?(?:s|ed|ing)|eas(?:es|ed|ing)"
    r"|slow(?:s|ed|ing)|accelerat(?:es|ed|ing)|doubled|tripled|halved|quadrupled"
    r"|(?:was|were|been|is|are) (?:raised|lowered|cut|increased|reduced))"
)
_NOW = r"(?:is|are|stands? at|now|currently)"

_MORE = r"(?:to |by |from |above |below |another |about |nearly |almost )?"
_OF_WHAT = r"(?:level|rate|price|value)"

_OF_RECORD = r"(?:new|own|world|national|european|olympic)"

_OF_FIGURES = (
    # "Unemployment rose", "The number of wolves in Saxony has fallen"
    rf"\b{_MEASURE}\b[^.;:]*?\b{_MOVED}\b",
    # "Turnover shrank by 4 percent", "It dropped 12 percent", "rose to 5 percent"
    rf"\b{_MOVED} {_MORE}{_FIGURE}{_UNIT}",
    rf"\b{_MOVED} by (?:a|one|two) (?:third|quarter|half)",
    # "raised its key rate", "cut the tax rate"
    rf"(?<!\bto )(?<!\bwill )\b(?:raised|lowered|cut|cuts|raises|lowers) (?:\w+ ){{0,3}}{_RATE}\b",
    # "The interest rate stands at 4.5 percent", "Inflation is currently 3.4 percent"
    rf"\b{_MEASURE}\b[^.;:]*?\b{_NOW}(?: (?:at|now|currently|about|nearly))* {_FIGURE}",
    rf"\b(?:now|currently) (?:at )?{_FIGURE}{_UNIT}",
    # "Petrol costs 1.80 euros", "A barrel of oil now costs 92 dollars"
    rf"\bcosts (?:about |nearly |only |just )?{_FIGURE}|\bnow costs?\b",
    # "hit a record high", "a record 41 million", "the lowest in a decade", "a new world record"
    r"\b(?:record|all-time) (?:highs?|lows?|levels?)\b|\ba record [$€£]?\d",
    rf"\b(?:highest|lowest) (?:{_OF_WHAT} )?(?:since|on record|in (?:a|two|ten|\d+))\b",
    rf"\b(?:sets?|broke|breaks|beat|holds) (?:a|the|his|her|its)(?: {_OF_RECORD})+ record\b",
)

# Words allowed between "is" and the office: "the first female", not "the daughter of a former".
_BEFORE_OFFICE = r"(?:(?!(?:former|ex|late|of|to|for|by|in|after|not|no|and|or)\b)[\w'’-]+ ){0,4}"
_MARKET = (
    r"(?:economy|exporter|importer|producer|employer|maker|manufacturer|company|bank|shareholder)"
)

_NOT_BEFORE_NOW = r"(?<!what is )(?<!what are )(?<!until )(?<!the )(?<!up to )(?<!for )"

_OF_STATES = (
    rf"{_NOT_BEFORE_NOW}\bnow\b(?![- ]defunct|[- ]famous| on\b)",
    r"\b(?:currently|at present|nowadays)\b|(?<!was )(?<!were )\bno longer\b(?! than)",
    r"\b(?:is|are|has|have|can|does|do) still\b",
    r"\bstill (?:is|are|has|have|holds?|owns?|lives?|works?|runs?)\b",
    r"\bremains (?!were\b|was\b|of\b|found\b|are\b|have\b)|\bcontinues? to\b",
    r"\b(?:has|have) become\b|\b(?:has|have) been [\w ]+ since\b",
    r"\b(?:has|have) a population of\b|\b(?:is|are) home to \S*\d",
    rf"\b(?:is|remains|serves as|acts as) {_BEFORE_OFFICE}{HELD_OFFICE}\b(?!['’]s)",
    rf"\b{HELD_OFFICE}\b(?: of(?: [\w'’-]+){{1,4}})? is (?-i:[A-Z])",
    rf"\bis [\w'’ -]*\b(?:largest|biggest|top|leading|second-largest) {_MARKET}\b",
    r"\bis [\w'’ -]*\b(?:richest|wealthiest|most popular|best-selling|most-followed)\b",
)

_FIGURES = re.compile("|".join(_OF_FIGURES), re.IGNORECASE)
_STATES = re.compile("|".join(_OF_STATES), re.IGNORECASE)
_TODAY = re.compile("|".join(_OF_STATES[:2]), re.IGNORECASE)


def is_current_figure(text: str) -> bool:
    """Whether the text tells of a figure that is set or measured repeatedly, or of its change."""
    return _FIGURES.search(text) is not None


def is_state(text: str) -> bool:
    """Whether the text tells of a state that may end: who holds an office, what is closed."""
    return _STATES.search(text) is not None


def says_now(claim: str) -> bool:
    """Whether the claim is about the day on which it is made, whatever other day it names."""
    return _TODAY.search(claim) is not None
