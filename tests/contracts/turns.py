"""Takes a given work item from a store, and lists the items that are ready.

A store returns the item whose turn it is, but most tests are about one item. So all other items are
removed before the take and restored after it.
"""

from __future__ import annotations

from claims.ports import Lease, WorkItem
from claims.store import RedisStore, keys
from claims.types import Stage

# Removes all items but one. Returns {line, submission, its serial, its position in the rotation,
# item, position of the item} for each, and the counters of the turns.
_PUT_ASIDE = """
local aside = {}
for _, line in ipairs({'fetch:0', 'fetch:1', 'fetch:2', 'score:0', 'score:1', 'score:2'}) do
  for _, submission in ipairs(redis.call('ZRANGE', NEWEST .. line, 0, -1)) do
    local items = ITEMS .. line .. ':' .. submission
    local serial = redis.call('ZSCORE', NEWEST .. line, submission)
    local place = redis.call('ZSCORE', ROTATION .. line, submission)
    for _, member in ipairs(redis.call('ZRANGE', items, 0, -1)) do
      if member ~= ARGV[1] then
        local order = redis.call('ZSCORE', items, member)
        aside[#aside + 1] = {line, submission, serial, place, member, order}
        redis.call('ZREM', items, member)
        redis.call('HINCRBY', READY, line, -1)
      end
    end
    if redis.call('EXISTS', items) == 0 then
      redis.call('ZREM', NEWEST .. line, submission)
      redis.call('ZREM', ROTATION .. line, submission)
    end
  end
end
return cjson.encode({aside, redis.call('HGETALL', TAKES)})
"""
_PUT_WHERE_IT_WAS = """
local aside, takes = unpack(cjson.decode(ARGV[1]))
local newest = redis.call('HGET', TAKES, 'newest')
redis.call('DEL', TAKES)
for i = 1, #takes, 2 do redis.call('HSET', TAKES, takes[i], takes[i + 1]) end
if newest then redis.call('HSET', TAKES, 'newest', newest) end
for _, one in ipairs(aside) do
  local line, submission = one[1], one[2]
  redis.call('ZADD', NEWEST .. line, one[3], submission)
  redis.call('ZADD', ROTATION .. line, one[4], submission)
  redis.call('ZADD', ITEMS .. line .. ':' .. submission, one[6], one[5])
  redis.call('HINCRBY', READY, line, 1)
end
"""


def take_item(
    store: RedisStore, item: WorkItem, *, worker: str = "w1", ttl_s: float = 60.0
) -> Lease | None:
    """A lease on `item`, or None when it is not ready; other items are ignored."""
    store.count_ready()
    aside = _run(store, _PUT_ASIDE, f"{item.stage}:{item.id}:{item.check}")
    lease = store.take(item.stage.queue, worker=worker, ttl_s=ttl_s)
    _run(store, _PUT_WHERE_IT_WAS, aside)
    assert lease is None or lease.item == item
    return lease


def list_ready(store: RedisStore) -> list[WorkItem]:
    """The items that are ready to be taken."""
    store.count_ready()
    lines = store.connection.run("read_all")[2]
    members = [member for line in lines for _, own in line[4] for member in own]
    return [_read_item(member) for member in members]


def _read_item(member: str) -> WorkItem:
    stage, item_id, check = member.split(":")
    return WorkItem(Stage(stage), item_id, int(check))


def _run(store: RedisStore, script: str, argument: str) -> str:
    source = f"#!lua flags=allow-oom\n{keys.write_lua_names(script)}{script}"
    return str(store.connection.command("EVAL", source, 0, argument))
