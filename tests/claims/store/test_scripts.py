"""The script files: with flags and an explanation, and with the functions that they use."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from claims.store import keys
from claims.store.connection import StoreConnection
from claims.store.scripts import (
    FOLDER,
    SHARED,
    Arguments,
    find_arguments,
    find_needs,
    list_names,
    load_script,
    order_subjects,
    read_source,
)
from tests.claims.store import lua_source

NAMES, SUBJECTS = list_names(), list_names(SHARED)
OWNER = {
    name: subject
    for subject in SUBJECTS
    for name in lua_source.find_defined(read_source(SHARED, subject))
}
"""The subject of each function and constant that scripts share."""
STORE = Path(str(files("claims.store")))
ANSWER = r"(?:^|\{|\band |\bor )'([a-z-]+)'"
DONE = {
    *("accepted", "already", "changed", "counted", "go", "known", "noted", "requested", "waiting"),
    *("changed-meanwhile", "not-failed"),  # the caller tries again, or goes on with the next
}
"""Words of scripts for which Python has nothing to do, and so does not name them."""
FILES = [*((FOLDER, name) for name in NAMES), *((SHARED, subject) for subject in SUBJECTS)]
every_file = pytest.mark.parametrize(("folder", "name"), FILES, ids=lambda part: str(part)[-30:])


@pytest.mark.parametrize("name", NAMES)
def test_a_script_begins_with_its_flags_and_an_explanation(name: str) -> None:
    """With the first line, the server checks before the script runs whether it may write."""
    first, second, *_ = read_source(FOLDER, name).splitlines()
    assert re.fullmatch(r"#!lua( flags=(allow-oom|no-writes))?", first)
    assert second.startswith("-- ")
    assert load_script(name).startswith(first + "\n")


@every_file
def test_no_script_spells_a_key_or_reads_another_clock(folder: Path, name: str) -> None:
    text = read_source(folder, name)
    assert keys.CLAIM.split(":")[0] + ":" not in text
    assert "os.time" not in text
    assert "'KEYS'" not in text


@every_file
def test_a_file_names_the_subjects_that_it_uses_and_no_others(folder: Path, name: str) -> None:
    text = read_source(folder, name)
    used = {OWNER[one] for one in lua_source.find_used(text) & OWNER.keys()}
    assert find_needs(text) == sorted(used - ({name} if folder == SHARED else set()))


@every_file
def test_no_file_gives_the_name_of_a_shared_function_to_something_else(
    folder: Path, name: str
) -> None:
    text = read_source(folder, name)
    own = lua_source.find_defined(text) if folder == SHARED else set()
    assert {one for one in OWNER if lua_source.count_named(text, one) != (one in own)} == set()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_used_and_is_read_in_one_sitting(subject: str) -> None:
    lines = read_source(SHARED, subject).splitlines()
    assert len(lines) < 350
    assert any(subject in order_subjects(read_source(FOLDER, name)) for name in NAMES)


def test_a_script_gets_each_subject_once_after_those_that_it_needs() -> None:
    order = order_subjects(read_source(FOLDER, "commit_verdict"))
    assert sorted(order) == sorted(set(order))
    for place, subject in enumerate(order):
        assert set(find_needs(read_source(SHARED, subject))) <= set(order[:place])
    script = load_script("commit_verdict")
    assert script.count("local function conclude(") == 1
    assert "local function offer(" not in script


def test_an_unknown_subject_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"there is no shared/nothing\.lua"):
        order_subjects("-- needs: clock, nothing\n")


def test_subjects_that_need_each_other_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.lua").write_text("-- needs: other\n", encoding="utf-8")
    (tmp_path / "other.lua").write_text("-- needs: one\n", encoding="utf-8")
    monkeypatch.setattr("claims.store.scripts.SHARED", tmp_path)
    with pytest.raises(ValueError, match="needs itself: one > other > one"):
        order_subjects("-- needs: one\n")


def test_the_scanner_finds_what_a_file_defines_and_uses() -> None:
    """A test of the tests above, which prove nothing when the scanner overlooks a name."""
    text = """
-- offer(x) in a comment, and 'drop' in a text
local MOST, LEAST = 1, 2
local function join(member, line)
  for i, count in ipairs({split = 1, [2] = item}) do redis.touch('leave', claim.label) end
  return line..fail(member)
end
"""
    assert lua_source.find_defined(text) == {"MOST", "LEAST", "join"}
    used = lua_source.find_used(text)
    assert {"item", "fail", "member"} <= used
    assert not used & {"offer", "drop", "split", "touch", "leave", "label"}
    named = {one: lua_source.count_named(text, one) for one in ("count", "line", "join", "fail")}
    assert named == {"count": 1, "line": 1, "join": 1, "fail": 0}


def find_answers(text: str) -> set[str]:
    """The words that the functions of a file, and a script itself, return."""
    returned = re.findall(r"\breturn ([^\n]*)", re.sub(r"--[^\n]*", "", text))
    return {word for line in returned for word in re.findall(ANSWER, line)} - {"null"}


@pytest.mark.parametrize("name", NAMES)
def test_a_script_answers_words_that_its_explanation_lists(name: str) -> None:
    text = read_source(FOLDER, name)
    explained = "".join(line for line in text.splitlines(keepends=True) if line.startswith("--"))
    assert not re.search(r"\breturn -\d|\b(and|or) -\d", text), "a number in place of a word"
    assert {word for word in find_answers(text) if f"'{word}'" not in explained} == set()


def test_python_knows_each_word_by_which_a_script_refuses() -> None:
    """A word that no module compares would count as success."""
    python = "".join(path.read_text(encoding="utf-8") for path in STORE.glob("*.py"))
    answered = set().union(*(find_answers(read_source(*file)) for file in FILES))
    assert {word for word in answered if f'"{word}"' not in python} == DONE


@pytest.mark.parametrize("name", NAMES)
def test_a_script_uses_the_arguments_that_it_declares_and_no_others(name: str) -> None:
    text = read_source(FOLDER, name)
    declared = find_arguments(name)
    assert set(re.findall(r"\bargs\.(\w+)", text)) == {*declared.single, *declared.lists}
    assert "ARGV" not in text


@pytest.mark.parametrize(
    "given",
    [
        {"name": "w1"},
        {"name": "w1", "count": 1},
        {"name": "w1", "counts": 1, "more": 1},
        {"name": "w1", "counts": [1]},
    ],
)
def test_a_call_with_other_arguments_is_refused_before_it_is_sent(given: dict[str, Any]) -> None:
    connection = StoreConnection("unix:///no/such/socket")
    with pytest.raises(TypeError, match=r"release\.lua"):
        connection.run("release", **given)


def test_a_text_in_place_of_a_list_is_refused() -> None:
    """Python would send its letters."""
    with pytest.raises(TypeError, match=r"ids of find_repeated\.lua: str"):
        find_arguments("find_repeated").write({"stage": "gather", "ids": "c1"})


def test_arguments_are_sent_in_the_order_of_their_names() -> None:
    arguments = Arguments("one", ("id", "token"), ("pages", "tags"))
    given = {"tags": (), "token": "t", "pages": ["p", "q"], "id": 7}
    assert arguments.write(given) == [7, "t", 2, "p", "q", 0]


def test_every_key_is_under_one_prefix_and_none_begins_another() -> None:
    names = [value for name, value in vars(keys).items() if name.isupper()]
    assert all(name.startswith("assay:") for name in names)
    assert len(set(names)) == len(names)
    per_id = [name for name in names if name.endswith(":")]
    assert not [(a, b) for a in per_id for b in names if a != b and b.startswith(a)]
