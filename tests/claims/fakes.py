"""Fakes of the pipeline's ports over dicts of texts, and the steps of a check on them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.errors import HostBusy, SourceError
from claims.pipeline import gather_evidence, judge_claim
from claims.pipeline.searching import Providers
from claims.ports import Fetcher, PriorChecks, SourceProvider
from claims.shapes import open_record
from claims.types import (
    Candidate,
    Check,
    CheckOptions,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Gathered,
    HistoryEntry,
    JudgeName,
    Page,
    PriorCheck,
    Purpose,
    Query,
    Verdict,
    VerdictLabel,
)
from tests.claims.samples import NOON, page

CLAIM = "Eleven people died in the strike on the boat."
DIED = "The strike on the boat killed eleven people."


def address(name: str) -> str:
    """The address of a page of Web."""
    return f"https://{name}.example/p"


class CountingJudge:
    """Supports passages with "eleven", refutes passages with "nobody"; counts its pairs."""

    name = JudgeName("counting", "1")

    def __init__(self) -> None:
        self.pairs = 0

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        self.pairs += len(pairs)
        rows = np.full((len(pairs), 3), (0.1, 0.1, 0.8), dtype=np.float32)
        for number, (text, _) in enumerate(pairs):
            if "eleven" in text.casefold():
                rows[number] = (0.9, 0.05, 0.05)
            elif "nobody" in text.casefold():
                rows[number] = (0.05, 0.9, 0.05)
        return rows


COUNTING = CalibratedJudge(CountingJudge(), Calibration())


class Web:
    """A page cache and a fetcher over a dict of texts; records the freshness asked of each page.

    `days` has the dates of publication by address; other pages have the date of the samples.
    """

    def __init__(self, **texts: str) -> None:
        self.texts = {address(name): text for name, text in texts.items()}
        self.days: dict[str, str | None] = {}
        self.asked: dict[str, datetime] = {}

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        self.asked[url] = fresh_after
        return fetcher.fetch(url)

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        if url not in self.texts:
            raise SourceError("http-404", "the page is not there")
        found = page(url, self.texts[url])
        return replace(found, published_at=self.days.get(url, found.published_at))

    def read_html(self, html: str, *, url: str) -> Page:
        return page(url, html)


class SlowWeb(Web):
    """Every fetch takes 0.6 s."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        time.sleep(0.6)
        return super().fetch(url, known=known)


class BusyWeb(Web):
    """Some hosts are busy; `waits` has the seconds by address."""

    def __init__(self, waits: dict[str, float], **texts: str) -> None:
        super().__init__(**texts)
        self.waits = {address(name): wait_s for name, wait_s in waits.items()}

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        if url in self.waits:
            raise HostBusy(url, self.waits[url], "host-busy", "others are first")
        return super().fetch(url, known=known)


class Library:
    """A provider that finds pages by the purpose of the query, or fails."""

    def __init__(self, name: str = "library", *, fails: bool = False, **found: str) -> None:
        self.name = name
        self.purposes = frozenset(Purpose(purpose) for purpose in found)
        self.found = {Purpose(purpose): names.split() for purpose, names in found.items()}
        self.fails = fails
        self.days: dict[str, str] = {}
        self.asked: list[Query] = []

    def search(self, query: Query) -> tuple[Candidate, ...]:
        self.asked.append(query)
        if self.fails:
            raise SourceError("rate-limited", "enough for now")
        return tuple(
            Candidate(url=url, published_at=self.days.get(url)) for url in self.found[query.purpose]
        )


class SlowLibrary(Library):
    """Every search takes 0.1 s."""

    def search(self, query: Query) -> tuple[Candidate, ...]:
        time.sleep(0.1)
        return super().search(query)


class Archive:
    """A provider of prior checks, all with the same date; or it fails."""

    name = "archive"

    def __init__(self, *claims: str, fails: bool = False) -> None:
        self.claims = claims
        self.fails = fails

    def look_up(self, query: Query) -> tuple[PriorCheck, ...]:
        if self.fails:
            raise SourceError("http-403", "no such key")
        about = {"publisher": "P", "rating": "False", "reviewed_at": "2025-06-02T00:00:00Z"}
        return tuple(
            PriorCheck(claim=claim, url=f"https://p.example/{number}", **about)
            for number, claim in enumerate(self.claims)
        )


def check_of(*names: str, number: int = 1, article_url: str | None = None) -> Check:
    """A check of a claim, with the pages of these names as its sources."""
    return Check(
        claim=Claim(text=CLAIM, sentence=CLAIM),
        options=CheckOptions(sources=tuple(map(address, names))),
        number=number,
        requested_at=NOON,
        article_url=article_url,
    )


def again(check: Check, verdict: Verdict) -> Check:
    """The check after the one that ended in `verdict`."""
    return replace(check, number=verdict.check + 1, last=verdict)


def up_to(day: date, check: Check) -> Check:
    """The check with `day` as the last day of its evidence."""
    return replace(check, options=replace(check.options, as_of=day))


def record_of(check: Check) -> ClaimRecord:
    """The record of the claim of a check."""
    return open_record(
        check.claim,
        claim_id=ClaimId("c_1"),
        article_id=None,
        status=ClaimStatus.JUDGED,
        options=check.options,
    )


def gather(
    check: Check,
    web: Web,
    *providers: SourceProvider,
    prior: tuple[PriorChecks, ...] = (),
    **more: Any,
) -> Gathered:
    """What is gathered for the check; `more` goes to gather_evidence as it is."""
    asked = Providers(providers, prior)
    return gather_evidence(check, pages=web, fetcher=web, providers=asked, **more)


def decide(
    check: Check,
    found: Gathered,
    *,
    judge: CalibratedJudge = COUNTING,
    now: datetime = NOON,
    before: Gathered | None = None,
) -> tuple[Verdict, HistoryEntry]:
    """The verdict on what was found, and its entry in the history."""
    return judge_claim(check, found, judge=judge, now=now, before=before)


def judged(check: Check, web: Web) -> VerdictLabel:
    """The label that the claim gets."""
    return decide(check, gather(check, web))[0].label


def codes(found: Gathered) -> list[str]:
    """Why pages could not be used."""
    return [failure.code for failure in found.coverage.failed]


def urls(found: Gathered) -> list[str]:
    """The addresses of the pages that were read."""
    return [page.url for page in found.pages]
