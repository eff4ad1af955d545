"""The worker's second reader: asked within the budget, rested while its endpoint fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from claims.errors import EndpointFault, InvalidInput, StoreUnavailable
from claims.ports import Question, Reader, Readings
from claims.reader.held import HoldingRecords
from claims.reader.ledger import ClaimLedger
from claims.reader.unanswered import EndpointFailed, find_fault, is_failure, was_asked
from claims.settings import Settings
from claims.types import NotRead, ReaderName, ReaderWhen, Reading, Unread, Verdict
from claims.verdicts.two_readers import Table
from claims.wiring import build_reader, get_answer_s

if TYPE_CHECKING:
    from claims.reader.results import Result

log = structlog.get_logger(__name__)

PATIENCE_S = 180.0
"""Seconds for which a claim waits for an endpoint that does not answer; then the claim keeps the
judge's verdict."""
AGAIN_LEAST_S, AGAIN_MOST_S = 10.0, 40.0
"""Minimum and maximum seconds until a claim is read again after its endpoint did not answer; the
time is random."""
ATTEMPT_EXTRA_S = 60.0
"""Seconds that an attempt may take beside the requests for its answer."""
UNANSWERED = NotRead(skipped=Unread.NO_ANSWER, detail="the reader has not answered")
"""The reader's part of a provisional verdict; it is kept if every attempt to read is lost."""


class ReaderSilent(Exception):
    """The reader's endpoint did not answer; the claim is read again in `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class RestingReader:
    """claims.ports.Reader that does not ask an endpoint which failed several times in a row.

    The state is in the store, so that no thread of any process asks the endpoint while it rests,
    and one thread tries again afterwards.
    """

    def __init__(self, reader: Reader, readings: Readings) -> None:
        self._reader = reader
        self._readings = readings
        # Of the last failure in this process: a process with another key does not know it.
        self._fault = EndpointFault.SILENT

    @property
    def name(self) -> ReaderName:
        """The name of the other reader."""
        return self._reader.name

    def read(self, question: Question) -> Reading | NotRead:
        """The contract of claims.ports.Reader; also raises StoreUnavailable before it asks."""
        wait_s = self._readings.ask()
        if wait_s:
            return self._report_rest(wait_s)
        answer = None
        try:
            answer = self._reader.read(question)
        finally:
            with suppress(StoreUnavailable):  # an answer is used even if that is not recorded
                self._record(answer)
        return answer

    def _report_rest(self, wait_s: float) -> NotRead:
        """Why the endpoint is not asked now; an endpoint that refuses every question still does."""
        detail = f"its endpoint failed several times in a row; asked again in {wait_s:.0f} s"
        if self._fault is not EndpointFault.UNUSABLE:
            return NotRead(skipped=Unread.NO_ANSWER, detail=detail)
        return EndpointFailed(
            skipped=Unread.NO_ANSWER,
            detail=f"{self._fault}: {detail}",
            plain=str(self._fault),
            fault=self._fault,
        )

    def _record(self, answer: Reading | NotRead | None) -> None:
        """Say how it ended, None for an exception. Raises StoreUnavailable."""
        if answer is None or not was_asked(answer):
            self._readings.skip()
        elif is_failure(answer):
            self._fault = find_fault(answer)
            log.warning("reader_silent", detail=answer.detail)
            self._readings.end(answer.detail)
        else:
            self._readings.end(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReader:
    """The reader with its settings: when it reads, how many passages, and `most_s`, the seconds
    after which another thread may take over an attempt to read.

    `find_result` returns its latest test. It is called for each claim, so that all processes use a
    new test.
    """

    reader: Reader
    ledger: ClaimLedger
    when: ReaderWhen
    passages_max: int
    most_s: float
    find_result: Callable[[], Result | None] = lambda: None

    @property
    def table(self) -> Table | None:
        """Its answers to labelled claims; None when it was not tested."""
        result = self.find_result()
        return result.table if result else None

    @property
    def refusal(self) -> NotRead | None:
        """The reader's part of a verdict if it is not asked because its test found it no better
        than the judge; None if it is asked."""
        result = self.find_result()
        why = result.refusal if result else None
        return NotRead(skipped=Unread.NOT_ASKED, detail=why, refused=True) if why else None


def wait_for_reader(verdict: Verdict, *, waited_s: float) -> None:
    """Raise ReaderSilent when the reader did not answer and its claim may wait longer.

    A question that has cost tokens is not asked again, because the whole of it would be paid for
    again; nor is a question that the endpoint refuses. A question that was not answered in time is
    asked only once more, because the host may bill each request.
    """
    said = verdict.reader
    if not isinstance(said, NotRead) or said.skipped is not Unread.NO_ANSWER:
        return
    fault = find_fault(said)
    if said.tokens or fault.is_refusal or (fault is EndpointFault.TIMED_OUT and waited_s > 0):
        return
    if waited_s < PATIENCE_S:
        raise ReaderSilent(random.uniform(AGAIN_LEAST_S, AGAIN_MOST_S))  # noqa: S311 - jitter is no secret


def build_second_reader(settings: Settings, readings: Readings) -> SecondReader | None:
    """The reader of the settings, with answers, tokens and rests in the store; None without one.

    Its latest test (`assay reader test`) is read for each claim.
    """
    answer_s = get_answer_s(settings)
    most_s = ATTEMPT_EXTRA_S + answer_s
    ledger = ClaimLedger(readings, tokens_per_day=settings.reader_tokens_per_day, most_s=most_s)
    records = HoldingRecords(ledger)
    reader = build_reader(settings, ledger=records)
    if reader is None:
        return None
    from claims.reader.remembering import RememberingReader

    return SecondReader(
        # A stored answer needs no endpoint, so the cache comes before the breaker.
        reader=RememberingReader(RestingReader(reader, readings), records, wait_s=answer_s),
        ledger=ledger,
        when=ReaderWhen(settings.reader_when),
        passages_max=settings.reader_passages,
        most_s=most_s,
        find_result=partial(_find_result, settings.find_data_folder(), reader.name),
    )


def _find_result(folder: Path, name: ReaderName) -> Result | None:
    from claims.reader.results import find_result

    try:
        return find_result(folder, name)
    except InvalidInput as error:  # no claim fails for that
        log.warning("reader_test_unreadable", error=str(error))
        return None
