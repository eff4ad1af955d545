"""Servers on loopback whose answers may violate HTTP."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# A typical page, of which three lines are main text.
ARTICLE = b"""<!doctype html><html lang="en"><head><title>Lake level falls - Valley Post</title>
<meta property="og:site_name" content="Valley Post">
<meta property="article:published_time" content="2025-08-12T09:00:00+02:00"></head><body>
<nav><a href="/">Home</a></nav><main><h1>Lake level falls</h1>
<p>The level of Lake Orrin has fallen to 371 metres above sea, the water board said.</p>
<p>It is the lowest level since measurements began in 1994, the board added.</p>
</main></body></html>"""

Answer = Callable[[socket.socket], None]

NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def raw(*pieces: bytes) -> Answer:
    """An answer that sends these bytes and closes the connection."""
    return lambda connection: connection.sendall(b"".join(pieces))


def page(body: bytes, *headers: str, content_type: str = "text/html", status: int = 200) -> Answer:
    """A complete answer with the right Content-Length."""
    lines = [
        f"HTTP/1.1 {status} -",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return raw("\r\n".join(lines).encode("latin-1"), b"\r\n\r\n", body)


@dataclass
class RawServer:
    """Answers each path, with or without its query, with a function that gets the connection.

    robots.txt is answered with 404 unless `answers` has it. `heads` has the headers of all
    requests.
    """

    listener: socket.socket
    answers: dict[str, Answer] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths of all requests, without robots.txt."""
        asked = [head.split(" ")[1] for head in self.heads]
        return [path for path in asked if path != "/robots.txt"]

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data:
                received = connection.recv(4096)
                if not received:
                    return
                data += received
            head = data.decode("latin-1")
            self.heads.append(head)
            path = head.split(" ")[1]
            answer = self.answers.get(path) or self.answers.get(path.partition("?")[0])
            (answer or raw(NO_ROBOTS))(connection)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            connection.recv(1)  # the client closes first, so that no sent data is lost


@contextlib.contextmanager
def raw_server() -> Iterator[RawServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(listener)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
