"""Reads documents in a child process that can be killed, because parsers can be made to hang."""

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
_START_S = 60.0  # importing the parsers takes one second, on a loaded machine several
_STOP_S = 5.0
TURN_S = 30.0  # with fetching and reading within the time limit of a task
_PAGES_PER_CHILD = 500  # what libraries leak ends with the child
_FEWEST_WORDS = 3  # a main text of fewer is none


class Extractor:
    """One child, started when first needed, restarted when killed or worn out. Thread safe.

    Documents are read one at a time: reading is pure computing, and one process computes on one
    core. Not to be used on both sides of a fork. Close it, or use it as a context manager.
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
        when it asks for a password, a code of OBSTACLES when it is no article, `no-text` when
        nothing is left to read, `timeout` when other documents take so long that its turn does not
        come in 30 s, and ExtractorCrashed when no child can be started.
        """
        head = {"kind": str(kind), "content_type": content_type, "url": url}
        if not self._lock.acquire(timeout=TURN_S):
            raise SourceNotAsked(
                FailureCode.TIMEOUT, f"its turn to be read did not come in {TURN_S:g} s"
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
        """The child's answer, or None when it died, which may have been the page before's doing.

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
        except BaseException:  # a time limit: the answer still to come would be the next page's
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
    """Whether there are a few words; scripts from Thai upwards write them without spaces."""
    return len(words(text[:1000])) >= _FEWEST_WORDS or any(letter >= "\u0e00" for letter in text)


class _Killer:
    """Kills a process that is still at work after `seconds`; the pipes then report its end."""

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
        self._timer.join()  # so that it strikes either this exchange or none

    def _strike(self) -> None:
        self.struck = True
        self._child.kill()


def _start() -> subprocess.Popen[bytes]:
    """A child that has said it is ready. Raises ExtractorCrashed."""
    # A clean environment: the parent's may hold secrets. The parent's own import path comes
    # first, and -P keeps the working directory out of it.
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "OPENBLAS_NUM_THREADS": "1",  # each thread reserves address space, which is limited
        "OMP_NUM_THREADS": "1",
    }
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-B", "-s", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which may want to finish
        )
    except OSError as error:
        raise ExtractorCrashed(f"the extraction child cannot be started: {error}") from error
    try:
        with _Killer(child, _START_S):
            read_frame(cast(BinaryIO, child.stdout))
    except (OSError, EOFError, ValueError):
        _end(child)
        raise ExtractorCrashed("the extraction child ended before it was ready") from None
    except BaseException:  # Ctrl-C or a time limit: nobody would know of the child any more
        _end(child)
        raise
    return child


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close the pipes, on which an idle child ends by itself, and see to it that it does."""
    for pipe in (child.stdin, child.stdout):
        with contextlib.suppress(OSError):  # closing flushes what a dead child did not take
            cast(BinaryIO, pipe).close()
    child.kill()
    child.wait(_STOP_S)
