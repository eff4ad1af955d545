"""Tools for language models by the Model Context Protocol: claims looked up by a running service.

`assay mcp` serves them over standard input and output. Each tool is bounded: in the claims that one
session submits, in the sources that one call gives, in the time that it waits, and in the size of
its answer. A source that could not be read is an error, or is named in `coverage` and `note`; it
never decides a verdict.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from json import dumps
from secrets import token_hex
from typing import Annotated

from anyio import from_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from claims.errors import EventsGone
from claims.report.formatting import describe_progress
from claims.types import (
    ArticleId,
    ArticleRecord,
    CheckRecord,
    ClaimId,
    ClaimRecord,
    ReaderChoice,
)
from service.agents.arguments import (
    NOTE_CHARS,
    PASSAGES_MAX,
    WAIT_S,
    ArticleAddress,
    ArticleText,
    AskedReader,
    ClaimText,
    Day,
    Force,
    OnlyClaims,
    Passages,
    Sources,
    Title,
    Wait,
    refuse_both,
    require_one,
)
from service.agents.serving import ASKS, CHECKS, READS, explaining_missing, serve_tools
from service.agents.tool_answers import (
    Changes,
    CheckedArticle,
    CheckedClaim,
    FoundEvidence,
    FoundPassage,
    add_verdict,
    describe_gaps,
    explain_unfinished,
    page_of,
    summarise_article,
    summarise_change,
    summarise_check,
    summarise_claim,
    summarise_coverage,
    summarise_passage,
)
from service.client import Client
from service.shapes import EventList

KnownClaim = Annotated[str, Field(description="The id of a claim, c_...")]
CHANGES_MAX = 50
CHANGES_DAYS_MAX = 30

_MORE = """A claim without a verdict is not checked yet: ask get_claim later. """


def build_server(client: Client, url: str, *, claims_max: int, tag: str) -> MCPServer:
    """The server with its six tools.

    `client` is of the service at `url`; all that is submitted carries `tag`.
    """
    tools = _Tools(client, url=url.rstrip("/"), claims_max=claims_max, tag=tag)
    return serve_tools(
        (
            (tools.verify_claim, CHECKS),
            (tools.check_article, CHECKS),
            (tools.find_evidence, CHECKS),
            (tools.get_claim, READS),
            (tools.recent_changes, READS),
            (tools.ask_for_review, ASKS),
        ),
        more=_MORE,
    )


class _Tools:
    """The tools. The library calls each in a thread of its own; docstrings are for the model."""

    def __init__(self, client: Client, *, url: str, claims_max: int, tag: str) -> None:
        self._client, self._url, self._claims_max, self._tag = client, url, claims_max, tag
        self._session = token_hex(8)
        self._submitted: dict[str, str] = {}
        self._submitting = threading.Lock()

    def verify_claim(
        self,
        context: Context,
        claim: ClaimText,
        *,
        sources: Sources = [],  # noqa: B006  the library copies it
        passages: Passages = [],  # noqa: B006
        claimed_at: Day = None,
        claimant: Annotated[str | None, Field(max_length=200, description="Who said it.")] = None,
        force: Force = False,
        reader: AskedReader = ReaderChoice.AUTO,
        wait_seconds: Wait = WAIT_S,
    ) -> CheckedClaim:
        """Check one claim against sources: a verdict with the sentences that it rests on.

        Pages are searched for and read, as well as those of `sources`; this takes some seconds, or
        a minute. With `passages` the claim is judged at once by these texts alone.
        """
        refuse_both(sources, passages)
        if passages:
            verdict = self._client.verify(
                _without_none(
                    claim=claim,
                    passages=[
                        _without_none(text=one.text, title=one.title, published_at=one.published_at)
                        for one in passages
                    ],
                    claimed_at=claimed_at,
                    force=force or None,
                    reader=_unless_auto(reader),
                )
            )
            return add_verdict(CheckedClaim(claim=claim, status="judged"), verdict)
        about = _without_none(
            claimed_at=claimed_at,
            claimant=claimant,
            force=force or None,
            reader=_unless_auto(reader),
        )
        record = self._check(context, claim, sources=sources, about=about, wait_s=wait_seconds)
        return summarise_claim(record, self._url)

    def find_evidence(
        self,
        context: Context,
        claim: ClaimText,
        *,
        sources: Sources = [],  # noqa: B006
        force: Force = False,
        wait_seconds: Wait = WAIT_S,
    ) -> FoundEvidence:
        """Find the passages of pages that say most about a claim, to weigh them yourself.

        The claim is submitted as in verify_claim, and looked up once for both.
        """
        about = _without_none(force=force or None)
        record = self._check(context, claim, sources=sources, about=about, wait_s=wait_seconds)
        found = FoundEvidence(
            claim=record.text,
            status=record.status,
            claim_id=record.id,
            page=page_of(record, self._url),
            passages=[],
            note=explain_unfinished(record),
        )
        if record.verdict is None:
            return found
        kept = self._client.get_check(record.id, record.verdict.check)
        return found.model_copy(
            update={
                "passages": self._read_passages(kept),
                "coverage": summarise_coverage(kept.gathered.coverage),
                "note": describe_gaps(kept.gathered.coverage),
            }
        )

    def check_article(
        self,
        context: Context,
        *,
        text: ArticleText = None,
        url: ArticleAddress = None,
        title: Title = None,
        sources: Sources = [],  # noqa: B006
        only_claims: OnlyClaims = [],  # noqa: B006
        reader: AskedReader = ReaderChoice.AUTO,
        wait_seconds: Wait = WAIT_S,
    ) -> CheckedArticle:
        """Find the claims of an article that can be checked, and check each against sources; or
        check only those that you list.

        An article with many claims takes minutes: call again with the same arguments for the state
        of the same check, or get_claim for one claim.
        """
        require_one(text, url)
        body = _without_none(
            text=text,
            url=url,
            title=title,
            sources=sources or None,
            only_claims=[{"text": claim} for claim in only_claims] or None,
            reader=_unless_auto(reader),
        )
        article_id = ArticleId(self._submit(body, self._client.submit_article))
        record = self._client.wait_for_article(
            article_id, timeout_s=wait_seconds, on_change=_report_to(context)
        )
        return summarise_article(record, self._url)

    def get_claim(self, claim_id: KnownClaim) -> CheckedClaim:
        """The last verdict on a claim with its evidence, and all its checks so far."""
        with explaining_missing(claim_id):
            record = self._client.get_claim(ClaimId(claim_id))
        summary = summarise_claim(record, self._url)
        history = [summarise_check(entry) for entry in self._client.get_history(record.id)]
        return summary.model_copy(update={"history": history})

    def ask_for_review(
        self,
        claim_id: KnownClaim,
        note: Annotated[
            str,
            Field(
                min_length=1,
                max_length=NOTE_CHARS,
                description="Why a person should look, such as evidence that the verdict misses.",
            ),
        ],
    ) -> CheckedClaim:
        """Ask the people who review claims to look at one, with a note. This decides nothing: the
        verdict stays, and the claim is in their queue with your words."""
        body = {"note": note, "by": self._tag}
        with explaining_missing(claim_id):
            self._client.review_claim(
                ClaimId(claim_id), body, idempotency_key=self._make_key({"claim": claim_id} | body)
            )
        return self.get_claim(claim_id)

    def recent_changes(
        self,
        since: Annotated[
            str | None, Field(description="The `next` of an earlier call, to go on from there.")
        ] = None,
        days: Annotated[
            int, Field(ge=1, le=CHANGES_DAYS_MAX, description="Without `since`: how far back.")
        ] = 1,
        limit: Annotated[int, Field(ge=1, le=CHANGES_MAX)] = 20,
    ) -> Changes:
        """What changed: new and changed verdicts, failures, deletions, schedules; oldest first."""
        page = self._read_changes(since, days, limit)
        items = [summarise_change(event) for event in page.items]
        return Changes(items=items, next=page.next, more=len(items) == limit)

    def _read_changes(self, since: str | None, days: int, limit: int) -> EventList:
        if since is not None:
            return self._client.read_changes(since=since, limit=limit)
        # The id of an event begins with its time in milliseconds. The store refuses an id later
        # than the last event, and one before events that are no longer kept.
        start_ms = int((datetime.now(UTC) - timedelta(days=days)).timestamp() * 1000)
        last = self._client.read_changes(since="now")
        if int((last.next or "0").partition("-")[0]) < start_ms:
            return last
        try:
            return self._client.read_changes(since=f"{start_ms}-0", limit=limit)
        except EventsGone:
            return self._client.read_changes(limit=limit)

    def _check(
        self,
        context: Context,
        claim: str,
        *,
        sources: Sequence[str],
        about: Mapping[str, object],
        wait_s: float,
    ) -> ClaimRecord:
        """The claim once it is checked, or as it is after `wait_s` seconds."""
        body = _without_none(text=claim, sources=sources or None, **about)
        claim_id = ClaimId(self._submit(body, self._client.submit_claim))
        return self._client.wait_for_claim(
            claim_id, timeout_s=wait_s, on_change=_report_to(context)
        )

    def _submit(self, body: dict[str, object], submit: Callable[..., str]) -> str:
        """The id of the submission in the service; the same body is submitted once in a session."""
        body |= {"tags": [self._tag]}
        key = self._make_key(body)
        with self._submitting:
            if key not in self._submitted:
                if len(self._submitted) >= self._claims_max:
                    raise ToolError(
                        f"This session has submitted {self._claims_max} claims and articles, which "
                        "is its limit (option --claims of assay mcp). get_claim and recent_changes "
                        "still work."
                    )
                self._submitted[key] = submit(body, idempotency_key=key)
            return self._submitted[key]

    def _make_key(self, body: Mapping[str, object]) -> str:
        """The idempotency key of a body, which is sent once in a session."""
        content = f"{self._session} {dumps(body, sort_keys=True)}"
        return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()

    def _read_passages(self, kept: CheckRecord) -> list[FoundPassage]:
        """The passages that were judged, from the text of their pages."""
        texts: dict[str, str] = {}
        found = []
        for passage in kept.gathered.passages[:PASSAGES_MAX]:
            page = kept.gathered.pages[passage.page]
            if page.sha256 not in texts:
                texts[page.sha256] = self._client.get_page(page.sha256).text
            found.append(summarise_passage(page, passage.span, texts[page.sha256]))
        return found


def _report_to(context: Context) -> Callable[[ClaimRecord | ArticleRecord], None]:
    """Tells the agent's client how far a claim or article is, at each change of it."""
    reported = count(1)

    def report(record: ClaimRecord | ArticleRecord) -> None:
        from_thread.run(context.report_progress, next(reported), None, describe_progress(record))

    return report


def _unless_auto(reader: ReaderChoice) -> ReaderChoice | None:
    """The body's field for the second reader; None for "auto", so that the body lacks the field."""
    return None if reader is ReaderChoice.AUTO else reader


def _without_none(**fields: object) -> dict[str, object]:
    """A JSON body of the fields that are given."""
    return {name: value for name, value in fields.items() if value is not None}
