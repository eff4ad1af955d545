"""The script files: complete, with flags and an explanation."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from claims.store import keys
from claims.store.scripts import NAMES, load_script

FOLDER = files("claims.store") / "lua"


def test_every_file_is_a_known_script() -> None:
    found = {path.name for path in FOLDER.iterdir()}
    assert found == {"prelude.lua"} | {f"{name}.lua" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_script_begins_with_its_flags_and_an_explanation(name: str) -> None:
    """With the first line, the server checks before the script runs whether it may write."""
    first, second, *_ = (FOLDER / f"{name}.lua").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"#!lua( flags=(allow-oom|no-writes))?", first)
    assert second.startswith("-- ")
    assert load_script(name).startswith(first + "\n")


@pytest.mark.parametrize("name", NAMES)
def test_no_script_spells_a_key_or_reads_another_clock(name: str) -> None:
    text = (FOLDER / f"{name}.lua").read_text(encoding="utf-8")
    assert keys.CLAIM.split(":")[0] + ":" not in text
    assert "os.time" not in text
    assert "'KEYS'" not in text


def test_every_key_is_under_one_prefix_and_none_begins_another() -> None:
    names = [value for name, value in vars(keys).items() if name.isupper()]
    assert all(name.startswith("assay:") for name in names)
    assert len(set(names)) == len(names)
    per_id = [name for name in names if name.endswith(":")]
    assert not [(a, b) for a in per_id for b in names if a != b and b.startswith(a)]
