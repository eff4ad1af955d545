"""Closed word classes of English: determiners, prepositions, conjunctions, pronouns, auxiliaries.

All entries are lower case. A word may be in several lists. Last come discourse markers: patterns
for words that link a statement to another one, or give its cause.
"""

from __future__ import annotations

import re

from claims.english.word_lists import word_set

DETERMINERS = word_set(
    "the a an this that these those his her its their our your my some any each every no both",
    "many most several few all another other such one more fewer",
)
PREPOSITIONS = word_set(
    "in on at by for from with without within to of into onto over under after before during",
    "since until through throughout between among against about across around near behind beyond",
    "despite following according amid including like unlike per via towards toward along outside",
    "inside upon as than off out up down above below ahead because due instead besides",
)
SUBORDINATORS = word_set(
    "that which who whom whose where when while whereas although though if unless because since",
    "until whether after before as once so how why what",
)
RELATIVES = word_set("who which whom whose where that")
SUBJECT_PRONOUNS = word_set("i you he she it we they this that these those there")
FIRST_PERSON = word_set(
    "i me my mine myself we us our ours ourselves i'm i've i'd i'll we're we've we'd we'll let's",
)
SECOND_PERSON = word_set("you your yours yourself yourselves you're you've you'd you'll y'all")
# The writer, or a speaker in the first person, and whom they address.
ADDRESS = FIRST_PERSON | SECOND_PERSON
PERSONAL_PRONOUNS = frozenset({"he", "she", "they", "it"})
DEMONSTRATIVES = word_set("this that these those")
# Pronouns and demonstratives with which words do not stand alone.
POINTING = PERSONAL_PRONOUNS | DEMONSTRATIVES | word_set("his her its their")
AUXILIARIES = word_set(
    "is are was were has have had does do did will would can could may might must shall should",
    "isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't can't",
    "cannot couldn't mustn't shouldn't ain't",
)
BE = word_set("is are was were be been being am isn't aren't wasn't weren't")
HAVE = word_set("has have had hasn't haven't hadn't having")
MODALS = word_set("will would can could may might must shall should won't wouldn't can't cannot")
ADVERBS = word_set(
    "also now then later earlier once again still already yet since just only even ever never",
    "always often sometimes soon recently previously first finally meanwhile however thus",
    "therefore instead too not all both currently formally publicly reportedly allegedly",
    "repeatedly initially subsequently immediately eventually nearly almost about further",
    "worldwide abroad today nationwide",
)
CONNECTORS = word_set(
    "but and so yet however meanwhile moreover furthermore additionally also still nevertheless",
    "nonetheless therefore thus besides indeed similarly instead likewise consequently plus",
)
# Conjunctions that join a clause to the one before it, and other words and marks that may.
COORDINATORS = frozenset({"and", "but", "yet"})
CONTRASTS = frozenset({"while", "whereas", "although", "though"})
CONJUNCTIONS = COORDINATORS | CONTRASTS
CLAUSE_JOINTS = CONJUNCTIONS | {"as", "also", ",", ";"}
# --- discourse markers ------------------------------------------------------------------------

# Words that link a sentence to the one before and have no content of their own.
_LINKS = "|".join(sorted(CONNECTORS - COORDINATORS))
OPENERS = re.compile(
    rf"(?:(?:{'|'.join(sorted(COORDINATORS))})\b,?"
    rf"|(?:{_LINKS}|separately|notably|in addition|for example|for instance|of course|in fact"
    r"|in other words|on the other hand|in contrast|by contrast|at the same time|what is more),"
    # A participle that only comments on the main clause: "Further compounding tensions,".
    r"|(?:further )?(?:adding|compounding|complicating|heightening|escalating|fuel+ing|deepening"
    r"|underscoring|highlighting|raising)\b[a-z ]{0,60},)\s+",
    re.IGNORECASE,
)
# The same between commas inside a sentence, and "also". Others may end a phrase: "He did so, and".
INSERTED = re.compile(r",? (?:however|meanwhile|moreover|nevertheless|nonetheless|too),(?= )")
ALSO = re.compile(r"(?<!but) also(?= \w)")
# Words that give one thing as the cause of another.
CAUSAL = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused?|causing|led to|leading to|leads to"
    r"|result(?:s|ed)? in|therefore|thanks to|triggered|prompted|enables?|enabled|allows?|so that"
    r"|in response to)\b",
    re.IGNORECASE,
)
