"""The port of stored checks, and of the pages to which they refer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from claims.types import CheckRecord, ClaimId, Gathered, HistoryEntry, Page


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The number of checks, pages, answers of judges and answers of readers deleted."""

    checks: int
    pages: int
    scores: int = 0
    answers: int = 0


class Checks(Protocol):
    """The evidence and verdicts of kept checks, and the pages that they refer to."""

    def get_gathered(self, claim_id: ClaimId, check: int) -> Gathered:
        """What a check gathered: the check being judged now, or a kept one."""
        ...

    def get_check(self, claim_id: ClaimId, check: int) -> CheckRecord:
        """A check that ended in a verdict. NotFound says why there is none, or no longer."""
        ...

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks that ended in a verdict, oldest first."""
        ...

    def get_page(self, sha256: str) -> Page:
        """A page by the hash of its text, as first read; kept while a check refers to it."""
        ...

    def forget(self, *, keep_s: float | None, limit: int) -> Forgotten:
        """Delete up to `limit` checks that a newer verdict replaced `keep_s` ago or earlier,
        and up to `limit` pages to which no check refers and that the page cache does not need.

        None keeps all checks. Never deletes the latest verdict of a claim, nor the pages it cites.
        """
        ...

    def make_room(self) -> Forgotten | None:
        """If memory is short, delete some replaceable data, whatever its age; otherwise None.

        Judges' answers and unneeded pages are deleted first, then the checks that were replaced
        first.
        """
        ...
