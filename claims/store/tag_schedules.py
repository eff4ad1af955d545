"""Schedules of tags on the server."""

from __future__ import annotations

from datetime import datetime

from claims.errors import InvalidInput, NotFound
from claims.limits import FOLLOWED, TAG_SCHEDULES
from claims.ports import Adapted, RecordKind
from claims.shapes import from_text
from claims.store import encoding, keys
from claims.store.connection import StorePart
from claims.store.schedule_fields import read_tag_schedule, write_offsets_of, write_schedule
from claims.text import fold
from claims.types import Hours, TagSchedule

# Claims looked at by one call: the server does nothing else meanwhile.
_AT_ONCE = 100


class RedisTagSchedules(StorePart):
    """claims.ports.TagSchedules on the server."""

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
        """The contract of claims.ports.TagSchedules.put."""
        self.connection.check_room()
        plan = write_schedule(
            every, until=until, adaptive=adaptive, hours=hours, is_paused=is_paused
        )
        done = self.connection.run(
            "set_tag_schedule",
            folded=fold(tag),
            tag=tag,
            plan=encoding.write({**plan, "tag": tag}),
            most=TAG_SCHEDULES,
            zone=hours.zone if hours else "",
            offsets=write_offsets_of(plan["hours"]),
        )
        if done == "full":
            raise InvalidInput(f"{TAG_SCHEDULES} tags have a schedule: delete one of them first")
        self._follow(fold(tag), FOLLOWED)

    def delete(self, tag: str) -> None:
        """The contract of claims.ports.TagSchedules.delete."""
        none: dict[str, str] = {"plan": "", "most": "", "zone": "", "offsets": ""}
        done = self.connection.run("set_tag_schedule", folded=fold(tag), tag=tag, **none)
        if done == "not-found":
            raise NotFound(f"the tag {tag} has no schedule")
        self._follow(fold(tag), FOLLOWED)

    def get(self, tag: str) -> TagSchedule:
        """The contract of claims.ports.TagSchedules.get."""
        text = self.connection.command("HGET", keys.TAG_SCHEDULES, fold(tag))
        if text is None:
            raise NotFound(f"the tag {tag} has no schedule")
        with self.reading(RecordKind.SCHEDULE, tag):
            return _read(tag, text)

    def list_all(self) -> tuple[TagSchedule, ...]:
        """The contract of claims.ports.TagSchedules.list_all."""
        kept: dict[str, str] = self.connection.command("HGETALL", keys.TAG_SCHEDULES)
        return tuple(self.read_each(RecordKind.SCHEDULE, sorted(kept.items()), _read))

    def follow(self) -> None:
        """The contract of claims.ports.TagSchedules.follow."""
        left = FOLLOWED
        for folded in self.connection.command("HKEYS", keys.TAGS_TO_FOLLOW):
            left = self._follow(folded, left)

    def _follow(self, folded: str, left: int) -> int:
        """Give up to `left` claims with the tag its schedule; returns how many are left of them."""
        while left > 0:
            left -= _AT_ONCE
            if self.connection.run("follow_tag", folded=folded, limit=_AT_ONCE) != "more":
                break
        return left


def _read(_folded: str, text: str) -> TagSchedule:
    return read_tag_schedule(from_text(dict[str, str], text))
