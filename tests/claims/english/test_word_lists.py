"""English word lists are only in claims/english/, and its data files are well formed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from claims.english.word_lists import read_pairs, read_words, word_set

ROOT = Path(__file__).resolve().parents[3]
DATA = [path.name for path in (ROOT / "claims" / "english" / "data").iterdir()]
PAIRS = {"adjectives.txt", "capitals.txt", "language_names.txt"}
# Maximum lower-case words of a collection, or alternatives of a pattern, outside claims/english/.
MOST = 8
# Files that may exceed MOST, with the reason why their words are not knowledge of English.
ALLOWED = {
    "extraction/check_worthiness.py": "check-worthiness: the weights were fitted to these words",
    "reader/addressed.py": "orders to language models, and what their servers write between turns",
    "report/environment.py": "names of filters",
    "report/export_table.py": "names of columns",
    "report/messages.py": "messages for each code",
    "sources/address.py": "parameters of addresses",
    "sources/links.py": "names of HTML elements, file endings and hosts",
    "sources/main_text.py": "names of HTML elements and classes, notices about cookies",
    "sources/obstacles.py": "notices of web sites in several languages, parts of addresses",
    "sources/providers/mediawiki.py": "parameters of MediaWiki's API",
}
WORD = re.compile(r"[a-zà-ÿ]+(?:['’-][a-zà-ÿ]+)*")
ESCAPE = re.compile(r"\\[A-Za-z]")
MODULES = [
    path.relative_to(ROOT / "claims").as_posix()
    for path in sorted((ROOT / "claims").rglob("*.py"))
    if path.parent != ROOT / "claims" / "english"
]


def find_word_lists(source: str) -> Iterator[tuple[int, int]]:
    """Yield (line, number of words) of each collection and pattern with more than MOST words."""
    tree = ast.parse(source)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
        if id(node) in skipped:
            continue
        count = sum(WORD.fullmatch(word) is not None for word in list_words(node))
        count = max(count, count_alternatives(node))
        if count > MOST:
            yield node.lineno, count


def list_words(node: ast.AST) -> list[str]:
    """List the strings of a collection and its tuples, the keys of a dict, or a split text."""
    match node:
        case ast.Set(elts) | ast.List(elts) | ast.Tuple(elts):
            return [word for item in elts for word in [*constants(item), *list_words(item)]]
        case ast.Dict(keys):
            return [word for key in keys for word in constants(key)]
        case ast.Call(func=ast.Attribute(value=text, attr="split")):
            return [word for part in constants(text) for word in part.split()]
        case ast.Call(func=ast.Name("word_set"), args=texts):
            return [word for text in texts for part in constants(text) for word in part.split()]
    return []


def constants(node: ast.AST | None) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case _:
            return []


def count_alternatives(node: ast.AST) -> int:
    """Count the alternatives with a lower-case word in a string read as a regular expression."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(part for one in parts for part in constants(one))
    if "|" not in text:
        return 0
    return sum(re.search("[a-z]{2}", one) is not None for one in ESCAPE.sub("", text).split("|"))


@pytest.mark.parametrize("module", sorted({*MODULES} - {*ALLOWED}))
def test_no_other_module_has_a_word_list(module: str) -> None:
    found = list(find_word_lists((ROOT / "claims" / module).read_text("utf-8")))
    assert found == [], "word lists of English belong to claims/english/"


@pytest.mark.parametrize("module", ALLOWED)
def test_every_exception_is_still_needed(module: str) -> None:
    assert list(find_word_lists((ROOT / "claims" / module).read_text("utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "A = frozenset({'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'})",
        "A = [('rose', 'fell'), ('won', 'lost'), ('more', 'less'), ('up', 'down'), ('in', 'out')]",
        "A = 'one two three four five six seven eight nine'.split()",
        "A = word_set('one two three four five', 'six seven eight nine')",
        "A = {'a': 1, 'b': 1, 'c': 1, 'd': 1, 'e': 1, 'f': 1, 'g': 1, 'h': 1, 'i': 1}",
        r"A = re.compile(r'\b(?:one|two|three|four|five|six|seven|eight|nine)\b')",
        r"A = rf'\b(?:one|two|three|four|five|{X}|six|seven|eight|nine)\b'",
    ],
)
def test_scan_finds_word_lists(source: str) -> None:
    assert next(count for _, count in find_word_lists(source)) > MOST


def test_scan_ignores_short_lists_texts_and_patterns() -> None:
    docstring = '"""A | text of | many | words | that | are | no | list | at | all | here."""'
    assert list(find_word_lists(docstring)) == []
    assert list(find_word_lists("A = {'one', 'two', 'three'}")) == []
    assert list(find_word_lists(r"A = r'\d|\w|\s|\b|\d|\w|\s|\b|\d|\w|\s|\b'")) == []


@pytest.mark.parametrize("name", DATA)
def test_data_file_names_its_source_and_has_no_duplicates(name: str) -> None:
    text = files("claims.english").joinpath("data", name).read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    entries = [line for line in text.splitlines() if not line.startswith("#")]
    assert any(line.startswith("# Source: ") for line in comments)
    keys = [entry.partition(" = ")[0] for entry in entries]
    assert len(set(keys)) == len(keys)
    assert all(entry == entry.strip() and entry for entry in entries)
    assert all(" = " in entry for entry in entries) if name in PAIRS else entries == sorted(entries)


def test_entries_are_read_without_comments() -> None:
    assert "# Source" not in " ".join(read_words("verbs"))
    assert {"accept", "write"} <= read_words("verbs")
    assert read_pairs("capitals")["addis ababa"] == "ethiop"
    assert word_set("one two", "three") == {"one", "two", "three"}
