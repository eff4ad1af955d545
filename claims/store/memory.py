"""The memory of the server: accepting stops before it is full.

A server whose memory is full refuses every script without `allow-oom`. Scripts that finish accepted
work or delete data have it; scripts that accept work do not. So that work in progress exceeds the
limit only slightly, nothing is accepted when only a reserve is left, as for the disk
(claims/disk.py); before that, old data is deleted (make_room.lua).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from claims.disk import MEGABYTE

RESERVE_SHARE = 0.1
"""Share of the memory that is reserved for the work under way."""
# Seconds for which one reading is used again; hundreds of submissions may come at once.
_LOOK_EVERY_S = 1.0

CACHED_MS = 90 * 24 * 3600 * 1000
"""Time in ms for which the newest page of a URL is kept for a conditional fetch. The page itself,
stored by its hash, stays as long as a stored check refers to it."""
PAGE_NEEDED_MS = 3600 * 1000
"""Minimum time in ms for which a fetched page stays even if memory is short: until its check is
committed."""

NO_MEMORY = (
    "the store's memory is full: raise ASSAY_STORE_MEMORY_MB, or maxmemory of your own server, or "
    "keep checks for fewer days; nothing accepted is lost"
)


def find_memory_shortage(info: Mapping[str, object]) -> str | None:
    """The reason from an INFO reply why nothing new is accepted; None when there is memory."""
    names = ("maxmemory", "used_memory", "mem_not_counted_for_evict")
    limit, used, uncounted = (int(str(info.get(name, 0))) for name in names)
    used -= uncounted  # as the server counts: its buffers for the append-only file are no data
    if not limit or used < limit * (1 - RESERVE_SHARE):
        return None
    return (
        f"{NO_MEMORY} ({used // MEGABYTE} of {limit // MEGABYTE} MB are used, "
        f"{RESERVE_SHARE:.0%} are kept for the work under way)"
    )


class MemoryReserve:
    """Watches the memory of one server; safe to share between threads."""

    def __init__(self) -> None:
        self._look_at = 0.0
        self._shortage: str | None = None

    def find_shortage(
        self, read_info: Callable[[], Mapping[str, object]], *, again: bool = False
    ) -> str | None:
        """The reason why nothing new is accepted; None when there is memory.

        `read_info` sends INFO memory. Its answer is used for a second, unless `again` is set.
        """
        now = time.monotonic()
        if again or now >= self._look_at:
            self._shortage = find_memory_shortage(read_info())
            self._look_at = now + _LOOK_EVERY_S
        return self._shortage
