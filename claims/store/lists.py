"""Lists, newest first, in pages with opaque cursors."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from claims.errors import InvalidInput
from claims.ports import ListPage
from claims.store import keys
from claims.store.connection import StoreConnection
from claims.store.records import (
    ARTICLE_ENTRY_FIELDS,
    CLAIM_ENTRY_FIELDS,
    read_article_entry,
    read_claim_entry,
)

_CURSOR = re.compile(r"(?P<kind>[a-z]+):(?P<serial>[0-9]{1,15})")


def list_articles(connection: StoreConnection, *, limit: int, cursor: str | None) -> ListPage:
    """The contract of claims.ports.Store.list_articles."""
    ids, next_cursor = take_ids(connection, keys.ARTICLES, "articles", limit=limit, cursor=cursor)
    rows = connection.read(*(("HMGET", keys.ARTICLE + i, *ARTICLE_ENTRY_FIELDS) for i in ids))
    return ListPage(tuple(map(read_article_entry, ids, rows)), next_cursor)


def list_claims(connection: StoreConnection, *, limit: int, cursor: str | None) -> ListPage:
    """The contract of claims.ports.Store.list_claims."""
    ids, next_cursor = take_ids(connection, keys.CLAIMS, "claims", limit=limit, cursor=cursor)
    rows = connection.read(*(("HMGET", keys.CLAIM + i, *CLAIM_ENTRY_FIELDS) for i in ids))
    checks = connection.read(*(("LINDEX", keys.HISTORY + i, -1) for i in ids))
    articles = list(dict.fromkeys(row[-1] for row in rows if row[-1]))
    headings = connection.read(*(("HGET", keys.ARTICLE + i, "heading") for i in articles))
    titles = dict(zip(articles, headings, strict=True))
    entries = (
        read_claim_entry(claim_id, row, last_check=check, article_title=titles.get(row[-1]))
        for claim_id, row, check in zip(ids, rows, checks, strict=True)
    )
    return ListPage(tuple(entries), next_cursor)


def write_cursor(kind: str, serial: int) -> str:
    """The cursor for the entries after `serial` in the list `kind`."""
    return urlsafe_b64encode(f"{kind}:{serial}".encode()).decode().rstrip("=")


def read_cursor(kind: str, cursor: str) -> int:
    """The serial number in a cursor of the list `kind`. Raises InvalidInput for any other text."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = urlsafe_b64decode(padded).decode("ascii")
    except ValueError:
        text = ""
    match = _CURSOR.fullmatch(text)
    if match is None or match["kind"] != kind:
        raise InvalidInput("the cursor is not one that this list gave", "/cursor")
    return int(match["serial"])


def take_ids(
    connection: StoreConnection, key: str, kind: str, *, limit: int, cursor: str | None
) -> tuple[list[str], str | None]:
    """Up to `limit` ids and the cursor of the rest; one more id is read to know if there is any."""
    before = "+inf" if cursor is None else f"({read_cursor(kind, cursor)}"
    command = ("ZRANGE", key, before, "-inf", "BYSCORE", "REV", "LIMIT", 0, limit + 1)
    found: list[str] = connection.command(*command)
    ids = found[:limit]
    if len(found) <= limit:
        return ids, None
    return ids, write_cursor(kind, int(connection.command("ZSCORE", key, ids[-1])))
