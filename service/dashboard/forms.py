"""Reads the forms, checked by the same models as the API's bodies."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, TypeVar

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from claims.errors import InvalidInput, NotCheckable
from claims.limits import split_tags
from claims.types import Schedule, TagSchedule
from claims.webhooks import AlertKind
from service.operations.alerting import AlertBody
from service.operations.article_bodies import ArticleBody, PreviewBody
from service.operations.bodies import (
    Body,
    ClaimBody,
    SourceBody,
    SourcesBody,
    TagsBody,
    WebhookBody,
)
from service.operations.reviewing import ReviewBody
from service.operations.schedule_bodies import AdaptiveBody, ScheduleBody
from service.problems.problem_answers import FieldError, invalid_body

B = TypeVar("B", bound=Body)
B_co = TypeVar("B_co", bound=Body, covariant=True)

ARTICLE_FIELDS = (
    "text",
    "url",
    "title",
    "published_at",
    "as_of",
    "sources",
    "claims",
    "tags",
    "every",
    "force",
)
PREVIEW_FIELDS = ("text", "title", "published_at")
CLAIM_FIELDS = (
    *("text", "context", "claimant", "claimed_at", "as_of", "sources", "tags", "every", "force"),
)
SCHEDULE_FIELDS = ("every", "at", "zone", "quiet", "until", "paused")
ADAPTIVE = "adaptive"
"""The option of the schedule form that follows how often the pages change."""

REVIEW_FIELDS = ("decision", "label", "reason", "note", "assignee", "second_look", "by")
SOURCE_LISTS = ("domains", "include", "exclude")
SOURCE_FIELDS = (
    *("kind", "address", *SOURCE_LISTS),
    *("family", "language", "credibility", "reason", "by"),
)

ALERT_FIELDS = ("kind", "target", "when", "events", "labels", "tags", "article")
WEBHOOK_FIELDS = ("url", "events", "labels", "tags", "article")
_CHOSEN = ("events", "labels")
"""Fields of checkboxes: their values are kept one per line, as those of lists."""

_LISTS = ("sources", "claims", "tags", *SOURCE_LISTS, *_CHOSEN)
_TEXTS = ("text", "context", "note")
_TICKED = ("force", "second_look", "paused")
"""Fields of boxes: true when they are ticked."""
_LABELS = {
    "url": "Link",
    "sources": "Pages to check it against",
    "published_at": "Published on",
    "claims": "Claims to check as well",
    "added": "Claims to add",
    "every": "Check again",
    "claimant": "Who said it",
    "claimed_at": "When",
    "as_of": "Evidence as of",
    "reason": "Reason for the rating",
    "family": "Publisher family",
    "include": "Only addresses that match",
    "exclude": "No addresses that match",
    "by": "Your name",
    "removed_by": "Your name",
    "labels": "Verdicts",
}
_LABELS_OF = {
    "claim": {"text": "Claim"},
    "": {
        "every": "On a schedule",
        "at": "Time of day",
        "zone": "Time zone",
        "quiet": "Quiet hours",
        "until": "Last day",
        "paused": "Pause",
    },
    "wording": {"text": "The claim as it should read"},
    "webhook": {"url": "Address of the receiver"},
    "alert": {"target": "Mail address, or address of a hook"},
    "review": {
        "label": "Right label",
        "reason": "Reason",
        "note": "Note for colleagues",
        "assignee": "Assigned to",
        "second_look": "Another person has to look as well",
    },
}
"""The labels of fields that differ from their names; a test compares them with the pages."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NEITHER = "Paste the text of the article, or give its link."
_NO_EVENT = "Choose at least one event."
_NO_ARTICLE = "This must be the address of the page of an article."
_NO_LOOK = "Only the claims of a pasted text can be shown before the check: paste the text instead."
_BOTH = "Give the text of the article or its link, not both: only one of them is read."


class _AdaptiveForm(ScheduleBody):
    """The form of an adaptive schedule, which has the usual bounds."""

    adaptive: AdaptiveBody | None = AdaptiveBody()


