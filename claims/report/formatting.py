"""Verdicts, codes, days, shares and links in plain English, as the pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from claims.report.messages import (
    CAUSES,
    CODES,
    EVENTS,
    FAULTS,
    FINDINGS,
    HTTP_STATUSES,
    REASONS,
    SOURCE_KINDS,
    STANCES,
    STATUSES,
    TIES,
)
from claims.types import (
    LEAST_CONFIDENCE,
    LOST_CHANGED,
    LOST_UNLISTED,
    STRIKES,
    ArticleRecord,
    Cause,
    ClaimRecord,
    ClaimStatus,
    ErrorRecord,
    FindingResult,
    LostPage,
    PageReference,
    Strength,
    Verdict,
    VerdictLabel,
    find_day_limit,
    find_strength,
)
from claims.verdicts.explain_days import describe_archived
from claims.webhooks import Delivery


class Tone(StrEnum):
    """The look of a claim on a page: its verdict, or that there is none yet.

    The value is the style class. The order is that of salience: where claims share a piece of
    text, the piece takes the first of their tones.
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

_RESTING = {"judged", "done", "failed"}

PROVISIONAL_WORDS = "Provisional verdict"
UNSURE_WORDS = "low confidence"
UNCLEAR_WORDS = "Unclear: sources seem to disagree"
_EVEN = 0.5  # the `support` of a claim whose two sides are equally probable

_RESULT_TONES = {
    FindingResult.VERBATIM: "supported",
    FindingResult.DIFFERS: "refuted",
    FindingResult.ALTERED: "refuted",
    FindingResult.CUT: "refuted",
    FindingResult.OTHER_SPEAKER: "refuted",
    FindingResult.OTHER_ROLE: "refuted",
}

_CODE_BEFORE = re.compile(r"[a-z]+(-[a-z]+)*: ")
_HTTP_CODE = re.compile(r"http-(\d{3})")


def tone_of_label(label: str | None) -> Tone:
    """The tone of a verdict label; PENDING without one."""
    return Tone.PENDING if label is None else _TONE_OF_LABEL[VerdictLabel(label)]


def tone_of_claim(claim: ClaimRecord) -> Tone:
    """The tone of a claim. A re-check keeps the tone of the last verdict."""
    if claim.verdict:
        return tone_of_label(claim.verdict.label)
    return Tone.FAILED if claim.status is ClaimStatus.FAILED else Tone.PENDING


def is_unsure(label: str | None, confidence: float | None) -> bool:
    """Whether a verdict has low confidence; False for NOT_ENOUGH_EVIDENCE and for no verdict.

    SUPPORTED and REFUTED need the minimum confidence, so that only CONFLICTING_EVIDENCE and
    verdicts of earlier releases have a lower one. NOT_ENOUGH_EVIDENCE states nothing that could be
    unsure.
    """
    if label is None or confidence is None or label == VerdictLabel.NOT_ENOUGH_EVIDENCE:
        return False
    return confidence < LEAST_CONFIDENCE


def describe_verdict(label: str | None, support: float | None, confidence: float | None) -> str:
    """The words for a verdict: its label with its strength; those of PENDING without a label.

    "Supported", "Probably supported" below LEAST_FIRM, "Leans to supported" where nothing is
    decided; ", low confidence" follows where `is_unsure`, and UNCLEAR_WORDS are those of
    CONFLICTING_EVIDENCE then.
    """
    if label is None:
        return Tone.PENDING.word
    words = tone_of_label(label).word
    match find_strength(VerdictLabel(label), support, confidence):
        case Strength.PROBABLE:
            words = f"Probably {words.lower()}"
        case Strength.LEANING:
            words = f"Leans to {'supported' if support and support > _EVEN else 'refuted'}"
    if not is_unsure(label, confidence):
        return words
    is_unclear = label == VerdictLabel.CONFLICTING_EVIDENCE
    return UNCLEAR_WORDS if is_unclear else f"{words}, {UNSURE_WORDS}"


def describe_label(verdict: Verdict) -> str:
    """`describe_verdict` of a whole verdict."""
    return describe_verdict(verdict.label, verdict.support, verdict.confidence)


def leans(label: str | None, support: float | None, confidence: float | None) -> bool:
    """Whether the label is NOT_ENOUGH_EVIDENCE, but one side is more probable than that label.

    The confidence of such a verdict is low because one side nearly decides. Shown alone, that low
    number would look like a rating of the evidence.
    """
    if label is None:
        return False
    return find_strength(VerdictLabel(label), support, confidence) is Strength.LEANING


def is_busy(status: str) -> bool:
    """True while work on this article or claim is still to be done."""
    return status not in _RESTING


def describe_status(status: str) -> str:
    """The words for the status of an article or claim."""
    return STATUSES.get(status, status)


def describe_superseded(corrected_by: str | None) -> str:
    """The note after the text of a corrected claim; empty for any other claim."""
    return f" (superseded by {corrected_by})" if corrected_by else ""


