"""The archive of raw pages in WARC files, read with the common reader, warcio."""

from __future__ import annotations

import gzip
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from claims.errors import InvalidInput, SourceError
from claims.settings import Settings
from claims.sources.archive import FILE_BYTES, RawArchive
from claims.sources.fetch import WebFetcher
from claims.sources.vetting import AllowList
from claims.wiring import build_archive
from tests.claims.sources.servers import ARTICLE, RawServer, page, raw
from tests.stack.disks import small_disk

MOST_MB = 100_000_000  # a disk reserve that is larger than any disk
NOON = datetime(2026, 1, 5, 12, 0, 0, 250_000, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """One record of a WARC file."""

    type: str
    headers: dict[str, str]
    http: list[tuple[str, str]]
    line: str
    body: bytes


def read_files(folder: Path) -> list[Kept]:
    """All records of all files, in order; raises for a damaged file."""
    found = []
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                http = record.http_headers
                found.append(
                    Kept(
                        type=record.rec_type,
                        headers=dict(record.rec_headers.headers),
                        http=http.headers if http else [],
                        line=f"{http.protocol} {http.statusline}" if http else "",
                        body=record.raw_stream.read(),
                    )
                )
    return found


@contextmanager
def keeping(server: RawServer, archive: RawArchive) -> Iterator[WebFetcher]:
    allow = AllowList.parse(f"127.0.0.1:{server.port}")
    with WebFetcher(allow=allow, archive=archive) as fetcher:
        yield fetcher


def test_page_is_archived_as_sent_with_its_request(server: RawServer, tmp_path: Path) -> None:
    packed = gzip.compress(ARTICLE)
    server.answers["/moved"] = raw(b"HTTP/1.1 302 -\r\nLocation: /lake?a=1\r\n\r\n")
    server.answers["/lake"] = page(
        packed, "Content-Encoding: gzip", "Set-Cookie: session=1", "X-Twice: 1", "X-Twice: 2"
    )
    with keeping(server, RawArchive(tmp_path, clock=lambda: NOON)) as fetcher:
        fetched = fetcher.fetch(server.url("/moved"))
    about, answer, request = read_files(tmp_path)
    assert (about.type, answer.type, request.type) == ("warcinfo", "response", "request")
    assert answer.headers["WARC-Target-URI"] == server.url("/lake?a=1")
    assert answer.headers["WARC-Date"] == "2026-01-05T12:00:00.250000Z"
    assert request.headers["WARC-Concurrent-To"] == answer.headers["WARC-Record-ID"]
    assert gzip.decompress(answer.body) == ARTICLE
    assert answer.line == "HTTP/1.1 200 -"
    assert ("Content-Encoding", "gzip") in answer.http
    assert [value for name, value in answer.http if name == "X-Twice"] == ["1", "2"]
    assert "session" not in str(answer.http)
    assert request.line == "GET /lake?a=1 HTTP/1.1"
    assert request.http[0] == ("Host", f"127.0.0.1:{server.port}")
    assert dict(request.http)["User-Agent"].startswith("Assay/")
    assert "371 metres" in fetched.text


def test_chunked_body_is_archived_without_its_chunks(server: RawServer, tmp_path: Path) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (ARTICLE[:50], ARTICLE[50:]))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.answers["/"] = raw(head, chunks, b"0\r\n\r\n")
    with keeping(server, RawArchive(tmp_path)) as fetcher:
        fetcher.fetch(server.url("/"))
    answer = read_files(tmp_path)[1]
    assert answer.body == ARTICLE
    assert answer.http == [("Content-Type", "text/html")]


def test_answers_that_are_not_pages_are_not_archived(server: RawServer, tmp_path: Path) -> None:
    server.answers["/gone"] = page(b"Gone", status=404)
    with keeping(server, RawArchive(tmp_path)) as fetcher, pytest.raises(SourceError):
        fetcher.fetch(server.url("/gone"))
    assert list(tmp_path.iterdir()) == []


