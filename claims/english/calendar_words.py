"""Words that are used in dates: months, weekdays, ordinals and small numbers."""

from __future__ import annotations

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
