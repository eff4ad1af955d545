"""The second reader of a worker: asked within a budget, left alone while it does not answer."""

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
from claims.reader.ledger import ClaimLedger
from claims.reader.unanswered import EndpointFailed
from claims.settings import Settings
from claims.types import NotRead, ReaderName, ReaderWhen, Reading, Unread, Verdict
from claims.verdicts.two_readers import Table
from claims.wiring import build_reader

if TYPE_CHECKING:
    from claims.reader.results import Result

log = structlog.get_logger(__name__)

PATIENCE_S = 180.0
"""Seconds for which a claim waits for an endpoint that does not answer; then the judge's verdict
stands."""
AGAIN_LEAST_S, AGAIN_MOST_S = 10.0, 40.0
"""Seconds until a claim is read again whose endpoint did not answer: a random time between them."""
REQUESTS_MAX, ATTEMPT_EXTRA_S = 2, 60.0
"""Requests for one answer, and the seconds that an attempt may take beside them."""
UNANSWERED = NotRead(skipped=Unread.NO_ANSWER, detail="the reader has not answered")
"""What a provisional verdict says of its reader: it stands when every attempt is lost."""


class ReaderSilent(Exception):
    """The reader's endpoint did not answer; the claim is read again in `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class RestingReader:
    """claims.ports.Reader that does not ask an endpoint which failed several times in a row.

    The state is in the store, so that all threads and processes leave the endpoint alone together,
    and one of them tries after a rest.
    """

    def __init__(self, reader: Reader, readings: Readings) -> None:
        self._reader = reader
        self._readings = readings

    @property
    def name(self) -> ReaderName:
        """The name of the other reader."""
        return self._reader.name

    def read(self, question: Question) -> Reading | NotRead:
        """The contract of claims.ports.Reader; also raises StoreUnavailable before it asks."""
        wait_s = self._readings.ask()
        if wait_s:
            detail = f"its endpoint failed several times in a row; asked again in {wait_s:.0f} s"
            return NotRead(skipped=Unread.NO_ANSWER, detail=detail)
        answer = self._reader.read(question)
        failure = None
        if isinstance(answer, NotRead):
            if answer.skipped in (Unread.BUDGET, Unread.NOT_ASKED) and not answer.tokens:
                return answer  # the endpoint was not asked
            if (
                answer.skipped is Unread.NO_ANSWER
                and _find_fault(answer) is not EndpointFault.REFUSED
            ):
                failure = answer.detail
                log.warning("reader_silent", detail=failure)
        with suppress(StoreUnavailable):  # an answer is used even if that is not recorded
            self._readings.end(failure)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReader:
    """The reader with what its settings say: when it reads and how many passages, and the seconds
    after which an attempt to read is given to another thread.

    `find_result` is its latest test: read for each claim, so that all processes follow a new one.
    """

    reader: Reader
    ledger: ClaimLedger
    when: ReaderWhen
    passages_max: int
    most_s: float
    find_result: Callable[[], Result | None] = lambda: None

    @property
    def table(self) -> Table | None:
        """What it said of labelled claims; None when it was not tested."""
        result = self.find_result()
        return result.table if result else None

    @property
    def refusal(self) -> NotRead | None:
        """What a verdict says of it when it is not asked because its test found it no better than
        the judge; None when it is asked."""
        result = self.find_result()
        why = result.refusal if result else None
        return NotRead(skipped=Unread.NOT_ASKED, detail=why, refused=True) if why else None


def _find_fault(said: NotRead) -> EndpointFault:
    """What the endpoint did; it is silent as well while it rests."""
    return said.fault if isinstance(said, EndpointFailed) else EndpointFault.SILENT


def wait_for_reader(verdict: Verdict, *, waited_s: float) -> None:
    """Raise ReaderSilent when the reader did not answer and its claim may wait for longer.

    What has cost tokens is not asked again: each time, all of it would be paid for again. Nor is
    what the endpoint refuses. What it did not answer in time is asked once more: its host may bill
    each request.
    """
    said = verdict.reader
    if not isinstance(said, NotRead) or said.skipped is not Unread.NO_ANSWER:
        return
    fault = _find_fault(said)
    if said.tokens or fault.is_refusal or (fault is EndpointFault.TIMED_OUT and waited_s > 0):
        return
    if waited_s < PATIENCE_S:
        raise ReaderSilent(random.uniform(AGAIN_LEAST_S, AGAIN_MOST_S))  # noqa: S311 - jitter is no secret


def build_second_reader(settings: Settings, readings: Readings) -> SecondReader | None:
    """The reader of the settings, with answers, tokens and rests in the store; None without one.

    Its latest test (`assay reader test`) is looked up for each claim.
    """
    ledger = ClaimLedger(readings, tokens_per_day=settings.reader_tokens_per_day)
    reader = build_reader(settings, ledger=ledger)
    if reader is None:
        return None
    from claims.reader.remembering import RememberingReader

    return SecondReader(
        # An answer that is kept needs no endpoint, so that it is looked for before.
        reader=RememberingReader(RestingReader(reader, readings), readings),
        ledger=ledger,
        when=ReaderWhen(settings.reader_when),
        passages_max=settings.reader_passages,
        most_s=ATTEMPT_EXTRA_S + REQUESTS_MAX * settings.chat_timeout_s,
        find_result=partial(_find_result, settings.find_data_folder(), reader.name),
    )


def _find_result(folder: Path, name: ReaderName) -> Result | None:
    from claims.reader.results import find_result

    try:
        return find_result(folder, name)
    except InvalidInput as error:  # no claim fails for that
        log.warning("reader_test_unreadable", error=str(error))
        return None
