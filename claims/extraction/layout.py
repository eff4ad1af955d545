"""Classifies the lines of an article: running text, heading, byline, caption or boilerplate.

Positions never change: text is only overwritten character by character.
"""

from __future__ import annotations

import re
from itertools import pairwise

from claims.extraction.grammar import clause_verb, tokenise
from claims.extraction.lead_ins import lead_in_end
from claims.extraction.lexicon import MONTHS, WEEKDAYS
from claims.extraction.reasons import Reason
from claims.text import fold_spaces

_TERMINAL = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_WIDEST_WRAP = 100
_NARROWEST_WRAP = 40
_LONGEST_HEADING_WORDS = 16

_BOILERPLATE = re.compile(
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
_FULL_NAME = r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){1,3}"
_BYLINE = re.compile(
    r"^(?:(?i:by|words by|story by|written by|from our)\s+(?:our\b.*|[A-ZÀ-Þ][^.!?]{2,100})"
    r"|(?i:reporting by|additional reporting|edited by|editing by|writing by|compiled by)\b.*"
    rf"|{_FULL_NAME}(?:,| \||\s+[-–—])\s+(?:[A-ZÀ-Þ][\w ]{{2,40}})?"
    r"(?i:correspondent|reporter|editor|staff|writer|reuters|bbc|news)[\w ]*)$"
)
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = "(?:(?:" + "|".join(sorted(WEEKDAYS)) + r"),?\s+)?"
_HOUR = r"(?:[ ,at|–-]+\d{1,2}[:.]\d\d.{0,20})?"
_DATE_LINE = re.compile(
    r"^(?:(?:published|updated|posted|last (?:updated|modified)|first published)\b.{0,80}"
    rf"|{_DAY}{_MONTH}\s+\d{{1,2}}(?:,?\s*\d{{2,4}})?{_HOUR}"
    rf"|{_DAY}\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?{_HOUR}"
    r"|\d{4}-\d\d-\d\d(?:[T ].{0,20})?|\d{1,2}[./]\d{1,2}[./]\d{2,4})$",
    re.IGNORECASE,
)
_PICTURE = r"(?:photo|picture|image|photograph|video|graphic|illustration|caption)"
_CAPTION = re.compile(
    rf"^(?:(?:file )?{_PICTURE}(?: credit| caption| by| courtesy| source)?\s*[:/(–—-].*"
    rf"|{_PICTURE} (?:by|courtesy of)\b.*"
    r"|.*\((?:photo|image|picture|file|credit|ap photo|reuters|getty)\b[^)]*\)\.?"
    r"|.*\b(?:getty images|ap photo|epa-efe|shutterstock|alamy|file photo)\b.{0,40})$",
    re.IGNORECASE,
)
_OPENS_EITHER = re.compile(
    r"(?:related(?!:)|most|filed under|copyright(?! ?(?:©|\(c\)|\d))|updated|published|posted"
    r"|reporting by|video-\w+|getty images)\b",
    re.IGNORECASE,
)
_AGENCY = r"\([A-ZÀ-Þ][\w /.]{1,30}\)"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+"
_PREFIX = re.compile(
    r"^(?:\s*(?:[-–—•*·▪►]|\(?\d{1,2}[.)])\s+"
    # "QUITO, Ecuador (AP) — ", "LONDON, 4 September (Reuters) - "
    rf"|{_CAPITALS}(?:[ /-]{_CAPITALS}){{0,3}}"
    r"(?:, ?(?:[A-ZÀ-Þ]|\d{1,2} [A-Z])[\w.]+(?: [\w.]+){0,2}){0,2}"
    rf"(?: ?{_AGENCY})?\s*(?:—|–|--| - )\s*"
    rf"|{_AGENCY}\s*(?:—|–|--| - )\s*)"
)


def unwrap_lines(text: str) -> str:
    """`text` with the breaks of hard-wrapped paragraphs overwritten by spaces, same length.

    A paragraph counts as wrapped when no line except its last had room for the next line's first
    word, as mail programs and terminals wrap lines.
    """
    lines = text.splitlines(keepends=True)
    joined: list[str] = []
    start = 0
    while start < len(lines):
        stop = start + 1
        while stop < len(lines) and lines[stop].strip() and lines[stop - 1].strip():
            stop += 1
        block = lines[start:stop]
        joined.extend(_join(block) if _is_wrapped(block) else block)
        start = stop
    return "".join(joined)


def _is_wrapped(block: list[str]) -> bool:
    width = max(len(line.rstrip()) for line in block)
    if len(block) < 2 or not _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        return False
    if not _TERMINAL.search(block[-1].rstrip()) or any(map(_find_furniture, block)):
        return False
    return all(
        len(line.rstrip()) + 1 + len(after.split(None, 1)[0]) > width and not _PREFIX.match(after)
        for line, after in pairwise(block)
    )


def _join(block: list[str]) -> list[str]:
    bare = [line.rstrip("\r\n") for line in block[:-1]]
    spaced = [
        line + " " * (len(whole) - len(line)) for line, whole in zip(bare, block, strict=False)
    ]
    return [*spaced, block[-1]]


def find_line_reason(line: str, *, title: str | None, is_alone: bool) -> Reason | None:
    """The reason why a whole line contains no claim, or None for running text.

    `is_alone` means that the text has no other line; the line is then not taken for a heading.
    """
    stripped = line.strip().strip("*_#>| ").strip()
    if not any(c.isalnum() for c in stripped):
        return Reason.BOILERPLATE
    if len(stripped) > 300:
        return None
    if title and _bare(stripped) == _bare(title):
        return Reason.HEADING
    reason = _find_furniture(stripped)
    if reason is None and not is_alone and _is_heading(line, stripped):
        return Reason.HEADING
    return reason


def _bare(line: str) -> str:
    return fold_spaces(line).casefold().rstrip(".")


def _find_furniture(line: str) -> Reason | None:
    """The reason if a line is a byline, a caption or boilerplate by its words, else None."""
    stripped = line.strip()
    for reason, pattern in (
        (Reason.BOILERPLATE, _BOILERPLATE),
        (Reason.BYLINE, _DATE_LINE),
        (Reason.BYLINE, _BYLINE),
        (Reason.CAPTION, _CAPTION),
    ):
        if pattern.match(stripped):
            return None if _is_sentence(stripped) else reason
    return None


def _is_sentence(line: str) -> bool:
    """Whether a line opens like boilerplate but is news: "Related charges were dropped in May."."""
    if not _OPENS_EITHER.match(line) or not _TERMINAL.search(line):
        return False
    tokens = tokenise(line)
    return clause_verb(tokens, lead_in_end(tokens, 0, len(tokens)), len(tokens)) is not None


def _is_heading(line: str, stripped: str) -> bool:
    """Whether it is a short line without a final stop; in a list only if it has no verb."""
    if line.lstrip().startswith("#"):
        return True
    if _TERMINAL.search(stripped) or len(stripped.split()) > _LONGEST_HEADING_WORDS:
        return False
    prefix = _PREFIX.match(line)
    if prefix:
        tokens = tokenise(line.rstrip(), start=prefix.end())
        return clause_verb(tokens, lead_in_end(tokens, 0, len(tokens)), len(tokens)) is None
    return True


def prefix_length(sentence: str) -> int:
    """The length in characters of a bullet, a number or a dateline before the statement."""
    match = _PREFIX.match(sentence)
    return match.end() if match and match.end() < len(sentence) else 0
