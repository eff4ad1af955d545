"""Lines around the text of an article: boilerplate, bylines, dates, captions. Patterns.

Each matches a whole line without white space at its ends. news_agencies.py has the bylines and
credits of agencies.
"""

from __future__ import annotations

import re

from claims.english.calendar_words import MONTH, WEEKDAY
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
_FULL_NAME = rf"[{UPPER}][\w.'’-]+(?: [{UPPER}][\w.'’-]+){{1,3}}"
BYLINE = re.compile(
    rf"^(?:(?i:by|words by|story by|written by|from our)\s+(?:our\b.*|[{UPPER}][^.!?]{{2,100}})"
    r"|(?i:reporting by|additional reporting|edited by|editing by|writing by|compiled by)\b.*"
    rf"|{_FULL_NAME}(?:,| \||\s+[-–—])\s+(?:[{UPPER}][\w ]{{2,40}})?"
    r"(?i:correspondent|reporter|editor|staff|writer|reuters|bbc|news)[\w ]*)$"
)
_MONTH = rf"{MONTH}\.?"
_DAY = rf"(?:{WEEKDAY},?\s+)?"
_HOUR = r"(?:[ ,at|–-]+\d{1,2}[:.]\d\d.{0,20})?"
DATE_LINE = re.compile(
    r"^(?:(?:published|updated|posted|last (?:updated|modified)|first published)\b.{0,80}"
    rf"|{_DAY}{_MONTH}\s+\d{{1,2}}(?:,?\s*\d{{2,4}})?{_HOUR}"
    rf"|{_DAY}\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?{_HOUR}"
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
