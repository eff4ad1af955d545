"""Claims: submit, read, list, wait, check again, correct, withdraw; their checks; verify now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Unpack
from urllib.parse import urlencode

from claims.ports import ExportedClaim, ListEntry
from claims.types import (
    Adaptive,
    CheckRecord,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    HistoryEntry,
    Hours,
    Page,
    Schedule,
    Verdict,
)
from service.client.articles import ArticleFilters
from service.client.schedules import write_schedule
from service.client.transport import (
    LISTED_AT_ONCE,
    OnRepeat,
    Transport,
    encode_segment,
    report_repeats,
    write_reader_query,
)
from service.shapes import (
    Accepted,
    AcceptedList,
    Cancelled,
    CheckAccepted,
    CheckList,
    EntryList,
    ExportList,
    GivenSources,
    HistoryList,
    TagList,
)


class ClaimFilters(ArticleFilters, total=False):
    """The query parameters of GET /v1/claims."""

    article: str
    claimant: str
    min_confidence: float
    superseded: str
    reader: str | Sequence[str]
    review: str
    assignee: str
    changed_since: str


class Claims(Transport):
    """The routes of /v1/claims, /v1/pages and /v1/verify."""

    def submit_claim(
        self,
        body: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
        on_repeat: OnRepeat | None = None,
    ) -> ClaimId:
        """Submit the body of POST /v1/claims; otherwise like `submit_article`."""
        found = self._submit(Accepted, "/v1/claims", body=body, idempotency_key=idempotency_key)
        report_repeats([found], on_repeat)
        return ClaimId(found.id)

    def submit_claims(
        self,
        bodies: Sequence[Mapping[str, object]],
        *,
        idempotency_key: str | None = None,
        on_repeat: OnRepeat | None = None,
    ) -> tuple[ClaimId, ...]:
        """Submit up to 500 claims, all or none; returns their ids in order. See `submit_claim`."""
        body = {"claims": list(bodies)}
        found = self._submit(
            AcceptedList, "/v1/claims/batch", body=body, idempotency_key=idempotency_key
        )
        report_repeats(found.items, on_repeat)
        return tuple(ClaimId(item.id) for item in found.items)

    def get_claim(self, claim_id: ClaimId) -> ClaimRecord:
        """The claim with its last verdict, as it is now."""
        return self._ask(ClaimRecord, "GET", f"/v1/claims/{encode_segment(claim_id)}")

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks of a claim that ended in a verdict, oldest first."""
        path = f"/v1/claims/{encode_segment(claim_id)}/history"
        return self._ask(HistoryList, "GET", path).items

    def get_check(self, claim_id: ClaimId, check: int) -> CheckRecord:
        """One check of a claim: the evidence that it gathered, and its verdict."""
        path = f"/v1/claims/{encode_segment(claim_id)}/checks/{check}"
        return self._ask(CheckRecord, "GET", path)

    def get_page(self, sha256: str) -> Page:
        """A page as read, by the sha256 of its text."""
        return self._ask(Page, "GET", f"/v1/pages/{encode_segment(sha256)}")

    def iterate_claims(self, **filters: Unpack[ClaimFilters]) -> Iterator[ListEntry]:
        """Yield the claims that fit all filters; otherwise like `iterate_articles`.

        Claims that were corrected are left out, unless `superseded` is `include` or `only`.
        """
        for page in self._iterate(EntryList, "/v1/claims", filters):
            yield from page.items

    def export_claims(self, **filters: Unpack[ClaimFilters]) -> Iterator[ExportedClaim]:
        """Yield the claims of `iterate_claims` in full, with their verdicts and the evidence."""
        for page in self._iterate(ExportList, "/v1/claims/export", filters):
            yield from page.items

    def download_claims(
        self, file_format: str = "csv", *, limit: int = 1_000, **filters: Unpack[ClaimFilters]
    ) -> Iterator[bytes]:
        """Yield the claims of `iterate_claims` as the parts of a file in UTF-8, with up to `limit`
        claims each.

        `file_format` is csv, jsonl, md or html; each part of HTML is a document of its own.
        """
        query = urlencode({"format": file_format, "limit": limit, **filters}, doseq=True)
        yield from self._download(f"/v1/export?{query}")

    def wait_for_claim(
        self,
        claim_id: ClaimId,
        *,
        timeout_s: float,
        on_change: Callable[[ClaimRecord], None] | None = None,
    ) -> ClaimRecord:
        """The claim once it is judged or failed; otherwise like `wait_for_article`."""
        path = f"/v1/claims/{encode_segment(claim_id)}"
        finished = {ClaimStatus.JUDGED, ClaimStatus.FAILED}
        return self._wait(
            ClaimRecord, path, finished=finished, timeout_s=timeout_s, on_change=on_change
        )

    def verify(self, body: Mapping[str, object]) -> Verdict:
        """The verdict on a claim now, from passages alone: the body of POST /v1/verify.

        Also raises QueueFull and NotJudged.
        """
        return self._ask(Verdict, "POST", "/v1/verify", body=body)

    def add_sources(self, claim_id: ClaimId, sources: Sequence[str]) -> tuple[str, ...]:
        """Add sources to a claim, for its next check; returns all its sources.

        Also raises Corrected.
        """
        path = f"/v1/claims/{encode_segment(claim_id)}/sources"
        return self._ask(GivenSources, "POST", path, body={"sources": list(sources)}).sources

    def remove_sources(self, claim_id: ClaimId, sources: Sequence[str]) -> tuple[str, ...]:
        """Remove sources of a claim, for its next check; returns the remaining sources.

        Also raises Corrected.
        """
        query = urlencode({"source": list(sources)}, doseq=True)
        path = f"/v1/claims/{encode_segment(claim_id)}/sources?{query}"
        return self._ask(GivenSources, "DELETE", path).sources

    def set_claim_tags(self, claim_id: ClaimId, tags: Sequence[str]) -> tuple[str, ...]:
        """Replace a claim's own tags; returns the new tags."""
        path = f"/v1/claims/{encode_segment(claim_id)}/tags"
        return self._ask(TagList, "PUT", path, body={"tags": list(tags)}).tags

    def recheck(self, claim_id: ClaimId, *, reader: str | None = None) -> int:
        """Request another check now; returns its number.

        `reader` says whether the second reader is asked in it: auto, always or never.
        """
        path = f"/v1/claims/{encode_segment(claim_id)}/recheck{write_reader_query(reader)}"
        return self._ask(CheckAccepted, "POST", path).check

    def read_claim(self, claim_id: ClaimId) -> int:
        """Have the second reader read the passages of the last verdict; returns the number of the
        check. Also raises NoReader, NoVerdict and QueueFull."""
        path = f"/v1/claims/{encode_segment(claim_id)}/read"
        return self._ask(CheckAccepted, "POST", path).check

    def recheck_claims(
        self, *, ask_reader: str | None = None, **filters: Unpack[ClaimFilters]
    ) -> Iterator[CheckAccepted]:
        """Request another check of all claims that match all filters; yields their numbers.

        `ask_reader` says whether the second reader is asked in these checks: auto, always or never
        (`reader` is a filter). At least one filter is needed. Corrected claims are left out. Also
        raises QueueFull: the checks yielded before were requested, and repeating the call doubles
        no check.
        """
        query: dict[str, object] = {"limit": LISTED_AT_ONCE, **filters}
        if ask_reader is not None:
            query["ask_reader"] = ask_reader
        while True:
            path = f"/v1/claims/recheck?{urlencode(query, doseq=True)}"
            page = self._ask(CheckList, "POST", path)
            yield from page.items
            if page.next is None:
                return
            query["cursor"] = page.next

    def set_schedule(
        self,
        claim_id: ClaimId,
        *,
        every: str | None = None,
        adaptive: Adaptive | None = None,
        until: str | None = None,
        hours: Hours | None = None,
        paused: bool = False,
    ) -> Schedule:
        """Check again every `every` (ISO 8601 duration), up to `until` (date, time, offset).

        With `adaptive` instead of `every`, as often as the pages change, within its bounds. With
        `hours` at their time of day, and not in their quiet hours. A `paused` schedule checks
        nothing.
        """
        body = write_schedule(every, adaptive=adaptive, until=until, hours=hours, paused=paused)
        return self._ask(
            Schedule, "PUT", f"/v1/claims/{encode_segment(claim_id)}/schedule", body=body
        )

    def delete_schedule(self, claim_id: ClaimId) -> None:
        """Delete the schedule."""
        self._delete(f"/v1/claims/{encode_segment(claim_id)}/schedule")

    def cancel_claim(self, claim_id: ClaimId) -> int:
        """End the claim's check that waits or is under way; returns the number of checks ended."""
        path = f"/v1/claims/{encode_segment(claim_id)}/cancel"
        return self._ask(Cancelled, "POST", path).cancelled

    def correct_claim(
        self,
        claim_id: ClaimId,
        body: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
    ) -> ClaimId:
        """Submit the corrected wording of a claim, with the body of POST /v1/claims/{id}/correct;
        returns the new claim's id. Also raises Corrected, QueueFull and IdempotencyMismatch.
        """
        path = f"/v1/claims/{encode_segment(claim_id)}/correct"
        return ClaimId(self._submit(Accepted, path, body=body, idempotency_key=idempotency_key).id)

    def delete_claim(self, claim_id: ClaimId) -> None:
        """Delete a claim; no error when it was deleted before."""
        self._delete(f"/v1/claims/{encode_segment(claim_id)}")
