"""Schedules of tags, and what the client sends for a schedule."""

from __future__ import annotations

from claims.shapes import to_json
from claims.types import Adaptive, Hours, TagSchedule
from service.client.transport import Transport, encode_segment
from service.shapes import TagScheduleList


class TagScheduling(Transport):
    """Schedules that all claims with a tag have, unless they have one of their own."""

    def set_tag_schedule(
        self,
        tag: str,
        *,
        every: str | None = None,
        adaptive: Adaptive | None = None,
        until: str | None = None,
        hours: Hours | None = None,
        paused: bool = False,
    ) -> TagSchedule:
        """`set_schedule` for all claims with the tag, those that get it later as well."""
        body = write_schedule(every, adaptive=adaptive, until=until, hours=hours, paused=paused)
        return self._ask(TagSchedule, "PUT", _write_path(tag), body=body)

    def get_tag_schedule(self, tag: str) -> TagSchedule:
        """The schedule of a tag."""
        return self._ask(TagSchedule, "GET", _write_path(tag))

    def list_tag_schedules(self) -> tuple[TagSchedule, ...]:
        """All schedules of tags, ordered by tag."""
        return self._ask(TagScheduleList, "GET", "/v1/tags/schedules").items

    def delete_tag_schedule(self, tag: str) -> None:
        """Delete the schedule of a tag; its claims lose it."""
        self._delete(_write_path(tag))


def _write_path(tag: str) -> str:
    return f"/v1/tags/{encode_segment(tag)}/schedule"


def write_schedule(
    every: str | None,
    *,
    adaptive: Adaptive | None,
    until: str | None,
    hours: Hours | None,
    paused: bool,
) -> dict[str, object]:
    """The body of a schedule."""
    return {
        "every": every,
        "adaptive": adaptive and to_json(adaptive),
        "until": until,
        "at": hours and hours.at,
        "zone": hours and hours.zone,
        "quiet": hours and hours.quiet,
        "paused": paused or None,
    }
