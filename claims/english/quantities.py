"""Words for quantities and time: numbers, scales, units, comparison; months, weekdays, ordinals.

All entries are lower case.
"""

from __future__ import annotations

import re

from claims.english.word_lists import word_set

# Words that count as a number. SMALL_NUMBERS has the values of some.
NUMBER_WORDS = word_set(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety",
    "hundred hundreds thousand thousands million millions billion billions trillion trillions",
    "dozen dozens half third quarter twice",
)
# Words and abbreviations after a figure that multiply it.
SCALES = word_set("hundred thousand million billion trillion m bn tn k")
# Units of a measure that is given in two figures: "3 hours and 20 minutes", "6 feet and 2 inches".
UNITS = word_set(
    "second seconds minute minutes hour hours day days week weeks month months year years inch",
    "inches feet foot ounce ounces cent cents pence metre metres meter meters",
)
# Words before a number that make it approximate.
APPROXIMATING = frozenset(
    {"about", "around", "over", "under", "up", "nearly", "almost", "some", "at", "more", "fewer"}
)
# Words that compare, or tell of a change.
COMPARISON = re.compile(
    r"\b(?:(?:more|less|fewer|higher|lower|larger|smaller|greater|older|younger|faster|better"
    r"|worse|rather)(?: \w+)? than|compared (?:with|to)|highest|lowest|largest|biggest|smallest"
    r"|first|oldest|longest|fastest|most|least|twice|double|half|as \w+ as|rose|fell|grew"
    r"|increased|decreased|dropped|declined|doubled|tripled|surged|climbed|shrank)\b",
    re.IGNORECASE,
)
# --- dates ------------------------------------------------------------------------------------

MONTH_NAMES = (
    "january february march april may june july august september october november december".split()
)
# By name and by abbreviation.
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, start=1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
WEEKDAYS = {
    name: number
    for number, name in enumerate(
        "monday tuesday wednesday thursday friday saturday sunday".split()
    )
}
# Patterns for them; the longer form comes first, because the first match is taken.
MONTH = f"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
WEEKDAY = f"(?:{'|'.join(WEEKDAYS)})"
# The same as sets, to look words up in: months by name and abbreviation, days and months by name.
MONTH_WORDS = frozenset(MONTHS)
WEEKDAY_WORDS = frozenset(WEEKDAYS)
CALENDAR_WORDS = WEEKDAY_WORDS | MONTH_WORDS
DAY_NAMES = WEEKDAY_WORDS | frozenset(MONTH_NAMES)

SMALL_NUMBERS = {
    word: value
    for value, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        start=1,
    )
}
