"""Lines around the text of an article: boilerplate, bylines, dates, captions; agencies they name.

Each pattern matches a whole line without white space at its ends. News agencies ("wires") are named
in datelines, bylines and credits. Such a mark says that a text came from a wire, but not which text
of the wire: claims/verdicts/origins.py also requires similar texts. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from claims.english.quantities import MONTH, WEEKDAY
from claims.text import UPPER

BOILERPLATE = re.compile(
    r"^(?:advertisement|sponsored(?: content)?|read (?:more|also|next)\b.*|(?:see|watch) also\b.*"
    r"|related(?: (?:articles?|stories|topics|content|links))?\b:?.{0,120}"
    r"|more on this(?: story)?\b.*|share (?:this|on|via)\b.*|share|print|email"
    r"|comments?(?: \(\d+\))?|sign up\b.*|subscribe\b.*|unsubscribe\b.*|log ?in\b.*"
    r"|follow us\b.*|(?:click|tap) here\b.*|download (?:our|the) app\b.*|continue reading\b.*"
    r"|skip to\b.*|back to top\.?|(?:most|also) (?:read|popular|viewed)\b.*"
    r"|(?:©|\(c\)|copyright)\s.*|.*\ball rights reserved\.?"
    r"|this (?:article|story) (?:was|has been) (?:originally |first )?"
    r"(?:published|updated|amended)\b.*"
    r"|(?:we use|this (?:site|website) uses) cookies\b.*|accept (?:all )?cookies\b.*"
    r"|cookie (?:policy|settings)|privacy policy|terms (?:of (?:use|service)|and conditions)"
    r"|newsletter\.?|donate\b.{0,60}|support our (?:journalism|reporting|work)\b.*"
    r"|listen to this (?:article|story)\b.*|\d+ min(?:ute)?s? read|(?:tags?|topics?):.*"
    r"|filed under\b.*|contact us\b.*)$",
    re.IGNORECASE,
)
_MONTH = rf"{MONTH}\.?"
# "Tuesday, 12 March 2024", "March 12, 2024", "12 March"
_DAY = (
    rf"(?:{WEEKDAY},?\s+)?"
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:,?\s*\d{{2,4}})?|\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?)"
)
_FULL_NAME = rf"[{UPPER}][\w.'’-]+(?: [{UPPER}][\w.'’-]+){{1,3}}"
BYLINE = re.compile(
    rf"^(?:(?i:by|words by|story by|written by|from our)\s+(?:our\b.*|[{UPPER}][^.!?]{{2,100}})"
    r"|(?i:reporting by|additional reporting|edited by|editing by|writing by|compiled by)\b.*"
    rf"|{_FULL_NAME}(?:,| \||\s+[-–—])\s+(?:[{UPPER}][\w ]{{2,40}})?"
    r"(?i:correspondent|reporter|editor|staff|writer|reuters|bbc|news|\bdesk\b)[\w ]*"
    rf"(?i:, {_DAY}\.?)?)$"
)
_HOUR = r"(?:[ ,at|–-]+\d{1,2}[:.]\d\d.{0,20})?"
DATE_LINE = re.compile(
    r"^(?:(?:published|updated|posted|last (?:updated|modified)|first published)\b.{0,80}"
    rf"|{_DAY}{_HOUR}"
    r"|\d{4}-\d\d-\d\d(?:[T ].{0,20})?|\d{1,2}[./]\d{1,2}[./]\d{2,4})$",
    re.IGNORECASE,
)
_PICTURE = r"(?:photo|picture|image|photograph|video|graphic|illustration|caption)"
CAPTION = re.compile(
    rf"^(?:(?:file )?{_PICTURE}(?: credit| caption| by| courtesy| source)?\s*[:/(–—-].*"
    rf"|{_PICTURE} (?:by|courtesy of)\b.*"
    r"|.*\((?:photo|image|picture|file|credit|ap photo|reuters|getty)\b[^)]*\)\.?"
    r"|.*\b(?:getty images|ap photo|epa-efe|shutterstock|alamy|file photo)\b.{0,40})$",
    re.IGNORECASE,
)
# The beginning of a line that may be boilerplate, or a sentence of news.
OPENS_EITHER = re.compile(
    r"(?:related(?!:)|most|filed under|copyright(?! ?(?:©|\(c\)|\d))|updated|published|posted"
    r"|reporting by|video-\w+|getty images)\b",
    re.IGNORECASE,
)
# --- news agencies ----------------------------------------------------------------------------

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
