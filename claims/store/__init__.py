"""The system of record on a Redis-protocol server: records, Lua, the embedded server."""
