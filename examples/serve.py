"""A small web server for the example pages, on the loopback address only.

From the command line: `python -m examples.serve --port 8765`, until Ctrl-C. In code:

    with serve_pages(Path("examples/pages")) as server:
        ...  # server.page_url("quito-visit.html")
        server.replace("manta-base.html", Path("examples/pages_changed/manta-base.html"))

Each request reads the file of its page, so a page that was edited is served as it is now. The
server has the features of a web site that the fetcher uses: conditional requests with validators
and 304 (RFC 9110, section 13), a robots.txt that allows everything, and 404 for missing pages.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import socketserver
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

LOOPBACK = "127.0.0.1"
PREFIX = "/pages/"
ROBOTS = b"User-agent: *\nAllow: /\n"
NOT_FOUND = b"<!DOCTYPE html>\n<title>Not found</title>\n<p>There is no such page here.</p>\n"
HTML = "text/html; charset=utf-8"
PAGE_NAME = re.compile(r"[^/\\\0]+\.html")
"""A file of the folder itself: no path leads out of it."""


@dataclass(frozen=True, slots=True)
class ServedPage:
    """The current content of a page; `modified_at` is in UTC and whole seconds, as in HTTP."""

    body: bytes
    modified_at: datetime

    @property
    def etag(self) -> str:
        """A strong validator: it changes exactly when the bytes change."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Whether the validators of a request show that the client has the current page.

        If-None-Match takes precedence over If-Modified-Since (RFC 9110, section 13.2.2); a
        malformed date counts as absent.
        """
        tags = headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return bool(known & {self.etag, "*"})
        try:
            since = parsedate_to_datetime(headers.get("If-Modified-Since", ""))
            return self.modified_at <= since.replace(tzinfo=since.tzinfo or UTC)
        except ValueError:
            return False


class PageServer:
    """The running server: its address, and a method to change one of its pages."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    @property
    def port(self) -> int:
        """The port that it listens on, also when port 0 was requested."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """The root address without a trailing slash: http://127.0.0.1:PORT."""
        return f"http://{LOOPBACK}:{self.port}"

    def page_url(self, name: str) -> str:
        """The address of a page; the page need not exist."""
        return f"{self.url}{PREFIX}{name}"

    def replace(self, name: str, path: Path) -> None:
        """Serve the content of `path` as `name` from now on; the file in the folder stays.

        Raises KeyError when no page of that name is served, OSError when `path` cannot be read.
        """
        before = self._server.find_page(name)
        if before is None:
            raise KeyError(name)
        # HTTP dates have whole seconds: a change within the same second needs a later date.
        now = max(_whole_second(datetime.now(UTC)), before.modified_at + timedelta(seconds=1))
        self._server.replaced[name] = ServedPage(path.read_bytes(), now)


@contextmanager
def serve_pages(folder: Path, *, port: int = 0) -> Iterator[PageServer]:
    """Serve every .html file of `folder` under /pages/ until the block ends.

    Port 0 means any free port. Raises ValueError when the folder has no page, OSError when the port
    is in use.
    """
    if not any(folder.glob("*.html")):
        raise ValueError(f"no .html page in {folder}")
    with _Server(folder, port) as server:
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="example-pages"
        )
        thread.start()
        try:
            yield PageServer(server)
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    """Serves the files of a folder, but for `replaced`, whose pages it has by name; a page is
    replaced by one assignment, so no lock is needed."""

    request_queue_size = 128  # pending connections; the pages of a claim are fetched in parallel

    def __init__(self, folder: Path, port: int) -> None:
        self.replaced: dict[str, ServedPage] = {}
        self._folder = folder
        super().__init__((LOOPBACK, port), _Handler)

    def find_page(self, name: str) -> ServedPage | None:
        """The page of this name as it is now; None when there is none."""
        if name in self.replaced:
            return self.replaced[name]
        if not PAGE_NAME.fullmatch(name):
            return None
        try:
            with (self._folder / name).open("rb") as file:
                modified_s = os.fstat(file.fileno()).st_mtime
                body = file.read()
        except OSError:
            return None
        return ServedPage(body, _whole_second(datetime.fromtimestamp(modified_s, tz=UTC)))

    def server_bind(self) -> None:
        """Bind without the reverse name look-up of HTTPServer, which can hang for seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.socket.getsockname()[1]


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with HTTP/1.0, so that no idle connection outlives the server."""

    server_version = "ExamplePages"
    timeout = 10

    def do_GET(self) -> None:
        """Send the answer with its body."""
        self._answer()

    def do_HEAD(self) -> None:
        """Send the headers of the same answer."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing: the output is for the program that started the server."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        page = cast(_Server, self.server).find_page(path.removeprefix(PREFIX))
        if path == "/robots.txt":
            self._send(HTTPStatus.OK, "text/plain; charset=utf-8", ROBOTS)
        elif page is None or not path.startswith(PREFIX):
            self._send(HTTPStatus.NOT_FOUND, HTML, NOT_FOUND)
        else:
            self._send_page(page)

    def _send_page(self, page: ServedPage) -> None:
        validators = {
            "ETag": page.etag,
            "Last-Modified": format_datetime(page.modified_at, usegmt=True),
            "Cache-Control": "no-cache",
        }
        if page.is_known(cast(Mapping[str, str], self.headers)):
            self._send_headers(HTTPStatus.NOT_MODIFIED, validators)
        else:
            self._send(HTTPStatus.OK, HTML, page.body, validators=validators)

    def _send(
        self,
        status: HTTPStatus,
        content_type: str,
        body: bytes,
        *,
        validators: Mapping[str, str] | None = None,
    ) -> None:
        described = {"Content-Type": content_type, "Content-Length": str(len(body))}
        self._send_headers(status, described | dict(validators or {}))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_headers(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def main() -> None:
    """Serve a folder and print the page addresses, until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the example pages on the loopback address.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "pages")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) is any free port")
    arguments = parser.parse_args()
    try:
        with serve_pages(arguments.folder, port=arguments.port) as server:
            for path in sorted(arguments.folder.glob("*.html")):
                print(server.page_url(path.name))
            print(f"Serving; let Assay in with --allow {LOOPBACK}:{server.port}. Ctrl-C stops.")
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    except (OSError, ValueError) as error:
        sys.exit(f"cannot serve {arguments.folder}: {error}")


if __name__ == "__main__":
    main()
