"""How the pages say things: verdicts, statuses, reasons and coverage codes in plain English."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from claims.days import find_latest_day
from claims.duration import parse_duration
from claims.shapes import from_text
from claims.types import ClaimStatus, FindingResult, PageReference, VerdictLabel


class Tone(StrEnum):
    """What a claim looks like on a page: its verdict, or that there is none yet.

    The value is the style class. The order is that of salience: where claims share a piece of
    text, the piece takes the first tone of theirs.
    """

    REFUTED = "refuted"
    CONFLICTING = "conflicting"
    NOT_ENOUGH = "not-enough"
    SUPPORTED = "supported"
    FAILED = "failed"
    PENDING = "pending"

    @property
    def word(self) -> str:
        """The words a reader sees."""
        return _TONE_WORDS[self]


_TONE_WORDS = {
    Tone.SUPPORTED: "Supported",
    Tone.REFUTED: "Refuted",
    Tone.CONFLICTING: "Conflicting evidence",
    Tone.NOT_ENOUGH: "Not enough evidence",
    Tone.PENDING: "Not judged yet",
    Tone.FAILED: "Could not be checked",
}

_TONE_OF_LABEL = {
    VerdictLabel.SUPPORTED: Tone.SUPPORTED,
    VerdictLabel.REFUTED: Tone.REFUTED,
    VerdictLabel.CONFLICTING_EVIDENCE: Tone.CONFLICTING,
    VerdictLabel.NOT_ENOUGH_EVIDENCE: Tone.NOT_ENOUGH,
}

_STATUS_WORDS = {
    "queued": "Waiting",
    "gathering": "Looking at the sources",
    "judging": "Weighing the evidence",
    "judged": "Judged",
    "extracted": "Checking the claims",
    "done": "Done",
    "failed": "Given up",
}

_RESTING = {"judged", "done", "failed"}

_STANCE_WORDS = {"SUPPORTS": "Supports", "REFUTES": "Refutes", "NEUTRAL": "Says nothing either way"}

_FINDING_WORDS = {
    "quantity": "Figure",
    "date": "Date",
    "quotation": "Quotation",
    "name": "Name",
    FindingResult.MATCH: "Match",
    FindingResult.DIFFERS: "Differs",
    FindingResult.ABSENT: "Not in the passage",
    FindingResult.VERBATIM: "Verbatim",
    FindingResult.ALTERED: "Altered",
    FindingResult.CUT: "Cut",
    FindingResult.OTHER_SPEAKER: "Said by another",
    FindingResult.OTHER_ROLE: "In another role",
}
_RESULT_TONES = {
    FindingResult.MATCH: "supported",
    FindingResult.VERBATIM: "supported",
    FindingResult.DIFFERS: "refuted",
    FindingResult.ALTERED: "refuted",
    FindingResult.CUT: "refuted",
    FindingResult.OTHER_SPEAKER: "refuted",
    FindingResult.OTHER_ROLE: "refuted",
}

_REASON_WORDS = {
    "heading": "A heading, not a statement.",
    "byline": "Says who wrote it, or when.",
    "caption": "Describes a picture.",
    "boilerplate": "Belongs to the page, not to the article.",
    "too-short": "Too short to check.",
    "too-long": "Too long for one claim.",
    "not-english": "Not in English.",
    "question": "A question.",
    "instruction": "Tells the reader what to do.",
    "personal": "Speaks of the writer, or to the reader.",
    "opinion": "An opinion.",
    "prediction": "A prediction: it cannot be checked yet.",
    "no-speaker": "A quotation without a clear speaker.",
    "no-checkable-content": "Says nothing that a source could confirm.",
}

_SOURCE_KINDS = {
    "page": "Page or site",
    "feed": "Feed (RSS, Atom)",
    "sitemap": "Sitemap",
    "mediawiki": "Wiki (MediaWiki)",
    "searxng": "Search (SearXNG)",
    "shelf": "Shelf",
}

_CODE_WORDS = {
    "not-on-shelf": "The shelf has no such document now.",
    "shelf-damaged": "The files of the shelf cannot be read.",
    "bad-url": "Its address is not written correctly.",
    "address-blocked": "Its address is private or reserved, so it is not fetched.",
    "port-blocked": "Its port is not one of the web's, so it is not fetched.",
    "robots-denied": "The site asks programs not to read this page (robots.txt).",
    "dns-failed": "Its host name leads nowhere.",
    "unreachable": "The site did not take the connection.",
    "tls-error": "No secure connection could be made.",
    "timeout": "The site took too long to answer.",
    "bad-response": "The answer was cut short or garbled.",
    "redirect-loop": "It redirects in a circle.",
    "too-many-redirects": "It redirects too often.",
    "redirect-refused": "It redirects to where it may not be followed.",
    "too-large": "It is larger than a page may be.",
    "not-text": "It is not a page of text.",
    "no-text": "The page holds no text to read.",
    "blocked": "A check for robots stands in front of it.",
    "consent-wall": "A question about cookies stands in front of it.",
    "paywall": "Only its beginning is shown to those who have not paid.",
    "login-required": "A form to sign in stands in its place.",
    "not-found": "It says itself that there is no such page.",
    "site-error": "It says itself that the site does not work, or not from here.",
    "no-article": "It is no article: a front page, a list of others, or a domain for sale.",
    "encrypted": "The PDF asks for a password.",
    "too-complex": "It could not be read within the limits of time and memory.",
    "unreadable": "The file could not be opened.",
    "rate-limited": "It wants no more questions for now.",
    "host-busy": "Too many pages of its site were waiting to be read, one after another.",
    "host-resting": "Its site is left alone for now: it did not answer, or asked for that.",
    "not-json": "It answered with something that is no search result.",
    "not-feed": "It answered with something that is neither a feed nor a sitemap.",
    "unsafe-xml": "Its XML declares entities or is nested too deep, so it is not read.",
    "no-engine": "None of the engines behind it answered.",
    "copy-of-article": "Its text is nearly the article's own, which is no evidence for it.",
    "language": "It is written in something else than English, and only English is read.",
    "after-as-of": "It was published after the last day that evidence may be of.",
    "own-site": "It belongs to the article's own site, which is no evidence for the article.",
}
_TIE_WORDS = {
    "same-address": "they name the same address as their own",
    "same-text": "most of the shorter text stands in the longer one",
    "same-family": "their sources are registered as one publisher",
    "same-wire": "they carry one agency's mark or name one original, and are alike",
    "rewritten": "the same report in other sentences",
}
_HTTP_CODE = re.compile(r"http-(\d{3})")
_HTTP_WORDS = {
    "401": "It asks for a login",
    "403": "The site refused access",
    "404": "There is no such page",
    "410": "The page was removed",
    "429": "The site asks to slow down",
    "451": "The page is withheld for legal reasons",
}

EVERY_CHOICES: Mapping[str, str] = {
    "PT1H": "every hour",
    "PT6H": "every 6 hours",
    "PT12H": "every 12 hours",
    "P1D": "every day",
    "P7D": "every week",
    "P30D": "every 30 days",
}
"""The periods a form offers, from ISO 8601 duration to words."""
_UNITS_S = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def tone_of_label(label: str | None) -> Tone:
    """The tone of a verdict label; PENDING without one."""
    return Tone.PENDING if label is None else _TONE_OF_LABEL[VerdictLabel(label)]


def tone_of_claim(claim: Mapping[str, Any]) -> Tone:
    """The tone of a claim in its outside shape. A re-check keeps that of the last verdict."""
    if claim.get("verdict"):
        return tone_of_label(claim["verdict"]["label"])
    return Tone.FAILED if claim["status"] == ClaimStatus.FAILED else Tone.PENDING


def is_busy(status: str) -> bool:
    """True while something is still to come for this article or claim."""
    return status not in _RESTING


def describe_status(status: str) -> str:
    """The words for the status of an article or claim."""
    return _STATUS_WORDS.get(status, status)


def describe_stance(stance: str) -> str:
    """The words for a stance."""
    return _STANCE_WORDS[stance]


def describe_code(code: str) -> str:
    """A plain sentence for a coverage code; for one without words, the code itself."""
    http = _HTTP_CODE.fullmatch(code)
    if http:
        words = _HTTP_WORDS.get(http[1], "The site answered with an error")
        return f"{words} (HTTP {http[1]})."
    return _CODE_WORDS.get(code, f"It could not be looked at ({code}).")


def describe_source_kind(kind: str) -> str:
    """What a registered source is."""
    return _SOURCE_KINDS.get(kind, kind)


def describe_tie(why: str) -> str:
    """The words for why several pages are one origin; for one without words, itself."""
    return _TIE_WORDS.get(why, why)


def describe_every(every: str) -> str:
    """The words for a period between checks, in its largest whole unit: "every 90 minutes"."""
    if every in EVERY_CHOICES:
        return EVERY_CHOICES[every]
    seconds = round(parse_duration(every).total_seconds())
    unit, length_s = next(item for item in _UNITS_S.items() if seconds % item[1] == 0)
    count = seconds // length_s
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def describe_finding(word: str) -> str:
    """The words for the kind or the result of a finding; for one without words, itself."""
    return _FINDING_WORDS.get(word, word)


def tone_of_result(result: str) -> str:
    """The style class for the result of a finding."""
    return _RESULT_TONES.get(result, "not-enough")  # type: ignore[call-overload,no-any-return]


def describe_reason(reason: str) -> str:
    """Why a sentence is not checked, as a plain sentence; for a reason without words, itself."""
    return _REASON_WORDS.get(reason, reason)


def describe_moment(value: str | datetime) -> str:
    """A point in time in words, in UTC: "4 Sep 2025, 14:03 UTC". Unreadable ones stay."""
    moment = _read_moment(value)
    if moment is None:
        return str(value)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def describe_day(value: str | datetime) -> str:
    """The day of a date or moment in words: "4 Sep 2025". Unreadable ones stay as they are."""
    moment = _read_moment(value)
    return str(value) if moment is None else f"{moment.day} {moment:%b %Y}"


def describe_latest(page: Mapping[str, Any]) -> str:
    """The day a page was last changed, as far as it says: "12 Mar 2021"; else "no date"."""
    day = find_latest_day(from_text(PageReference, json.dumps(page)))
    return describe_day(day.isoformat()) if day else "no date"


def _read_moment(value: str | datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment


def percent(share: float) -> str:
    """A share in [0, 1] in whole per cent; what is not quite 0 or 1 never looks like it."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        return "over 99 %"
    if whole == 0 and share > 0:
        return "under 1 %"
    return f"{whole} %"


def web_link(url: str) -> str | None:
    """`url` when a page may link to it (http and https only), else None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def host_of(url: str) -> str:
    """The host that a reader should see beside a link; of a local file its name."""
    link = web_link(url)
    host = urlsplit(link).hostname if link else None
    return host.removeprefix("www.") if host else url
