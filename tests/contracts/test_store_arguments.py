"""The arguments of a script, as Python sends them and as Lua finds them in `args`."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from claims.store import RedisStore
from claims.store.connection import Argument
from claims.store.scripts import Arguments


@pytest.mark.parametrize(
    "given",
    [
        {"id": "c1", "token": "", "pages": (), "tags": ()},
        {"id": "a b\n\0'\"]]", "token": "Łódź 東京", "pages": ("", " "), "tags": ("3", "x")},
        {"id": 1_796_169_600_000, "token": 0.25, "pages": (2, "b"), "tags": ()},
        {"id": "c1", "token": "t", "pages": (), "tags": tuple(map(str, range(20_000)))},
    ],
)
def test_a_script_finds_each_argument_under_its_name(
    store: RedisStore, given: dict[str, Argument | Sequence[Argument]]
) -> None:
    arguments = Arguments("one", ("id", "token"), ("pages", "tags"))
    script = f"{arguments.write_lua()} return cjson.encode(args)"
    answer = store.connection.command("EVAL", script, 0, *arguments.write(given))
    found = {name: value or [] for name, value in json.loads(answer).items()}
    as_text = {
        name: [str(one) for one in value] if isinstance(value, tuple) else str(value)
        for name, value in given.items()
    }
    assert found == {name: value or [] for name, value in as_text.items()}
