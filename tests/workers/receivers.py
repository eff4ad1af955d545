"""Receivers of webhooks that misbehave, each a server on loopback, and what they were sent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from claims.sources.vetting import AllowList

Answer = Callable[[socket.socket], None]


@dataclass
class Receiver:
    """A server that reads each request and then does `answer` on its connection."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def allow(self) -> AllowList:
        return AllowList.parse(f"127.0.0.1:{self.port}")


@contextmanager
def serve(answer: Answer) -> Iterator[Receiver]:
    """Serve until the block ends; each connection has a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        receiver = Receiver(listener.getsockname()[1])

        def handle(connection: socket.socket) -> None:
            with connection:
                receiver.requests.append(_read_request(connection))
                with suppress(OSError):  # the sender has had enough
                    answer(connection)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield receiver
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def say(text: str) -> Answer:
    """Send this answer and close the connection."""
    return lambda connection: connection.sendall(text.replace("\n", "\r\n").encode())


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
