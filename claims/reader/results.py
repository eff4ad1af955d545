"""Results of tests of second readers (`assay reader test`), kept in one file of the data folder.

`readers.json` is an object with "version" and "results", a list with the latest result of each
reader (model, version of its instruction, endpoint), in the form of `Result`; a test on fewer
claims than the latest replaces it only with --force. A result without an endpoint, as earlier
releases stored it, counts for the model at any endpoint until it is tested at one. The file is
replaced as a whole by one process at a time: a reader of the file always sees a complete version,
and if two tests end at the same moment, both results are kept.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from claims.errors import InvalidInput
from claims.shapes import from_json, to_json
from claims.types import JudgeName, Measured, ReaderName, VerdictLabel
from claims.verdicts.two_readers import Table

FILE_NAME = "readers.json"
LOCK_NAME = "readers.lock"
VERSION = 1
# Minimum answers that passed every check, over all labels, for a reader to count as tested.
LEAST_ANSWERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Numbers of claims: with the right label, with SUPPORTED or REFUTED, and wrong among these."""

    right: int
    decided: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answers of a reader to labelled claims, beside the judge alone and both together.

    `claims` is the number of claims that were asked about; `counts` has the answers that passed
    every check, counts[right label][label said]. `discarded` answers broke a rule twice;
    `discarded_because` counts them by reason, the most frequent first. `no_answer` counts claims
    without any answer. `tokens` and `seconds` are those of the reader for
    all claims, `judge_seconds` that of the judge. `forced`: used even if it reads no better than
    the judge.
    """

    reader: ReaderName
    tested_at: datetime
    claims: int
    counts: Mapping[VerdictLabel, Mapping[VerdictLabel, int]]
    discarded: int
    no_answer: int
    tokens: int
    seconds: float
    judge: JudgeName
    judge_seconds: float
    read: Tally
    judged: Tally
    both: Tally
    forced: bool = False
    discarded_because: Mapping[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many of its answers passed every check."""
        return Table(self.counts).measured.of

    @property
    def table(self) -> Table | None:
        """The counts of its answers by label, for claims/verdicts/two_readers.py.

        None with fewer than LEAST_ANSWERS: the reader then counts as not tested.
        """
        return Table(self.counts) if self.answers >= LEAST_ANSWERS else None

    @property
    def measured(self) -> Measured | None:
        """How many of its answers are right; None with fewer than LEAST_ANSWERS."""
        return self.table.measured if self.table else None

    @property
    def is_refused(self) -> bool:
        """Whether the reader is not used: it read no better than the judge, and is not forced."""
        return self.read.right <= self.judged.right and not self.forced

    @property
    def refusal(self) -> str | None:
        """Why it is not used, with its figures; None when it is used."""
        if not self.is_refused:
            return None
        return (
            f"the model {self.reader.model} is not used as a second reader: it was right about "
            f"{self.read.right} of {self.claims} labelled claims, the judge alone about "
            f"{self.judged.right}"
        )

    @property
    def test_command(self) -> str:
        """The command that repeats the test on as many claims, without `--force`."""
        return f"assay reader test --claims {self.claims}"

    @property
    def refused_advice(self) -> str:
        """What an operator can do about a reader that is not used."""
        return f"use another model, none, or {self.test_command} --force"


def read_results(folder: Path) -> list[Result]:
    """The results in the data folder `folder`, by model; none without a file.

    Raises InvalidInput for a file that cannot be read.
    """
    path = folder / FILE_NAME
    try:
        shape = json.loads(path.read_text(encoding="utf-8"))
        if shape["version"] != VERSION:
            raise ValueError(f"it has version {shape['version']}")
        return [from_json(Result, one) for one in shape["results"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"{path}: cannot be read ({_describe(error)}); delete it, and test again: "
            "assay reader test"
        ) from error


def _describe(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0]


def find_result(folder: Path, name: ReaderName) -> Result | None:
    """The latest result of a reader; None if it was not tested there. Raises InvalidInput."""
    results = {one.reader: one for one in read_results(folder)}
    return results.get(name) or results.get(replace(name, endpoint=None))


def describe_elsewhere(folder: Path, name: ReaderName) -> str | None:
    """That a reader was tested at another endpoint only, where it may be another model, and whether
    it was refused there; None if it was tested at its own, or nowhere. Raises InvalidInput."""
    if find_result(folder, name) is not None:
        return None
    places = [
        _describe_place(one)
        for one in read_results(folder)
        if one.reader.endpoint and replace(one.reader, endpoint=name.endpoint) == name
    ]
    if not places:
        return None
    return (
        f"{name.model} was measured with another address ({'; '.join(places)}) and not with "
        f"{name.endpoint}, where it counts as a reader that was not tested: assay reader test"
    )


def _describe_place(result: Result) -> str:
    """The address of a test, with the figures if it refused the reader."""
    place = result.reader.endpoint or ""
    if not result.is_refused:
        return place
    figures = f"{result.read.right} of {result.claims}, judge {result.judged.right}"
    return f"{place}, and was refused there: {figures}"


def check_length(folder: Path, name: ReaderName, *, claims: int, forced: bool) -> None:
    """Raise InvalidInput if a test on that many claims must not replace the reader's last test.

    A shorter test shows less, so that it replaces a longer one only if `forced`.
    """
    last = find_result(folder, name)
    if last is not None and last.claims > claims and not forced:
        raise InvalidInput(
            f"{name.model} was tested on {last.claims} claims already: a test on {claims} takes "
            "its place with --force alone"
        )


def keep_result(folder: Path, result: Result) -> None:
    """Store a result in place of the reader's earlier one. Raises InvalidInput, as `check_length`
    does."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder):
            check_length(folder, result.reader, claims=result.claims, forced=result.forced)
            replaced = (result.reader, replace(result.reader, endpoint=None))
            others = [one for one in read_results(folder) if one.reader not in replaced]
            _replace(folder / FILE_NAME, _write([*others, result]))
    except OSError as error:
        path = folder / FILE_NAME
        raise InvalidInput(f"{path}: cannot be written: {error.strerror}") from error


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Wait until no other test writes here, and keep others waiting. Raises OSError."""
    with (folder / LOCK_NAME).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(results: Iterable[Result]) -> bytes:
    ordered = sorted(results, key=_order)
    shape = {"version": VERSION, "results": [to_json(one) for one in ordered]}
    return (json.dumps(shape, indent=1, ensure_ascii=False) + "\n").encode()


def _order(result: Result) -> tuple[str, str, str]:
    name = result.reader
    return name.model, name.instruction, name.endpoint or ""


def _replace(path: Path, content: bytes) -> None:
    """Write the file under another name, and rename it when it is completely on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
