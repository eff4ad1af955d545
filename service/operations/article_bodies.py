"""The bodies of articles and of previews, as pydantic models, and the values that they make."""

from __future__ import annotations

import secrets
from itertools import combinations
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from claims.ports import NewArticle
from claims.types import ArticleId, ListedClaim
from service.operations.bodies import Body, Force, SubmissionBody
from service.operations.fields import (
    BATCH,
    CLAIMS,
    ArticleHTML,
    ArticleText,
    ArticleURL,
    ClaimText,
    DayOrMoment,
    Line,
    PreviewText,
    SentenceText,
)

_CONTENT = ("text", "html", "url")
_CLAIMS = ("claims", "only_claims")


def _write_rules(schema: dict[str, Any]) -> None:
    """Add the rules of `ArticleBody` about its fields to the JSON Schema.

    It uses `not`, because client generators make one type for each branch of a `oneOf` and drop the
    other fields.
    """
    none = {"properties": {name: {"type": "null"} for name in _CONTENT}}
    two = [
        {"required": pair, "properties": {name: {"type": "string"} for name in pair}}
        for pair in map(list, combinations(_CONTENT, 2))
    ]
    lists = {name: {"type": "array"} for name in _CLAIMS}
    both = {"required": list(_CLAIMS), "properties": lists}
    schema["not"] = {"anyOf": [none, *two, both]}


class ListedClaimBody(Body):
    """A claim of an article that is checked instead of those found in its text."""

    text: ClaimText
    sentence: SentenceText | None = None
    claimant: Line | None = None

    def to_listed(self) -> ListedClaim:
        """The claim as the store and the pipeline have it."""
        return ListedClaim(text=self.text, sentence=self.sentence, claimant=self.claimant)


OnlyClaims = Annotated[
    list[ListedClaimBody],
    Field(
        min_length=1,
        max_length=BATCH,
        description="Exactly these are checked, in this order, and no claims found in the text.",
    ),
]


class ArticleBody(SubmissionBody):
    """An article to check: exactly one of text, html and url, and the options of the check."""

    model_config = ConfigDict(json_schema_extra=_write_rules)

    text: ArticleText | None = None
    html: ArticleHTML | None = None
    url: ArticleURL | None = None
    title: Line | None = None
    published_at: DayOrMoment | None = None
    claims: Annotated[list[ClaimText], Field(max_length=CLAIMS)] | None = None
    only_claims: OnlyClaims | None = None
    force: Force | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [name for name in _CONTENT if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise PydanticCustomError(
                "one_content",
                "Send exactly one of text, html and url, not {found}.",
                {"found": found},
            )
        return self

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if self.claims and self.only_claims:
            raise PydanticCustomError(
                "one_list", "Send claims to check as well, or only_claims, not both."
            )
        return self

    def to_article(self) -> NewArticle:
        """The article, with a new id."""
        return NewArticle(
            id=ArticleId(f"a_{secrets.token_hex(16)}"),
            text=self.text,
            html=self.html,
            url=self.url,
            title=self.title,
            published_at=self.published_at,
            claims=tuple(self.claims or ()),
            only_claims=(
                None
                if self.only_claims is None
                else tuple(claim.to_listed() for claim in self.only_claims)
            ),
            options=self.to_options(),
            tags=None if self.tags is None else tuple(self.tags),
        )


class PreviewBody(Body):
    """The text of an article whose claims are found before it is submitted."""

    text: PreviewText
    title: Line | None = None
    published_at: DayOrMoment | None = None
