"""The process that parses untrusted pages: `python -m claims.sources.extract_child`.

It reads requests from standard input, writes readings to standard output, and ends when its
input ends, so it never outlives its parent. It has no network to use, no secrets in its
environment, and limits on memory, processor time, files and output; the parent kills it when a
page takes too long.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import sys
from dataclasses import asdict, replace
from importlib import import_module
from typing import BinaryIO

from claims.sources.frames import read_frame, write_frame

MEMORY_BYTES = 1024**3
_CPU_S = 10
_OPEN_FILES = 16


def main() -> None:
    """Serve requests until standard input ends."""
    requests, answers = _take_over_pipes()
    logging.disable()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _load()
    # Only now, because unpacking the language model needs a temporary file.
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, 0)
    write_frame(answers, {"ready": True})
    while True:
        try:
            head, body = read_frame(requests)
        except EOFError:
            return
        _renew_cpu_time()
        kind, content_type, url = (str(head[name]) for name in ("kind", "content_type", "url"))
        write_frame(answers, _extract(body, kind=kind, content_type=content_type, url=url))


def _take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes to the parent, moved so that other code cannot read or print on them."""
    requests = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return requests, answers


def _limit(what: int, value: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
        resource.setrlimit(what, (value, value))


def _renew_cpu_time() -> None:
    """Allow another _CPU_S seconds, because the limit counts from the start of the process.

    The parent kills a slow child; this limit ends a child whose parent is gone.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        used = int(usage.ru_utime + usage.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (used + _CPU_S, hard))


def _load() -> None:
    """Load parsers and the language model now, so that the first page does not wait for them."""
    import_module("claims.sources.main_text")
    import_module("claims.sources.pdf_text")
    import_module("claims.english.language_detection").load()


def _extract(body: bytes, *, kind: str, content_type: str, url: str) -> dict[str, object]:
    """The answer to one request: the fields of a Reading, {"failed": the error's name}, or
    {"encrypted": true}."""
    from claims.english.language_detection import find_language
    from claims.sources.charset import decode
    from claims.sources.main_text import read_html, read_plain
    from claims.sources.pdf_text import EncryptedPdf, read_pdf

    try:
        if kind == "application/pdf":
            reading = read_pdf(body)
        else:
            text = decode(body, content_type=content_type, markup=kind == "text/html")
            reading = read_html(text, url=url) if kind == "text/html" else read_plain(text)
        language = find_language(reading.text, declared=reading.language)
        return asdict(replace(reading, language=language))
    except EncryptedPdf:
        return {"encrypted": True}
    except Exception as error:  # noqa: BLE001  isolation per source: any page may break a parser
        return {"failed": type(error).__name__}


if __name__ == "__main__":
    main()
