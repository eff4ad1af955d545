"""A reviewed claim as schema.org ClaimReview in JSON-LD, and what is missing in one.

The fields are those that Google documents for fact checks; collections of fact checks read them.
Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from claims.english.organisations import is_organisation
from claims.report.formatting import tone_of_label, web_link
from claims.types import ClaimRecord, PageReference, ReviewState, VerdictLabel

MIMETYPE = "application/ld+json"
SHORT_CHARACTERS = 75
"""Claims that are shorter are shown in full by readers of the markup."""
_RATINGS = {VerdictLabel.REFUTED: 1, VerdictLabel.SUPPORTED: 5}
"""On a scale from 1 to 5; the other labels have no place on it, only words."""
_DRAFT = "Draft"
_PUBLISHED = "Published"
_SIGNED = frozenset({ReviewState.SIGNED, ReviewState.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the checks: name and address of its site, each "" if it is not set."""

    name: str = ""
    url: str = ""


class Need(StrEnum):
    """How much readers of the markup need a field."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing or wrong in a ClaimReview: a JSON pointer, what to do, and how needed."""

    pointer: str
    detail: str
    need: Need


_FIELDS = (
    ("/url", "give the address of the page with the check (page)", Need.REQUIRED),
    ("/claimReviewed", "there is no claim", Need.REQUIRED),
    ("/reviewRating/alternateName", "there is no label", Need.REQUIRED),
    ("/reviewRating/ratingValue", "only supported and refuted have a number", Need.RECOMMENDED),
    ("/author/name", "name the publisher (ASSAY_PUBLISHER)", Need.RECOMMENDED),
    ("/author/url", "give the site of the publisher (ASSAY_PUBLISHER_URL)", Need.RECOMMENDED),
    ("/itemReviewed/author/name", "say who claims it (claimant)", Need.RECOMMENDED),
    ("/itemReviewed/datePublished", "say when it was claimed (claimed_at)", Need.RECOMMENDED),
    ("/itemReviewed/appearance/url", "the article has no address", Need.RECOMMENDED),
)
"""The fields that readers need: pointer, what to do, and how needed. Those of the scale, of the
context and of the types are always written."""


def write_claim_review(
    claim: ClaimRecord, *, publisher: Publisher, page: str | None, article: str | None
) -> dict[str, Any]:
    """The markup. Fields without a value are left out; `lint_claim_review` names them.

    `page` is the address of the page with the whole check, `article` that of the article from
    which the claim was read. The label is the signed one, before a sign-off that of the proposal;
    `creativeWorkStatus` and the words of the rating then say that it is a draft.
    """
    review, verdict = claim.review, claim.verdict
    label = review.label if review.state in _SIGNED else verdict.label if verdict else None
    at = review.at if review.state in _SIGNED else verdict.checked_at if verdict else None
    body = review.reason or (verdict.explanation if verdict else None)
    if review.draft:
        body = f"{review.draft}. {body or ''}".rstrip()
    cited = {piece.page.url: piece.page for piece in verdict.evidence} if verdict else {}
    return _drop_empty(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": page,
            "claimReviewed": claim.text,
            "datePublished": f"{at:%Y-%m-%d}" if at else None,
            "creativeWorkStatus": _DRAFT if review.draft else _PUBLISHED,
            "author": _write_party("Organization", publisher.name, url=publisher.url),
            "reviewRating": _write_rating(label, review.draft),
            "itemReviewed": _write_claim(claim, article),
            "reviewBody": body,
            "citation": [_write_citation(page) for url, page in cited.items() if web_link(url)],
        }
    )


def lint_claim_review(markup: Mapping[str, object]) -> tuple[Missing, ...]:
    """What is missing in a ClaimReview, required fields first; () for a complete one."""
    found = [*_find_missing(markup), *_find_unusual(markup)]
    return tuple(sorted(found, key=lambda one: list(Need).index(one.need)))


def _find_missing(markup: Mapping[str, object]) -> Iterator[Missing]:
    status = markup.get("creativeWorkStatus")
    if status == _DRAFT:
        detail = "nobody has signed the verdict as it is now: review the claim first"
        yield Missing("/creativeWorkStatus", detail, Need.REQUIRED)
    for pointer, detail, need in _FIELDS:
        if not _find(markup, pointer):
            yield Missing(pointer, detail, need)


def _find_unusual(markup: Mapping[str, object]) -> Iterator[Missing]:
    claimed = str(markup.get("claimReviewed", ""))
    if len(claimed) >= SHORT_CHARACTERS:
        detail = f"the claim has {len(claimed)} characters, and may be cut from {SHORT_CHARACTERS}"
        yield Missing("/claimReviewed", detail, Need.RECOMMENDED)
    page, site = _find(markup, "/url"), _find(markup, "/author/url")
    if page and not web_link(str(page)):
        yield Missing("/url", "this is not the address of a web page", Need.REQUIRED)
    elif page and site and _domain_of(str(page)) != _domain_of(str(site)):
        detail = "the page is on another site than that of the publisher"
        yield Missing("/url", detail, Need.RECOMMENDED)


def _write_claim(claim: ClaimRecord, article: str | None) -> dict[str, Any]:
    claimant = claim.claimant or ""
    kind = "Organization" if is_organisation(claimant) else "Person"
    link = web_link(article) if article else None
    return {
        "@type": "Claim",
        "author": _write_party(kind, claimant),
        "datePublished": claim.claimed_at.isoformat() if claim.claimed_at else None,
        "appearance": {"@type": "CreativeWork", "url": link} if link else None,
    }


def _write_citation(page: PageReference) -> dict[str, Any]:
    copy = page.archived.address if page.archived else None
    return _drop_empty(
        {"@type": "WebPage", "name": page.title, "url": page.url, "archivedAt": copy}
    )


def _write_rating(label: VerdictLabel | None, draft: str | None) -> dict[str, Any] | None:
    if label is None:
        return None
    words = tone_of_label(label).word
    value = _RATINGS.get(label)
    scale = {"ratingValue": value, "worstRating": 1, "bestRating": 5} if value else {}
    words = f"{draft}: {words.lower()}" if draft else words
    return {"@type": "Rating", "alternateName": words, **scale}


def _write_party(kind: str, name: str, *, url: str = "") -> dict[str, str] | None:
    return {"@type": kind, "name": name, "url": url} if name else None


def _drop_empty(shape: Mapping[str, object]) -> dict[str, Any]:
    """The object without empty fields, also inside it."""
    kept = {
        name: _drop_empty(value) if isinstance(value, dict) else value
        for name, value in shape.items()
    }
    return {name: value for name, value in kept.items() if value not in (None, "", [], {})}


def _find(markup: Mapping[str, object], pointer: str) -> object:
    found: object = markup
    for name in pointer.split("/")[1:]:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _domain_of(url: str) -> str:
    """The host without `www.`; a site and its subdomains are not told apart further."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
