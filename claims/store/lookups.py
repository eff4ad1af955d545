"""Articles, claims and their lists as stored: plain reads."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from claims.errors import InvalidInput, NotFound
from claims.ports import ListPage, StoredArticle, StoredClaim
from claims.store import keys, records
from claims.store.connection import StoreConnection, StorePart
from claims.store.records import (
    ARTICLE_ENTRY_FIELDS,
    CLAIM_ENTRY_FIELDS,
    read_article_entry,
    read_claim_entry,
)
from claims.types import ArticleId, ClaimId

_CURSOR = re.compile(r"(?P<kind>[a-z]+):(?P<serial>[0-9]{1,15})")


class RedisLookups(StorePart):
    """claims.ports.Lookups on the server."""

    def get_article(self, article_id: ArticleId) -> StoredArticle:
        """The article with all its claims.

        The article is read first: when a claim changes in between, the version returned is too old
        for the content, so a poller may ask once too often, but never misses a change.
        """
        fields = self._get_fields(keys.ARTICLE, article_id)
        places = range(int(fields.get("claims", 0)))
        ids = [records.derive_claim_id(article_id, place) for place in places]
        rows = self.connection.read(*(("HGETALL", keys.CLAIM + claim_id) for claim_id in ids))
        claims = [records.read_claim(*row).record for row in zip(ids, rows, strict=True)]
        return records.read_article(article_id, fields, claims)

    def get_claim(self, claim_id: ClaimId) -> StoredClaim:
        """The claim."""
        return records.read_claim(claim_id, self._get_fields(keys.CLAIM, claim_id))

    def _get_fields(self, prefix: str, record_id: str) -> dict[str, str]:
        fields: dict[str, str] = self.connection.command("HGETALL", prefix + record_id)
        if not fields:
            raise NotFound(f"no such article or claim: {record_id}")
        return fields

    def get_article_text(self, article_id: ArticleId) -> str:
        """The text from which the article's claims were read; empty before extraction."""
        version, text = self.connection.command(
            "HMGET", keys.ARTICLE + article_id, "version", "text"
        )
        if version is None:
            raise NotFound(f"no such article: {article_id}")
        return text or ""

    def get_article_version(self, article_id: ArticleId) -> int:
        """Only the version."""
        return self._get_version(keys.ARTICLE, article_id)

    def get_claim_version(self, claim_id: ClaimId) -> int:
        """Only the version."""
        return self._get_version(keys.CLAIM, claim_id)

    def _get_version(self, prefix: str, record_id: str) -> int:
        version = self.connection.command("HGET", prefix + record_id, "version")
        if version is None:
            raise NotFound(f"no such article or claim: {record_id}")
        return int(version)

    def list_articles(self, *, limit: int, cursor: str | None = None) -> ListPage:
        """A page of the list, newest first, stable under inserts."""
        ids, next_cursor = take_ids(
            self.connection, keys.ARTICLES, "articles", limit=limit, cursor=cursor
        )
        rows = self.connection.read(
            *(("HMGET", keys.ARTICLE + i, *ARTICLE_ENTRY_FIELDS) for i in ids)
        )
        return ListPage(tuple(map(read_article_entry, ids, rows)), next_cursor)

    def list_claims(self, *, limit: int, cursor: str | None = None) -> ListPage:
        """Newest first, stable under inserts; the claims of one article in the article's order."""
        ids, next_cursor = take_ids(
            self.connection, keys.CLAIMS, "claims", limit=limit, cursor=cursor
        )
        rows = self.connection.read(*(("HMGET", keys.CLAIM + i, *CLAIM_ENTRY_FIELDS) for i in ids))
        checks = self.connection.read(*(("LINDEX", keys.HISTORY + i, -1) for i in ids))
        articles = list(dict.fromkeys(row[-1] for row in rows if row[-1]))
        headings = self.connection.read(*(("HGET", keys.ARTICLE + i, "heading") for i in articles))
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
        raise InvalidInput("the cursor does not belong to this list", "/cursor")
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
