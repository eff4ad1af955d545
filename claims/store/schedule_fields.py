"""Schedules as the server has them: the fields of a claim, and of the schedule of a tag."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil

from claims.adaptive_schedules import round_period
from claims.ports import Adapted
from claims.shapes import from_text
from claims.store import encoding
from claims.store.connection import FORM_ERRORS
from claims.store.encoding import from_ms
from claims.times import LONGEST, parse_duration, write_duration
from claims.types import Adaptive, Hours, Schedule, TagSchedule, TagScheduleChange

DAY = timedelta(days=1)
_LONGEST_S = LONGEST.total_seconds()


def write_schedule(
    every: str,
    *,
    until: datetime | None,
    adaptive: Adapted | None,
    hours: Hours | None,
    is_paused: bool,
) -> dict[str, str]:
    """The fields of a schedule, "" for none: `every` and those that schedule.lua names in PLAN."""
    return {
        "every": every,
        "every_ms": str(encoding.every_ms(every)),
        "until_ms": "" if until is None else str(encoding.to_ms(until)),
        "adaptive": "" if adaptive is None else encoding.write(adaptive.bounds),
        "reason": "" if adaptive is None else adaptive.reason,
        "hours": "" if hours is None else encoding.write(hours),
        "paused": "yes" if is_paused else "",
    }


def write_offsets_of(hours: str) -> str:
    """The offsets of the zone of the field `hours`; "" without one. Raises InvalidInput."""
    return encoding.write_offsets(from_text(Hours, hours).zone) if hours else ""


def read_schedule(fields: Mapping[str, str]) -> Schedule | None:
    """The schedule in these fields of a claim or event, if there is one."""
    if "every" not in fields:
        return None
    until = fields.get("until_ms")
    adaptive, hours = fields.get("adaptive"), fields.get("hours")
    times = from_text(Hours, hours) if hours else Hours()
    is_paused = bool(fields.get("paused"))
    return Schedule(
        fields["every"],
        None if is_paused else from_ms(fields["next_ms"]),
        from_ms(until) if until else None,
        from_text(Adaptive, adaptive) if adaptive else None,
        fields.get("reason") or None,
        times.at,
        times.zone,
        times.quiet,
        is_paused,
        fields.get("from_tag") or None,
        *_read_stretched(fields, times),
    )


def _read_stretched(fields: Mapping[str, str], hours: Hours) -> tuple[str, int] | tuple[None, None]:
    """The period in fact and the budget that stretches it; None where that is the schedule's."""
    if "stretch" not in fields:
        return None, None
    every = parse_duration(fields["every"])
    period = timedelta(seconds=min(every.total_seconds() * float(fields["stretch"]), _LONGEST_S))
    rounded = ceil(period / DAY) * DAY if hours.at else round_period(period)
    return (write_duration(rounded), int(fields["budget"])) if rounded != every else (None, None)


def read_tag_schedule(fields: Mapping[str, str]) -> TagSchedule:
    """The schedule of a tag with these fields of write_schedule, and `tag`."""
    found = read_schedule({**fields, "next_ms": "0"})
    if found is None:
        raise KeyError("every")
    return TagSchedule(
        fields["tag"],
        found.every,
        found.until,
        found.adaptive,
        found.at,
        found.zone,
        found.quiet,
        found.paused,
    )


def read_tag_schedule_change(fields: Mapping[str, str]) -> TagScheduleChange | None:
    """The change of a tag's schedule in these fields of an event, if it is one."""
    if "plan_after" not in fields:
        return None
    before, after = None, None
    with suppress(*FORM_ERRORS):  # a damaged schedule can be replaced and deleted
        before = _read_plan(fields["plan_before"])
    after = _read_plan(fields["plan_after"])
    return TagScheduleChange(fields["heading"], before, after, int(fields["claims"]))


def _read_plan(text: str) -> TagSchedule | None:
    return read_tag_schedule(from_text(dict[str, str], text)) if text else None
