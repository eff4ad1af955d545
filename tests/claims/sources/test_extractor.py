"""The extraction process: it can be killed, its resources are limited, it ends with its parent."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.errors import ExtractorCrashed, SourceError, SourceNotAsked
from claims.sources import extractor as module
from claims.sources.content import TextKind
from claims.sources.extract_child import MEMORY_BYTES
from claims.sources.extractor import Extractor
from claims.sources.frames import read_frame, write_frame
from claims.sources.reading import Reading

PARAGRAPH = b"<p>Some words that make up a paragraph of the text.</p>"
# Takes any parser seconds: links in blocks that are nested thousands of levels deep.
HEAVY = b"<div><a href=x>link text</a>" * 20_000


@pytest.fixture
def extractor() -> Iterator[Extractor]:
    """An extractor with a child process of its own, for tests that inspect or end the child."""
    with Extractor() as extractor:
        yield extractor


@pytest.fixture(scope="module")
def shared() -> Iterator[Extractor]:
    """A shared extractor for tests that only read."""
    with Extractor() as extractor:
        yield extractor


def read(extractor: Extractor, body: bytes = PARAGRAPH) -> Reading:
    return extractor.read(
        body, kind=TextKind.HTML, content_type="text/html", url="https://harbour.org/a"
    )


def pid_of(extractor: Extractor) -> int:
    child = extractor._child
    assert child is not None
    return child.pid


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def wait_until_gone(pid: int) -> bool:
    for _ in range(200):
        if not is_alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_one_child_reads_many_pages(shared: Extractor) -> None:
    first = read(shared)
    pid = pid_of(shared)
    assert read(shared) == first
    assert first.text == "Some words that make up a paragraph of the text."
    assert pid_of(shared) == pid


def test_language_is_recognised_from_the_text(shared: Extractor) -> None:
    german = "<p>Der Pegel des Sees ist nach Angaben der Behörde auf 371 Meter gefallen. "
    assert read(shared, f'<html lang="fi">{german}'.encode()).language == "fi"
    long = german + "Man hat ihn seit dem Beginn der Messungen nicht so tief gesehen. " * 8
    assert read(shared, f'<html lang="en">{long}'.encode()).language == "de"


def test_child_that_takes_too_long_is_killed_and_the_next_page_is_read() -> None:
    with Extractor(wall_s=2.0) as extractor:
        read(extractor)
        pid = pid_of(extractor)
        with pytest.raises(SourceError) as caught:
            read(extractor, HEAVY)
        assert caught.value.code == "too-complex"
        assert not is_alive(pid)
        assert read(extractor).text.startswith("Some words")


def test_child_killed_from_outside_is_replaced(extractor: Extractor) -> None:
    read(extractor)
    os.kill(pid_of(extractor), signal.SIGKILL)
    assert read(extractor).text.startswith("Some words")


def test_page_after_an_interrupted_one_gets_its_own_text(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class TimeIsUp(Exception):
        pass

    def interrupt(stream: object) -> None:
        raise TimeIsUp

    with monkeypatch.context() as patch:
        patch.setattr(module, "read_frame", interrupt)
        with pytest.raises(TimeIsUp):
            read(extractor, PARAGRAPH.replace(b"Some", b"First"))
    assert read(extractor).text.startswith("Some words")


def test_page_that_kills_every_child_is_too_complex(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = module._start

    def start_and_kill() -> subprocess.Popen[bytes]:
        child = start()
        child.kill()
        return child

    monkeypatch.setattr(module, "_start", start_and_kill)
    with pytest.raises(SourceError) as caught:
        read(extractor)
    assert caught.value.code == "too-complex"


def test_child_is_replaced_after_its_maximum_number_of_pages() -> None:
    with Extractor(pages_per_child=2) as extractor:
        read(extractor)
        pid = pid_of(extractor)
        read(extractor)
        assert pid_of(extractor) == pid
        read(extractor)
        assert pid_of(extractor) != pid
        assert not is_alive(pid)


def test_child_that_cannot_start_raises_extractor_crashed(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MODULE", "claims.sources.no_such_module")
    with pytest.raises(ExtractorCrashed):
        read(extractor)
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ExtractorCrashed):
        read(extractor)


def test_close_ends_the_child_and_reading_starts_another(extractor: Extractor) -> None:
    read(extractor)
    pid = pid_of(extractor)
    extractor.close()
    extractor.close()
    assert not is_alive(pid)
    assert read(extractor).text.startswith("Some words")


@pytest.mark.parametrize("body", [b"", b"<p>", b"<p>Two words</p>", b"\xff" * 50_000])
def test_page_of_fewer_than_three_words_has_no_text(body: bytes, shared: Extractor) -> None:
    with pytest.raises(SourceError) as caught:
        read(shared, body)
    assert caught.value.code == "no-text"


def test_text_in_a_script_without_spaces_is_text(shared: Extractor) -> None:
    assert read(shared, "<p>湖の水位が低下した。</p>".encode()).text == "湖の水位が低下した。"


def test_child_has_limits_and_no_secrets_in_its_environment(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_API_TOKEN", "a-secret")
    read(extractor)
    process = Path(f"/proc/{pid_of(extractor)}")
    assert b"a-secret" not in (process / "environ").read_bytes()
    limits = {
        line[:26].strip(): line[26:].split()[0]
        for line in (process / "limits").read_text().splitlines()
    }
    assert limits["Max address space"] == str(MEMORY_BYTES)
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert int(limits["Max open files"]) == 16
    assert 1 <= int(limits["Max cpu time"]) <= 60


def test_each_page_gets_the_full_processor_time(extractor: Extractor) -> None:
    read(extractor)
    pid = pid_of(extractor)
    first, _ = resource.prlimit(pid, resource.RLIMIT_CPU)
    for _ in range(4):  # more than a second of work in total
        read(extractor, PARAGRAPH * 6000)
    later, _ = resource.prlimit(pid, resource.RLIMIT_CPU)
    assert pid_of(extractor) == pid
    assert later > first


def test_child_ends_when_its_parent_is_killed() -> None:
    script = (
        "import os\n"
        "from claims.sources.content import TextKind\n"
        "from claims.sources.extractor import Extractor\n"
        "extractor = Extractor()\n"
        "body = b'<p>three short words</p>'\n"
        "extractor.read(body, kind=TextKind.HTML, content_type='', url='a')\n"
        "print(extractor._child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    parent = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, timeout=90
    )
    assert parent.returncode == -signal.SIGKILL
    assert wait_until_gone(int(parent.stdout))


# --- frames --------------------------------------------------------------------------------


def test_frame_carries_head_and_body() -> None:
    stream = io.BytesIO()
    write_frame(stream, {"url": "ä", "lone": "\ud800"}, b"\x00\xff")
    write_frame(stream, {})
    stream.seek(0)
    assert read_frame(stream) == ({"url": "ä", "lone": "\ud800"}, b"\x00\xff")
    assert read_frame(stream) == ({}, b"")
    with pytest.raises(EOFError):
        read_frame(stream)


def test_truncated_frame_counts_as_end_of_stream() -> None:
    stream = io.BytesIO()
    write_frame(stream, {"a": 1}, b"body")
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(stream.getvalue()[:-1]))


@pytest.mark.parametrize("data", [b"\xff" * 100, b"\0\0\0\2\0\0\0\0[]", b"\0\0\0\1\0\0\0\0{"])
def test_invalid_frame_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        read_frame(io.BytesIO(data))


def test_document_is_given_up_when_the_child_stays_busy(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pages of a claim are fetched in parallel and extracted one at a time."""
    monkeypatch.setattr(module, "TURN_S", 0.1)
    with extractor._lock, pytest.raises(SourceNotAsked) as failed:  # not cached
        read(extractor)
    assert failed.value.code == "timeout"
    assert read(extractor).text
