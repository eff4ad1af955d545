"""The port of requests to judge a claim at once from given passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from claims.types import Page, Queue, ReaderChoice, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """A claim to judge from these pages alone, at once and without a record.

    A bare passage is a page with an empty `url`. `request_id` is that of the HTTP request, for the
    worker's log. `reader` says whether a second reader is asked; its tokens are counted for the API
    key with the id `owner`.
    """

    id: str
    claim: str
    pages: tuple[Page, ...]
    claimed_at: date | None = None
    request_id: str | None = None
    reader: ReaderChoice = ReaderChoice.AUTO
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyAnswer:
    """The verdict on a verify request, or in words the error that prevented it."""

    verdict: Verdict | None = None
    error: str | None = None


class VerifyRequests(Protocol):
    """Claims to judge at once from given passages: no work items, and nothing is kept.

    A request waits in the store for a worker, and its caller waits for the answer. Request and
    answer expire when the caller's time is over, whatever happens to caller and worker.
    """

    def ask_verify(self, request: VerifyRequest, *, within_s: float) -> None:
        """Put the request in the queue for at most `within_s` seconds, and notify the workers.

        Raises QueueFull when too many requests wait, and NotJudged when no worker is judging.
        """
        ...

    def take_verify(self, *, worker: str, queue: Queue = Queue.SCORE) -> VerifyRequest | None:
        """Take the request that has waited longest; None when none waits.

        The queue READ has the requests that were judged and then handed on to a second reader.
        """
        ...

    def hand_on_verify(
        self, request_id: str, judged: VerifyAnswer, *, judge_s: float = 0.0
    ) -> bool | None:
        """Store the judge's answer and put the request in the reader's queue; False when its caller
        no longer waits, None when no worker reads."""
        ...

    def answer_verify(self, request_id: str, answer: VerifyAnswer, *, judge_s: float = 0.0) -> bool:
        """Store the answer for the caller; False when the caller no longer waits."""
        ...

    def read_verify_answer(self, request_id: str, *, judged: bool = False) -> VerifyAnswer | None:
        """The answer, or None while there is none. `judged`: the judge's answer to a request that
        was handed on to a reader."""
        ...

    def withdraw_verify(self, request_id: str) -> None:
        """Delete the request and its answer, so that no worker takes it."""
        ...
