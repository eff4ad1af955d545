"""Word lists: written in code with `word_set`, or read from the files of data/, once at import.

A file of data/ has one entry per line. Lines that begin with "#" are comments: what the list is,
and where it comes from.
"""

from __future__ import annotations

from importlib.resources import files
from itertools import chain


def word_set(*lines: str) -> frozenset[str]:
    """The words of some lines, separated by white space."""
    return frozenset(chain.from_iterable(line.split() for line in lines))


def read_words(name: str) -> frozenset[str]:
    """The entries of data/<name>.txt."""
    return frozenset(_read_entries(name))


def read_pairs(name: str) -> dict[str, str]:
    """The entries "key = value" of data/<name>.txt, in their order."""
    return {key: value for key, _, value in (e.partition(" = ") for e in _read_entries(name))}


def _read_entries(name: str) -> list[str]:
    text = files("claims.english").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
