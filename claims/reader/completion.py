"""The answer of a chat endpoint: what is read of it."""

from __future__ import annotations

from pydantic import BaseModel, Field


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


class Completion(BaseModel):
    """The whole answer; its first choice counts."""

    choices: list[Choice] = Field(min_length=1)
    usage: object = None
