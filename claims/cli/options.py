"""Options that several commands take, and the kind that takes a day."""

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
