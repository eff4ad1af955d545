"""Clients that send or receive slowly, and their effect on other clients of the service."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from claims.types import Queue
from tests.service.live import Live, run_service_and_store

HALF_HEADER = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_BODY = (
    b"POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 1000\r\n\r\n{"text": "Eleven '
)
WHOLE = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
PATIENCE_S = 20.0
"""A limit on hanging, not on speed: python -m benchmarks.server measures."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("slow")) as service:
        yield service


@contextmanager
def hold(live: Live, number: int, begin: Callable[[socket.socket], None]) -> Iterator[None]:
    """Open `number` connections, call `begin` on each, and keep them open during the block."""
    with ExitStack() as held:
        for _ in range(number):
            client = held.enter_context(socket.create_connection(("127.0.0.1", live.port)))
            client.settimeout(PATIENCE_S)
            begin(client)
        yield


def send(data: bytes) -> Callable[[socket.socket], None]:
    return lambda client: client.sendall(data)


def stay_after_an_answer(client: socket.socket) -> None:
    client.sendall(WHOLE)
    client.recv(1)


def ask_for_much_and_read_nothing(client: socket.socket) -> None:
    """Request more large answers than the buffers of the socket can hold, and read none."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)


@pytest.mark.parametrize(
    ("number", "begin"),
    [
        pytest.param(200, send(b""), id="nothing"),
        pytest.param(200, send(HALF_HEADER), id="half-a-header"),
        pytest.param(50, send(HALF_BODY), id="half-a-body"),
        pytest.param(200, send(HALF_BODY), id="many-half-bodies"),
        pytest.param(200, stay_after_an_answer, id="kept-alive"),
        pytest.param(50, ask_for_much_and_read_nothing, id="answers-not-read"),
    ],
)
def test_slow_clients_leave_the_service_to_others(
    live: Live, number: int, begin: Callable[[socket.socket], None]
) -> None:
    live.store.beat("w@test", ttl_s=600, queues=Queue, has_judge=True)
    with hold(live, number, begin):
        for path in ("/livez", "/readyz", "/"):
            connection = HTTPConnection("127.0.0.1", live.port, timeout=PATIENCE_S)
            connection.request("GET", path)
            assert connection.getresponse().status == 200
            connection.close()


def test_a_service_with_slow_clients_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    with run_service_and_store(tmp_path) as service:
        held = hold(service, 20, send(HALF_BODY))
        held.__enter__()
    # run_service_and_store waits for the end of the process.
    held.__exit__(None, None, None)


def test_one_address_may_be_given_more_connections(tmp_path: Path) -> None:
    with run_service_and_store(tmp_path, ASSAY_CLIENT_CONNECTIONS="2") as service, ExitStack() as s:
        clients = [
            s.enter_context(socket.create_connection(("127.0.0.1", service.port))) for _ in range(3)
        ]
        clients[2].settimeout(PATIENCE_S)
        clients[0].settimeout(PATIENCE_S)
        clients[2].sendall(WHOLE)
        assert clients[2].recv(12) == b"HTTP/1.1 200"
        assert clients[0].recv(1) == b""
