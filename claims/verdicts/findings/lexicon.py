"""Word lists that several files of this package share; a list of one file stands in that file."""

from __future__ import annotations

from claims.english.calendar_words import MONTH_NAMES, WEEKDAYS

# Titles before a name; one of SPEAKER_TITLES shows that a single surname is a person.
SPEAKER_TITLES = frozenset(
    "state mr mrs ms dr prof professor president minister judge general colonel captain mayor "
    "senator chief sir coach bishop governor chancellor prime defence secretary fire union".split()
)
TITLES = SPEAKER_TITLES | frozenset(
    "justice major lieutenant sergeant dame lord lady king queen prince princess pope archbishop "
    "vice deputy defense foreign finance interior health transport education environment energy "
    "head commissioner chairman chairwoman director inspector superintendent reverend rabbi imam "
    "sheikh emperor councillor congressman congresswoman representative police ambassador striker "
    "goalkeeper officer detective admiral senators judges ministers presidents professors".split()
)

# Capitalised words that are no names: they open a sentence, or are always capitalised.
_NEITHER = frozenset(
    "the a an in on at for and but he she they it we i you our his her their this that these "
    "those there if when after before as critics all both no not one two what who how why "
    "according".split()
) | frozenset((*WEEKDAYS, *MONTH_NAMES))
NO_NAMES = _NEITHER | frozenset(
    "three four five six seven eight nine ten most many some more since during under by with from "
    "to of only last next each every about over nearly almost former police officials researchers "
    "scientists experts prices fewer none nobody because while although despite until "
    "within".split()
)
NO_SPEAKERS = _NEITHER | frozenset({"asked", "speaking"})

# Words that deny the words quoted next to them, or make them conditional.
CONDITIONS = frozenset("if unless except provided only until but though although when".split())
DENIALS = frozenset(
    "not never no nobody none hardly neither without don't doesn't didn't won't can't cannot isn't "
    "aren't wasn't wouldn't couldn't shouldn't deny denied false".split()
)
