"""Conversion between the store's hashes and the types: which field holds which value.

Content is JSON in one field (`claim`, `verdict`, `new`, ...). Values on which scripts decide have
fields of their own (`status`, `check`, ...), so that no script decodes content. The data kept of
every check is also JSON, but compressed: most of it repeats the previous check.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from claims.errors import NotFound
from claims.ports import NewArticle, NewClaim, StoredArticle, StoredClaim
from claims.reviews import ReviewRecord, find_grade, find_stale_reasons
from claims.shapes import from_text, list_fields, open_record
from claims.sources.snapshots import list_cited, strip_text
from claims.store import facets
from claims.store.encoding import digest, every_ms, flatten, from_ms, pack, to_ms, unpack, write
from claims.store.schedule_fields import read_schedule
from claims.types import (
    ArticleId,
    ArticleReading,
    ArticleRecord,
    ArticleStatus,
    CheckOptions,
    Claim,
    ClaimId,
    ClaimStatus,
    ErrorRecord,
    Gathered,
    HistoryEntry,
    KeptGathering,
    NotChecked,
    ReaderChoice,
    SearchOutcome,
    Verdict,
    VerdictChange,
    VerdictLabel,
    Waiting,
)
from claims.verdicts.deciding_passages import has_edited_passage, list_passages

Fields = Mapping[str, str]

SUBMITTED = ("new", "title", "url")
# The fields of a claim that its submission sets.
_SUBMITTED = ("text", "claimant", "claimed_at")


class Submitted(NamedTuple):
    """An article as submitted, with the title and URL known so far."""

    new: NewArticle
    title: str | None
    url: str | None


def fingerprint_of(new: NewArticle | NewClaim) -> str:
    """Hash of a submission without the id, which the caller creates for each call.

    Fields that were not given are left out, so that a release with more fields gets the same hash.
    For the same reason the options are fields among the others, and only the fields _SUBMITTED of a
    claim count, not those that were read from its text.
    """
    body = json.loads(write(new))
    del body["id"]
    body |= body.pop("options")
    if isinstance(new, NewClaim):
        claim = body.pop("claim")
        body |= {name: claim[name] for name in _SUBMITTED}
    submitted = {name: value for name, value in body.items() if value is not None}
    return digest(json.dumps(submitted, sort_keys=True))


def derive_claim_id(article_id: ArticleId, place: int) -> ClaimId:
    """The id of the claim at `place` (from 0) of an article; it follows from both."""
    return ClaimId("c_" + digest(f"{article_id}:{place}")[:32])


# --- writing ---------------------------------------------------------------------------------


def write_new_article(article: NewArticle) -> dict[str, str | None]:
    """The fields of a submitted article."""
    return {
        "new": write(article),
        "title": article.title,
        "url": article.url,
        "published_at": article.published_at,
        "text": article.text,
        **_write_tags(article.tags),
        "content": facets.write_content(article),
    } | _write_article_facets(article.title, article.text, article.url)


def write_new_claim(new: NewClaim) -> dict[str, str | None]:
    """The fields of a claim submitted on its own."""
    return {
        "claim": write(new.claim),
        "heading": facets.write_heading(new.claim.text),
        "options": write(new.options),
        "context": new.context,
        "every": new.options.every,
        **_write_tags(new.tags),
        "claimant": facets.write_claimant(new.claim.claimant) or None,
        "word": facets.write_words(new.claim.text),
        "content": facets.write_content(new),
    }


def _write_tags(tags: tuple[str, ...] | None) -> dict[str, str | None]:
    return {"tags": write(tags), "tag": facets.write_tags(tags)} if tags else {}


def _write_article_facets(
    title: str | None, text: str | None, url: str | None
) -> dict[str, str | None]:
    """The fields of the article that a list shows, and the facets that follow from them."""
    heading = facets.write_heading(title, text, url)
    return {
        "heading": heading,
        "word": facets.write_words(heading),
        "site": facets.write_sites([url] if url else []),
    }


def write_extraction(
    article_id: ArticleId, submitted: Submitted, read: ArticleReading
) -> dict[str, str | int | list[str]]:
    """The arguments of commit_extraction.lua except id and token; a field that is None is kept."""
    options = submitted.new.options
    title, url = read.title or submitted.title, read.url or submitted.url
    article = flatten(
        {
            "text": read.text,
            "title": title,
            "url": url,
            "published_at": read.published_at,
            "not_checked": write(read.extraction.not_checked),
        }
        | _write_article_facets(title, read.text, url)
    )
    shared = flatten({"options": write(options), "article_url": url, "every": options.every})
    claims: list[str] = []
    for place, claim in enumerate(read.extraction.claims):
        claims += derive_claim_id(article_id, place), write(claim), facets.write_heading(claim.text)
        claims += facets.write_claimant(claim.claimant), facets.write_words(claim.text)
    every = every_ms(options.every)
    return {"every_ms": every, "fields": article, "shared": shared, "claims": claims}


def write_gathered(gathered: Gathered) -> str:
    """The gathered evidence as text, without the texts of its passages, which its pages have."""
    return pack(strip_text(gathered))


def write_verdict(verdict: Verdict, entry: HistoryEntry, *, event_data: str) -> list[str | float]:
    """A verdict in the form for `conclude` in lua/shared/verdicts.lua.

    `event_data` is the field `data` of its event.
    """
    return [
        write(verdict),
        verdict.label,
        write(entry),
        pack(verdict),
        event_data,
        to_ms(verdict.checked_at),
        verdict.confidence,
        facets.write_sites(piece.page.url for piece in verdict.evidence),
        facets.write_reader(verdict.reader),
        "\n".join([str(int(has_edited_passage(entry))), *list_passages(verdict)]),
        *list_cited((), verdict.evidence),
    ]


# The position of the history entry in `provisional_rest`, the list of `write_verdict`, from 1.
_ENTRY_PLACE = 1


# --- reading ---------------------------------------------------------------------------------


def read_gathered(text: str) -> KeptGathering:
    """The inverse of `write_gathered`; claims.sources.snapshots.restore_text adds the texts."""
    return unpack(KeptGathering, text)


def read_submitted(values: Sequence[str | None]) -> Submitted:
    """The submission of an article; `values` are the fields SUBMITTED. Raises NotFound."""
    new, title, url = values
    if new is None:
        raise NotFound("no such article")
    return Submitted(from_text(NewArticle, new), title, url)


def read_claim(claim_id: ClaimId, fields: Fields) -> StoredClaim:
    """The claim with these fields."""
    claim = from_text(Claim, fields["claim"])
    options = from_text(CheckOptions, fields["options"])
    article_id = fields.get("article")
    kept = read_review(fields)
    record = replace(
        open_record(
            claim,
            claim_id=claim_id,
            article_id=None if article_id is None else ArticleId(article_id),
            status=ClaimStatus(fields["status"]),
            options=options,
        ),
        context=fields.get("context"),
        created_at=_read_moment(fields, "created_ms"),
        verdict=from_text(Verdict, fields["verdict"]) if "verdict" in fields else None,
        provisional=(
            from_text(Verdict, fields["provisional"]) if "provisional" in fields else None
        ),
        last_change=_read_change(fields, "changed_"),
        unconfirmed=_read_change(fields, "held_"),
        schedule=read_schedule(fields),
        error=_read_error(fields),
        waiting=_read_waiting(fields),
        tags=read_tags(fields.get("tags")),
        corrects=_read_claim_id(fields, "corrects"),
        corrected_by=_read_claim_id(fields, "corrected_by"),
        tokens=int(fields.get("tokens", 0)),
        review=kept.review,
    )
    asked = fields.get("asks_reader") or options.reader or ReaderChoice.AUTO
    return StoredClaim(
        record=record,
        version=int(fields["version"]),
        check=int(fields["check"]),
        requested_at=from_ms(fields["requested_ms"]),
        fresh_after=_read_moment(fields, "fresh_ms"),
        options=options,
        context=fields.get("context"),
        article_url=fields.get("article_url"),
        searched=from_text(SearchOutcome, fields["searched"]) if "searched" in fields else None,
        reader=ReaderChoice(asked),
        provisional_entry=(
            read_provisional_entry(fields["provisional_rest"])
            if "provisional_rest" in fields
            else None
        ),
        sign_off=kept.sign_off,
    )


def read_review(fields: Fields) -> ReviewRecord:
    """The review of the claim with these fields, as it is kept."""
    return from_text(ReviewRecord, fields.get("reviewed", "{}"))


def add_staleness(stored: StoredClaim, *, now: datetime, days_max: int) -> StoredClaim:
    """The claim with what is stale about its sign-off; unchanged without one."""
    if stored.sign_off is None:
        return stored
    record = stored.record
    because = find_stale_reasons(stored.sign_off, record, now=now, days_max=days_max)
    review = replace(record.review, stale=find_grade(because), stale_because=because)
    return replace(stored, record=replace(record, review=review))


def read_provisional_entry(rest: str) -> HistoryEntry:
    """The history entry of a provisional verdict; `rest` is the field `provisional_rest`."""
    return from_text(HistoryEntry, json.loads(rest)[_ENTRY_PLACE])


def read_article(
    article_id: ArticleId, fields: Fields, claims: Sequence[StoredClaim]
) -> StoredArticle:
    """The article with these fields, with its claims."""
    current = [claim.record for claim in claims if claim.record.corrected_by is None]
    labels = [record.verdict.label for record in current if record.verdict]
    new = from_text(NewArticle, fields["new"])
    not_checked = from_text(tuple[NotChecked, ...], fields.get("not_checked", "[]"))
    record = ArticleRecord(
        id=article_id,
        status=ArticleStatus(fields["status"]),
        title=fields.get("title"),
        url=fields.get("url"),
        published_at=fields.get("published_at"),
        **list_fields(new.options),
        created_at=_read_moment(fields, "created_ms"),
        text=fields.get("text", ""),
        claims=tuple(claim.record for claim in claims),
        not_checked=not_checked,
        summary={label.value: labels.count(label) for label in VerdictLabel if label in labels},
        error=_read_error(fields),
        waiting=_read_waiting(fields),
        tags=read_tags(fields.get("tags")),
        only_listed=new.only_claims is not None,
        tokens=int(fields.get("tokens", 0)),
    )
    return StoredArticle(record, int(fields["version"]), new, tuple(claims))


def read_tags(text: str | None) -> tuple[str, ...]:
    """The tags in a field of a record; () for None."""
    return from_text(tuple[str, ...], text or "[]")


def _read_moment(fields: Fields, name: str) -> datetime | None:
    return from_ms(fields[name]) if name in fields else None


def _read_claim_id(fields: Fields, name: str) -> ClaimId | None:
    return ClaimId(fields[name]) if name in fields else None


def _read_change(fields: Fields, name: str) -> VerdictChange | None:
    if f"{name}from" not in fields:
        return None
    return VerdictChange(
        VerdictLabel(fields[f"{name}from"]),
        int(fields[f"{name}check"]),
        from_ms(fields[f"{name}ms"]),
    )


def _read_waiting(fields: Fields) -> Waiting | None:
    if "waits_for" not in fields:
        return None
    return Waiting(fields["waits_for"], from_ms(fields["waits_ms"]), fields["waits_why"])


def _read_error(fields: Fields) -> ErrorRecord | None:
    return from_text(ErrorRecord, fields["error"]) if "error" in fields else None
