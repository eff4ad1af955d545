"""Read what a caller of the library gives: an article, claims, addresses, files and folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from claims.errors import InvalidInput, SourceError
from claims.extraction import check_checkable, read_claim
from claims.limits import check_claim, check_sources
from claims.pipeline import extract_article
from claims.ports import NewArticle, PageCache
from claims.shapes import list_fields, open_record
from claims.shelves.fetch import SourceFetcher
from claims.sources.address import is_url, parse_source
from claims.sources.files import LocalSources, read_article, read_sources
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    CheckOptions,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Link,
)


def check_claims(claims: Mapping[str, str], *, force: bool) -> None:
    """Raise InvalidInput for an invalid claim, NotCheckable for one that cannot be checked."""
    for pointer, claim in claims.items():
        check_claim(claim, pointer=pointer)
    if not force:
        check_checkable(claims.items())


def list_addresses(sources: Sequence[str | Path]) -> tuple[str, ...]:
    """The sources that are not files. Raises InvalidInput for too many, or an invalid address."""
    if isinstance(sources, str):
        raise InvalidInput("sources: give a list of them, not a single address")
    check_sources(sources)
    return tuple(parse_source(source) for source in sources if isinstance(source, str))


def read_submitted(
    article: str | bytes | Path | None,
    claims: Sequence[str],
    *,
    published_at: date | None,
    options: CheckOptions,
    fetcher: SourceFetcher,
    pages: PageCache,
    now: datetime,
    claims_max: int,
) -> tuple[ArticleRecord | None, list[ClaimRecord]]:
    """The article as read, without claims, and the claims to check; None without an article.

    Raises InvalidInput for an article that cannot be read.
    """
    if article is None:
        read = (read_claim(one, article_text=None, claimed_at=published_at) for one in claims)
        return None, _open_claims(read, article_id=None, options=options)
    new = NewArticle(
        # The id of a local check is derived from the text, which is not known yet.
        id=ArticleId(""),
        published_at=published_at.isoformat() if published_at else None,
        claims=tuple(claims),
        options=options,
    )
    try:
        new, links = _open_article(new, article, fetcher=fetcher)
        reading = extract_article(
            new,
            pages=pages,
            fetcher=fetcher,
            now=now,
            links=links,
            claims_max=claims_max,
        )
    except SourceError as error:
        raise InvalidInput(f"the article cannot be read: {error}") from error
    article_id = ArticleId(_make_id("a", reading.text))
    record = ArticleRecord(
        id=article_id,
        status=ArticleStatus.DONE,
        title=reading.title,
        url=reading.url,
        published_at=reading.published_at,
        **list_fields(options),
        text=reading.text,
        not_checked=reading.extraction.not_checked,
    )
    found = reading.extraction.claims
    return record, _open_claims(found, article_id=article_id, options=options)


def _open_claims(
    claims: Iterable[Claim], *, article_id: ArticleId | None, options: CheckOptions
) -> list[ClaimRecord]:
    return [
        open_claim(claim, place=place, article_id=article_id, options=options)
        for place, claim in enumerate(claims)
    ]


def _open_article(
    new: NewArticle, article: str | bytes | Path, *, fetcher: SourceFetcher
) -> tuple[NewArticle, Sequence[Link]]:
    """The article, and its links if it was read from a file. Raises SourceError."""
    if isinstance(article, str) and is_url(article) and len(article.split()) == 1:
        return replace(new, url=parse_source(article)), ()
    # Half a surrogate pair is no text: it is replaced, as in bytes that are no UTF-8.
    content = article.encode(errors="replace") if isinstance(article, str) else article
    local = read_article(content, reader=fetcher)
    new = replace(
        new,
        text=local.text,
        title=local.title,
        published_at=new.published_at or local.published_at,
    )
    return new, local.links


def read_files(
    sources: Sequence[str | Path],
    *,
    article: str | bytes | Path | None,
    as_of: date | None,
    fetcher: SourceFetcher,
) -> LocalSources:
    """Read the files and folders, which may include the article. Raises InvalidInput."""
    own = article if isinstance(article, Path) else None
    found = [
        read_sources(source, reader=fetcher, article=own, as_of=as_of)
        for source in sources
        if isinstance(source, Path)
    ]
    return LocalSources(
        tuple(page for local in found for page in local.pages),
        tuple(failure for local in found for failure in local.failed),
    )


def open_claim(
    claim: Claim, *, place: int, article_id: ArticleId | None, options: CheckOptions
) -> ClaimRecord:
    """The record of a claim at a place, from 0, among those of its article or submission."""
    return open_record(
        claim,
        claim_id=ClaimId(_make_id("c", f"{article_id}:{place}:{claim.text}")),
        article_id=article_id,
        status=ClaimStatus.JUDGED,
        options=options,
    )


def _make_id(kind: str, content: str) -> str:
    """The id of a local check depends only on the content: the same input gives the same output."""
    return f"{kind}_{hashlib.sha256(content.encode()).hexdigest()[:32]}"
