"""Lines of a page that are none of its report: boilerplate, bylines, dates, captions, counters.

Pure functions.
"""

from __future__ import annotations

import re

from claims.english.boilerplate import BOILERPLATE, BYLINE, CAPTION, DATE_LINE, OPENS_EITHER
from claims.english.clauses import clause_verb, lead_in_end
from claims.english.tokens import tokenise

# "12,345 views", "3 comments", "5 minutes ago", "Updated 2 hours ago", "1.2k shares".
COUNTER = re.compile(
    r"^(?:(?:published|updated|posted)\s+)?[\d.,]+\s?[km]?\s+"
    r"(?:views?|comments?|shares?|likes?|reads?|readers?"
    r"|(?:second|minute|min|hour|day|week)s? ago)\.?$",
    re.IGNORECASE,
)
_KINDS = (BOILERPLATE, DATE_LINE, BYLINE, CAPTION, COUNTER)
_TERMINAL = re.compile(r"[.!?…][\"'”’)]*$")
# Maximum characters of a piece of furniture; a longer line is running text.
_LONGEST = 300


def is_furniture(line: str) -> bool:
    """Whether a line or sentence of a page is none of its report, by its words.

    A line that opens like boilerplate and is a sentence with a verb may be news: "Related charges
    were dropped in May.".
    """
    stripped = line.strip()
    if not any(character.isalnum() for character in stripped):
        return True
    if len(stripped) > _LONGEST or not any(kind.match(stripped) for kind in _KINDS):
        return False
    return not _may_be_news(stripped)


def is_byline(line: str) -> bool:
    """Whether a line or sentence only says who wrote a report, or when: it has no statement."""
    stripped = line.strip()
    is_one = BYLINE.match(stripped) or DATE_LINE.match(stripped)
    return bool(is_one) and len(stripped) <= _LONGEST and not _has_verb(stripped)


def _may_be_news(line: str) -> bool:
    if COUNTER.match(line) or not OPENS_EITHER.match(line) or not _TERMINAL.search(line):
        return False
    return _has_verb(line)


def _has_verb(line: str) -> bool:
    tokens = tokenise(line)
    return clause_verb(tokens, lead_in_end(tokens, 0, len(tokens)), len(tokens)) is not None
