"""Reads Lua source as far as the tests of the scripts need it."""

from __future__ import annotations

import re

_COMMENT_OR_TEXT = re.compile(r"--[^\n]*|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_DEFINED = re.compile(r"^local (?:function (\w+)|([\w, ]+?) =)", re.MULTILINE)
_NAMED = (
    re.compile(r"\blocal (?:function )?([\w, ]+)"),
    re.compile(r"\bfunction *\w*\(([^)]*)\)"),
    re.compile(r"\bfor ([\w, ]+?) *(?:=|\bin\b)"),
)
# A name by itself: no field (`claim.label`, `claim:label()`), no key of a table (`{label = 1}`).
_USED = re.compile(r"(?<![\w.:])([A-Za-z_]\w*)\b(?! *=[^=])|(?<=\.\.)([A-Za-z_]\w*)\b")


def strip(text: str) -> str:
    """The source without comments and with empty strings."""
    return _COMMENT_OR_TEXT.sub(lambda m: "" if m[0].startswith("--") else "''", text)


def find_defined(text: str) -> set[str]:
    """The functions and constants that a file defines for all that follows it."""
    found = (one or several for one, several in _DEFINED.findall(strip(text)))
    return {name.strip() for names in found for name in names.split(",")}


def count_named(text: str, name: str) -> int:
    """How often a file gives this name to a variable, parameter or function of its own."""
    lists = [names for pattern in _NAMED for names in pattern.findall(strip(text))]
    return sum(name in map(str.strip, names.split(",")) for names in lists)


def find_used(text: str) -> set[str]:
    """The names that a file uses, its own among them."""
    return {one or other for one, other in _USED.findall(strip(text))}
