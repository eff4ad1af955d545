"""The second reader, which reads all the evidence of a claim at once; its cache and its ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from secrets import token_hex
from typing import Protocol

from claims.types import NotRead, Passage, ReaderName, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The input of a reader: a claim with its claimant and date, and passages, best first."""

    claim: str
    claimant: str | None
    claimed_at: date | None
    passages: tuple[Passage, ...]


class Reader(Protocol):
    """Reads the passages of a claim and gives one of the four labels, with quotations for it."""

    @property
    def name(self) -> ReaderName:
        """The model and the version of its instruction."""
        ...

    def read(self, question: Question) -> Reading | NotRead:
        """The checked answer, or why there is none. Never raises an error of the endpoint.

        `agrees` and `measured` of the answer are None; claims/verdicts/ sets them.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUsage:
    """The tokens of one request to a reader, and its answer if that passed every check.

    `estimated` is the part of the tokens that the endpoint did not count. `answer` is the JSON of
    the answer, `key` that of its question. `id` is random: a call that is repeated counts once.
    """

    tokens: int
    estimated: int = 0
    key: str = ""
    answer: str | None = None
    id: str = field(default_factory=lambda: token_hex(16))


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is known of a question: its answer as JSON; without one, whether the caller asks it.

    `is_asked`: another caller asks the same question now.
    """

    answer: str | None = None
    is_asked: bool = False


class AnswerCache(Protocol):
    """Answers of readers that passed every check, so that none is paid for twice; and which
    questions are being asked, so that none is asked by two callers at a time."""

    def recall(self, key: str) -> Recalled:
        """The answer to a question. If there is none and nobody asks it, the caller does from now
        on, until `end`. Raises StoreUnavailable."""
        ...

    def end(self, key: str) -> None:
        """The caller no longer asks the question. Raises StoreUnavailable."""
        ...


class TokenLedger(Protocol):
    """Counts what readers use, and says whether the budget of the day allows another request."""

    def allows(self) -> bool:
        """Whether another request may be made today. Raises StoreUnavailable."""
        ...

    def spend(self, usage: RequestUsage) -> None:
        """Add the tokens of a request and store its answer, both or neither. Raises
        StoreUnavailable."""
        ...


class ReaderRecords(AnswerCache, TokenLedger, Protocol):
    """The answers and the tokens of readers in one place."""
