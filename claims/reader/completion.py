"""The answer of a chat endpoint: what is read of it, and the tokens that it counts."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field, ValidationError

from claims.reader.parameters import Message

# Characters of English in one token, about: for endpoints that do not count.
_TOKEN_CHARS = 4


class _Part(BaseModel):
    type: str = "text"
    text: str = ""


class AnswerMessage(BaseModel):
    """What the model has written: its content, and its thinking where endpoints name that."""

    content: str | list[_Part] | None = None
    reasoning_content: object = None
    reasoning: object = None

    @property
    def text(self) -> str:
        """The content without the parts in which some models think."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""

    @property
    def thinks(self) -> bool:
        """Whether the model thinks before it answers, or has written only its thinking."""
        shown = self.text.lstrip()
        return bool(self.reasoning_content or self.reasoning) or shown[:6] in ("", "<think")


class Choice(BaseModel):
    """One answer, and why the model ended it."""

    message: AnswerMessage
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0, le=10**9)
    completion_tokens: int = Field(default=0, ge=0, le=10**9)


class Completion(BaseModel):
    """The whole answer; its first choice counts."""

    choices: list[Choice] = Field(min_length=1)
    usage: object = None


def count_tokens(completion: Completion, messages: Sequence[Message]) -> int:
    """The tokens of question and answer, estimated where the endpoint does not count them."""
    try:
        usage = _Usage.model_validate(completion.usage)
    except ValidationError:
        written = sum(len(message.content) for message in messages)
        return (written + len(completion.choices[0].message.text)) // _TOKEN_CHARS
    return usage.prompt_tokens + usage.completion_tokens
