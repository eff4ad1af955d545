"""A wiki with the MediaWiki Action API, for example Wikipedia.

https://www.mediawiki.org/wiki/API:Search. Its search requires all words on one page, so whole
sentences find nothing: the query is the names and figures of a claim, and each name. A wiki that
searches in its database, as most small ones do, searches titles or texts, never both: for a name
that is in no text, titles are searched as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from claims.errors import SourceError
from claims.sources.providers.api import JsonApi, address, objects, text
from claims.types import Candidate, Purpose, Query

_LIMIT = 5
# Prefix of the coverage codes that come from the wiki itself.
_OWN_CODE = "wiki-"


@dataclass(frozen=True, slots=True)
class MediaWiki:
    """`api` asks ".../api.php"."""

    name: str
    api: JsonApi

    purposes: ClassVar[frozenset[Purpose]] = frozenset({Purpose.TERMS, Purpose.NAME})

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """See claims.ports.SourceProvider."""
        found = self._find(query.text, "text")
        if not found and query.purpose is Purpose.NAME:
            found = self._find_titles(query.text)
        return found

    def _find_titles(self, words: str) -> tuple[Candidate, ...]:
        try:
            return self._find(words, "title")
        except SourceError as error:
            # Larger search engines include titles in the texts and refuse a search of titles.
            if error.code.startswith(_OWN_CODE):
                return ()
            raise

    def _find(self, words: str, where: str) -> tuple[Candidate, ...]:
        answer = self.api.ask(
            {
                "action": "query",
                "format": "json",
                "formatversion": "2",
                "generator": "search",
                "gsrsearch": words,
                "gsrwhat": where,
                "gsrlimit": str(_LIMIT),
                # Ask the wiki for the address under which it shows the page.
                "prop": "info",
                "inprop": "url",
            }
        )
        # The wiki answers with status 200 even when it rejects the question.
        if isinstance(error := answer.get("error"), dict):
            code, detail = text(error.get("code")), text(error.get("info"))
            code = f"{_OWN_CODE}{code or 'error'}"[:60]
            raise SourceError(code, (detail or "no reason given")[:200])
        found = answer.get("query")  # absent when nothing was found
        rows = objects(found.get("pages")) if isinstance(found, dict) else []
        return tuple(
            Candidate(url=url, title=text(row.get("title")))
            for row in sorted(rows, key=_rank)[:_LIMIT]
            if (url := address(row.get("canonicalurl")) or address(row.get("fullurl")))
        )


def _rank(row: dict[str, object]) -> int:
    index = row.get("index")
    return index if isinstance(index, int) else _LIMIT
