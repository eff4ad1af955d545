"""Reads HTTP requests strictly: refuses requests that two servers could interpret differently.

waitress reads the bytes. This module also refuses what RFC 9112 lets a server refuse and what can
smuggle a second request through a proxy in front: folded header lines, a length together with an
encoding, and requests that are sent before the answer to the previous one.
"""

from __future__ import annotations

import re
from copy import copy

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, Error

from service.api.strict_json import BODY_BYTES_MAX, find_bytes_max

LINE_BYTES_MAX = 4094
"""Maximum bytes of the request line, with the path and the query."""
HEADER_BYTES_MAX = 16 * 1024
"""Maximum bytes of the request line and all header fields together."""
WIRE_BYTES_MAX = 2 * BODY_BYTES_MAX
"""Maximum bytes of a body as sent: a chunked body has chunk sizes. service/api checks the rest."""
KEPT_IN_MEMORY_BYTES = 64 * 1024
"""Maximum bytes of a body in memory; the rest goes to a temporary file, so that many incomplete
bodies need little memory."""

_FOLDED = re.compile(rb"\r\n[ \t]")
_ENCODING = re.compile(rb"\r\ntransfer-encoding:[ \t]*([^\r\n]*)", re.IGNORECASE)
_ACCEPT = re.compile(rb"\r\naccept:[ \t]*([^\r\n]{0,1000})", re.IGNORECASE)


class RequestTimeout(Error):
    """The request did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class UriTooLong(BadRequest):
    """The request line is longer than LINE_BYTES_MAX."""

    code = 414
    reason = "URI Too Long"


class StrictParser(HTTPRequestParser):
    """One request. The attributes below are defaults for a request that was refused unread."""

    adj: Adjustments
    error: Error | None
    command = "GET"
    path = request_uri = "/"
    query = ""
    url_scheme = "http"
    start = b""
    """The first bytes, about HEADER_BYTES_MAX at most, for `find_accept`."""

    def received(self, data: bytes) -> int:
        """Take bytes and return the number taken. A connection carries one request at a time.

        Bytes after the end of a request are dropped, and the connection closes with the answer,
        as RFC 9112 (9.3.2) allows: a client that waits for answers sends no such bytes.
        """
        if self.body_rcv is None:
            self.start += data[: HEADER_BYTES_MAX + LINE_BYTES_MAX - len(self.start)]
        consumed = int(super().received(data))
        if not self.completed:
            return consumed
        self.expect_continue = False  # no 100 Continue: the request is complete or refused
        if self.error and self._line_bytes() > LINE_BYTES_MAX:
            self.error = UriTooLong("")
        if data[consumed:].strip(b"\r\n"):
            self.headers["CONNECTION"], self.connection_close = "close", True
        return len(data)

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the header fields.

        Raises ParsingError and TransferEncodingNotImplemented, which the caller handles.
        """
        if header_plus.find(b"\r\n") > LINE_BYTES_MAX:
            raise ParsingError("The request line is too long")
        if _FOLDED.search(header_plus):
            raise ParsingError("A header line is folded")
        super().parse_header(header_plus)
        if find_bytes_max(self.path) > BODY_BYTES_MAX:
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = 2 * find_bytes_max(self.path)
        encodings = _ENCODING.findall(header_plus)
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("Unknown version")
        if encodings and (self.version == "1.0" or "CONTENT_LENGTH" in self.headers):
            raise ParsingError("An encoding beside a length, or in HTTP/1.0")
        if encodings and [name.strip().lower() for name in encodings] != [b"chunked"]:
            raise ParsingError("More than one transfer encoding")

    def find_accept(self) -> str:
        """The Accept header, if it has arrived; also of a refused request whose header was not
        read."""
        match = _ACCEPT.search(self.start)
        return match[1].decode("latin-1") if match else ""

    def _line_bytes(self) -> int:
        end = self.start.find(b"\r\n")
        return len(self.start) if end < 0 else end
