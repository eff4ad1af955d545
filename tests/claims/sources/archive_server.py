"""An archive of the web on loopback, which speaks the CDX API and gives copies byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

HEAD = ["timestamp", "original"]


@dataclass
class Sent:
    """One answer: status, body and further headers."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ArchiveServer:
    """The captures of each address, (timestamp, body), oldest first.

    `answers` replaces the answer to a path: the list of captures (/cdx/search/cdx) or a copy.
    `asked` has the path and query of each request, without robots.txt.
    """

    port: int = 0
    captures: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    answers: dict[str, Sent] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> Sent:
        if path == "/robots.txt":
            return self.answers.get(path, Sent(b"", 404))
        self.asked.append(path)
        what = path.partition("?")[0]
        if what in self.answers:
            return self.answers[what]
        if what == "/cdx/search/cdx":
            return self._list(path)
        return self._give(path)

    def _list(self, path: str) -> Sent:
        """As the Wayback Machine does: the last capture up to `to`; [] when there is none."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        assert (asked["output"], asked["limit"]) == ("json", "-1")
        assert (asked["filter"], asked["fl"]) == ("statuscode:200", ",".join(HEAD))
        last = asked.get("to", "9")
        found = [at for at, _ in self.captures.get(asked["url"], []) if at <= last]
        rows = [HEAD, [found[-1], asked["url"]]] if found else []
        return Sent(json.dumps(rows).encode(), headers={"Content-Type": "application/json"})

    def _give(self, path: str) -> Sent:
        _, _, which, url = path.split("/", 3)
        bodies = dict(self.captures.get(url, []))
        body = bodies.get(which.removesuffix("id_"))
        return Sent(body, headers={"Content-Type": "text/html"}) if body else Sent(b"", 404)


@contextmanager
def archive_server() -> Iterator[ArchiveServer]:
    """Serve until the block ends."""
    archive = ArchiveServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = archive.answer(self.path)
            self.send_response(sent.status)
            for name, value in sent.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent.body)))
            self.end_headers()
            self.wfile.write(sent.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        archive.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield archive
        finally:
            server.shutdown()
            thread.join()