@dataclass(frozen=True, slots=True)
class Filled(Generic[B_co]):
    """A form with its input; `body` if the input is valid, otherwise `errors` by field.

    Errors that belong to no single field are under "". `may_force`: the form was refused because of
    claims that cannot be checked, and may be sent again with `force`.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: B_co | None = None
    may_force: bool = False


def read_article_form(form: Mapping[str, str]) -> Filled[ArticleBody]:
    """The article form; each line of `sources` and of `claims` is one entry.

    The form has no field for HTML, so its error about text and address mentions only these.
    """
    filled = _fill(ArticleBody, form, ARTICLE_FIELDS)
    if "" not in filled.errors:
        return filled
    both = all(filled.values[name].strip() for name in ("text", "url"))
    return replace(filled, errors={**filled.errors, "": (_BOTH if both else _NEITHER,)})


def read_preview_form(form: Mapping[str, str]) -> Filled[PreviewBody]:
    """The article form for a look at its claims, which needs a text of limited length."""
    filled = _fill(PreviewBody, form, PREVIEW_FIELDS)
    values = {name: form.get(name, "") for name in ARTICLE_FIELDS}
    errors = filled.errors if values["text"].strip() else {"url": (_NO_LOOK,)}
    return replace(filled, values=values, errors=errors)


def read_claim_form(form: Mapping[str, str]) -> Filled[ClaimBody]:
    """The claim form; each line of `sources` is one source."""
    return _fill(ClaimBody, form, CLAIM_FIELDS)


def read_schedule_form(form: Mapping[str, str]) -> Filled[ScheduleBody]:
    """The form for checks on a schedule; its end is a date, whose checks still take place."""
    typed = dict(form)
    day = typed.get("until", "").strip()
    if _DAY.fullmatch(day):
        typed["until"] = f"{day}T23:59:59Z"
    is_adaptive = typed.get("every") == ADAPTIVE
    if is_adaptive:
        typed["every"] = ""
    filled = _fill(_AdaptiveForm if is_adaptive else ScheduleBody, typed, SCHEDULE_FIELDS)
    # An error of no single field, such as that of a missing period, is shown at the period.
    errors = {name or "every": messages for name, messages in filled.errors.items()}
    values = {name: form.get(name, "") for name in SCHEDULE_FIELDS}
    return replace(filled, values=values, errors=errors)


def fill_schedule(schedule: Schedule | TagSchedule | None) -> Filled[ScheduleBody]:
    """The form for checks on a schedule, filled in with the present one."""
    if schedule is None:
        return Filled()
    return Filled(
        {
            "at": schedule.at or "",
            "zone": schedule.zone,
            "quiet": schedule.quiet or "",
            "until": schedule.until.date().isoformat() if schedule.until else "",
            "paused": "1" if schedule.paused else "",
        }
    )


def read_tags_form(form: Mapping[str, str], *, known: Collection[str]) -> Filled[TagsBody]:
    """The form of tags; an empty one removes all. Tags in `known` may contain separators."""
    filled = _fill(TagsBody, form, ("tags",), known_tags=known)
    if not filled.values["tags"].strip():
        return Filled(filled.values, body=TagsBody(tags=[]))
    return filled


def read_sources_form(form: Mapping[str, str]) -> Filled[SourcesBody]:
    """The form of sources, one a line; an empty one removes all."""
    filled = _fill(SourcesBody, form, ("sources",))
    if not filled.values["sources"].strip():
        return Filled(filled.values, body=SourcesBody.model_construct(sources=[]))
    return filled


def read_correction_form(form: Mapping[str, str]) -> Filled[ClaimBody]:
    """The form of a corrected wording; missing fields are those of the old claim."""
    return _fill(ClaimBody, form, ("text", "force"))


def read_review_form(form: Mapping[str, str]) -> Filled[ReviewBody]:
    """The form for a step of a review. The check and the assignee that were shown are values."""
    filled = _fill(ReviewBody, form, REVIEW_FIELDS)
    shown = {name: form[name] for name in ("check", "assigned") if name in form}
    return replace(filled, values={**filled.values, **shown})


def read_source_form(form: Mapping[str, str]) -> Filled[SourceBody]:
    """The form of a registered source; each line of a list is one entry.

    The name, which only the form for a new source has, is a value and not a field of the body.
    """
    filled = _fill(SourceBody, form, SOURCE_FIELDS)
    return replace(filled, values={**filled.values, "name": form.get("name", "")})


def read_webhook_form(
    form: MultiDict[str, str], *, known: Collection[str] = ()
) -> Filled[WebhookBody]:
    """The form of a webhook; an article is given by its id or by the address of its page.

    The `known` tags may contain separators.
    """
    chosen = {name: "\n".join(form.getlist(name)) for name in _CHOSEN}
    article = re.split("[?#]", form.get("article", "").rpartition("/articles/")[2])[0]
    typed = {**form, **chosen, "article": article}
    filled = _fill(WebhookBody, typed, WEBHOOK_FIELDS, known_tags=known)
    words = {"events": _NO_EVENT, "article": _NO_ARTICLE}
    errors = {name: (words[name],) if name in words else e for name, e in filled.errors.items()}
    return replace(filled, errors=errors)


def read_alert_form(form: MultiDict[str, str]) -> Filled[AlertBody]:
    """The form of an alert: an address with a scheme is that of a hook, any other one a mail's."""
    chosen = {name: "\n".join(form.getlist(name)) for name in _CHOSEN}
    article = re.split("[?#]", form.get("article", "").rpartition("/articles/")[2])[0]
    kind = AlertKind.SLACK if "://" in form.get("target", "") else AlertKind.MAIL
    filled = _fill(AlertBody, {**form, **chosen, "article": article, "kind": kind}, ALERT_FIELDS)
    words = {"article": _NO_ARTICLE}
    errors = {name: (words[name],) if name in words else e for name, e in filled.errors.items()}
    return replace(filled, errors=errors)


