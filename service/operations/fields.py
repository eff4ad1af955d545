"""The types of body fields, each with its limit and an error message that says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from claims.access import KEY_NAME_CHARS
from claims.errors import InvalidInput
from claims.limits import (
    ARTICLE_CHARS,
    CLAIM_CHARS,
    TAG_CHARS,
    TAGS,
    check_article,
    check_claim,
)
from claims.sources.address import (
    MAX_URL_CHARACTERS,
    is_shelf_address,
    list_sites,
    parse_source,
    parse_source_url,
    split_shelf_address,
)
from claims.store.facets import list_words
from claims.text import fold
from claims.times import parse_day, parse_duration, parse_grace
from claims.types import EventType, Priority, ReaderChoice, VerdictLabel
from service.operations.field_schemas import (
    IN_LINE,
    NOT_BLANK,
    NOT_BLANK_LINE,
    YEARS,
    write_date_or_moment,
    write_duration,
)
from service.operations.ids import refuse

QUERY_CHARS = 200
QUERY_WORDS = 20
"""Each word of a search is looked up for each record found by the rarest of them."""
CONTEXT_CHARS = 10_000
PREVIEW_CHARS = 20_000
"""Maximum characters of a text that is previewed: the API reads it while the caller waits."""
HTML_CHARS = 1_000_000
"""Maximum characters of HTML; the main text that it contains has the limit of an article."""
LINE_CHARS = 500
SENTENCE_CHARS = 2_000
"""Maximum characters of a sentence that is parsed: extraction puts longer ones aside."""
REVIEW_CHARS = 2_000
"""Maximum characters of the reason, and of the note, of a step of a review."""
CLAIMS = 100
BATCH = 500
"""Maximum claims of one batch."""
PASSAGES = 50
PASSAGES_CHARS = 100_000
"""Maximum characters of all passages of a verify request together."""
UNREADABLE_SHARE = 0.1
"""Maximum share of control or replacement characters; above it a text counts as binary or
misdecoded."""

_UNREADABLE = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_A_MOMENT = "a date and time with its offset, such as 2026-01-31T12:00:00Z"
_NOT_A_HOST = re.compile(r"[/?#@\s]|^$")


def checked(check: Callable[[str], object]) -> AfterValidator:
    """A validator that returns the value, or raises with the message of `check`'s InvalidInput."""

    def validate(value: str) -> str:
        try:
            check(value)
        except InvalidInput as error:
            raise refuse(error.message) from error
        return value

    return AfterValidator(validate)


def _readable(text: str) -> str:
    """The text, unchanged because spans point into it. Many control characters are an error."""
    if not text.strip():
        raise refuse("this is empty: leave the field out, or send text")
    if "\x00" in text or len(_UNREADABLE.findall(text)) > UNREADABLE_SHARE * len(text):
        raise refuse("this is binary, or decoded with the wrong charset: send UTF-8 text")
    return text


def _one_line(*, empty: str) -> AfterValidator:
    """A validator of one-line text; `empty` is the advice in the error for blank text."""

    def validate(text: str) -> str:
        _line_or_nothing(text)
        if not text.strip():
            raise refuse(f"this is empty: {empty}")
        return text

    return AfterValidator(validate)


