"""The Lua scripts as sent to the server: flags, key names, shared functions, the script.

Scripts run one at a time, so every script is one atomic step. Only whole scripts of different
callers can interleave, and a caller can die between two of its scripts. redis-py repeats a call
whose reply was lost, so a script may also run twice with the same arguments.

Functions that several scripts use are in lua/shared/, a file for each subject. A script, and each
of these files, names the subjects that it uses in a comment, `-- needs: queue, events`.

A script names its arguments in another comment, `-- arguments: id, token, pages...`, lists last;
callers give them by these names, and the script finds them in `args`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from claims.store.keys import write_lua_names

SCHEMA = 8
"""The schema number of the data that this release reads and writes (schema.py)."""
LATER_SCHEMA = "LATERSCHEMA"
"""The first word of the error of a script that found data of a later schema."""
FOLDER = files("claims.store") / "lua"
SHARED = FOLDER / "shared"

_FENCE = (
    f"if (tonumber(redis.call('GET', SCHEMA) or 0) or 0) > {SCHEMA} then "
    f"return redis.error_reply('{LATER_SCHEMA} ' .. redis.call('GET', SCHEMA)) end"
)
_NEEDS = re.compile(r"^-- needs: (.+)$", re.MULTILINE)
_ARGUMENTS = re.compile(r"^-- arguments: (.+)$", re.MULTILINE)
_READ_LISTS = (
    "do local at = %d for _, name in ipairs({%s}) do local list = {} "
    "for i = 1, tonumber(ARGV[at]) do list[i] = ARGV[at + i] end "
    "args[name], at = list, at + 1 + #list end end"
)

Argument = str | int | float


@dataclass(frozen=True, slots=True)
class Arguments:
    """The names of a script's arguments, in the order in which they are sent.

    A list is sent as its length and its members.
    """

    script: str
    single: tuple[str, ...]
    lists: tuple[str, ...]

    def write(self, given: Mapping[str, Argument | Sequence[Argument]]) -> list[Argument]:
        """The arguments to send. Raises TypeError for other names, and for a list instead of a
        value."""
        names = {*self.single, *self.lists}
        if given.keys() != names:
            raise TypeError(
                f"{self.script}.lua does not get {sorted(names - given.keys())} and does not take "
                f"{sorted(given.keys() - names)}"
            )
        words: list[Argument] = []
        for name in (*self.single, *self.lists):
            value = given[name]
            if isinstance(value, str | int | float) != (name in self.single):
                raise TypeError(f"{name} of {self.script}.lua: {type(value).__name__}")
            words += (value,) if isinstance(value, str | int | float) else (len(value), *value)
        return words

    def write_lua(self) -> str:
        """The line of Lua that builds `args` from the arguments sent."""
        single = ", ".join(f"{name} = ARGV[{at}]" for at, name in enumerate(self.single, 1))
        table = f"local args = {{{single}}}"
        lists = ", ".join(f"'{name}'" for name in self.lists)
        return f"{table} {_READ_LISTS % (len(self.single) + 1, lists)}" if lists else table


def list_names(folder: Traversable = FOLDER) -> list[str]:
    """The names of the scripts, or with SHARED of the subjects, in the order of the alphabet."""
    found = (path.name for path in folder.iterdir())
    return sorted(name.removesuffix(".lua") for name in found if name.endswith(".lua"))


@cache
def load_script(name: str) -> str:
    """The complete source of one of list_names().

    Each script starts with a `#!lua` line, which makes the server check before the first write
    whether it may write at all (memory, disk, role), so that a script is never cut off half way.
    `allow-oom` marks scripts that must run even when memory is full: they finish accepted work.

    Every script refuses data of a later schema before it does anything: a process of an earlier
    release that still runs would write the earlier form.

    Raises ValueError when it needs a subject that does not exist, or that needs itself.
    """
    flags, body = read_source(FOLDER, name).split("\n", 1)
    shared = (read_source(SHARED, subject) for subject in order_subjects(body))
    text = "\n".join([_FENCE, *shared, find_arguments(name).write_lua(), body])
    return "\n".join([flags, write_lua_names(text), text])


def order_subjects(text: str) -> list[str]:
    """The subjects that a script needs, each after those that it needs itself.

    Raises ValueError like load_script.
    """
    return list(dict.fromkeys(_walk_subjects(text, ())))


def _walk_subjects(text: str, above: tuple[str, ...]) -> Iterator[str]:
    for subject in find_needs(text):
        if subject in above:
            raise ValueError(
                f"a subject of lua/shared needs itself: {' > '.join((*above, subject))}"
            )
        yield from _walk_subjects(read_source(SHARED, subject), (*above, subject))
        yield subject


def find_needs(text: str) -> list[str]:
    """The subjects that a script, or a file of lua/shared, names."""
    return [subject for line in _NEEDS.findall(text) for subject in line.split(", ")]


@cache
def find_arguments(name: str) -> Arguments:
    """The arguments that one of list_names() declares."""
    declared = _ARGUMENTS.search(read_source(FOLDER, name))
    names = declared[1].split(", ") if declared else []
    lists = [each for each in names if each.endswith("...")]
    single = names[: len(names) - len(lists)]
    return Arguments(name, tuple(single), tuple(each.removesuffix("...") for each in lists))


def read_source(folder: Traversable, name: str) -> str:
    """A file of FOLDER or SHARED as it is. Raises ValueError when there is none."""
    try:
        return (folder / f"{name}.lua").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ValueError(f"there is no {folder.name}/{name}.lua") from error
