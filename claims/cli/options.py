"""Options that several commands take, the kind that takes a day, and what a source means."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from claims.days import parse_day
from claims.errors import InvalidInput


class _Day(click.ParamType[date]):
    """An ISO 8601 date, or the day of a date and time; "date" in --help."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; what is none is a usage error, so that the command ends with 2."""
        try:
            return parse_day(str(value))
        except InvalidInput as error:
            self.fail(f"{value}: {error.message}", param, ctx)


DAY = _Day()

source_option = click.option(
    "--source", "sources", multiple=True, metavar="URL|FILE|DIR", help="Where to look."
)
as_of_option = click.option("--as-of", type=DAY, help="Only pages published by then count.")
allow_option = click.option(
    "--allow", multiple=True, metavar="HOST:PORT", help="Private address to fetch from."
)
data_option = click.option(
    "--data",
    "data_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for everything that is kept.  [default: ~/.local/share/assay]",
)


def find_place(text: str) -> str | Path:
    """The well-formed address, or the file or folder, that was meant. Raises InvalidInput.

    The message names it: there may be fifty of them.
    """
    from claims.sources.address import is_url, parse_source

    if not is_url(text):
        return _find_path(text)
    try:
        return parse_source(text)
    except InvalidInput as error:
        raise InvalidInput(f"{_shorten(text)}: {error.message}") from None


def _find_path(text: str) -> Path:
    """The file or folder that was meant; the empty text means none, not the working directory."""
    path = Path(text)
    try:
        if text.strip() and path.exists():
            return path
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise InvalidInput(f"{_shorten(text)}: {error.strerror}") from error
    raise InvalidInput(
        f"{_shorten(text)}: no such file or folder; a web address begins with http:// or https://"
    )


def _shorten(name: str) -> str:
    """What was typed, at a length that fits a line."""
    return f"{name[:79]}…" if len(name) > 80 else name if name.strip() else f'"{name}"'
