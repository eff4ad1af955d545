"""The claims of a text before it is submitted: nothing is stored, fetched or judged."""

from __future__ import annotations

from claims.extraction import extract_claims, keep_most_worthy
from claims.ports import ClaimFilter, Store
from claims.text import fold
from claims.types import Claim
from service.context import ServiceContext
from service.operations.article_bodies import PreviewBody
from service.operations.fields import QUERY_WORDS
from service.shapes import ArticlePreview, PreviewedClaim

KNOWN_LOOKED_AT = 10
"""Maximum claims with the same words whose texts are compared with that of a new one."""


def preview_article(context: ServiceContext, body: PreviewBody) -> ArticlePreview:
    """The claims that a submission of the text would have, and the sentences not checked.

    As in an article, the claims are the `article_claims` most check-worthy ones, and the others
    are not checked. Raises StoreUnavailable.
    """
    found = extract_claims(body.text, title=body.title, published_at=body.published_at)
    found = keep_most_worthy(found, text=body.text, most=context.settings.article_claims)
    claims = tuple(_preview(context.store, claim) for claim in found.claims)
    return ArticlePreview(claims, found.not_checked)


def find_known(store: Store, text: str) -> str | None:
    """The id of the newest claim with this text, in any case; None if there is none."""
    chosen = ClaimFilter(words=" ".join(text.split()[:QUERY_WORDS]))
    found = store.list_claims(chosen, limit=KNOWN_LOOKED_AT).items
    return next((entry.id for entry in found if fold(entry.title or "") == fold(text)), None)


def _preview(store: Store, claim: Claim) -> PreviewedClaim:
    return PreviewedClaim(
        text=claim.text,
        sentence=claim.sentence,
        span=claim.span,
        claimant=claim.claimant,
        claimed_at=claim.claimed_at,
        check_worthiness=claim.check_worthiness,
        needs_context=claim.needs_context,
        known=find_known(store, claim.text),
    )
