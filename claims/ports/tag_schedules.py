"""The port of schedules of tags."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from claims.ports.record_changes import Adapted
from claims.types import Hours, TagSchedule


class TagSchedules(Protocol):
    """Schedules that all claims with a tag have, unless they have one of their own.

    A tag is the same in any case and width. Of several tags the first one with a schedule counts,
    the claim's own before those of its article.
    """

    def put(
        self,
        tag: str,
        *,
        every: str,
        until: datetime | None,
        adaptive: Adapted | None = None,
        hours: Hours | None = None,
        is_paused: bool = False,
    ) -> None:
        """Set the schedule of a tag, otherwise as RecordChanges.set_schedule.

        Claims that get the tag later have it from then on. Up to `claims.limits.FOLLOWED` claims
        have it when this returns, the others after the next calls of `follow`. Raises InvalidInput
        for too many schedules and for an unknown time zone.
        """
        ...

    def delete(self, tag: str) -> None:
        """Delete the schedule of a tag; its claims lose it like they get it. Raises NotFound."""
        ...

    def get(self, tag: str) -> TagSchedule:
        """The schedule of a tag. Raises NotFound."""
        ...

    def list_all(self) -> tuple[TagSchedule, ...]:
        """All schedules of tags, ordered by tag."""
        ...

    def follow(self) -> None:
        """Give more claims the schedules of their tags, where `put` and `delete` have left some."""
        ...
