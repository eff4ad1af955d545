"""Ask an endpoint as a reader does, and look at what was sent."""

from __future__ import annotations

import traceback

import pytest

from claims.errors import ReaderNotAnswering
from claims.reader.endpoint import ChatClient
from claims.reader.parameters import Message
from claims.reader.token_counts import TokenCount
from tests.stack.chat_server import ChatServer

KEY = "sk-secret-0123456789"
MESSAGES = [Message("system", "Be brief."), Message("user", "Well?")]


def ask(client: ChatClient) -> tuple[str, list[int]]:
    """The content and the tokens of each request."""
    spent: list[TokenCount] = []
    written = client.complete(MESSAGES, note=spent.append)
    return written.text, [count.tokens for count in (*spent, written.used)]


def fail(client: ChatClient) -> str:
    """The message of a request that fails; it never has the key, nor has its traceback."""
    with pytest.raises(ReaderNotAnswering) as caught:
        client.complete(MESSAGES, note=lambda tokens: None)
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def sent(server: ChatServer) -> list[set[str]]:
    """The names of the parameters of each request, without model and messages."""
    return [set(body) - {"model", "messages"} for body in server.asked]
