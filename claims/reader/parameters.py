"""The parameters of a chat completion, and which of them an endpoint accepts. Pure functions.

Endpoints that are called compatible with OpenAI's differ in the parameters they refuse: a schema
for the answer, a temperature (reasoning models), one of the two names for the limit of tokens, a
system message. Refused parameters are left out, the most useful last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

# Maximum tokens of an answer: six quotations, a reason and the missing facts take some 500.
ANSWER_TOKENS = 1_000
# The same for a model that thinks before it answers; its thoughts count.
THINKING_TOKENS = 8_000


class Message(NamedTuple):
    """One message of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


class AnswerFormat(StrEnum):
    """How a request asks for the form of the answer, in addition to the instruction."""

    SCHEMA = "json_schema"
    OBJECT_WITH_SCHEMA = "json_object with schema"
    OBJECT = "json_object"
    NONE = ""


class LimitName(StrEnum):
    """The name of the limit of tokens."""

    OLD = "max_tokens"
    NEW = "max_completion_tokens"
    NONE = ""


_SIMPLER = {
    AnswerFormat.SCHEMA: AnswerFormat.OBJECT_WITH_SCHEMA,
    AnswerFormat.OBJECT_WITH_SCHEMA: AnswerFormat.OBJECT,
    AnswerFormat.OBJECT: AnswerFormat.NONE,
}
_OTHER_LIMIT = {LimitName.OLD: LimitName.NEW, LimitName.NEW: LimitName.NONE}
_QUOTE_SCHEMA = {
    "type": "object",
    "properties": {
        "passage": {"type": "integer"},
        "text": {"type": "string"},
        "stance": {"type": "string", "enum": ["SUPPORTS", "REFUTES"]},
    },
    "required": ["passage", "text", "stance"],
    "additionalProperties": False,
}
_LABELS = ["SUPPORTED", "REFUTED", "CONFLICTING_EVIDENCE", "NOT_ENOUGH_EVIDENCE"]
# The order of the properties is the order in which a model writes them: the label comes last.
_SCHEMA = {
    "type": "object",
    "properties": {
        "quotes": {"type": "array", "items": _QUOTE_SCHEMA},
        "reason": {"type": "string"},
        "missing": {"type": "string"},
        "label": {"type": "string", "enum": _LABELS},
    },
    "required": ["quotes", "reason", "missing", "label"],
    "additionalProperties": False,
}

_FORMATS: dict[AnswerFormat, dict[str, object]] = {
    AnswerFormat.SCHEMA: {
        "type": "json_schema",
        "json_schema": {"name": "reading", "strict": True, "schema": _SCHEMA},
    },
    # The form of llama.cpp's server in Python, and of some hosted services.
    AnswerFormat.OBJECT_WITH_SCHEMA: {"type": "json_object", "schema": _SCHEMA},
    AnswerFormat.OBJECT: {"type": "json_object"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The parameters of a request besides the model and the messages; at first all are sent."""

    answer_format: AnswerFormat = AnswerFormat.SCHEMA
    limit_name: LimitName = LimitName.OLD
    has_temperature: bool = True
    has_system: bool = True
    most_tokens: int = ANSWER_TOKENS

    @property
    def limit(self) -> int | None:
        """The most tokens that are asked for; None without a limit."""
        return self.most_tokens if self.limit_name else None

    def write_body(self, model: str, messages: Sequence[Message]) -> dict[str, object]:
        """The body of a request."""
        body: dict[str, object] = {"model": model, "messages": self._write_messages(messages)}
        if self.has_temperature:
            body["temperature"] = 0
        if self.limit_name:
            body[self.limit_name.value] = self.most_tokens
        if self.answer_format:
            body["response_format"] = _FORMATS[self.answer_format]
        return body

    def drop(self, said: str, *, must_be_named: bool = False) -> Parameters | None:
        """These parameters without the one that a refusal names, else without the next one.

        None when nothing is left to drop, or nothing that `said` names.
        """
        weaker = list(self._list_weaker())
        lower = said.lower()
        for names, parameters in weaker:
            if any(name in lower for name in names):
                return parameters
        return None if must_be_named or not weaker else weaker[0][1]

    def with_thinking(self) -> Parameters | None:
        """These parameters with the limit for a model that thinks; None when they have that limit,
        or no limit."""
        if not self.limit_name or self.most_tokens >= THINKING_TOKENS:
            return None
        return replace(self, most_tokens=THINKING_TOKENS)

    def _list_weaker(self) -> Iterator[tuple[tuple[str, ...], Parameters]]:
        """Each parameter that can be dropped: how a refusal names it, and what is left."""
        if self.answer_format:
            names = ("response_format", "response format", "json_schema", "json_object", "grammar")
            yield names, replace(self, answer_format=_SIMPLER[self.answer_format])
        if self.limit_name:
            other = _OTHER_LIMIT[self.limit_name]
            # An endpoint that requires the new name has models that think.
            most = THINKING_TOKENS if other is LimitName.NEW else self.most_tokens
            yield (self.limit_name.value,), replace(self, limit_name=other, most_tokens=most)
        if self.has_temperature:
            yield ("temperature",), replace(self, has_temperature=False)
        if self.has_system:
            yield (
                ("system role", "role 'system'", "system message", "developer"),
                replace(self, has_system=False),
            )

    def _write_messages(self, messages: Sequence[Message]) -> list[dict[str, str]]:
        if not self.has_system and messages[0].role == "system":
            system, user, *others = messages
            merged = Message(user.role, f"{system.content}\n\n{user.content}")
            messages = [merged, *others]
        return [message._asdict() for message in messages]