def list_problems(filled: Filled[Body], form: str) -> tuple[tuple[str, str], ...]:
    """The errors of a form for the summary above it: the id of the field, and a message with its
    label. `form` is the prefix of the ids of its fields: "article" for "article-text"."""
    labels = _LABELS | _LABELS_OF.get(form, {})
    listed = []
    for name, messages in filled.errors.items():
        # An error of no single field is shown at the start of its form.
        field_id = "-".join(filter(None, (form, name.replace("_", "-") or "error-1")))
        label = labels.get(name, name.replace("_", " ").capitalize())
        listed += [(field_id, f"{label}: {message}" if name else message) for message in messages]
    return tuple(listed)


def refuse(filled: Filled[B], error: InvalidInput) -> Filled[B]:
    """A form with the reasons why it was refused beside their fields, after those it has."""
    faults = tuple(FieldError(what, pointer=pointer) for pointer, what in error.faults)
    lists = {
        name: list_entries(name, value, ())
        for name, value in filled.values.items()
        if name in _LISTS
    }
    return replace(filled, body=None, errors={**filled.errors, **_by_field(faults, lists)})


def refuse_uncheckable(filled: Filled[B], error: NotCheckable) -> Filled[B]:
    """A form with claims that cannot be checked, unless it is sent again with `force`."""
    faults = tuple(FieldError(what, pointer=pointer) for pointer, what in error.faults)
    lists = {"claims": list_entries("claims", filled.values.get("claims", ""), ())}
    return replace(filled, body=None, errors=_by_field(faults, lists), may_force=True)


def _fill(
    kind: type[B],
    form: Mapping[str, str],
    names: Sequence[str],
    *,
    known_tags: Collection[str] = (),
) -> Filled[B]:
    values = {name: form.get(name, "") for name in names}
    lists = {name: list_entries(name, values[name], known_tags) for name in names if name in _LISTS}
    given: dict[str, object] = {
        name: [entry for _, entry in lists[name]] if name in lists else _parse(name, value)
        for name, value in values.items()
        if value.strip()
    }
    try:
        return Filled(values, body=kind.model_validate(given))
    except ValidationError as error:
        return Filled(values, errors=_by_field(invalid_body(error).errors, lists))


def list_entries(name: str, value: str, known_tags: Collection[str]) -> list[tuple[int, str]]:
    """The entries of a list with their line numbers, from 1: one a line, but any number of tags."""
    split = partial(split_tags, known=known_tags) if name == "tags" else _strip_line
    lines = enumerate(value.splitlines(), start=1)
    return [(number, entry) for number, line in lines for entry in split(line)]


def _strip_line(line: str) -> list[str]:
    return [line.strip()] if line.strip() else []


def _parse(name: str, value: str) -> str | bool:
    """The value of a field: in texts CR LF becomes LF; other values lose outer spaces."""
    if name in _TICKED:
        return True
    return value.replace("\r\n", "\n") if name in _TEXTS else value.strip()


def _by_field(
    errors: tuple[FieldError, ...], lists: Mapping[str, Sequence[tuple[int, str]]]
) -> dict[str, tuple[str, ...]]:
    """The messages by field; a message about an entry of a list names its line."""
    found: dict[str, tuple[str, ...]] = {}
    for error in errors:
        _, name, *place = [*(error.pointer or "").split("/"), ""][:3]
        message = error.detail[:1].upper() + error.detail[1:]
        if name in lists and place and place[0]:
            line, _ = lists[name][int(place[0])]
            message = f"Line {line}: {error.detail}"
        found[name] = (*found.get(name, ()), message)
    return found
