"""Lists with a filter: the ids of one page, and the cursor of the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from claims.ports import ArticleFilter, ClaimFilter, ListCount
from claims.store import encoding, facets
from claims.store.connection import Argument
from claims.store.cursors import Place, SignedCursors

LOOKUPS = 2000
"""Maximum look-ups of one search in the store, which does nothing else meanwhile; for the time see
"nothing fits" in docs/reference/benchmarks.md."""


# Greater than every serial number.
_TOP = str(10**15)


class SearchPart(SignedCursors):
    """A part of the store that lists articles or claims by filters."""

    def search(
        self, chosen: ArticleFilter, *, limit: int, cursor: str | None
    ) -> tuple[list[str], str | None]:
        """Up to `limit` ids of the matching claims or articles, and the cursor of the rest.

        There may be fewer before the end. Raises InvalidInput for the cursor of another list.
        """
        place = Place("", "") if cursor is None else self.read_cursor(chosen, cursor)
        ids, *reached = self._search(chosen, place, counts="", limit=limit)
        following = Place(*reached)
        return ids, self.cursors.write(_scope_of(chosen), following) if following.serial else None

    def count(self, chosen: ArticleFilter) -> ListCount:
        """How many articles or claims match, with the work of one page of the list."""
        found, _, serial = self._search(chosen, Place("", ""), counts="yes", limit=LOOKUPS)
        return ListCount(found, is_exact=not serial)

    def _search(
        self, chosen: ArticleFilter, place: Place, *, counts: Literal["yes", ""], limit: int
    ) -> tuple[Any, str, str]:
        """The answer of the script for the part of the list after `place`."""
        of_claims = chosen if isinstance(chosen, ClaimFilter) else ClaimFilter()
        least = of_claims.least_confidence
        groups: list[Argument] = []
        for group in facets.list_groups(chosen):
            groups += len(group), *group
        answer: tuple[Any, str, str] = self.connection.run(
            "search",
            list=_kind_of(chosen),
            order=chosen.order,
            counts=counts,
            limit=limit,
            lookups=LOOKUPS,
            last_key=place.key,
            last_serial=place.serial,
            since_ms=_write_moment(chosen.since),
            until_ms=_write_moment(chosen.until),
            least="" if least is None else least,
            changed_ms=_write_moment(of_claims.changed_since),
            unwanted=facets.list_unwanted(chosen),
            groups=groups,
        )
        return answer

    def write_start(self, chosen: ArticleFilter) -> str:
        """The cursor of the start of a list whose newest records come first."""
        return self.cursors.write(_scope_of(chosen), Place(_TOP, _TOP))

    def read_cursor(self, chosen: ArticleFilter, cursor: str) -> Place:
        """The place of a cursor. Raises InvalidInput for a cursor of another list or filter."""
        return self.cursors.read(_scope_of(chosen), cursor)


def _kind_of(chosen: ArticleFilter) -> str:
    return "claims" if isinstance(chosen, ClaimFilter) else "articles"


def _scope_of(chosen: ArticleFilter) -> str:
    return f"{_kind_of(chosen)} {encoding.write(chosen)}"


def _write_moment(moment: datetime | None) -> Argument:
    """Milliseconds, rounded up: records are created at whole milliseconds."""
    return "" if moment is None else -(-encoding.to_us(moment) // 1000)
