"""News agencies ("wires") that a report itself names: datelines, bylines, credits. Pure functions.

A mark says that a text came from a wire, but not which text of the wire: claims/verdicts/origins.py
also requires similar texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Names of wires, short and long; the first name of each is the one used here.
_WIRES = (
    ("AP", "Associated Press"), ("Reuters", "Thomson Reuters"), ("AFP", "Agence France-Presse"),
    ("dpa", "Deutsche Presse-Agentur", "dpa-AFX", "dpa-infocom"),
    ("PA", "PA Media", "Press Association"), ("UPI", "United Press International"),
    ("Bloomberg", "Bloomberg News"), ("EFE", "Agencia EFE"), ("ANSA",), ("TASS",), ("Interfax",),
    ("Xinhua", "Xinhua News Agency"), ("Kyodo", "Kyodo News"), ("Yonhap", "Yonhap News Agency"),
    ("PTI", "Press Trust of India"), ("ANI", "Asian News International"),
    ("AAP", "Australian Associated Press"), ("CP", "Canadian Press"),
    ("Anadolu", "Anadolu Agency"), ("APA", "Austria Presse Agentur"), ("Belga",), ("ANP",),
    ("Ritzau",), ("NTB",), ("TT",), ("STT",), ("PAP",), ("CTK", "ČTK"), ("Lusa",),
    ("SDA", "Keystone-SDA"), ("KNA",), ("epd",), ("PR Newswire", "PRNewswire"),
    ("Business Wire", "BUSINESS WIRE"), ("GlobeNewswire",), ("States Newsroom",),
    ("The Conversation", "Conversation"), ("ProPublica",), ("KFF Health News",),
)  # fmt: skip
_CALLED = {name: names[0] for names in _WIRES for name in names}
_NAME = "(?:[Tt]he )?(" + "|".join(sorted(map(re.escape, _CALLED), key=len, reverse=True)) + ")"
# "LONDON, Sept 4 (Reuters) - ", "OSTREY, Kellan (AP) —", "(dpa/rgt) - "
_DATELINE = re.compile(rf"^[^()\n]{{0,70}}\({_NAME}(?:/[\w/. -]{{1,30}})?\)\s*[-–—:]", re.MULTILINE)
# "By Agence France-Presse", "By JANE DOE, Associated Press", "By our staff, with Reuters"
_BYLINE = re.compile(
    rf"^(?:By|From|Written by|Story by)\b(?:[^.\n]{{0,60}}?[\s,|/(])?{_NAME}\b[^.\n]{{0,30}}$",
    re.MULTILINE,
)
# "Source: dpa", "Agency: AFP | Last updated 18:20"
_SOURCE = re.compile(rf"^(?:Source|Agency|Credit|Quelle)s?\s?:\s*{_NAME}\b", re.MULTILINE)
# "This story was provided by The Associated Press", "© dpa-infocom", "Copyright 2025 Reuters"
_CREDIT = re.compile(
    r"(?:\b(?:story|article|report|text|content|piece)s? (?:was|is|has been|were|are)"
    r" (?:first |originally )?"
    r"(?:provided|produced|written|reported|distributed|supplied|published|filed|syndicated)"
    rf" (?:by|from)|©|\(c\)|\bcopyright)\s?(?:\d{{4}},?\s?)?(?:by )?{_NAME}\b",
    re.IGNORECASE,
)
# "The Associated Press contributed to this report."
_SHARED = re.compile(rf"\b{_NAME} contributed to this (?:report|story|article)\b")
_MARKS = (_DATELINE, _BYLINE, _SOURCE, _SHARED)
# Characters searched at each end of a report: marks stand at its beginning or its end.
_END_CHARACTERS = 800


def find_marks(text: str, *, credited: Iterable[str] = ()) -> frozenset[str]:
    """Names of the wires whose mark a page carries, in its text or in the authors it names."""
    if len(text) > 2 * _END_CHARACTERS:
        text = f"{text[:_END_CHARACTERS]}\n{text[-_END_CHARACTERS:]}"
    found = {_CALLED[name] for mark in _MARKS for name in mark.findall(text)}
    folded = {name.casefold(): called for name, called in _CALLED.items()}
    found |= {folded[name.casefold()] for name in _CREDIT.findall(text)}
    found |= {folded[name] for name in map(_bare, credited) if name in folded}
    return frozenset(found)


def _bare(credit: str) -> str:
    """ "By The Associated Press" as "associated press"."""
    return re.sub(r"^(?:by |from )?(?:the )?", "", credit.strip().casefold())
