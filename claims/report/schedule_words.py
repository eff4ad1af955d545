"""The words for a schedule: its period and its times of day."""

from __future__ import annotations

from collections.abc import Mapping

from claims.report.formatting import describe_moment
from claims.times import parse_duration
from claims.types import Hours, Schedule, TagSchedule, TagScheduleChange

EVERY_CHOICES: Mapping[str, str] = {
    "PT1H": "every hour",
    "PT6H": "every 6 hours",
    "PT12H": "every 12 hours",
    "P1D": "every day",
    "P7D": "every week",
    "P30D": "every 30 days",
}
"""The periods a form offers, from ISO 8601 duration to words."""
_UNITS_S = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def describe_every(every: str) -> str:
    """The words for a period between checks, in its largest whole unit: "every 90 minutes"."""
    if every in EVERY_CHOICES:
        return EVERY_CHOICES[every]
    seconds = round(parse_duration(every).total_seconds())
    unit, length_s = next(item for item in _UNITS_S.items() if seconds % item[1] == 0)
    count = seconds // length_s
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def describe_hours(hours: Hours) -> str:
    """The words for a time of day and quiet hours: "at 09:00, Europe/Berlin"; "" without."""
    parts = [f"at {hours.at}"] if hours.at else []
    if hours.quiet:
        parts.append("not between {} and {}".format(*hours.quiet.split("-")))
    return f"{' and '.join(parts)}, {hours.zone}" if parts else ""


def describe_period(schedule: Schedule) -> str:
    """The words for the period in fact, and why: "every 5 days, stretched from every 2 days by the
    budget of 500 looks a day"; for an adaptive schedule also how its own period came about. "" for
    a fixed period that is not stretched.
    """
    own = describe_every(schedule.every)
    because = f": {schedule.reason}" if schedule.reason else ""
    if schedule.stretched is None:
        return f"{own}{because}" if because else ""
    stretched = describe_every(schedule.stretched)
    budget = f"the budget of {describe_looks(schedule.budget or 0)} a day"
    return f"{stretched}, stretched from {own} by {budget}{because}"


def describe_looks(count: int) -> str:
    """A number of looks: "1 look", "1,200 looks"."""
    return f"{count:,} {'look' if count == 1 else 'looks'}"


def describe_tag_schedule(schedule: TagSchedule | None) -> str:
    """A sentence about what the schedule of a tag does to claims that have none of their own."""
    if schedule is None:
        return "It has no schedule."
    times = _describe_times(schedule)
    if schedule.paused:
        return f"Its schedule ({times}) pauses: nothing is checked before it goes on."
    return f"Its claims are checked {times}, unless they have their own schedule."


def describe_tag_change(change: TagScheduleChange) -> str:
    """Sentences about the schedule that a tag has now, the one it had, and how many claims have
    the tag."""
    now = describe_tag_schedule(change.after) if change.after else "It has no schedule any more."
    parts = [now]
    if change.before:
        paused = ", paused" if change.before.paused else ""
        parts.append(f"Before: {_describe_times(change.before)}{paused}.")
    claims = "1 claim has" if change.claims == 1 else f"{change.claims:,} claims have"
    return " ".join([*parts, f"{claims} the tag."])


def _describe_times(schedule: TagSchedule) -> str:
    """When the schedule checks: "every day, at 09:00, Europe/Berlin"."""
    hours = describe_hours(Hours(schedule.at, schedule.zone, schedule.quiet))
    period = describe_every(schedule.every)
    parts = ["as often as their pages change" if schedule.adaptive else period]
    parts += [hours] if hours else []
    parts += [f"until {describe_moment(schedule.until)}"] if schedule.until else []
    return ", ".join(parts)