def _line_or_nothing(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise refuse("this must be one line without control characters")
    return text


def _day(value: object) -> date:
    if not (isinstance(value, str) and _DATE.fullmatch(value)):
        raise refuse("this must be a date such as 2025-09-04")
    return _last_day(value)


def _last_day(value: object) -> date:
    try:
        return parse_day(value if isinstance(value, str) else "")
    except InvalidInput as error:
        raise refuse(error.message) from None


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise refuse(f"this must be {_A_MOMENT}")


def _moment_or_day(value: object) -> datetime:
    if isinstance(value, str) and _DATE.fullmatch(value):
        day = _day(value)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        return _moment(value)
    except PydanticCustomError:
        raise refuse(f"this must be a date such as 2025-09-04, or {_A_MOMENT}") from None


def _once_each(tags: list[str]) -> list[str]:
    """The tags without those that differ from an earlier one in case or width only."""
    by_fold: dict[str, str] = {}
    for tag in tags:
        by_fold.setdefault(fold(tag), tag)
    return list(by_fold.values())


def _searchable(text: str) -> str:
    found = list_words(text)
    if not found:
        raise refuse("this has no word to search for: words have two characters, or are numbers")
    if len(found) > QUERY_WORDS:
        raise refuse(f"{len(found)} words are too many: search for at most {QUERY_WORDS}")
    return text


def _site(text: str) -> str:
    """The normal form of a host name, or shelf:NAME, as list_sites writes it."""
    if is_shelf_address(text):
        split_shelf_address(f"{text}/_")
        return text
    host = "" if _NOT_A_HOST.search(text) else list_sites(parse_source_url(f"http://{text}/"))[0]
    if not host:
        raise InvalidInput("this must be a host such as example.org, or a shelf such as shelf:NAME")
    return host


def _as_site(text: str) -> str:
    try:
        return _site(text)
    except InvalidInput as error:
        raise refuse(error.message) from error


def _as_list(value: object) -> object:
    """The value as a list: a query parameter given once is text, one given several times a list."""
    return [value] if isinstance(value, str) else value


def _day_or_moment(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise refuse("this must be an ISO 8601 date, or date and time") from None
    return value


_READABLE = AfterValidator(_readable)
_OMIT = _one_line(empty="leave the field out instead")
_NAME_AUTHOR = _one_line(empty="name the author, which is required without a key")
_SAY_NAME = _one_line(empty="say who or what the key is for")

ArticleText = Annotated[
    str,
    StringConstraints(max_length=ARTICLE_CHARS),
    checked(check_article),
    _READABLE,
    NOT_BLANK,
]
PreviewText = Annotated[
    str,
    StringConstraints(max_length=PREVIEW_CHARS),
    checked(check_article),
    _READABLE,
    NOT_BLANK,
]
ArticleHTML = Annotated[str, StringConstraints(max_length=HTML_CHARS), _READABLE, NOT_BLANK]
ClaimText = Annotated[
    str, StringConstraints(max_length=CLAIM_CHARS), checked(check_claim), _READABLE, NOT_BLANK
]
ContextText = Annotated[str, StringConstraints(max_length=CONTEXT_CHARS), _READABLE, NOT_BLANK]
SentenceText = Annotated[
    str,
    StringConstraints(max_length=SENTENCE_CHARS),
    _READABLE,
    NOT_BLANK,
    Field(description="Verbatim words of the article that state it; they are marked."),
]
PassageText = Annotated[str, StringConstraints(max_length=PASSAGES_CHARS), _READABLE, NOT_BLANK]
Line = Annotated[str, StringConstraints(max_length=LINE_CHARS), _OMIT, NOT_BLANK_LINE]
KeyName = Annotated[str, StringConstraints(max_length=KEY_NAME_CHARS), _SAY_NAME, NOT_BLANK_LINE]
Author = Annotated[
    str,
    StringConstraints(max_length=LINE_CHARS),
    _NAME_AUTHOR,
    NOT_BLANK_LINE,
    Field(
        description="Name of the author of this change; it is stored with the change. Left out: "
        "the name of the key. Required without a key."
    ),
]
SourceAddress = Annotated[
    str, StringConstraints(max_length=MAX_URL_CHARACTERS), _OMIT, NOT_BLANK_LINE
]
"""`check_source` validates the address, by the kind of the source."""
ArticleURL = Annotated[
    str,
    checked(parse_source_url),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": MAX_URL_CHARACTERS}),
]
SourceURL = Annotated[
    str,
    checked(parse_source),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": MAX_URL_CHARACTERS}),
]
ReceiverURL = ArticleURL
"""The address of a webhook's receiver; the route checks that it may be called."""
EventTypes = Annotated[
    list[EventType],
    Field(min_length=1, max_length=len(EventType), description="One of these."),
]
Labels = Annotated[
    list[VerdictLabel],
    Field(max_length=len(VerdictLabel), description="One of these, of the claim's last verdict."),
]
Every = Annotated[
    str,
    StringConstraints(max_length=32),
    checked(parse_duration),
    write_duration(),
]
Grace = Annotated[
    str,
    StringConstraints(max_length=32),
    checked(parse_grace),
    write_duration(),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": YEARS}),
]
LastDay = Annotated[
    date,
    BeforeValidator(_last_day),
    write_date_or_moment(pattern=YEARS),
    Field(description="Pages published after this day are left out."),
]
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
DayOrMoment = Annotated[
    str, StringConstraints(max_length=40), AfterValidator(_day_or_moment), write_date_or_moment()
]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=TAG_CHARS),
    _OMIT,
    NOT_BLANK_LINE,
]
Tags = Annotated[
    list[Tag],
    Field(max_length=TAGS, description="Tags, found in any case; of two that are alike one."),
    AfterValidator(_once_each),
]
ChosenTags = Annotated[
    list[Tag],
    Field(max_length=TAGS, description="One of these, in any case: of the claim or its article."),
    AfterValidator(_once_each),
]
Repeated = BeforeValidator(_as_list)
"""Makes a list of a query parameter that may be given several times."""
Words = Annotated[
    str,
    StringConstraints(max_length=QUERY_CHARS),
    AfterValidator(_searchable),
    Field(json_schema_extra={"minLength": 1, "pattern": r"[0-9]|[^\W_]{2}"}),
]
Site = Annotated[
    str,
    StringConstraints(max_length=300),
    AfterValidator(_as_site),
    Field(json_schema_extra={"minLength": 1, "pattern": r"^[^/?#@\s]+$"}),
]
MomentOrDay = Annotated[
    datetime,
    BeforeValidator(_moment_or_day),
    write_date_or_moment(pattern=YEARS),
]
ReviewText = Annotated[str, StringConstraints(max_length=REVIEW_CHARS), _READABLE, NOT_BLANK]
Assignee = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=KEY_NAME_CHARS),
    AfterValidator(_line_or_nothing),
    Field(
        description="Who is to decide. Left out: as before; empty: nobody.",
        json_schema_extra={"pattern": rf"^{IN_LINE}$"},
    ),
]
SubmissionPriority = Annotated[
    Priority,
    Field(description="Bulk submissions wait until no normal submission does. Default: normal."),
]
AskedReader = Annotated[
    ReaderChoice,
    Field(
        description="Whether the second reader is asked: always, never, or auto, as the service is "
        "set up. Default: auto. Without a second reader it changes nothing."
    ),
]
