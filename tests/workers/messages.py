"""Reads messages from the broker."""

from __future__ import annotations

import json
from typing import Any

import redis

from workers.config import KEY_PREFIX


def take_messages(store_url: str, queue: str) -> list[dict[str, Any]]:
    """Remove all messages from a queue; returns their headers, the oldest first."""
    url = store_url.replace("db=0", "db=1")
    # In one step: a message that comes between two would be deleted unread.
    with redis.Redis.from_url(url) as broker, broker.pipeline(transaction=True) as step:
        raw, _ = step.lrange(KEY_PREFIX + queue, 0, -1).delete(KEY_PREFIX + queue).execute()
    return [json.loads(message)["headers"] for message in reversed(raw)]
