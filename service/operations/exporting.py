"""The claims of a list in full, for a file: more of them than one page of the store has."""

from __future__ import annotations

from collections.abc import Callable

from claims.ports import ClaimFilter, ExportedClaim, ExportPage, Store

READ_AT_ONCE = 200
"""Maximum claims that one call reads."""


def read_claims(store: Store, chosen: ClaimFilter) -> Callable[..., ExportPage]:
    """A lister of the claims that match the filter, which fills its pages up to their limit."""

    def read(*, limit: int, cursor: str | None) -> ExportPage:
        found: list[ExportedClaim] = []
        while True:
            at_once = min(READ_AT_ONCE, limit - len(found))
            page = store.export_claims(chosen, limit=at_once, cursor=cursor)
            found += page.items
            cursor = page.next_cursor
            if cursor is None or len(found) >= limit:
                return ExportPage(tuple(found), cursor)

    return read
