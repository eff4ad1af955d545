"""The body of a schedule, as a pydantic model, and the values of the store that it makes."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from claims.local_times import QUIET, TIME, check_zone, is_quiet, parse_quiet, parse_time
from claims.times import parse_duration
from claims.types import Adaptive, Hours
from service.operations.bodies import Body
from service.operations.fields import Every, Moment, checked

_DAY = timedelta(days=1)

TimeOfDay = Annotated[
    str,
    checked(parse_time),
    Field(
        description="Time of day of the checks, such as 09:00, by the clocks of `zone`.",
        json_schema_extra={"pattern": f"^{TIME}$"},
    ),
]
Zone = Annotated[
    str,
    StringConstraints(max_length=64),
    checked(check_zone),
    Field(description="Name of the time zone database, such as Europe/Berlin. Left out: UTC."),
]
QuietHours = Annotated[
    str,
    checked(parse_quiet),
    Field(
        description="When nothing is checked, such as 22:00-07:00, by the clocks of `zone`: a "
        "check in these hours waits for their end.",
        json_schema_extra={"pattern": f"^{QUIET}$"},
    ),
]
Paused = Annotated[
    bool, Field(strict=True, description="The schedule is kept, and checks nothing.")
]


class AdaptiveBody(Body):
    """The shortest and the longest period of an adaptive schedule."""

    min: Every = Adaptive().min
    max: Every = Adaptive().max

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if parse_duration(self.min) > parse_duration(self.max):
            raise PydanticCustomError("bounds", "The shortest period is longer than the longest.")
        return self


class ScheduleBody(Body):
    """How often a claim is checked again, and until when: `every` some time, or as often as its
    pages change.

    With `at` the periods are whole days. `min` of an adaptive schedule is then a day if it is left
    out.
    """

    every: Every | None = None
    adaptive: AdaptiveBody | None = None
    until: Moment | None = None
    at: TimeOfDay | None = None
    zone: Zone | None = None
    quiet: QuietHours | None = None
    paused: Paused | None = None

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if (self.every is None) == (self.adaptive is None):
            raise PydanticCustomError("one_period", "Send either every or adaptive.")
        return self

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if self.at is None:
            return self
        if self.quiet and is_quiet(parse_time(self.at), quiet=self.quiet):
            raise PydanticCustomError("quiet", "The time of day is within the quiet hours.")
        if self.every and parse_duration(self.every) % _DAY:
            raise PydanticCustomError("whole_days", "With at, every is whole days, such as P1D.")
        bounds = self.to_bounds()
        if bounds and parse_duration(bounds.min) < _DAY:
            raise PydanticCustomError("whole_days", "With at, min of adaptive is a day or more.")
        return self

    def to_bounds(self) -> Adaptive | None:
        """The bounds of an adaptive schedule."""
        if self.adaptive is None:
            return None
        is_left_out = "min" not in self.adaptive.model_fields_set
        return Adaptive(
            "P1D" if self.at and is_left_out else self.adaptive.min,
            self.adaptive.max,
        )

    def to_hours(self) -> Hours | None:
        """Its time of day and its quiet hours, if it has one of them."""
        if self.at is None and self.quiet is None:
            return None
        return Hours(self.at, self.zone or "UTC", self.quiet)
