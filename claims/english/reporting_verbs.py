"""Reporting verbs: verbs of saying, by what they report and by what may follow them.

A verb is in several lists, one for each of its properties: what it reports (ASSERTING,
TAKING_POSITION), whether it speaks (SPEAKING), and what it takes: any object (SPEECH_ACTS), content
without "that" (SAYING_BARE), a listener (TELLING), a clause (TAKING_CLAUSE). "Found" reports and
does not speak; "asked" speaks and does not report. The weights of check-worthiness were fitted with
REPORTING.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from claims.english.function_words import PERSONAL_PRONOUNS
from claims.english.word_lists import word_set

# Reporting verbs whose content can be checked on its own.
ASSERTING = word_set(
    "said say says saying told tell tells stated state states announced announce announces",
    "claimed claim claims asserted assert asserts reported report reports revealed reveal",
    "reveals disclosed disclose discloses confirmed confirm confirms acknowledged acknowledge",
    "acknowledges admitted admit admits conceded concede concedes added add adds noted note",
    "notes explained explain explains declared declare declares wrote write writes written",
    "tweeted posted testified testify testifies found find finds showed show shows shown",
    "estimated estimate estimates affirmed affirm affirms stressed stress stresses emphasised",
    "emphasized reiterated recalled remarked insisted insist insists maintained maintains",
    "concluded conclude concludes observed reminded informed assured replied responded answered",
    "boasted argued argue argues contended contend contends",
)
# Reporting verbs whose act is the checkable part: a stance, a plan, an accusation, a forecast.
TAKING_POSITION = word_set(
    "denied deny denies rejected reject rejects disputed dispute disputes doubted doubts",
    "questioned promised promise promises pledged pledge pledges vowed vow vows threatened",
    "threaten threatens warned warn warns predicted predict predicts forecast forecasts expected",
    "expect expects believes believed believe thinks thought think hopes hoped hope fears feared",
    "fear suggested suggest suggests alleged allege alleges accused accuse accuses urged urge",
    "urges demanded demand demands called calls criticised criticized criticises criticizes",
    "condemned condemn condemns praised praises welcomed welcomes mentioned mention mentions",
    "expressed express expresses proposed propose proposes recommended recommends complained",
    "complains indicated indicate indicates signalled signaled hinted described describe",
    "describes defended defends dismissed dismisses",
)
REPORTING = ASSERTING | TAKING_POSITION
# Verbs that report speech with any object: "announced $6 million", not "found 3 bodies".
SPEECH_ACTS = (TAKING_POSITION - {"rejected", "reject", "rejects"}) | word_set(
    "announced announce announces confirmed confirm confirms admitted admit admits acknowledged",
    "claim claimed claims declared stressed stresses emphasised emphasized reiterated said says",
    "say told asserted argued argues insisted insists",
)
# Verbs that take content without "that": "said the bridge fell", not "recalled 86,000 packs".
SAYING_BARE = word_set(
    "said says say told tell tells announced claimed claim claims insisted insist insists stated",
    "states admitted admits admit estimates estimate estimated believes believe believed thinks",
    "think warned warns confirmed confirms argued argues argue suggested suggests suggest",
    "alleges alleged allege declared asserts asserted maintains wrote writes predicts predicted",
    "fears hopes expects replied answered",
)
# Reporting verbs that name their listener first: "told reporters that".
TELLING = word_set("told tell tells informed reminded assured")
# Verbs that introduce what somebody said as direct speech, with or without quotation marks. Without
# their base forms, which are also nouns: "state", "claim", "answer".
SPEAKING = word_set(
    "said says told tells stated states added adds admitted agreed announced answered argued",
    "argues asked asserted claimed claims commented complained conceded countered declared",
    "declares disagreed explained explains insisted insists joked noted notes posted predicted",
    "promised quipped recalled remarked replied replies shouted testified tweeted warned warns",
    "wrote writes",
)
INTRODUCING_QUOTES = SPEAKING | ASSERTING | {"called"}
# Verbs that take a clause as their object, with or without "that".
TAKING_CLAUSE = REPORTING | word_set(
    "knew know knows saw see felt heard meant means learned proved"
)
# Participles with which a speaker adds a remark, and the simple past with the same meaning.
ASIDES: Mapping[str, str] = {
    "adding": "added",
    "saying": "said",
    "affirming": "affirmed",
    "noting": "noted",
    "stressing": "stressed",
    "claiming": "claimed",
    "warning": "warned",
}

# Verbs of SPEAKING whose subject is as often a body: "Laiterie Kergoat announced".
_SAID_BY_BODIES = word_set("agreed announced claimed claims complained disagreed stated states")
# Pattern for verbs whose subject is a person, unless the name is an organisation's.
SAYS = f"(?:{'|'.join(sorted(SPEAKING - _SAID_BY_BODIES))})"
# The verb that attributes a quotation, in lower case: "States" is no verb. Beside those of SPEAKING
# it may have the quotation as its object, or stand before the speaker.
SPEECH_VERB = re.compile(
    rf"\b(?:{'|'.join(sorted(SPEAKING))}|say|tell|called|calls|read|reads|described|dismissed"
    r"|praised|[Aa]ccording to|verdict of|words of)\b"
)

# Verbs that mean that the subject made a report; rejecting, reading or commissioning one does not.
PUBLISHING = word_set("published publishes released releases wrote writes issued issues compiled")
# First words, in lower case, of a speaker who is one: "the ministry", "police", not "one trader".
DEFINITE_SPEAKERS = PERSONAL_PRONOUNS | word_set("the his her its their police")
# Pattern for pieces of writing that report something in the name of their author.
WRITTEN_WORK = (
    "report|survey|study|poll|analysis|review|statement|figures|findings|book|memoir|diary"
)
# Nouns for what somebody said: "this announcement", "the remarks".
SPEECH_NOUNS = word_set("announcement comments comment remarks remark statement speech words")
