"""The port of requests to judge a claim at once from given passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from claims.types import Page, Queue, ReaderChoice, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """A claim to judge from these pages alone, at once and without a record.

    A page that is only a passage has no address: its `url` is empty. `request_id` is that of the
    request, for the log of the worker. `reader` says whether a second reader is asked; its tokens
    are counted for the key of the API with the id `owner`.
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
    """The verdict on a verify request, or the error in words for which there is none."""

    verdict: Verdict | None = None
    error: str | None = None


class VerifyRequests(Protocol):
    """Claims to judge at once from given passages: no work items, and nothing is kept.

    A request waits in the store for a worker, and its caller for the answer. Both expire when the
    caller gives up, whatever happens to caller and worker.
    """

    def ask_verify(self, request: VerifyRequest, *, within_s: float) -> None:
        """Let the request wait for a worker, for `within_s` at most.

        Raises QueueFull when too many wait, and NotJudged when no worker judges.
        """
        ...

    def take_verify(self, *, worker: str, queue: Queue = Queue.SCORE) -> VerifyRequest | None:
        """The request that has waited longest, for this worker alone; None when none waits.

        `queue` READ: of those that were judged and handed on to a reader.
        """
        ...

    def hand_on_verify(
        self, request_id: str, judged: VerifyAnswer, *, judge_s: float = 0.0
    ) -> bool | None:
        """Keep the judge's answer, and let the request wait for a reader; False when its caller no
        longer waits, None when no worker reads."""
        ...

    def answer_verify(self, request_id: str, answer: VerifyAnswer, *, judge_s: float = 0.0) -> bool:
        """Hand the answer to the caller; False when it no longer waits."""
        ...

    def read_verify_answer(self, request_id: str, *, judged: bool = False) -> VerifyAnswer | None:
        """The answer, None while there is none; with `judged` that of the judge alone, of a request
        that was handed on to a reader."""
        ...

    def withdraw_verify(self, request_id: str) -> None:
        """Delete the request and its answer: no worker takes it any more."""
        ...
