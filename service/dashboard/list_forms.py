"""The forms that filter and sort the lists of articles and of claims: every filter of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pydantic import ValidationError

from claims.ports import (
    ALL_ARTICLES,
    ALL_CLAIMS,
    ArticleFilter,
    ClaimFilter,
    Order,
    ReaderFacet,
    ReviewFilter,
    Superseded,
)
from claims.types import ArticleStatus, ClaimStatus
from service.api.queries import ArticleListQuery, AuditQuery, ClaimListQuery
from service.operations.rechecking import SKIPPED
from service.problems.problem_answers import invalid_parameters

ARTICLE_FIELDS = ("q", "label", "status", "tag", "site", "since", "until", "sort")
CLAIM_FIELDS = (
    *("q", "label", "status", "review", "reader", "tag", "site", "claimant", "assignee"),
    *("article", "min_confidence", "since", "until", "changed_since", "superseded", "sort"),
)
AUDIT_FIELDS = ("object", "actor", "action", "since", "until")
FIRST_FIELDS = ("q", "label", "status", "review", "sort")
"""Fields that are always shown; the others are folded until one of them is used."""

STATUS_CHOICES = {"busy": "Under way", "finished": "Checked", "failed": "Failed"}
"""The choices of a form, each of which means statuses of articles and of claims."""
ARTICLE_STATUSES = {
    "busy": (ArticleStatus.QUEUED, ArticleStatus.EXTRACTED),
    "finished": (ArticleStatus.DONE,),
    "failed": (ArticleStatus.FAILED,),
}
CLAIM_STATUSES = {
    "busy": (
        *(ClaimStatus.QUEUED, ClaimStatus.GATHERING, ClaimStatus.JUDGING),
        ClaimStatus.READING,
    ),
    "finished": (ClaimStatus.JUDGED,),
    "failed": (ClaimStatus.FAILED,),
}
_READER_FACETS = {
    "agrees": (ReaderFacet.AGREES,),
    "disagrees": (ReaderFacet.DISAGREES,),
    "decides": (ReaderFacet.DECIDES,),
    "not-read": tuple(facet for facet in ReaderFacet if facet.startswith("not-read:")),
    "skipped": SKIPPED.readers,
}
REVIEW_CHOICES: Mapping[str, str] = {
    ReviewFilter.OPEN: "Not reviewed",
    ReviewFilter.IN_REVIEW: "In review",
    ReviewFilter.SIGNED: "Signed off",
    ReviewFilter.PUBLISHED: "Published",
    ReviewFilter.STALE: "Sign-off is stale",
}
"""The choices for the review of a claim."""
READER_CHOICES = {
    "agrees": "Agrees with the judge",
    "disagrees": "Disagrees with the judge",
    "decides": "Decides what the judge leaves open",
    "not-read": "Not read",
    "skipped": "Not read: budget or no answer",
}
"""The choices for the second reader, each of which means one or several values of the filter."""
SUPERSEDED_CHOICES: Mapping[str, str] = {
    Superseded.INCLUDE: "Listed as well",
    Superseded.ONLY: "Alone",
}
"""The choices for superseded claims, which are left out without one."""
ARTICLE_SORT_CHOICES: Mapping[str, str] = {Order.OLDEST: "Oldest first"}
CLAIM_SORT_CHOICES: Mapping[str, str] = {
    **ARTICLE_SORT_CHOICES,
    Order.CHECKED: "Last judged first",
    Order.CONFIDENCE: "Most confident first",
}
"""The orders, beside the newest first."""
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": STATUS_CHOICES,
    "reader": READER_CHOICES,
    "review": REVIEW_CHOICES,
}
LABELS = {
    "q": "Search",
    "label": "Verdict",
    "status": "State",
    "reader": "Second reader",
    "tag": "Tag",
    "site": "Site",
    "claimant": "Who said it",
    "assignee": "Assigned to",
    "article": "Article",
    "min_confidence": "Confidence at least",
    "since": "Submitted since",
    "until": "Submitted before",
    "changed_since": "Verdict changed since",
}
"""The labels of fields in messages."""
AUDIT_LABELS = {
    "object": "What was changed",
    "actor": "By whom",
    "action": "What was done",
    "since": "Since",
    "until": "Before",
}
"""The labels of the fields that filter the audit log."""


@dataclass(frozen=True, slots=True)
class Search:
    """A form with its input, and the filters that follow from it.

    With `errors`, by field, nothing is listed. Of the filters only that of the list counts.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    articles: ArticleFilter = ALL_ARTICLES
    claims: ClaimFilter = ALL_CLAIMS
    audit: AuditQuery = field(default_factory=AuditQuery)
    asked: Mapping[str, object] = field(default_factory=dict)
    """The parameters of the API that mean the same."""

    @property
    def query(self) -> str:
        """The input as the query of an address; empty without any."""
        return urlencode({name: value for name, value in self.values.items() if value})

    @property
    def api_query(self) -> str:
        """The query of the API's address with the same filters; empty without any."""
        return urlencode(self.asked, doseq=True)

    @property
    def is_unfolded(self) -> bool:
        """Whether a field is used that is folded otherwise."""
        used = {name for name, value in self.values.items() if value}
        return bool(used - set(FIRST_FIELDS))

    def vary(self, **values: str) -> str:
        """The query of the address with other values of fields; "" removes one."""
        changed = {**self.values, **values}
        return urlencode({name: value for name, value in changed.items() if value})


