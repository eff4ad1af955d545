"""Names of the claim that the passage does not have, or has in another role. Pure functions."""

from __future__ import annotations

import re

from claims.english.gazetteer import BEFORE_OFFICE, OFFICE
from claims.english.proper_names import CAPITALISED, Name, find_names, fold_accents
from claims.evidence.findings.presence import is_mentioned
from claims.evidence.findings.roles import find_swap
from claims.types import Finding, FindingResult

_KIND = "name"


def find_named(claim: str, passage: str, *, title: str = "") -> tuple[Finding, ...]:
    """A finding for each name of the claim that is absent or has another role."""
    told = fold_accents(f"{title}\n{passage}")
    names = find_names(claim)
    missing = [name for name in names if not is_mentioned(name, told)]
    absent = {name.text for name in missing}
    present = [name for name in names if name.text not in absent]
    found = [_describe_missing(claim, name, passage) for name in missing]
    if swap := find_swap(claim, present, passage):
        shown, rule = passage[swap.place.start : swap.place.end], f"about “{swap.verb}”"
        found += [
            Finding(_KIND, name.text, shown, FindingResult.OTHER_ROLE, rule)
            for name in (swap.first, swap.second)
        ]
    return tuple(found)


def _describe_missing(claim: str, name: Name, passage: str) -> Finding:
    """The finding for a missing name, with the only other holder of its office, if there is one."""
    office = OFFICE.search(claim[max(0, name.span.start - 60) : name.span.start])
    if office:
        # With the name of another country before it, it is another office.
        found = re.finditer(
            rf"(?:(?P<of>\S+) )?(?i:{re.escape(office[2])}),?"
            rf" (?P<who>{CAPITALISED}(?: {CAPITALISED})+)",
            passage,
        )
        holders = {match["who"] for match in found if _country(match["of"]) == _country(office[1])}
        if len(holders) == 1:
            rule = f"{office[2].lower()} in the passage"
            return Finding(_KIND, name.text, holders.pop(), FindingResult.DIFFERS, rule)
    rule = "nowhere in the passage or its title"
    return Finding(_KIND, name.text, "", FindingResult.ABSENT, rule)


def _country(word: str | None) -> str:
    """The word before an office, such as a country; "" for "the", "with" and similar words."""
    word = (word or "").lower().strip("(“\"'")
    return "" if word in BEFORE_OFFICE else word
