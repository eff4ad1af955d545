"""Articles: submit, read, list, wait, check again, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from urllib.parse import urlencode

from claims.ports import ListEntry
from claims.types import Adaptive, ArticleId, ArticleRecord, ArticleStatus, ClaimId, Hours
from service.client.schedules import write_schedule
from service.client.transport import (
    OnRepeat,
    Transport,
    encode_segment,
    report_repeats,
    write_reader_query,
)
from service.shapes import (
    Accepted,
    ArticlePreview,
    ArticleSchedule,
    Cancelled,
    CheckList,
    EntryList,
    GivenSources,
    TagList,
)


class ArticleFilters(TypedDict, total=False):
    """The query parameters of GET /v1/articles; an article matches one of several values."""

    label: str | Sequence[str]
    status: str | Sequence[str]
    tag: str | Sequence[str]
    site: str
    q: str
    since: str | datetime
    until: str | datetime
    sort: str


class Articles(Transport):
    """The routes of /v1/articles."""

    def submit_article(
        self,
        body: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
        on_repeat: OnRepeat | None = None,
    ) -> ArticleId:
        """Submit the body of POST /v1/articles; returns the article's id, once the store has it.

        `on_repeat` is called with the new id and that of the last article before it that was
        submitted with the same content, if there is one. Also raises QueueFull and
        IdempotencyMismatch.
        """
        found = self._submit(Accepted, "/v1/articles", body=body, idempotency_key=idempotency_key)
        report_repeats([found], on_repeat)
        return ArticleId(found.id)

    def preview_article(self, body: Mapping[str, object]) -> ArticlePreview:
        """The claims of a text before it is submitted: the body of POST /v1/articles/preview.

        Nothing is stored. Also raises QueueFull.
        """
        return self._ask(ArticlePreview, "POST", "/v1/articles/preview", body=body)

    def get_article(self, article_id: ArticleId) -> ArticleRecord:
        """The article with its claims, as it is now."""
        return self._ask(ArticleRecord, "GET", f"/v1/articles/{encode_segment(article_id)}")

    def iterate_articles(self, **filters: Unpack[ArticleFilters]) -> Iterator[ListEntry]:
        """Yield the articles that match all filters, newest first unless `sort` says otherwise.

        Requests each page when the previous one is used up.
        """
        for page in self._iterate(EntryList, "/v1/articles", filters):
            yield from page.items

    def wait_for_article(
        self,
        article_id: ArticleId,
        *,
        timeout_s: float,
        on_change: Callable[[ArticleRecord], None] | None = None,
    ) -> ArticleRecord:
        """The article once it is done or failed; `on_change` is called with each version seen.

        After `timeout_s` seconds: the article in its current state.
        """
        path = f"/v1/articles/{encode_segment(article_id)}"
        finished = {ArticleStatus.DONE, ArticleStatus.FAILED}
        return self._wait(
            ArticleRecord, path, finished=finished, timeout_s=timeout_s, on_change=on_change
        )

    def set_article_tags(self, article_id: ArticleId, tags: Sequence[str]) -> tuple[str, ...]:
        """Replace the tags of an article; returns the new tags."""
        path = f"/v1/articles/{encode_segment(article_id)}/tags"
        return self._ask(TagList, "PUT", path, body={"tags": list(tags)}).tags

    def add_article_sources(self, article_id: ArticleId, sources: Sequence[str]) -> tuple[str, ...]:
        """Add sources to an article and all its claims; returns all sources of the article.

        Also raises NotExtracted.
        """
        path = f"/v1/articles/{encode_segment(article_id)}/sources"
        return self._ask(GivenSources, "POST", path, body={"sources": list(sources)}).sources

    def remove_article_sources(
        self, article_id: ArticleId, sources: Sequence[str]
    ) -> tuple[str, ...]:
        """Remove sources of an article and all its claims; otherwise like `add_article_sources`."""
        query = urlencode({"source": list(sources)}, doseq=True)
        path = f"/v1/articles/{encode_segment(article_id)}/sources?{query}"
        return self._ask(GivenSources, "DELETE", path).sources

    def recheck_article(
        self, article_id: ArticleId, *, reader: str | None = None
    ) -> dict[ClaimId, int]:
        """Request another check of all claims of an article now; returns their numbers.

        `reader` is that of `recheck`. Also raises QueueFull, and NotExtracted.
        """
        path = f"/v1/articles/{encode_segment(article_id)}/recheck{write_reader_query(reader)}"
        found = self._ask(CheckList, "POST", path)
        return {ClaimId(item.id): item.check for item in found.items}

    def set_article_schedule(
        self,
        article_id: ArticleId,
        *,
        every: str | None = None,
        adaptive: Adaptive | None = None,
        until: str | None = None,
        hours: Hours | None = None,
        paused: bool = False,
    ) -> ArticleSchedule:
        """`set_schedule` for all claims of an article. Also raises NotExtracted."""
        body = write_schedule(every, adaptive=adaptive, until=until, hours=hours, paused=paused)
        path = f"/v1/articles/{encode_segment(article_id)}/schedule"
        return self._ask(ArticleSchedule, "PUT", path, body=body)

    def delete_article_schedule(self, article_id: ArticleId) -> None:
        """Delete the schedules of all claims of an article. Also raises NotExtracted."""
        self._delete(f"/v1/articles/{encode_segment(article_id)}/schedule")

    def cancel_article(self, article_id: ArticleId) -> int:
        """End the checks of all claims of an article; returns the number of checks ended."""
        path = f"/v1/articles/{encode_segment(article_id)}/cancel"
        return self._ask(Cancelled, "POST", path).cancelled

    def delete_article(self, article_id: ArticleId) -> None:
        """Delete an article with all its claims; no error when it was deleted before."""
        self._delete(f"/v1/articles/{encode_segment(article_id)}")
