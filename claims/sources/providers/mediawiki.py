"""A wiki by its Action API: any that runs MediaWiki, Wikipedia among them.

https://www.mediawiki.org/wiki/API:Search. Its search wants all words on one page, so whole
sentences find nothing: it is asked for the names and figures of a claim, and for each name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from claims.errors import SourceError
from claims.sources.providers.api import JsonApi, objects, text
from claims.types import Candidate, Purpose, Query

_LIMIT = 5


@dataclass(frozen=True, slots=True)
class MediaWiki:
    """`api` asks ".../api.php"."""

    name: str
    api: JsonApi

    purposes: ClassVar[frozenset[Purpose]] = frozenset({Purpose.TERMS, Purpose.NAME})

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """See claims.ports.SourceProvider."""
        answer = self.api.ask(
            {
                "action": "query",
                "format": "json",
                "formatversion": "2",
                "generator": "search",
                "gsrsearch": query.text,
                "gsrlimit": str(_LIMIT),
                # A wiki knows best under which address it shows a page.
                "prop": "info",
                "inprop": "url",
            }
        )
        # It answers 200 to a question that it cannot take.
        if isinstance(error := answer.get("error"), dict):
            code, detail = text(error.get("code")), text(error.get("info"))
            raise SourceError(f"wiki-{code or 'error'}"[:60], (detail or "no reason given")[:200])
        found = answer.get("query")  # absent when nothing was found
        rows = objects(found.get("pages")) if isinstance(found, dict) else []
        return tuple(
            Candidate(url=url, title=text(row.get("title")))
            for row in sorted(rows, key=_rank)[:_LIMIT]
            if (url := text(row.get("canonicalurl")) or text(row.get("fullurl")))
        )


def _rank(row: dict[str, Any]) -> int:
    index = row.get("index")
    return index if isinstance(index, int) else _LIMIT
