"""Progress of a command, on stderr, because stdout has the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as ProgressBar

from claims.ports import Progress

# Minimum seconds between two lines of one step, if stderr is no terminal.
_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def show_progress() -> Iterator[Progress]:
    """A bar on stderr for each step; if stderr is no terminal, a line every few seconds.

    A step without items shows nothing.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with ProgressBar(*columns, console=console, transient=True) as bar:
        yield _Bars(bar)


class TimedProgress:
    """claims.ports.Progress that forwards each call, and measures the time of the steps."""

    def __init__(self, progress: Progress, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._progress = progress
        self._clock = clock
        self._began: dict[str, float] = {}
        self._ended: dict[str, float] = {}

    def __call__(self, what: str, done: int, of: int) -> None:
        """Forward that `done` of `of` parts of a step are done."""
        self._ended[what] = self._clock()
        self._began.setdefault(what, self._ended[what])
        self._progress(what, done, of)

    def seconds(self, what: str) -> float:
        """The seconds of a step; 0 if it did not happen."""
        return self._ended.get(what, 0.0) - self._began.get(what, 0.0)


class _Bars:
    def __init__(self, bar: ProgressBar) -> None:
        self._bar = bar
        self._steps: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, of: int) -> None:
        if of == 0:
            return
        if what not in self._steps:
            self._steps[what] = self._bar.add_task(what, total=of)
        self._bar.update(self._steps[what], completed=done)


class _Lines:
    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def __call__(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        is_due = now - self._last.get(what, -_SECONDS_BETWEEN_LINES) >= _SECONDS_BETWEEN_LINES
        if of and (is_due or done == of):
            self._last[what] = now
            click.echo(f"{what}: {done} of {of}", err=True)
