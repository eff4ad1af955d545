"""Brave's search engine (needs a key): https://api.search.brave.com/app/documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from claims.sources.providers.api import JsonApi, address, objects, text
from claims.types import Candidate, Purpose, Query

ADDRESS = "https://api.search.brave.com/res/v1/web/search"
KEY_HEADER = "X-Subscription-Token"
_LIMIT = 10
_MOST_CHARACTERS = 400
_MOST_WORDS = 50
# First day of a date range, which Brave requires; the web has no earlier pages.
_FIRST_DAY = "1990-01-01"


@dataclass(frozen=True, slots=True)
class Brave:
    """`api` asks ADDRESS with the key in its headers."""

    name: str
    api: JsonApi

    purposes: ClassVar[frozenset[Purpose]] = frozenset({Purpose.CLAIM, Purpose.OPPOSITE})

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """See claims.ports.SourceProvider."""
        words = " ".join(query.text.split()[:_MOST_WORDS])[:_MOST_CHARACTERS]
        asked = {"q": words, "count": str(_LIMIT), "text_decorations": "false"}
        asked["result_filter"] = "web"
        if query.as_of is not None:
            asked["freshness"] = f"{_FIRST_DAY}to{query.as_of}"
        answer = self.api.ask(asked)
        web = answer.get("web")  # absent when nothing was found
        rows = objects(web.get("results")) if isinstance(web, dict) else []
        return tuple(
            Candidate(url=url, title=text(row.get("title")), published_at=text(row.get("page_age")))
            for row in rows[:_LIMIT]
            if (url := address(row.get("url")))
        )
