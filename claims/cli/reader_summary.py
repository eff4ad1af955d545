"""Messages of a command on stderr about the second reader: warnings, and the readings made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import click

from claims.cli.terminal import plain
from claims.ports import DayOfTokens
from claims.settings import Settings
from claims.types import NotRead, ReaderChoice, Reading, Verdict


def warn_of_reader(settings: Settings, asked: ReaderChoice) -> None:
    """Warn if the reader is refused by its test, or was tested only at another endpoint.

    Raises InvalidInput for results of tests that cannot be read.
    """
    from claims.wiring import warn_of_test

    warning = None if asked is ReaderChoice.NEVER else warn_of_test(settings)
    if warning:
        click.echo(f"assay: warning: {plain(warning)}", err=True)


def write_readings(
    verdicts: Sequence[Verdict],
    asked: ReaderChoice,
    *,
    seconds: float,
    read_tokens: Callable[[], DayOfTokens],
) -> None:
    """Print how many claims were read, why the others were not, and the costs, also those of the
    day; nothing if no reader was to be asked."""
    said = [verdict.reader for verdict in verdicts if verdict.reader is not None]
    if not said or asked is ReaderChoice.NEVER:
        return
    read = sum(isinstance(one, Reading) for one in said)
    unread = Counter(str(one.skipped) for one in said if isinstance(one, NotRead))
    why = "".join(f", {count} {code}" for code, count in unread.items())
    tokens = sum(one.tokens for one in said)
    claims = "claim" if len(said) == 1 else "claims"
    today = read_tokens()
    estimated = f" ({today.estimated:,} estimated)" if today.estimated else ""
    click.echo(
        f"second reader: {read} of {len(said)} {claims} read{why}; {tokens:,} tokens, "
        f"{seconds:.1f} seconds; {today.tokens:,} tokens today{estimated}",
        err=True,
    )