def test_new_day_and_full_file_begin_a_new_file(server: RawServer, tmp_path: Path) -> None:
    server.answers["/"] = page(ARTICLE)
    times = iter([NOON, NOON, NOON + timedelta(days=1)])
    archive = RawArchive(tmp_path, file_bytes=1, clock=lambda: next(times))
    with keeping(server, archive) as fetcher:
        for _ in range(3):
            fetcher.fetch(server.url("/"))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name.split("-")[1] for name in names] == ["20260105", "20260105", "20260106"]
    assert [name.split("-")[-1] for name in names] == ["000.warc.gz", "001.warc.gz", "000.warc.gz"]
    assert [item.type for item in read_files(tmp_path)] == ["warcinfo", "response", "request"] * 3


def test_pages_archived_in_parallel_stay_separate(server: RawServer, tmp_path: Path) -> None:
    urls = [server.url(f"/{number}") for number in range(20)]
    for number in range(20):
        server.answers[f"/{number}"] = page(ARTICLE)
    with keeping(server, RawArchive(tmp_path)) as fetcher, ThreadPoolExecutor(6) as pool:
        list(pool.map(fetcher.fetch, urls))
    kept = [item.headers["WARC-Target-URI"] for item in read_files(tmp_path)[1:]]
    assert sorted(kept) == sorted(urls * 2)
    assert kept[::2] == kept[1::2]


def test_each_process_writes_its_own_file(server: RawServer, tmp_path: Path) -> None:
    """This holds for a forked child, and for a process with the id of a killed one."""
    server.answers["/"] = page(ARTICLE)
    archive = RawArchive(tmp_path)
    for _ in range(2):
        with keeping(server, RawArchive(tmp_path)) as fetcher:
            fetcher.fetch(server.url("/"))
    assert len(list(tmp_path.iterdir())) == 2
    archive._opened_for = (os.getpid() + 1, "20260105")
    with keeping(server, archive) as fetcher:
        fetcher.fetch(server.url("/"))
    assert len(list(tmp_path.iterdir())) == 3


def test_page_that_cannot_be_archived_is_still_read(
    server: RawServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers["/"] = page(ARTICLE)
    folder = tmp_path / "raw"
    archive = RawArchive(folder)
    folder.rmdir()
    with caplog.at_level(logging.WARNING), keeping(server, archive) as fetcher:
        assert "371 metres" in fetcher.fetch(server.url("/")).text
    assert "raw_not_kept" in caplog.text


@pytest.mark.small_disk
def test_pages_on_a_full_disk_leave_no_files_behind(
    server: RawServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers["/"] = page(ARTICLE)
    with small_disk(tmp_path / "disk", size_mb=1) as disk:
        disk.fill()
        with keeping(server, RawArchive(disk.folder)) as fetcher:
            for _ in range(3):
                assert "371 metres" in fetcher.fetch(server.url("/")).text
        assert [path.name for path in disk.folder.iterdir()] == ["filler"]
        disk.clear()
        with keeping(server, RawArchive(disk.folder)) as fetcher:
            fetcher.fetch(server.url("/"))
        assert len(read_files(disk.folder)) == 3
    assert caplog.text.count("raw_not_kept") == 3


def test_pages_are_not_archived_below_the_disk_reserve(
    server: RawServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers["/"] = page(ARTICLE)
    archive = build_archive(Settings(keep_raw=str(tmp_path), disk_reserve_mb=MOST_MB))
    assert archive is not None
    with keeping(server, archive) as fetcher:
        assert "371 metres" in fetcher.fetch(server.url("/")).text
    assert list(tmp_path.iterdir()) == []
    assert "kept in reserve" in caplog.text


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("raw", str(tmp_path / "file"), str(tmp_path / "file" / "raw")):
        with pytest.raises(InvalidInput, match="ASSAY_KEEP_RAW"):
            build_archive(Settings(keep_raw=folder))


def test_raw_pages_are_archived_only_if_the_setting_says_so(tmp_path: Path) -> None:
    assert build_archive(Settings(keep_raw="")) is None
    assert build_archive(Settings(keep_raw=str(tmp_path / "new"))) is not None
    assert (tmp_path / "new").is_dir()
    assert FILE_BYTES < 2**31
