"""The tools without a running service: claims are checked in this process, and nothing is kept.

`assay mcp` serves them where no service runs, as `assay check` works without one. The tools that
need a record (get_claim, recent_changes) are not offered. One check runs at a time, because each
uses all cores.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from anyio import from_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from claims.library.verifier import Verifier
from claims.settings import Settings
from claims.sources.address import parse_source_url
from claims.times import parse_day
from claims.types import ArticleRecord, Gathered, Page, Verdict
from claims.wiring import now
from service.agents.arguments import (
    PASSAGES_MAX,
    ArticleAddress,
    ArticleText,
    ClaimText,
    Day,
    Force,
    GivenPassage,
    Passages,
    Sources,
    Title,
    refuse_both,
    require_one,
)
from service.agents.serving import CHECKS, serve_tools
from service.agents.tool_answers import (
    CheckedArticle,
    CheckedClaim,
    FoundEvidence,
    FoundPassage,
    add_verdict,
    describe_gaps,
    summarise_article,
    summarise_coverage,
)
from service.operations.bodies import PassageBody
from service.problems.problem_answers import invalid_body

T = TypeVar("T")


@contextmanager
def serve_here(settings: Settings, *, claims_max: int) -> Iterator[MCPServer]:
    """The server with the three tools that need no record; the first call loads the judge."""
    tools = _LocalTools(settings, claims_max)
    with tools.verifier:
        yield serve_tools(
            (tool, CHECKS)
            for tool in (tools.verify_claim, tools.check_article, tools.find_evidence)
        )


class _LocalTools:
    """The tools. The library calls each in a thread of its own; docstrings are for the model."""

    def __init__(self, settings: Settings, claims_max: int) -> None:
        self.verifier = Verifier(settings, progress=self._report)
        self._claims_max = claims_max
        self._counted: set[tuple[str, ...]] = set()
        self._checking = threading.Lock()
        self._context: Context | None = None

    def verify_claim(
        self,
        context: Context,
        claim: ClaimText,
        *,
        sources: Sources = [],  # noqa: B006  the library copies it
        passages: Passages = [],  # noqa: B006
        claimed_at: Day = None,
        force: Force = False,
    ) -> CheckedClaim:
        """Check one claim against sources: a verdict with the sentences that it rests on.

        Pages are searched for and read, as well as those of `sources`; this takes some seconds, or
        a minute. With `passages` the claim is judged at once by these texts alone. Nothing is kept.
        """
        refuse_both(sources, passages)
        day = None if claimed_at is None else parse_day(claimed_at)
        pages = list(map(_open_page, passages)) if passages else None

        def check() -> Verdict:
            return self.verifier.verify(
                claim, sources=sources, passages=pages, claimed_at=day, force=force
            )

        counted = None if passages else ("claim", claim, *sources)
        verdict = self._run(context, check, counted)
        return add_verdict(CheckedClaim(claim=claim, status="judged"), verdict)

    def find_evidence(
        self,
        context: Context,
        claim: ClaimText,
        *,
        sources: Sources = [],  # noqa: B006
    ) -> FoundEvidence:
        """Find the passages of pages that say most about a claim, to weigh them yourself."""

        def gather() -> Gathered:
            return self.verifier.find_passages(claim, sources=sources)

        gathered = self._run(context, gather, ("claim", claim, *sources))
        return FoundEvidence(
            claim=claim,
            status="gathered",
            passages=[
                FoundPassage(
                    text=passage.text,
                    url=passage.page.url,
                    title=passage.page.title,
                    publisher=passage.page.publisher,
                    published_at=passage.page.published_at,
                )
                for passage in gathered.passages[:PASSAGES_MAX]
            ],
            coverage=summarise_coverage(gathered.coverage),
            note=describe_gaps(gathered.coverage),
        )

    def check_article(
        self,
        context: Context,
        *,
        text: ArticleText = None,
        url: ArticleAddress = None,
        title: Title = None,
        sources: Sources = [],  # noqa: B006
    ) -> CheckedArticle:
        """Find the claims of an article that can be checked, and check each against sources.

        An article with many claims takes minutes. Nothing is kept.
        """
        require_one(text, url)
        # Text as bytes, so that it is never taken for an address.
        content = parse_source_url(url) if url is not None else (text or "").encode()

        def check() -> ArticleRecord:
            found = self.verifier.check(content, sources=sources).article
            if found is None:
                raise ToolError("The article has no text.")
            return found

        article = self._run(context, check, ("article", str(content), *sources))
        summary = summarise_article(article, None)
        return summary.model_copy(update={"title": title or summary.title})

    def _run(self, context: Context, check: Callable[[], T], counted: tuple[str, ...] | None) -> T:
        """The result of a check, one at a time. `counted` identifies what is submitted: the same
        submission counts once."""
        with self._checking:
            if counted is not None and counted not in self._counted:
                if len(self._counted) >= self._claims_max:
                    raise ToolError(
                        f"This session has checked {self._claims_max} claims and articles, which "
                        "is its limit (option --claims of assay mcp)."
                    )
                self._counted.add(counted)
            self._context = context
            try:
                return check()
            finally:
                self._context = None

    def _report(self, what: str, done: int, of: int) -> None:
        """Tell the agent's client how far the check is."""
        if self._context is not None:
            from_thread.run(self._context.report_progress, done, of, what)


def _open_page(passage: GivenPassage) -> Page:
    try:
        return PassageBody.model_validate(passage.model_dump()).to_page(now=now())
    except ValidationError as error:
        raise ToolError(invalid_body(error).detail) from error
