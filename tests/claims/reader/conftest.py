"""Fixtures: a scripted endpoint, and clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from claims.reader.endpoint import ChatClient, ChatEndpoint
from tests.claims.reader.clients import KEY
from tests.stack.chat_server import ChatServer, say, serve_chat


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serve_chat() as running:
        running.play(say("yes"))
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def build_client(server: ChatServer, pauses: list[float]) -> Callable[..., ChatClient]:
    """Clients for which time passes only in pauses."""

    def make(*, url: str = server.url, timeout_s: float = 30.0) -> ChatClient:
        endpoint = ChatEndpoint(url, "small", KEY, timeout_s)
        return ChatClient(endpoint, sleep=pauses.append, clock=lambda: sum(pauses))

    return make
