"""The Lua scripts as sent to the server: flags, key names, the shared prelude, the script."""

from __future__ import annotations

from importlib.resources import files

from claims.store.keys import write_lua_names

SCHEMA = 5
"""The schema number of the data that this release reads and writes (schema.py)."""

NAMES = (
    "accept",
    "acquire_sweep",
    "answer_verify",
    "ask_reader",
    "ask_verify",
    "beat",
    "begin_fetch",
    "cancel",
    "change_webhook",
    "commit_extraction",
    "commit_gathering",
    "commit_provisional",
    "commit_verdict",
    "correct",
    "count_ready",
    "count_work",
    "create_key",
    "create_webhook",
    "delete",
    "delete_schedule",
    "delete_webhook",
    "end_attempt",
    "end_fetch",
    "end_reading",
    "end_readings",
    "end_session",
    "find_repeated",
    "follow_clock",
    "forget",
    "forget_audit",
    "forget_events",
    "end_visit",
    "give_up",
    "hand_on_verify",
    "keep_answer",
    "keep_searched",
    "make_room",
    "note_unreadable",
    "note_use",
    "postpone",
    "put_back",
    "put_source",
    "read_all",
    "read_events",
    "read_metrics",
    "read_reader",
    "reap",
    "record_refused",
    "release",
    "renew",
    "request_check",
    "request_delivery",
    "retry",
    "revoke_key",
    "rotate_key",
    "rotate_webhook",
    "search",
    "set_schedule",
    "set_sources",
    "set_tags",
    "skip_delivery",
    "slow_down",
    "spend_tokens",
    "start_session",
    "take",
    "take_delivery",
    "take_turn",
    "take_verify",
    "upgrade_1",
    "upgrade_2",
    "upgrade_3",
    "upgrade_4",
    "upgrade_5",
    "withdraw_verify",
)


LATER_SCHEMA = "LATERSCHEMA"
"""The first word of the error of a script that found data of a later schema."""
_FENCE = (
    f"if (tonumber(redis.call('GET', SCHEMA) or 0) or 0) > {SCHEMA} then "
    f"return redis.error_reply('{LATER_SCHEMA} ' .. redis.call('GET', SCHEMA)) end"
)


def load_script(name: str) -> str:
    """The complete source of one of NAMES.

    Each script starts with a `#!lua` line, which makes the server check before the first write
    whether it may write at all (memory, disk, role), so that a script is never cut off half way.
    `allow-oom` marks scripts that must run even when memory is full: they finish accepted work.

    Every script refuses data of a later schema before it does anything: a process that a later
    release did not find, and that still runs, would go on writing the earlier form.
    """
    flags, body = _read_source(name).split("\n", 1)
    text = "\n".join([_FENCE, _read_source("prelude"), body])
    return "\n".join([flags, write_lua_names(text), text])


def _read_source(name: str) -> str:
    return (files("claims.store") / "lua" / f"{name}.lua").read_text(encoding="utf-8")
