"""Keeps the answers of servers, byte for byte, in WARC 1.1 files, if this is turned on."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import requests
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from claims.disk import DiskReserve
from claims.errors import InvalidInput

FILE_BYTES = 100_000_000
"""A file that has reached this size is closed, and the next file begins."""

# Headers that are not kept: transfer-encoding, because the body is stored without its chunks, and
# cookies, because they are private.
_LEFT_OUT = frozenset({"transfer-encoding", "set-cookie", "set-cookie2"})

_log = logging.getLogger(__name__)


class RawArchive:
    """Writes fetched pages into its own files: one per process and day, of limited size.

    Thread safe, and safe to build before a fork: a file is opened at the first page. Each pair of
    records is written in one piece, so a killed process damages at most the end of its file. A
    page that cannot be written, on a full disk for example, is logged and is no error.
    """

    def __init__(
        self,
        folder: Path,
        *,
        file_bytes: int = FILE_BYTES,
        disk: DiskReserve | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Make the folder if it is missing. Raises InvalidInput when it cannot be used.

        `disk` is the disk of the folder; pages are not written into the space it keeps in reserve.
        """
        if not folder.is_absolute():
            raise InvalidInput(f"ASSAY_KEEP_RAW: {folder}: give the whole path of a folder")
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise InvalidInput(f"ASSAY_KEEP_RAW: {folder}: {error.strerror}") from error
        self._folder = folder
        self._file_bytes = file_bytes
        self._clock = clock
        self._disk = disk
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._opened_for = (0, "")

    def keep(self, response: requests.Response, body: bytes, *, url: str) -> None:
        """Write the request and the answer from `url`; `body` as it was sent, still compressed."""
        at = self._clock()
        try:
            shortage = self._disk.find_shortage() if self._disk else None
            if shortage:
                raise OSError(f"the disk is full: {shortage}")
            with self._lock:
                records = _write_pair(response, body, url=url, at=at)
                _append(self._file_for(at), records)
        except (OSError, ValueError) as error:  # ValueError: a header that cannot be encoded
            _log.warning("raw_not_kept: %s", error)

    def close(self) -> None:
        """Close the file. A later page opens a new one."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _file_for(self, at: datetime) -> BinaryIO:
        """The file of this process and day, or the next file when it is full."""
        wanted = (os.getpid(), f"{at:%Y%m%d}")
        if self._file is not None:
            if self._opened_for == wanted and self._file.tell() < self._file_bytes:
                return self._file
            self._file.close()
        self._file, self._opened_for = self._open_next(wanted[1]), wanted
        return self._file

    def _open_next(self, day: str) -> BinaryIO:
        """Open a file that did not exist: process ids are used again, file numbers are not."""
        number = 0
        while True:
            name = f"assay-{day}-{socket.gethostname()}-{os.getpid()}-{number:03}.warc.gz"
            path = self._folder / name
            try:
                file = path.open("xb", buffering=0)
            except FileExistsError:
                number += 1
                continue
            try:
                _append(file, _write_info(name))
            except OSError:
                file.close()
                path.unlink()  # else each page would leave another empty file
                raise
            return file


def _append(file: BinaryIO, records: bytes) -> None:
    """Write all of it or none: a reader could not read anything after half a record."""
    start = file.tell()
    try:
        if file.write(records) != len(records):
            raise OSError("the disk is full")
    except OSError:
        file.truncate(start)
        file.seek(start)
        raise


def _write_info(name: str) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    about = {"software": "Assay", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(name, about))
    return buffer.getvalue()


def _write_pair(response: requests.Response, body: bytes, *, url: str, at: datetime) -> bytes:
    """A response record and the request that it answers, each as a separate gzip member."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    date = {"WARC-Date": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"}
    raw = response.raw
    version = "HTTP/1.0" if raw.version == 10 else "HTTP/1.1"
    headers = [pair for pair in raw.headers.items() if pair[0].lower() not in _LEFT_OUT]
    answer = writer.create_warc_record(
        url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        warc_headers_dict=dict(date),
        http_headers=StatusAndHeaders(
            f"{response.status_code} {response.reason or ''}".rstrip(), headers, protocol=version
        ),
    )
    asked = response.request
    request = writer.create_warc_record(
        url,
        "request",
        warc_headers_dict=dict(date),
        http_headers=StatusAndHeaders(
            f"GET {asked.path_url} HTTP/1.1", _read_headers(asked, url), is_http_request=True
        ),
    )
    writer.write_request_response_pair(request, answer)
    return buffer.getvalue()


def _read_headers(asked: requests.PreparedRequest, url: str) -> list[tuple[str, str]]:
    """The headers that were sent; the Host header is added, because it is set only on sending."""
    sent = [
        (name, value.decode("latin-1") if isinstance(value, bytes) else value)
        for name, value in asked.headers.items()
    ]
    named = any(name.lower() == "host" for name, _ in sent)
    return sent if named else [("Host", urlsplit(url).netloc), *sent]
