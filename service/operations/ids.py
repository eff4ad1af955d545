"""Ids of records, in bodies, parameters and paths."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

ARTICLE_ID = r"a_[0-9A-Za-z_-]{1,80}"
CLAIM_ID = r"c_[0-9A-Za-z_-]{1,80}"
SOURCE_NAME = r"[a-z0-9][a-z0-9._-]{0,59}"
KEY_ID = r"[0-9a-f]{8}"
SHA256 = r"[0-9a-f]{64}"
WEBHOOK_ID = r"w_[0-9a-f]{32}"
ALERT_ID = r"n_[0-9a-f]{32}"
EVENT_ID = r"(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})"
_SINCE = f"now|{EVENT_ID}"


def refuse(message: str) -> PydanticCustomError:
    """The error of a validator, with this message for the caller."""
    return PydanticCustomError("invalid_input", "{message}", {"message": message})


def _matching(pattern: str, *, what: str) -> AfterValidator:
    """A validator of text that is all of the form `pattern`; `what` names the form."""

    def validate(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise refuse(f"this must be {what}")
        return text

    return AfterValidator(validate)


def _pattern(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


ArticleIdText = Annotated[
    str, _matching(ARTICLE_ID, what="the id of an article"), _pattern(ARTICLE_ID)
]
ClaimIdText = Annotated[str, _matching(CLAIM_ID, what="the id of a claim"), _pattern(CLAIM_ID)]
EventIdText = Annotated[str, _matching(EVENT_ID, what="the id of an event"), _pattern(EVENT_ID)]
Since = Annotated[
    str,
    _matching(
        _SINCE,
        what="the `next` of an answer or the id of an event, such as 1767571200000-0, or now; to "
        "begin at a time, give its milliseconds since 1970 before the hyphen",
    ),
    _pattern(_SINCE),
]