def describe_error(error: ErrorRecord) -> str:
    """The reason of an error, with advice where that helps."""
    advice = FAULTS.get(error.fault)
    return f"{error.detail.rstrip('.')}. {advice}" if advice else error.detail


def describe_progress(record: ArticleRecord | ClaimRecord) -> str:
    """The status of an article or claim, or the source that it waits for.

    For a source that may not be asked yet: "Waiting for library.example.org until 14:03:20 UTC".
    """
    waiting = record.waiting
    if not waiting:
        return describe_status(record.status)
    until = waiting.until.astimezone(UTC)
    return f"Waiting for {host_of(waiting.url)} until {until:%H:%M:%S} UTC"


def describe_causes(causes: Iterable[Cause]) -> str:
    """Why a check judged its claim again, a sentence for each cause; "" for a first check."""
    return " ".join(filter(None, map(CAUSES.__getitem__, causes)))


def describe_stance(stance: str) -> str:
    """The words for a stance."""
    return STANCES[stance]


def describe_code(code: str) -> str:
    """A plain sentence for a coverage code; for one without words, the code itself."""
    http = _HTTP_CODE.fullmatch(code)
    if http:
        words = HTTP_STATUSES.get(http[1], "The site answered with an error")
        return f"{words} (HTTP {http[1]})."
    return CODES.get(code, f"It could not be read ({code}).")


def describe_lost_page(lost: LostPage) -> str:
    """What happened to a page on which an earlier check is based, as a sentence."""
    page = f"A page that check {lost.check} rests on"
    if lost.code == LOST_CHANGED:
        return f"{page} has changed since: what was quoted is not in the evidence any more."
    if lost.code == LOST_UNLISTED:
        return f"{page} was not found again in check {lost.since}."
    return f"{page} cannot be read since check {lost.since}: {describe_code(lost.code)}"


def describe_failing(page: PageReference) -> str:
    """That a page cannot be read and its last text, or a copy, is evidence; "" for others."""
    if page.failing is None:
        return ""
    if copy := describe_archived(page):
        why = describe_code(page.failing.code)
        return f"This is an {copy}; the page itself cannot be read: {why}"
    days = len(page.failing.days)
    strikes = f", on {days} of {STRIKES} days before it counts as gone" if days else ""
    return (
        f"This is its text of {describe_moment(page.fetched_at)}; it could not be read again"
        f"{strikes}: {describe_code(page.failing.code)}"
    )


def describe_event(event_type: str) -> str:
    """The words for a type of event; for one without words, itself."""
    return EVENTS.get(event_type, event_type)


def describe_attempt(delivery: Delivery) -> str:
    """How the last attempt to deliver an event ended, as a sentence: "It answered 500: wrong."."""
    if delivery.status_code is not None and not delivery.error:
        return f"It answered {delivery.status_code}."
    words = _CODE_BEFORE.sub("", delivery.error or "", count=1).rstrip(".")
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('…') else '.'}" if words else ""


def describe_source_kind(kind: str) -> str:
    """The words for the kind of a registered source."""
    return SOURCE_KINDS.get(kind, kind)


def describe_tie(why: str) -> str:
    """The words for why several pages are one origin; for one without words, itself."""
    return TIES.get(why, why)


def describe_origin(origin: str) -> str:
    """The words for an origin of a verdict: "Independent source 1" for "o1"."""
    return f"Independent source {origin.removeprefix('o')}"


def describe_finding(word: str) -> str:
    """The words for the kind or the result of a finding; for one without words, itself."""
    return FINDINGS.get(word, word)


def tone_of_result(result: str) -> str:
    """The style class for the result of a finding."""
    return _RESULT_TONES.get(result, "not-enough")  # type: ignore[call-overload,no-any-return]


def describe_reason(reason: str) -> str:
    """Why a sentence is not checked, as a plain sentence; for a reason without words, itself."""
    return REASONS.get(reason, reason)


def describe_moment(moment: datetime) -> str:
    """A point in time, aware, in words in UTC: "4 Sep 2025, 14:03 UTC"."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def describe_day(day: date | str) -> str:
    """A day in words: "4 Sep 2025".

    The day of a text, as pages and articles give it, is that of its date, or of its moment in UTC;
    a text that is neither is returned as it is.
    """
    if isinstance(day, str):
        parsed = _parse_moment(day)
        if parsed is None:
            return day
        day = parsed
    return f"{day.day} {day:%b %Y}"


def describe_latest(page: PageReference) -> str:
    """The last day of which a page can be, as far as it is known: "12 Mar 2021"; else "no date"."""
    day = find_day_limit(page)
    return describe_day(day) if day else "no date"


def _parse_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):  # the second: year 1 in Asia is year 0 in Greenwich
        return None


def percent(share: float) -> str:
    """A share in [0, 1] in whole per cent; only exactly 0 and 1 are shown as 0 % and 100 %."""
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
