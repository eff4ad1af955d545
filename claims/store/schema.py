"""The schema number of a store's data, and the migrations from one number to the next.

A change to the meaning of a record or a key raises SCHEMA (scripts.py) by one and adds a script
lua/upgrade_N.lua, which migrates data of N - 1 to N and sets the number, in one atomic step. If
only Python can create the new form, the script is first called for some records at a time, and can
be run again after a crash. Data without a number has schema 0. Two processes that start at once may
both run a step: the second run then finds nothing to do. From then on every script refuses
processes of the earlier release that still run (scripts.py), because they would write the earlier
form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from claims.errors import StoreMisconfigured
from claims.ports import NewArticle, NewClaim, RecordKind
from claims.reviews import ReviewRecord, list_publications
from claims.shapes import from_text
from claims.store import facets, keys
from claims.store.connection import StoreConnection, StorePart
from claims.store.encoding import pack, to_ms, unpack
from claims.store.scripts import SCHEMA as SCHEMA
from claims.store.server_problems import explain_later_schema
from claims.types import CheckOptions, Claim, ClaimId, PublishedCheck, ReviewEntry, Stage, Verdict

# Records per call of a step that Python prepares: a call takes some milliseconds.
_BATCH = 200


def upgrade(connection: StoreConnection) -> None:
    """Migrate the data to SCHEMA. Raises StoreMisconfigured for data of a later release."""
    number = str(connection.command("GET", keys.SCHEMA) or 0)
    if not number.isdecimal():
        raise StoreMisconfigured(
            f"the store's data has schema {number[:20]!r}, which is not a number: it is not"
            " data of Assay"
        )
    found = int(number)
    if found > SCHEMA:
        raise explain_later_schema(number)
    for step in range(found + 1, SCHEMA + 1):
        prepare = _PREPARATIONS.get(step)
        if prepare is None:
            connection.run(f"upgrade_{step}")
        else:
            for rows in prepare(connection):
                connection.run(f"upgrade_{step}", is_last=0, records=rows)
            connection.run(f"upgrade_{step}", is_last=1, records=())


def _list_facets(connection: StoreConnection) -> Iterator[list[str]]:
    """The arguments of upgrade_3.lua for all records, _BATCH of them at a time."""
    for ids in _list_ids(connection, keys.ARTICLES):
        rows = connection.read(*(("HMGET", keys.ARTICLE + i, "heading", "url") for i in ids))
        yield [
            value
            for article_id, (heading, url) in zip(ids, rows, strict=True)
            for value in (
                *(Stage.EXTRACT, article_id, ""),
                *(facets.write_sites([url] if url else []), facets.write_words(heading or ""), ""),
            )
        ]
    for ids in _list_ids(connection, keys.CLAIMS):
        rows = connection.read(*(("HMGET", keys.CLAIM + i, "claim", "verdict") for i in ids))
        part = StorePart(connection)
        claims = ((claim_id, *row) for claim_id, row in zip(ids, rows, strict=True))
        found = part.read_each(RecordKind.CLAIM, claims, _write_facets)
        yield [value for facets_of_one in found for value in facets_of_one]


def _write_facets(claim_id: str, claim: str, verdict: str | None) -> tuple[str, ...]:
    """The arguments of upgrade_3.lua for a claim, from the JSON of the claim and of its verdict.

    They are parsed as plain JSON: reading the whole types would take most of the upgrade's time.
    """
    said = json.loads(claim)
    claimant, word = facets.write_claimant(said.get("claimant")), facets.write_words(said["text"])
    if verdict is None:
        return Stage.GATHER, claim_id, claimant, "", word, ""
    concluded = json.loads(verdict)
    sites = facets.write_sites(piece["page"]["url"] for piece in concluded["evidence"])
    checked_ms = to_ms(datetime.fromisoformat(concluded["checked_at"]))
    confidence = concluded["confidence"]
    return Stage.GATHER, claim_id, claimant, sites, word, f"{checked_ms} {confidence}"


def _list_contents(connection: StoreConnection) -> Iterator[list[str]]:
    """The arguments of upgrade_4.lua for all records, _BATCH of them at a time."""
    part = StorePart(connection)
    for ids in _list_ids(connection, keys.ARTICLES):
        texts = connection.read(*(("HGET", keys.ARTICLE + i, "new") for i in ids))
        found = part.read_each(
            RecordKind.ARTICLE, zip(ids, texts, strict=True), _write_content_of_article
        )
        yield [value for content in found for value in content]
    for ids in _list_ids(connection, keys.CLAIMS):
        names = ("claim", "options", "context", "article")
        rows = connection.read(*(("HMGET", keys.CLAIM + i, *names) for i in ids))
        claims = ((claim_id, *row) for claim_id, row in zip(ids, rows, strict=True))
        found = part.read_each(RecordKind.CLAIM, claims, _write_content_of_claim)
        yield [value for content in found for value in content]


def _write_content_of_article(article_id: str, new: str) -> tuple[str, ...]:
    content = facets.write_content(from_text(NewArticle, new))
    return Stage.EXTRACT, article_id, content


def _write_content_of_claim(
    claim_id: str, claim: str, options: str, context: str | None, article: str | None
) -> tuple[str, ...]:
    if article is not None:
        return Stage.GATHER, claim_id, ""
    new = NewClaim(
        id=ClaimId(claim_id),
        claim=from_text(Claim, claim),
        context=context,
        options=from_text(CheckOptions, options),
    )
    return Stage.GATHER, claim_id, facets.write_content(new)


def _list_published(connection: StoreConnection) -> Iterator[list[str]]:
    """The arguments of upgrade_8.lua for all published claims, _BATCH of them at a time."""
    part = StorePart(connection)
    found: list[tuple[datetime, str]] = []
    for ids in _list_ids(connection, keys.CLAIMS):
        texts = connection.read(*(("HGET", keys.CLAIM + i, "reviewed") for i in ids))
        rows = ((one, text) for one, text in zip(ids, texts, strict=True) if text)
        dated = part.read_each(RecordKind.CLAIM, rows, _find_publication)
        found += [(at, one) for at, one in dated if at is not None]
    in_order = [one for _, one in sorted(found)]
    for first in range(0, len(in_order), _BATCH):
        ids = in_order[first : first + _BATCH]
        steps = connection.read(*(("LRANGE", keys.REVIEWS + i, 0, -1) for i in ids))
        verdicts = connection.read(*(("HGETALL", keys.VERDICTS + i) for i in ids))
        rows_of = zip(ids, steps, verdicts, strict=True)
        written = part.read_each(RecordKind.CLAIM, rows_of, _write_published)
        yield [value for row in written for value in row]


def _find_publication(claim_id: str, reviewed: str) -> tuple[datetime | None, str]:
    published = from_text(ReviewRecord, reviewed).review.published
    return published.at if published else None, claim_id


def _write_published(
    claim_id: str, steps: Sequence[str], verdicts: Mapping[str, str]
) -> tuple[str, ...]:
    """The arguments of upgrade_8.lua for a claim with these steps and packed verdicts by check."""
    publications, is_public = list_publications(from_text(ReviewEntry, step) for step in steps)
    checks = (
        PublishedCheck(
            label=one.label,
            at=one.at,
            reason=one.reason,
            verdict=unpack(Verdict, verdicts[number]) if number in verdicts else None,
        )
        for one in publications
        for number in (str(one.check),)
    )
    packed = tuple(map(pack, checks))
    return claim_id, str(int(is_public and bool(packed))), str(len(packed)), *packed


def _list_ids(connection: StoreConnection, key: str) -> Iterator[list[str]]:
    """All ids of a list, _BATCH of them at a time."""
    for first in range(0, int(connection.command("ZCARD", key)), _BATCH):
        yield connection.command("ZRANGE", key, first, first + _BATCH - 1)


_PREPARATIONS = {3: _list_facets, 4: _list_contents, 8: _list_published}
