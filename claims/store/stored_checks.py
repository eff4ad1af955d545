"""Stored checks: what they gathered and concluded; reading and deletion."""

from __future__ import annotations

from collections.abc import Iterable

from claims.errors import Gone, NotFound
from claims.ports import Forgotten, RecordKind
from claims.shapes import from_text
from claims.sources.snapshots import list_needed, restore_text
from claims.store.connection import StorePart
from claims.store.encoding import to_duration_ms, unpack
from claims.store.keys import CLAIM, GATHERED, HISTORY, PAGE, VERDICTS
from claims.store.records import read_gathered
from claims.types import (
    CheckRecord,
    ClaimId,
    Gathered,
    HistoryEntry,
    Page,
    Verdict,
)


class RedisChecks(StorePart):
    """claims.ports.Checks on the server. The commits of the stages write them."""

    def get_gathered(self, claim_id: ClaimId, check: int) -> Gathered:
        """The contract of claims.ports.Checks.get_gathered."""
        text = self.connection.command("HGET", GATHERED + claim_id, check)
        if text is None:
            error = self.explain_missing(claim_id)
            if isinstance(error, Gone):
                raise error
            raise NotFound(f"no gathered pages are stored for check {check} of {claim_id}")
        with self.reading(RecordKind.CHECK, _name(claim_id, check)):
            kept = read_gathered(text)
        return restore_text(kept, self._read_texts(list_needed(kept)))

    def get_check(self, claim_id: ClaimId, check: int) -> CheckRecord:
        """The contract of claims.ports.Checks.get_check."""
        newest, gathered, verdict = self.connection.read(
            ("HGET", CLAIM + claim_id, "check"),
            ("HGET", GATHERED + claim_id, check),
            ("HGET", VERDICTS + claim_id, check),
        )
        if newest is None:
            raise self.explain_missing(claim_id)
        if gathered is None or verdict is None:
            raise NotFound(self._explain_missing(claim_id, check, newest=int(newest)))
        with self.reading(RecordKind.CHECK, _name(claim_id, check)):
            return CheckRecord(check, read_gathered(gathered), unpack(Verdict, verdict))

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks that ended in a verdict, oldest first."""
        exists, entries = self.connection.read(
            ("EXISTS", CLAIM + claim_id), ("LRANGE", HISTORY + claim_id, 0, -1)
        )
        if not exists:
            raise self.explain_missing(claim_id)
        return tuple(self._read_history(claim_id, entries))

    def _read_history(self, claim_id: ClaimId, entries: Iterable[str]) -> list[HistoryEntry]:
        rows = ((_name(claim_id, place), text) for place, text in enumerate(entries, 1))
        return self.read_each(RecordKind.CHECK, rows, lambda _, text: from_text(HistoryEntry, text))

    def forget(self, *, keep_s: float | None, limit: int) -> Forgotten:
        """The contract of claims.ports.Checks.forget."""
        kept_ms = "" if keep_s is None else to_duration_ms(keep_s)
        checks, pages = self.connection.run(
            "forget", kept_ms=kept_ms, checks_max=limit, pages_max=limit
        )
        return Forgotten(checks, pages)

    def make_room(self) -> Forgotten | None:
        """The contract of claims.ports.Checks.make_room."""
        return self.connection.make_room()

    def _read_texts(self, hashes: Iterable[str]) -> dict[str, str]:
        wanted = list(hashes)
        found = self.connection.read(*(("GET", PAGE + sha256) for sha256 in wanted))
        texts = {}
        for sha256, text in zip(wanted, found, strict=True):
            if text is None:
                raise NotFound(f"page {sha256} is no longer stored")
            with self.reading(RecordKind.PAGE, sha256):
                texts[sha256] = from_text(Page, text).text
        return texts

    def _explain_missing(self, claim_id: ClaimId, check: int, *, newest: int) -> str:
        """The reason why there is no such check, in words."""
        if not 1 <= check <= newest:
            return f"claim {claim_id} has no check {check}: its newest is check {newest}"
        entries = self.connection.command("LRANGE", HISTORY + claim_id, 0, -1)
        if any(entry.check == check for entry in self._read_history(claim_id, entries)):
            return (
                f"check {check} of claim {claim_id} is no longer stored: only the history of old "
                "checks remains (ASSAY_KEEP_DAYS)"
            )
        return f"check {check} of claim {claim_id} has no verdict: it is under way or has failed"


def _name(claim_id: ClaimId, check: int) -> str:
    """The path of a check below /v1/claims/, which names it in errors."""
    return f"{claim_id}/checks/{check}"
