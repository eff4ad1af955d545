"""Words for quantities: numbers, scales, units, approximation, comparison."""

from __future__ import annotations

import re

from claims.english.word_lists import word_set

# Words that count as a number. calendar_words.py has the values of the small ones.
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
