"""Read an article from text, HTML or an address: the text that spans refer to and its claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from claims.errors import HostBusy, SourceError
from claims.extraction import (
    extract_claims,
    give_links,
    keep_listed,
    keep_most_worthy,
    read_claim,
)
from claims.limits import ARTICLE_CLAIMS, check_main_text
from claims.pipeline.gathering import SHARED_FOR
from claims.ports import Fetcher, NewArticle, PageCache
from claims.types import ArticleReading, Extraction, Link, Page, read_day


def extract_article(
    new: NewArticle,
    *,
    pages: PageCache,
    fetcher: Fetcher,
    now: datetime,
    links: Sequence[Link] = (),
    may_wait_s: float = 0.0,
    claims_max: int = ARTICLE_CLAIMS,
) -> ArticleReading:
    """Read the article and find its claims. Raises SourceError when its URL or HTML has no text.

    Submitted claims come first; a claim that the article also holds is not listed twice. If the
    article has `only_claims`, these are its claims, in their order. `links` are those of an article
    that is submitted as text, but was read from a page. All claims get the article's date. At most
    `claims_max` claims are returned: all that were submitted, and of the others the most
    check-worthy ones. Raises HostBusy when the article's site may be asked within `may_wait_s`, but
    not yet.
    """
    try:
        page = _read_page(new, pages=pages, fetcher=fetcher, now=now)
    except HostBusy as busy:
        if busy.wait_s <= may_wait_s:
            raise
        raise SourceError(busy.code, busy.detail) from busy
    text = page.text if page else new.text or ""
    title = new.title or (page.title if page else None)
    published_at = new.published_at or (page.published_at if page else None)
    found = extract_claims(text, title=title, published_at=published_at)
    claimed_at = read_day(published_at)
    if new.only_claims is None:
        found = _add_submitted(
            new.claims, found, text=text, claimed_at=claimed_at, claims_max=claims_max
        )
    else:
        found = keep_listed(new.only_claims, found, text=text, claimed_at=claimed_at)
    claims = give_links(found.claims, text=text, links=page.links if page else links)
    return ArticleReading(
        text=text,
        title=title,
        url=page.canonical_url if page and new.url else new.url,
        published_at=published_at,
        extraction=Extraction(claims, found.not_checked),
    )


def _add_submitted(
    texts: Sequence[str],
    found: Extraction,
    *,
    text: str,
    claimed_at: date | None,
    claims_max: int,
) -> Extraction:
    """The submitted claims, and of those found in the text the most check-worthy others."""
    submitted = tuple(
        read_claim(claim, article_text=text, claimed_at=claimed_at) for claim in texts
    )
    known = {claim.text for claim in submitted}
    others = tuple(claim for claim in found.claims if claim.text not in known)
    kept = keep_most_worthy(
        Extraction(others, found.not_checked), text=text, most=max(0, claims_max - len(submitted))
    )
    return Extraction((*submitted, *kept.claims), kept.not_checked)


def _read_page(
    new: NewArticle, *, pages: PageCache, fetcher: Fetcher, now: datetime
) -> Page | None:
    if new.url is not None:
        page = pages.get_or_fetch(new.url, fresh_after=now - SHARED_FOR, fetcher=fetcher)
    elif new.html is not None:
        page = fetcher.read_html(new.html, url="")
    else:
        return None
    check_main_text(page.text)
    return page
