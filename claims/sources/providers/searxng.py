"""A SearXNG instance, which asks many engines; its JSON interface must be enabled.

https://docs.searxng.org/dev/search_api.html: `search.formats` in its settings.yml must list json.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from claims.errors import SourceError
from claims.sources.failures import FailureCode
from claims.sources.providers.api import JsonApi, address, objects, text
from claims.types import Candidate, Purpose, Query

_LIMIT = 10


@dataclass(frozen=True, slots=True)
class SearXng:
    """`api` asks ".../search"."""

    name: str
    api: JsonApi

    purposes: ClassVar[frozenset[Purpose]] = frozenset(
        {Purpose.CLAIM, Purpose.TERMS, Purpose.CLAIMANT, Purpose.OPPOSITE}
    )

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """See claims.ports.SourceProvider."""
        try:
            answer = self.api.ask({"q": query.text, "format": "json"})
        except SourceError as error:
            if error.code == "http-403":
                detail = "it refuses: does search.formats in its settings.yml list json?"
                raise SourceError(error.code, detail) from None
            raise
        rows = objects(answer.get("results"))
        silent = answer.get("unresponsive_engines")
        # If no engine answered, an empty result says nothing about the pages that exist.
        if not rows and isinstance(silent, list) and silent:
            names = ", ".join(
                sorted({str(one[0]) for one in silent if isinstance(one, list) and one})
            )
            raise SourceError(FailureCode.NO_ENGINE, f"its engines do not answer: {names[:150]}")
        return tuple(
            Candidate(
                url=url, title=text(row.get("title")), published_at=text(row.get("publishedDate"))
            )
            for row in rows[:_LIMIT]
            if (url := address(row.get("url")))
        )
