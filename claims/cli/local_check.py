"""The whole pipeline in one process, for `assay check`: no server, no store, no queue."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from claims.errors import InvalidInput, SourceError
from claims.extraction import read_claim
from claims.pipeline import (
    ArticleReading,
    extract_article,
    fetch_sources,
    rank_evidence,
    weigh_evidence,
)
from claims.ports import NewArticle, Progress
from claims.searching import search
from claims.settings import Settings
from claims.shapes import open_record, to_json
from claims.shelves.fetch import SourceFetcher
from claims.sources.address import is_shelf_address, parse_source
from claims.sources.cache import MemoryPageCache
from claims.sources.files import DocumentReader, read_article, read_sources
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Extraction,
    Link,
    Page,
    SearchOutcome,
    SourceFailure,
    Verdict,
)
from claims.wiring import build_fetcher, build_judge, build_providers, now, read_registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to check against what, as typed: files, folders and URLs are told apart here.

    `article` is a file, a URL, or bytes from standard input; None checks the claims alone. `dated`
    is when it was published, by default what it says itself; `as_of` the last day of evidence.
    """

    article: str | bytes | None
    claims: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    dated: date | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class LocalPages:
    """What the files among the sources hold."""

    pages: tuple[Page, ...]
    failed: tuple[SourceFailure, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for one claim led to."""

    pages: Sequence[Page]
    failed: Sequence[SourceFailure]
    searched: SearchOutcome


def check_locally(request: Request, *, settings: Settings, progress: Progress) -> dict[str, Any]:
    """Check everything; {"article", "claims", "not_checked"} in the outside JSON shape.

    Raises InvalidInput for a source or article that is not there, is no text or has none.
    """
    moment = now()
    article = find_place(request.article) if isinstance(request.article, str) else request.article
    sources = [find_place(source) for source in request.sources]
    registry = read_registry(settings)
    providers = build_providers(settings, registry)
    with build_fetcher(settings) as fetcher:
        reading = _extract_claims(
            article,
            request,
            fetcher=fetcher,
            moment=moment,
            claims_max=settings.article_claims,
        )
        progress("reading sources", 0, len(sources))
        local = _read_files(sources, article=article, reader=fetcher, as_of=request.as_of)
        handed = [source for source in sources if isinstance(source, str)]
        handed += registry.addresses()
        fetch = partial(
            fetch_sources,
            pages=MemoryPageCache(),
            fetcher=fetcher,
            fresh_after=moment,
            article_url=reading.url,
            as_of=request.as_of,
        )
        pages, failed = fetch(handed)
        progress("reading sources", len(sources), len(sources))
        found: dict[str, Found] = {}
        is_searched = providers.is_anybody_there()
        claims = [one for one in reading.extraction.claims if is_searched or one.links]
        for place, claim in enumerate(claims):
            progress("searching", place, len(claims))
            searched = search(claim, providers, known=handed)
            found[claim.text] = Found(*fetch(searched.urls), searched)
    judge = build_judge(settings)

    def judge_one(claim: Claim) -> Verdict:
        more = found.get(claim.text, Found([], [], SearchOutcome()))
        gathered = rank_evidence(
            claim.text,
            [*local.pages, *pages, *more.pages],
            [*local.failed, *failed, *more.failed],
            searched=more.searched,
            registry=registry,
            article_text=reading.text,
            as_of=request.as_of,
        )
        return weigh_evidence(claim, gathered, judge=judge, check=1, now=now())

    return _result(reading, judge_one, progress=progress, has_article=article is not None)


def _read_files(
    sources: Sequence[str | Path],
    *,
    article: str | Path | bytes | None,
    reader: DocumentReader,
    as_of: date | None,
) -> LocalPages:
    """Read the files and folders, among which the article may lie. Raises InvalidInput."""
    own = article if isinstance(article, Path) else None
    found = [
        read_sources(source, reader=reader, article=own, as_of=as_of)
        for source in sources
        if isinstance(source, Path)
    ]
    return LocalPages(
        tuple(page for local in found for page in local.pages),
        tuple(failure for local in found for failure in local.failed),
    )


def find_place(text: str) -> str | Path:
    """The well-formed address, or the file or folder, that was meant. Raises InvalidInput.

    The message names it: there may be fifty of them.
    """
    if not is_url(text):
        return _find_path(text)
    try:
        return parse_source(text)
    except InvalidInput as error:
        raise InvalidInput(f"{_shorten(text)}: {error.message}") from None


def is_url(text: str) -> bool:
    """Whether this was meant as an address: it has a scheme. Of a file:// URL the answer is yes."""
    return is_shelf_address(text) or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", text) is not None


def _find_path(text: str) -> Path:
    """The file or folder that was meant; the empty text means none, not the working directory."""
    path = Path(text)
    try:
        if text.strip() and path.exists():
            return path
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise InvalidInput(f"{_shorten(text)}: {error.strerror}") from error
    raise InvalidInput(
        f"{_shorten(text)}: no such file or folder; a web address begins with http:// or https://"
    )


def _shorten(name: str) -> str:
    """What was typed, at a length that fits a line."""
    return f"{name[:79]}…" if len(name) > 80 else name if name.strip() else f'"{name}"'


def _extract_claims(
    article: str | Path | bytes | None,
    request: Request,
    *,
    fetcher: SourceFetcher,
    moment: datetime,
    claims_max: int,
) -> ArticleReading:
    if article is None:
        read = (
            read_claim(claim, article_text=None, claimed_at=request.dated)
            for claim in request.claims
        )
        claims = tuple(replace(claim, as_of=request.as_of) for claim in read)
        return ArticleReading(
            text="", title=None, url=None, published_at=None, extraction=Extraction(claims, ())
        )
    try:
        new, links = _open_article(article, request, fetcher)
        return extract_article(
            new,
            pages=MemoryPageCache(),
            fetcher=fetcher,
            now=moment,
            links=links,
            claims_max=claims_max,
        )
    except SourceError as error:
        raise InvalidInput(f"the article cannot be read: {error}") from error


def _open_article(
    article: str | Path | bytes, request: Request, fetcher: SourceFetcher
) -> tuple[NewArticle, Sequence[Link]]:
    """The article, and the links of one that was read from a file."""
    new = NewArticle(
        # The id of a local check is derived from the text once that is known.
        id=ArticleId(""),
        published_at=request.dated.isoformat() if request.dated else None,
        as_of=request.as_of,
        claims=request.claims,
    )
    if isinstance(article, str):
        return replace(new, url=article), ()
    local = read_article(article, reader=fetcher)
    new = replace(
        new,
        text=local.text,
        title=local.title,
        published_at=new.published_at or local.published_at,
    )
    return new, local.links


def _result(
    reading: ArticleReading,
    judge_one: Callable[[Claim], Verdict],
    *,
    progress: Progress,
    has_article: bool,
) -> dict[str, Any]:
    article_id = ArticleId(_make_id("a", reading.text)) if has_article else None
    claims = reading.extraction.claims
    records = []
    for place, claim in enumerate(claims):
        progress("judging", place, len(claims))
        record = open_record(
            claim,
            claim_id=ClaimId(_make_id("c", f"{article_id}:{place}:{claim.text}")),
            article_id=article_id,
            status=ClaimStatus.JUDGED,
        )
        records.append(replace(record, verdict=judge_one(claim)))
    progress("judging", len(claims), len(claims))
    return {
        "article": _article(reading, article_id, records) if article_id else None,
        "claims": [to_json(record) for record in records],
        "not_checked": [to_json(sentence) for sentence in reading.extraction.not_checked],
    }


def _article(
    reading: ArticleReading, article_id: ArticleId, records: Sequence[ClaimRecord]
) -> dict[str, Any]:
    """The article's own fields; its claims and the sentences not checked stand beside it."""
    labels = Counter(str(record.verdict.label) for record in records if record.verdict)
    shape: dict[str, Any] = to_json(
        ArticleRecord(
            id=article_id,
            status=ArticleStatus.DONE,
            title=reading.title,
            url=reading.url,
            published_at=reading.published_at,
            text=reading.text,
            summary=dict(labels),
        )
    )
    return {key: shape[key] for key in shape if key not in ("claims", "not_checked")}


def _make_id(kind: str, content: str) -> str:
    """Ids of a local check depend on the content alone: the same input gives the same output."""
    return f"{kind}_{hashlib.sha256(content.encode()).hexdigest()[:32]}"