def read_article_search(form: Mapping[str, str]) -> Search:
    """The form of the list of articles; empty fields filter nothing."""
    values, given = _read(form, ARTICLE_FIELDS)
    wrong = _find_wrong_choice(given)
    if wrong:
        return Search(values, wrong)
    asked: dict[str, object] = {**given}
    if "status" in given:
        asked["status"] = ARTICLE_STATUSES[given["status"]]
    try:
        return Search(values, articles=ArticleListQuery.model_validate(asked).to_filter())
    except ValidationError as error:
        return Search(values, _list_faults(error))


def read_claim_search(form: Mapping[str, str]) -> Search:
    """The form of the list of claims; otherwise like `read_article_search`."""
    values, given = _read(form, CLAIM_FIELDS)
    wrong = _find_wrong_choice(given)
    if wrong:
        return Search(values, wrong)
    asked: dict[str, object] = {**given}
    if "status" in given:
        asked["status"] = CLAIM_STATUSES[given["status"]]
    if "reader" in given:
        asked["reader"] = list(_READER_FACETS[given["reader"]])
    if "min_confidence" in given:
        asked["min_confidence"] = _read_percent(given["min_confidence"])
    try:
        chosen = ClaimListQuery.model_validate(asked).to_filter()
        return Search(values, claims=chosen, asked=asked)
    except ValidationError as error:
        return Search(values, _list_faults(error))


def read_audit_search(form: Mapping[str, str]) -> Search:
    """The form of the audit log; otherwise like `read_article_search`."""
    values, given = _read(form, AUDIT_FIELDS)
    try:
        return Search(values, audit=AuditQuery.model_validate(given))
    except ValidationError as error:
        return Search(values, _list_faults(error))


def list_search_problems(
    search: Search, labels: Mapping[str, str] = LABELS
) -> tuple[tuple[str, str], ...]:
    """The errors for the summary of the page: the id of the field, and a message with its label."""
    return tuple(
        (f"search-{name.replace('_', '-')}", f"{labels.get(name, name.capitalize())}: {message}")
        for name, messages in search.errors.items()
        for message in messages
    )


def _read(form: Mapping[str, str], names: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """All values of a form, and those that are not empty."""
    values = {name: form.get(name, "").strip() for name in names}
    return values, {name: value for name, value in values.items() if value}


def _read_percent(text: str) -> object:
    """A percentage as a share; a text that is no number, as it is, for the message of the model."""
    number = text.removesuffix("%").strip()
    return int(number) / 100 if number.isdecimal() else text


def _find_wrong_choice(given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {
        name: ("There is no such choice.",)
        for name, choices in _CHOICES.items()
        if name in given and given[name] not in choices
    }


def _list_faults(error: ValidationError) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for wrong in invalid_parameters(error).errors:
        message = f"{wrong.detail[:1].upper()}{wrong.detail[1:]}"
        found[str(wrong.parameter)] = (message,)
    return found
