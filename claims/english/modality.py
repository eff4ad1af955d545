"""Modality and evaluation: words that judge, demand, forecast, instruct or hedge.

claims/extraction/check_worthiness.py has other lists for some of these: they belong to the weights
that were fitted with them.
"""

from __future__ import annotations

import re

from claims.english.word_lists import word_set

# Words that always express a judgement, unless a figure or a name can be checked.
EVALUATION = word_set(
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
JUDGEMENT = re.compile(
    r"\b(?:is|was|are|were|be|been|remains?)\s+(?:(?:a|an|the|so|very|too|quite|really|simply)\s+)*"
    r"(?:good|bad|great|right|wrong|fair|nice|important|sad|wise|brave|proud|dramatic|fitting"
    r"|best|worst)\b(?! than)",
    re.IGNORECASE,
)
OPINION_FRAME = re.compile(
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
NORM = re.compile(
    r"\b(?:should|ought to|must(?! have)|needs? to|has to|have to"
    r"|(?:is|are) (?:badly |urgently )?needed)\b(?! have been)",
    re.IGNORECASE,
)
# Words of a rule that can be looked up: duties by law, contract or a date.
RULE = re.compile(
    r"\b(?:laws?|rules?|regulations?|act|court|judge|constitution|contract|agreement|licen[cs]e)\b",
    re.IGNORECASE,
)
FORECAST = re.compile(
    r"\b(?:will (?:(?:almost )?certainly|probably|likely|surely|never|soon|eventually|continue)"
    r"|(?:is|are|seems?|appears?) (?:\w+ )?(?:likely|unlikely|bound|poised|certain) to"
    r"|(?:is|are) (?:widely )?(?:expected|predicted|projected|forecast) to"
    r"|(?:is|are) going to|looks? set to"
    r"|in the (?:coming|next few) (?:days|weeks|months|years|decades)"
    r"|in the near future|sooner or later)\b",
    re.IGNORECASE,
)
SCHEDULED = re.compile(
    r"\b(?:scheduled|due|set|planned|slated) (?:to|for)\b|\b(?:takes? effect|comes? into force)\b",
    re.IGNORECASE,
)
SURE_IMPERATIVE = word_set("please click subscribe unsubscribe don't let's imagine")
IMPERATIVE = SURE_IMPERATIVE | word_set(
    "read see watch listen call visit vote remember consider note never always stop stay join",
    "help donate follow check try keep make take think look ask tell go come buy get avoid",
    "ensure forget wait say do be write send bring enjoy add mix stir heat apply contact",
)
AFTER_IMPERATIVE = word_set("the a an our your this us that to for here be tuned")
# Words of a position: what someone wants, plans, supports or has to do.
POSITION = re.compile(
    r"\b(?:wants?|wanted|plan(?:s|ned)? to|intends?|intent on|aims?|supports|supported|opposes"
    r"|opposed|favou?rs|favou?red|demands|demanded|calls for|called for|promis(?:es|ed)"
    r"|pledge[sd]|vow(?:s|ed)|refus(?:es|ed)|agree[sd]?|threaten(?:s|ed)|warn(?:s|ed)|believes?"
    r"|hopes|expects?|desire|would|will|must)\b",
    re.IGNORECASE,
)
# Verbs after "will" that make it a forecast, and not a plan.
FORECASTING = word_set(
    "be rise fall grow increase decrease drop decline reach continue remain become shrink climb",
    "have not",
)
# Adverbs that make a statement less certain.
HEDGES = word_set(
    "allegedly reportedly apparently probably possibly presumably supposedly purportedly perhaps"
)
