"""Articles, claims and their lists as stored: plain reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from claims.limits import SIGN_OFF_DAYS
from claims.ports import (
    ALL_ARTICLES,
    ALL_CLAIMS,
    ArticleFilter,
    ClaimFilter,
    ExportPage,
    ListCount,
    ListEntry,
    ListPage,
    PlannedCheck,
    RecordKind,
    StoredArticle,
    StoredClaim,
)
from claims.store import encoding, keys, list_rows, records
from claims.store.list_rows import (
    ARTICLE_ENTRY_FIELDS,
    CLAIM_ENTRY_FIELDS,
    IN_EXPORT_FIELDS,
    OF_ARTICLE_FIELDS,
    SAME_FIELDS,
    read_article_entry,
    read_claim_entry,
    read_same,
)
from claims.store.search import SearchPart
from claims.types import ArticleId, ClaimId, ClaimStatus, Stage

# Planned items that are examined for each planned check that is listed: others are retries.
_PLANNED_FACTOR = 4
_UNDER_WAY = (ClaimStatus.QUEUED, ClaimStatus.GATHERING, ClaimStatus.JUDGING)


class RedisLookups(SearchPart):
    """claims.ports.Lookups on the server."""

    sign_off_days = SIGN_OFF_DAYS
    """Days after which a sign-off is stale; 0: never."""

    def get_article(self, article_id: ArticleId) -> StoredArticle:
        """The article with all its claims.

        The article is read first: when a claim changes in between, the version returned is too old
        for the content, so a poller may ask once too often, but never misses a change.
        """
        fields = self._get_fields(keys.ARTICLE, article_id)
        with self.reading(RecordKind.ARTICLE, article_id):
            places = range(int(fields.get("claims", 0)))
        ids = [records.derive_claim_id(article_id, place) for place in places]
        reads = (("HGETALL", keys.CLAIM + claim_id) for claim_id in ids)
        *rows, time = self.connection.read(*reads, ("TIME",))
        # A row is empty where the claim was deleted.
        known = {claim_id: row for claim_id, row in zip(ids, rows, strict=True) if row}
        claims = self._read_claims(known, time)
        read = {claim.record.id for claim in claims}
        unreadable = tuple(claim_id for claim_id in known if claim_id not in read)
        with self.reading(RecordKind.ARTICLE, article_id):
            stored = records.read_article(article_id, fields, claims)
        if "content" in fields:
            (repeated,) = self.find_repeated_articles([article_id])
        else:
            repeated = None
        record = replace(stored.record, repeats=repeated, unreadable=unreadable)
        return replace(stored, record=record)

    def get_claim(self, claim_id: ClaimId) -> StoredClaim:
        """The claim."""
        words, repeated, now_ms = self.connection.run("get_claim", id=claim_id)
        if not words:
            raise self.explain_missing(claim_id)
        with self.reading(RecordKind.CLAIM, claim_id):
            fields = dict(zip(words[::2], words[1::2], strict=True))
            stored = self._read_claim(claim_id, fields, encoding.from_ms(now_ms))
        (stored,) = self._add_same([stored], {claim_id: fields})
        if not repeated:
            return stored
        return replace(stored, record=replace(stored.record, repeats=ClaimId(repeated)))

    def _read_claim(
        self, claim_id: ClaimId, fields: Mapping[str, str], now: datetime
    ) -> StoredClaim:
        """The claim with these fields, and what is stale about its sign-off at this time."""
        stored = records.read_claim(claim_id, fields)
        return records.add_staleness(stored, now=now, days_max=self.sign_off_days)

    def _read_claims(
        self, rows: Mapping[ClaimId, Mapping[str, str]], time: Sequence[str]
    ) -> list[StoredClaim]:
        """The readable ones of the claims with these fields, at this TIME."""
        now = encoding.from_ms(encoding.read_now_ms(time))
        found = self.read_each(
            RecordKind.CLAIM,
            ((claim_id, fields, now) for claim_id, fields in rows.items()),
            self._read_claim,
        )
        return self._add_same(found, rows)

    def _add_same(
        self, found: Sequence[StoredClaim], rows: Mapping[ClaimId, Mapping[str, str]]
    ) -> list[StoredClaim]:
        """These claims with the earlier ones that mean the same, as those are now."""
        links = {
            claim.record.id: (ClaimId(fields["same_as"]), encoding.from_ms(fields["same_ms"]))
            for claim in found
            if "same_as" in (fields := rows[claim.record.id])
        }
        if not links:
            return list(found)
        earlier = list(dict.fromkeys(one for one, _ in links.values()))
        reads = (("HMGET", keys.CLAIM + one, *SAME_FIELDS) for one in earlier)
        values = dict(zip(earlier, self.connection.read(*reads), strict=True))
        linked = self.read_each(
            RecordKind.CLAIM,
            ((one, claim_id, values[one], at) for claim_id, (one, at) in links.items()),
            lambda one, claim_id, value, at: (
                claim_id,
                read_same(one, value, linked_at=at),
            ),
        )
        same = dict(linked)
        return [
            replace(claim, record=replace(claim.record, same_as=same.get(claim.record.id)))
            for claim in found
        ]

    def find_articles_being_checked(self, ids: Sequence[str]) -> frozenset[str]:
        """The contract of claims.ports.Lookups.find_articles_being_checked."""
        of_claims = f"{keys.INDEX}claims:"
        pairs = [(article_id, status) for article_id in ids for status in _UNDER_WAY]
        counts = self.connection.read(
            *(
                ("ZINTERCARD", 2, f"{of_claims}article:{i}", f"{of_claims}status:{s}", "LIMIT", 1)
                for i, s in pairs
            )
        )
        return frozenset(i for (i, _), count in zip(pairs, counts, strict=True) if count)

    def find_repeated_articles(self, ids: Sequence[ArticleId]) -> tuple[ArticleId | None, ...]:
        """The contract of claims.ports.Lookups.find_repeated_articles."""
        found = self.connection.run("find_repeated", stage=Stage.EXTRACT, ids=ids)
        return tuple(ArticleId(one) if one else None for one in found)

    def find_repeated_claims(self, ids: Sequence[ClaimId]) -> tuple[ClaimId | None, ...]:
        """The contract of claims.ports.Lookups.find_repeated_claims."""
        found = self.connection.run("find_repeated", stage=Stage.GATHER, ids=ids)
        return tuple(ClaimId(one) if one else None for one in found)

    def _get_fields(self, prefix: str, record_id: str) -> dict[str, str]:
        fields: dict[str, str] = self.connection.command("HGETALL", prefix + record_id)
        if not fields:
            raise self.explain_missing(record_id)
        return fields

    def get_article_text(self, article_id: ArticleId) -> str:
        """The text from which the article's claims were read; empty before extraction."""
        version, text = self.connection.command(
            "HMGET", keys.ARTICLE + article_id, "version", "text"
        )
        if version is None:
            raise self.explain_missing(article_id)
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
            raise self.explain_missing(record_id)
        return int(version)

    def list_articles(
        self, chosen: ArticleFilter = ALL_ARTICLES, *, limit: int, cursor: str | None = None
    ) -> ListPage:
        """A page of the articles that match the filter; stable under inserts."""
        ids, next_cursor = self.search(chosen, limit=limit, cursor=cursor)
        rows = self._read_rows(keys.ARTICLE, ids, ARTICLE_ENTRY_FIELDS)
        entries = self.read_each(RecordKind.ARTICLE, rows.items(), read_article_entry)
        return ListPage(tuple(entries), next_cursor)

    def list_claims(
        self, chosen: ClaimFilter = ALL_CLAIMS, *, limit: int, cursor: str | None = None
    ) -> ListPage:
        """A page of the claims that match; by time, the claims of one article keep its order."""
        ids, next_cursor = self.search(chosen, limit=limit, cursor=cursor)
        return ListPage(tuple(self._read_entries(ids)), next_cursor)

    def _read_entries(self, ids: Sequence[str]) -> list[ListEntry]:
        """The rows of these claims; unreadable and deleted ones are left out."""
        found = self.connection.read(
            *(("HMGET", keys.CLAIM + i, *CLAIM_ENTRY_FIELDS) for i in ids),
            *(("LINDEX", keys.HISTORY + i, -1) for i in ids),
        )
        status = CLAIM_ENTRY_FIELDS.index("status")
        # A row without a status was deleted since the search.
        rows = [
            (claim_id, row, check)
            for claim_id, row, check in zip(ids, found, found[len(ids) :], strict=False)
            if row[status] is not None
        ]
        known = self._read_articles(OF_ARTICLE_FIELDS, (row[-1] for _, row, _ in rows))
        return self.read_each(
            RecordKind.CLAIM,
            ((*found_row, known.get(found_row[1][-1])) for found_row in rows),
            read_claim_entry,
        )

    def find_titles(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The contract of claims.ports.Lookups.find_titles."""
        fields = ("status", "heading")
        return {
            record_id: row[1] or ""
            for prefix, letter in ((keys.ARTICLE, "a_"), (keys.CLAIM, "c_"))
            for record_id, row in self._read_rows(
                prefix, [one for one in ids if one.startswith(letter)], fields
            ).items()
        }

    def count_articles(self, chosen: ArticleFilter = ALL_ARTICLES) -> ListCount:
        """The contract of claims.ports.Lookups.count_articles."""
        return self.count(chosen)

    def count_claims(self, chosen: ClaimFilter = ALL_CLAIMS) -> ListCount:
        """The contract of claims.ports.Lookups.count_claims."""
        return self.count(chosen)

    def list_planned(self, *, limit: int) -> tuple[PlannedCheck, ...]:
        """The contract of claims.ports.Lookups.list_planned."""
        (rows,) = self.connection.read(
            ("ZRANGE", keys.LATER, 0, limit * _PLANNED_FACTOR - 1, "WITHSCORES")
        )
        times = {
            item.split(":")[1]: int(due_ms)
            for item, due_ms in rows
            if item.startswith(f"{Stage.GATHER}:")
        }
        resting = (one for one in self._read_entries(list(times)) if one.status not in _UNDER_WAY)
        return tuple(PlannedCheck(one, encoding.from_ms(times[one.id])) for one in resting)[:limit]

    def export_claims(
        self, chosen: ClaimFilter = ALL_CLAIMS, *, limit: int, cursor: str | None = None
    ) -> ExportPage:
        """The contract of claims.ports.Lookups.export_claims."""
        ids, next_cursor = self.search(chosen, limit=limit, cursor=cursor)
        reads = (("HGETALL", keys.CLAIM + i) for i in ids)
        *rows, time = self.connection.read(*reads, ("TIME",))
        found = {ClaimId(i): fields for i, fields in zip(ids, rows, strict=True) if fields}
        claims = [stored.record for stored in self._read_claims(found, time)]
        known = self._read_articles(IN_EXPORT_FIELDS, (claim.article_id for claim in claims))
        repeated = self.find_repeated_claims([claim.id for claim in claims]) if claims else ()
        items = (
            list_rows.write_export(claim, repeats=earlier, article=known.get(claim.article_id))
            for claim, earlier in zip(claims, repeated, strict=True)
        )
        return ExportPage(tuple(items), next_cursor)

    def _read_articles(
        self, names: Sequence[str], ids: Iterable[str | None]
    ) -> dict[str | None, Sequence[str | None]]:
        """These fields of the articles, by id."""
        listed = list(dict.fromkeys(filter(None, ids)))
        read = (("HMGET", keys.ARTICLE + i, *names) for i in listed)
        return dict(zip(listed, self.connection.read(*read), strict=True))

    def _read_rows(
        self, prefix: str, ids: Sequence[str], names: Sequence[str]
    ) -> dict[str, list[str | None]]:
        """These fields of each record, by id; records deleted since the search are left out."""
        rows = self.connection.read(*(("HMGET", prefix + i, *names) for i in ids))
        status = names.index("status")
        return {i: row for i, row in zip(ids, rows, strict=True) if row[status] is not None}
