"""Reads messages from the broker."""

from __future__ import annotations

import json
from typing import Any

import redis

from workers.config import KEY_PREFIX


def take_messages(store_url: str, queue: str) -> list[dict[str, Any]]:
    """Remove all messages from a queue; returns their headers, the oldest first."""
    with redis.Redis.from_url(store_url.replace("db=0", "db=1")) as broker:
        raw = broker.lrange(KEY_PREFIX + queue, 0, -1)
        broker.delete(KEY_PREFIX + queue)
    return [json.loads(message)["headers"] for message in reversed(raw)]
