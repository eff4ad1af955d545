"""Reads documents in a child process that can be killed, because a page can make parsers hang."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from claims.errors import ExtractorCrashed, SourceError, SourceNotAsked
from claims.sources.content import TextKind
from claims.sources.failures import OBSTACLES, FailureCode
from claims.sources.frames import read_frame, write_frame
from claims.sources.reading import Reading
from claims.text import words
from claims.types import Link, Span

_MODULE = "claims.sources.extract_child"
_START_S = 60.0  # importing the parsers takes one second, on a loaded machine several seconds
_STOP_S = 5.0
TURN_S = 30.0  # maximum wait for the child; fits, with fetching and reading, in a task's time limit
_PAGES_PER_CHILD = 500  # maximum pages per child: memory that libraries leak is freed with it
_FEWEST_WORDS = 3  # minimum words of a main text


class Extractor:
    """One child, started when first needed, restarted when killed or used up. Thread safe.

    Documents are read one at a time: reading is pure computation, and one process computes on one
    core. Do not use it on both sides of a fork. Close it, or use it as a context manager.
    """

    def __init__(self, *, wall_s: float = 8.0, pages_per_child: int = _PAGES_PER_CHILD) -> None:
        self._wall_s = wall_s
        self._pages_per_child = pages_per_child
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._pages = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child. A later `read` starts a new one."""
        with self._lock:
            self._stop()

    def read(self, body: bytes, *, kind: TextKind, content_type: str, url: str) -> Reading:
        """Main text and metadata of a document that was fetched from `url`.

        Raises SourceError `too-complex` when it cannot be read within time and memory, `encrypted`
        when it needs a password, a code of OBSTACLES when it is no article, `no-text` when no
        text is left, `timeout` when other documents take so long that its turn does not come in
        30 s, and ExtractorCrashed when no child can be started.
        """
        head = {"kind": str(kind), "content_type": content_type, "url": url}
        if not self._lock.acquire(timeout=TURN_S):
            raise SourceNotAsked(
                FailureCode.TIMEOUT,
                f"it was not read within {TURN_S:g} s, because other documents took too long",
            )
        try:
            answer = self._ask(head, body) or self._ask(head, body)
        finally:
            self._lock.release()
        if answer is None or "failed" in answer:
            raise SourceError(FailureCode.TOO_COMPLEX, "the document cannot be read")
        if "encrypted" in answer:
            raise SourceError(FailureCode.ENCRYPTED, "the PDF asks for a password")
        links = tuple(Link(row["url"], Span(*row["span"])) for row in answer.pop("links"))
        credit = tuple(answer.pop("credits"))
        reading = Reading(**answer, links=links, credits=credit)
        if reading.obstacle:
            raise SourceError(reading.obstacle, OBSTACLES[FailureCode(reading.obstacle)])
        if not has_text(reading.text):
            raise SourceError(FailureCode.NO_TEXT, "no main text was found")
        return reading

    def _ask(self, head: dict[str, Any], body: bytes) -> dict[str, Any] | None:
        """The child's answer, or None when it died, possibly because of the page before.

        Raises SourceError `too-complex` when it had to be killed.
        """
        child = self._running()
        self._pages += 1
        try:
            with _Killer(child, self._wall_s) as killer:
                write_frame(cast(BinaryIO, child.stdin), head, body)
                answer, _ = read_frame(cast(BinaryIO, child.stdout))
        except (OSError, EOFError, ValueError):
            answer = None
        except BaseException:  # a time limit: the pending answer would be read for the next page
            self._stop()
            raise
        if answer is None or killer.struck or "failed" in answer:
            self._stop()
        if killer.struck:
            raise SourceError(
                FailureCode.TOO_COMPLEX, f"reading takes more than {self._wall_s:g} seconds"
            )
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._pages >= self._pages_per_child:
            self._stop()
        if self._child is None:
            self._child = _start()
            self._pages = 0
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            _end(child)


def has_text(text: str) -> bool:
    """Whether there are a few words; scripts from Thai upwards do not put spaces between them."""
    return len(words(text[:1000])) >= _FEWEST_WORDS or any(letter >= "\u0e00" for letter in text)


class _Killer:
    """Kills a process that still works after `seconds`; the pipes then report its end."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self._child = child
        self.struck = False
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._timer.join()  # so that it cannot end a later exchange

    def _strike(self) -> None:
        self.struck = True
        self._child.kill()


def _start() -> subprocess.Popen[bytes]:
    """A child that has reported that it is ready. Raises ExtractorCrashed."""
    # A clean environment, because the parent's may contain secrets. The parent's import path comes
    # first, and -P excludes the working directory.
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "OPENBLAS_NUM_THREADS": "1",  # each thread reserves address space, which has a limit
        "OMP_NUM_THREADS": "1",
    }
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-B", "-s", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C goes to the parent only, which may want to finish
        )
    except OSError as error:
        raise ExtractorCrashed(f"the extraction child cannot be started: {error}") from error
    try:
        with _Killer(child, _START_S):
            read_frame(cast(BinaryIO, child.stdout))
    except (OSError, EOFError, ValueError):
        _end(child)
        raise ExtractorCrashed("the extraction child ended before it was ready") from None
    except BaseException:  # Ctrl-C or a time limit: nothing else would end the child
        _end(child)
        raise
    return child


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close the pipes, which ends an idle child, and make sure that the child ends."""
    for pipe in (child.stdin, child.stdout):
        with contextlib.suppress(OSError):  # closing flushes data that a dead child did not read
            cast(BinaryIO, pipe).close()
    child.kill()
    child.wait(_STOP_S)
