"""Small builders of the outside JSON shape, as `assay check --json` prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from claims.shapes import to_json
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Stance,
    VerdictLabel,
)
from tests.claims import samples


def article(text: str, *, title: str | None = None) -> dict[str, Any]:
    """An article with this text, without its claims."""
    record = ArticleRecord(
        id=ArticleId("a_1"),
        status=ArticleStatus.DONE,
        title=title,
        url=None,
        published_at=None,
        text=text,
    )
    return _without(to_json(record), "claims", "not_checked")


def claim(
    text: str, *, span: list[int] | None = None, verdict: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A claim, judged when it has a verdict."""
    record = ClaimRecord(
        id=ClaimId("c_1"),
        article_id=None,
        text=text,
        span=None,
        sentence=text,
        claimant=None,
        claimed_at=None,
        check_worthiness=1.0,
        kinds=(),
        needs_context=False,
        status=ClaimStatus.JUDGED if verdict else ClaimStatus.QUEUED,
    )
    shape: dict[str, Any] = to_json(record)
    return shape | {"span": span, "verdict": verdict}


def verdict(label: str, pieces: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A verdict that rests on `pieces`, by default on one."""
    shape: dict[str, Any] = to_json(samples.verdict(VerdictLabel(label)))
    return shape if pieces is None else shape | {"evidence": list(pieces)}


def evidence(stance: str, quote: str, **page: str | None) -> dict[str, Any]:
    """A quotation with this stance; `page` overrides what is said of its page."""
    item = samples.evidence(0.9, 0.05)
    item = replace(item, stance=Stance(stance), quote=quote, page=replace(item.page, **page))
    shape: dict[str, Any] = to_json(item)
    return shape


def result(
    claims: Sequence[dict[str, Any]], article: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """What `assay check --json` prints."""
    return {"article": article, "claims": list(claims), "not_checked": []} | more


def _without(shape: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if name not in names}
