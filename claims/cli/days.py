"""The kind of option that takes a day."""

from __future__ import annotations

from datetime import date
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
