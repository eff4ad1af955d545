"""A reader that stops asking an endpoint while it fails, within one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from claims.ports import Question, Reader
from claims.reader.unanswered import is_failure, was_asked
from claims.types import NotRead, ReaderName, Reading, Unread

FAILURES = 3
"""Failures in a row after which the endpoint is not asked for a while."""
REST_S = 60.0
"""Seconds until one caller tries again: about as long as a question to an endpoint that does not
answer (ASSAY_CHAT_TIMEOUT_S)."""


class BreakingReader:
    """claims.ports.Reader that does not ask an endpoint which failed several times in a row.

    After a rest one caller tries again; until its answer comes, the other callers are not answered.
    For several threads: those that asked before the last failure still get their answers. The
    workers of a service share their state in the store instead (ADR 48).
    """

    def __init__(self, reader: Reader, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._reader = reader
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._last = ""

    @property
    def name(self) -> ReaderName:
        """The name of the other reader."""
        return self._reader.name

    def read(self, question: Question) -> Reading | NotRead:
        """The contract of claims.ports.Reader."""
        with self._lock:
            tries = self._failures >= FAILURES
            if tries and self._clock() < self._rests_until:
                detail = f"not asked after {self._failures} failures in a row, the last one: "
                return NotRead(skipped=Unread.NO_ANSWER, detail=detail + self._last)
            if tries:
                self._rests_until = self._clock() + REST_S
        answer = None
        try:
            answer = self._reader.read(question)
        finally:
            self._note(answer, tries=tries)
        return answer

    def _note(self, answer: Reading | NotRead | None, *, tries: bool) -> None:
        """Count failures. What did not reach the endpoint is neither a failure nor an answer: if it
        was to try the endpoint (`tries`), the next caller does."""
        with self._lock:
            if answer is None or not was_asked(answer):
                if tries:
                    self._rests_until = self._clock()
            elif is_failure(answer):
                self._failures += 1
                self._last = answer.detail
                self._rests_until = self._clock() + REST_S
            else:
                self._failures = 0
