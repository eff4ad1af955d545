"""The system of record on a Redis-protocol server: records, Lua, the embedded server."""

from claims.store.processes import name_child, name_process
from claims.store.redis_store import RedisStore, connect
from claims.store.timeouts import open_counter_pool

__all__ = ["RedisStore", "connect", "name_child", "name_process", "open_counter_pool"]
