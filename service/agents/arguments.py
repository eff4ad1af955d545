"""The arguments of the agent tools, and the messages for wrong arguments."""

from __future__ import annotations

from typing import Annotated

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from claims.types import ReaderChoice
from service.problems.field_errors import list_field_errors

WAIT_S_MAX = 120
WAIT_S = 50
"""Seconds that a tool waits for a verdict; the clients of agents often end a call after 60."""
SOURCES_MAX = 10
PASSAGES_MAX = 20
CLAIMS_MAX = 50
ARTICLE_CHARS = 50_000
NOTE_CHARS = 1_000

ClaimText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        description="One statement that can be checked, understandable without its context.",
    ),
]
Sources = Annotated[
    list[str],
    Field(max_length=SOURCES_MAX, description="Addresses of pages to read, beside those found."),
]
Wait = Annotated[
    int, Field(ge=0, le=WAIT_S_MAX, description="Seconds to wait; then the state so far is given.")
]

Force = Annotated[
    bool, Field(description="Check it although it seems to be a question or not in English.")
]


ArticleText = Annotated[
    str | None, Field(max_length=ARTICLE_CHARS, description="The text of the article.")
]
ArticleAddress = Annotated[str | None, Field(description="Or its address, which is then read.")]
OnlyClaims = Annotated[
    list[ClaimText],
    Field(
        max_length=CLAIMS_MAX,
        description="Check only these claims, such as those of the article that matter to you.",
    ),
]
Title = Annotated[str | None, Field(max_length=300)]


class GivenPassage(BaseModel):
    """A text to judge a claim by, without any look-up."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    title: str | None = None
    published_at: str | None = None


def _wrap_text(passage: object) -> object:
    return {"text": passage} if isinstance(passage, str) else passage


Passages = Annotated[
    list[
        Annotated[
            GivenPassage, BeforeValidator(_wrap_text, json_schema_input_type=str | GivenPassage)
        ]
    ],
    Field(
        max_length=PASSAGES_MAX,
        description="Texts to judge the claim by: then nothing is looked up or kept.",
    ),
]
Day = Annotated[str | None, Field(description="The day on which it was said, YYYY-MM-DD.")]
"""Checked by the service, whose error says what is wrong with it."""


AskedReader = Annotated[
    ReaderChoice,
    Field(description="Whether a second reader, a language model, reads the evidence as well."),
]


def require_one(text: str | None, url: str | None) -> None:
    """Raise ToolError unless either the text of an article or its address is given."""
    if (text is None) == (url is None):
        raise ToolError("Give either the text of the article or its url.")


def refuse_both(sources: list[str], passages: list[GivenPassage]) -> None:
    """Raise ToolError for sources to read together with passages to judge by."""
    if sources and passages:
        raise ToolError("Give sources to read or passages to judge by, not both.")


class ExplainingServer(MCPServer):
    """A server that explains wrong arguments as the API explains wrong fields."""

    async def call_tool(
        self,
        name: str,
        arguments: dict[str, object],
        context: Context[object, object] | None = None,
    ) -> CallToolResult | InputRequiredResult:
        """See MCPServer. Raises ToolError."""
        for tool in await self.list_tools():
            unknown = sorted(arguments.keys() - tool.input_schema["properties"].keys())
            if tool.name == name and unknown:
                wrong = (f"/{place}: there is no such field here" for place in unknown)
                raise ToolError(f"Error executing tool {name}: {'; '.join(wrong)}")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = (f"{place}: {words}" for place, words in list_field_errors(error.__cause__))
            raise ToolError(f"Error executing tool {name}: {'; '.join(wrong)}") from error
