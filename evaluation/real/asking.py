"""Answers of the pipeline and of simpler baselines to a claim and the pages of its event."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.pairs import judge_pairs
from claims.pipeline import rank_evidence, weigh_evidence
from claims.types import (
    Check,
    Claim,
    Gathered,
    Page,
    Verdict,
    VerdictLabel,
)
from evaluation.real import MEASURING, MIRRORS_FOR_MEASURING
from training.events import (
    Event,
    EventClaim,
    EventPage,
    deciding_text,
    find_quote,
    read_events,
)
from training.mirrors import Mirrored, read_mirrored

READ_AT = datetime(2026, 1, 1, tzinfo=UTC)
_LABELS = (
    VerdictLabel.SUPPORTED,
    VerdictLabel.REFUTED,
    VerdictLabel.NOT_ENOUGH_EVIDENCE,
)
_DECISIVE = _LABELS[:2]


@dataclass(frozen=True, slots=True)
class Answer:
    """One claim with its gold label and the answers to it.

    `strongest` are the highest probabilities of support and of refutation that the bare judge gives
    to the passages, and `alone` those that it gives to the claim without a passage. `paragraph` and
    `bare_paragraph` are the answers to the deciding paragraphs, by `assay score` and by the bare
    judge; None unless the label is SUPPORTED or REFUTED.
    """

    event: str
    claim: str
    kind: str
    label: VerdictLabel
    verdict: VerdictLabel
    confidence: float
    strongest: tuple[float, float]
    alone: tuple[float, float]
    paragraph: VerdictLabel | None
    bare_paragraph: VerdictLabel | None
    support: float | None = None
    key_passage: bool | None = None


@dataclass(frozen=True, slots=True)
class PlainRule:
    """Baseline: the side with the higher probability decides if it reaches its threshold."""

    supports: float
    refutes: float

    def decide(self, strongest: tuple[float, float]) -> VerdictLabel:
        """The label for (highest support, highest refutation); NOT_ENOUGH_EVIDENCE in a tie."""
        support, refutation = strongest
        if support >= self.supports and support > refutation:
            return VerdictLabel.SUPPORTED
        if refutation >= self.refutes and refutation > support:
            return VerdictLabel.REFUTED
        return VerdictLabel.NOT_ENOUGH_EVIDENCE


def pick_events(events: Sequence[Event], count: int | None) -> list[Event]:
    """The first `count` events (None: all) in a fixed order that alternates between writers.

    The first letter of an event's name identifies its writer.
    """
    by_writer: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda one: hashlib.sha256(one.name.encode()).hexdigest()):
        by_writer.setdefault(event.name[0], []).append(event)
    turns = max(map(len, by_writer.values()), default=0)
    order = [
        some[n] for n in range(turns) for _, some in sorted(by_writer.items()) if n < len(some)
    ]
    return order[:count]


def write_page(page: EventPage) -> Page:
    """The page as the fetcher returns it, with an invented address."""
    site = re.sub(r"\W+", "-", page.publisher.lower()).strip("-") or "page"
    return replace(
        write_text(page.text, url=f"https://{site}.example/{page.name}"),
        title=page.title,
        publisher=page.publisher,
        published_at=page.published_at,
    )


def write_text(text: str, *, url: str = "https://page.example/") -> Page:
    """A page with this text and address and no metadata."""
    return Page(
        url=url,
        canonical_url=url,
        title=None,
        publisher=None,
        published_at=None,
        fetched_at=READ_AT,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def ask_first(judge: CalibratedJudge, *, events: int) -> list[Answer]:
    """The answers for the first `events` of the events for measuring, in a fixed order."""
    return list(ask(pick_events(read_events(MEASURING), events), judge))


def pick_mirrored(count: int | None) -> list[Mirrored]:
    """The first `count` (None: all) of the events for measuring that have a mirror; the order is
    that of `pick_events`."""
    found = read_mirrored(read_events(MEASURING), MIRRORS_FOR_MEASURING)
    by_name = {one.event.name: one for one in found}
    return [by_name[event.name] for event in pick_events([one.event for one in found], count)]


def ask(events: Sequence[Event], judge: CalibratedJudge) -> Iterator[Answer]:
    """The answers to all claims of the events; progress on stderr."""
    for number, event in enumerate(events, start=1):
        for claim, gathered, verdict in weigh(event, judge):
            yield _answer(event, claim, gathered, verdict, judge)
        print(f"  {number}/{len(events)} events", file=sys.stderr, flush=True)


def weigh(
    event: Event, judge: CalibratedJudge, *, only: Collection[str] | None = None
) -> Iterator[tuple[EventClaim, Gathered, Verdict]]:
    """The claims of an event, each with its ranked passages and its verdict.

    With `only`, just the claims with these texts.
    """
    pages = [write_page(page) for page in event.pages]
    for one in event.claims:
        if only is not None and one.claim not in only:
            continue
        gathered = rank_evidence(one.claim, pages, ())
        verdict = weigh_evidence(open_check(one.claim), gathered, judge=judge, now=READ_AT)
        yield one, gathered, verdict


def open_check(text: str) -> Check:
    """The first check of a claim of which only the text is known."""
    return Check(claim=Claim(text=text, sentence=text), requested_at=READ_AT)


def _answer(
    event: Event, claim: EventClaim, gathered: Gathered, verdict: Verdict, judge: CalibratedJudge
) -> Answer:
    text = claim.claim
    rows = judge.judge.score([(passage.text, text) for passage in gathered.passages])
    strongest = rows[:, :2].max(axis=0, initial=0.0)
    alone = judge.judge.score([("", text)])[0]
    label = VerdictLabel(claim.label)
    paragraph = bare = None
    if label in _DECISIVE:
        pair = (deciding_text(event, claim.quotes), text)
        paragraph = _LABELS[int(np.argmax(judge_pairs([pair], judge)[0]))]
        bare = _LABELS[int(np.argmax(judge.judge.score([pair])[0]))]
    return Answer(
        event.name,
        text,
        claim.kind,
        label,
        verdict.label,
        verdict.confidence,
        (float(strongest[0]), float(strongest[1])),
        (float(alone[0]), float(alone[1])),
        paragraph,
        bare,
        verdict.support,
        _is_key_passage(event, claim, verdict),
    )


def _is_key_passage(event: Event, claim: EventClaim, verdict: Verdict) -> bool | None:
    """Whether the first quotation of the verdict overlaps a quote of the claim."""
    if not (verdict.evidence and claim.quotes):
        return None
    first = verdict.evidence[0]
    pages = {page.name: page for page in event.pages}
    return any(
        write_page(pages[quote.page]).url == first.page.url
        and start < first.span.end
        and first.span.start < end
        for quote in claim.quotes
        for start, end in [find_quote(pages[quote.page], quote)]
    )
