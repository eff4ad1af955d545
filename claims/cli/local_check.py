"""The whole pipeline in one process, for `assay check`: no server, no store, no queue."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims.extraction import read_claim
from claims.pipeline import (
    ArticleReading,
    extract_article,
    fetch_sources,
    rank_evidence,
    weigh_evidence,
)
from claims.ports import Fetcher, NewArticle, Progress
from claims.settings import Settings
from claims.shapes import to_json
from claims.sources.cache import MemoryPageCache
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Extraction,
    Page,
    SourceFailure,
    Verdict,
)
from claims.wiring import build_fetcher, build_judge, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to check against what: `pages` and `failed` come from local files."""

    article: NewArticle | None
    claims: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    failed: tuple[SourceFailure, ...] = ()


def check_locally(request: Request, *, settings: Settings, progress: Progress) -> dict[str, Any]:
    """Check everything; {"article", "claims", "not_checked"} in the outside JSON shape.

    Raises SourceError when the article's own URL or HTML gives no text.
    """
    moment = now()
    with closing(build_fetcher(settings)) as fetcher:
        progress("reading", 0, 1)
        reading = _read(request, fetcher=fetcher, moment=moment)
        pages, failed = fetch_sources(
            request.urls,
            pages=MemoryPageCache(),
            fetcher=fetcher,
            fresh_after=moment,
            article_url=reading.url,
        )
    judge = build_judge(settings)
    seen = [*request.pages, *pages]
    unseen = [*request.failed, *failed]

    def judge_one(claim: Claim) -> Verdict:
        gathered = rank_evidence(claim.text, seen, unseen)
        return weigh_evidence(claim, gathered, judge=judge, check=1, now=moment)

    return _result(reading, judge_one, progress=progress, has_article=request.article is not None)


def _read(request: Request, *, fetcher: Fetcher, moment: datetime) -> ArticleReading:
    if request.article is not None:
        return extract_article(
            request.article, pages=MemoryPageCache(), fetcher=fetcher, now=moment
        )
    claims = tuple(read_claim(claim, article_text=None) for claim in request.claims)
    return ArticleReading(
        text="", title=None, url=None, published_at=None, extraction=Extraction(claims, ())
    )


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
        records.append(_record(claim, judge_one(claim), place=place, article_id=article_id))
    progress("judging", len(claims), len(claims))
    return {
        "article": _article(reading, article_id, records) if article_id else None,
        "claims": [to_json(record) for record in records],
        "not_checked": [to_json(sentence) for sentence in reading.extraction.not_checked],
    }


def _record(
    claim: Claim, verdict: Verdict, *, place: int, article_id: ArticleId | None
) -> ClaimRecord:
    return ClaimRecord(
        id=ClaimId(_make_id("c", f"{article_id}:{place}:{claim.text}")),
        article_id=article_id,
        text=claim.text,
        span=claim.span,
        sentence=claim.sentence,
        claimant=claim.claimant,
        claimed_at=claim.claimed_at,
        check_worthiness=claim.check_worthiness,
        kinds=claim.kinds,
        needs_context=claim.needs_context,
        status=ClaimStatus.JUDGED,
        verdict=verdict,
    )


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
