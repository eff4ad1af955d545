"""Runs an `assay` command line in this process; has small articles and pages as input."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from service.cli import run

CLAIM = "The new bridge at Kisoro is 42 metres long."
ARTICLE = f"{CLAIM} The bridge was opened on 4 May 2021. What a fine bridge it is!"
PAGE = """<html lang="en"><head><title>The Kisoro bridge</title>
<meta property="og:site_name" content="The Hill Gazette"></head><body><article>
<h1>New bridge opened in Kisoro</h1>
<p>The new bridge over the river at Kisoro is 42 metres long, the district engineer said on
Monday. It was opened to traffic after two years of work and carries two lanes.</p>
<p>Farmers in the valley had waited for it since the flood swept away the old crossing.</p>
</article></body></html>"""


@dataclass(frozen=True, slots=True)
class Done:
    """The exit status and the output of a command line."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The single error line on stderr, without `assay: `; asserts that stdout is empty."""
        assert self.out == ""
        assert self.err.startswith("assay: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("assay: ").rstrip("\n")

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object that `--json` printed."""
        shape: dict[str, Any] = json.loads(self.out)
        return shape


def run_assay(
    *arguments: str | os.PathLike[str],
    stdin: bytes = b"",
    width: int = 0,
    settings: Mapping[str, str] | None = None,
) -> Done:
    """Run a command line as the console script does; `width` is that of the terminal in columns."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ASSAY_")}
    environment.pop("COLUMNS", None)
    environment |= settings or {}
    with (
        patch.dict(
            os.environ, environment | ({"COLUMNS": str(width)} if width else {}), clear=True
        ),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        status = run([os.fspath(argument) for argument in arguments])
    return Done(status, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
