"""Options of several commands, the type of an option with a day, and the reading of a source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from claims.errors import InvalidInput
from claims.times import parse_day
from claims.types import ReaderChoice


class _Day(click.ParamType[date]):
    """An ISO 8601 date, or the day of a date and time; "date" in --help."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day. Any other text is a usage error, so that the command exits with 2."""
        try:
            return parse_day(str(value))
        except InvalidInput as error:
            self.fail(f"{value}: {error.message}", param, ctx)


DAY = _Day()

source_option = click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="URL|FILE|DIR",
    help="Source to read; may be repeated.",
)
as_of_option = click.option("--as-of", type=DAY, help="Leave out pages published after this day.")
allow_option = click.option(
    "--allow", multiple=True, metavar="HOST:PORT", help="Private address that may be fetched."
)
force_option = click.option(
    "--force", is_flag=True, help="Check also claims that are questions or not in English."
)
reader_option = click.option(
    "--reader/--no-reader",
    "reader",
    default=None,
    help="Have the second reader of ASSAY_READER read every claim, or none.  [default: as"
    " ASSAY_READER_WHEN says]",
)
data_option = click.option(
    "--data",
    "data_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of all stored data.  [default: ~/.local/share/assay]",
)


def choose_reader(wanted: bool | None) -> tuple[bool | None, ReaderChoice]:
    """The meaning of `reader_option`: the `reader` of a Verifier, and whether each claim is read.

    With "never", the Verifier still has the reader of the settings, so that verdicts can say that
    it was not asked.
    """
    if wanted is None:
        return None, ReaderChoice.AUTO
    return wanted or None, ReaderChoice.ALWAYS if wanted else ReaderChoice.NEVER


def find_place(text: str) -> str | Path:
    """The valid address, or the path of the file or folder. Raises InvalidInput.

    The error names the source, because a command may have fifty of them.
    """
    from claims.sources.address import is_url, parse_source

    if not is_url(text):
        return _find_path(text)
    try:
        return parse_source(text)
    except InvalidInput as error:
        raise InvalidInput(f"{_shorten(text)}: {error.message}") from None


def _find_path(text: str) -> Path:
    """The path of a file or folder that exists. Empty text is not the working directory."""
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
    """The argument, cut to fit in one line."""
    return f"{name[:79]}…" if len(name) > 80 else name if name.strip() else f'"{name}"'
