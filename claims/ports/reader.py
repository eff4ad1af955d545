"""The second reader, which reads all the evidence of a claim at once; its cache and its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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


class AnswerCache(Protocol):
    """Answers of readers that passed every check, so that none is paid for twice."""

    def get_answer(self, key: str) -> str | None:
        """The JSON of an answer. Raises StoreUnavailable."""
        ...

    def keep_answer(self, key: str, answer: str) -> None:
        """Store an answer for some days. Raises StoreUnavailable."""
        ...


class TokenLedger(Protocol):
    """Counts what readers use, and says whether the budget of the day allows another request."""

    def allows(self) -> bool:
        """Whether another request may be made today. Raises StoreUnavailable."""
        ...

    def spend(self, tokens: int) -> None:
        """Add the tokens of a request that was made. Raises StoreUnavailable."""
        ...
