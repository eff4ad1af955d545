"""What the client sends for a schedule."""

from __future__ import annotations

from claims.shapes import to_json
from claims.types import Adaptive, Hours


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
