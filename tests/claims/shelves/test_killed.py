"""`shelf add` may be killed at any time: the next run resumes, without duplicates."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from claims.errors import ShelfBusy, ShelfDamaged
from claims.shelves import contents
from claims.shelves.catalog_rows import FileState
from claims.shelves.filling import ShelfFiller
from tests.claims.shelves.desk import Desk, no_progress, write
from tests.stack.workers import wait_until

# Patch for the real command: batches so small that there are many of them.
SMALL = "from claims.shelves import batches; batches.BATCH_PASSAGES = 40; "
RUN = "from service.cli import main; main()"
# Kills the process before or after one of the two commits that end a batch, which a timer would
# not hit.
DYING = """
import os, signal
from claims.shelves.{module} import {name} as victim
original, calls = victim.{method}, [0]
def die(self, *arguments):
    calls[0] += 1
    if calls[0] == {call} and {before}: os.kill(os.getpid(), signal.SIGKILL)
    result = original(self, *arguments)
    if calls[0] == {call}: os.kill(os.getpid(), signal.SIGKILL)
    return result
victim.{method} = die
"""
ROWS = 200
FILES = 21


def sentence(kind: str, number: int, state: str = "new") -> str:
    return f"The {kind} of district w{number}w was {state} when the council met again."


@pytest.fixture
def archive(folder: Path) -> Path:
    rows = "".join(f'{{"text": "{sentence("row", n)}"}}\n' for n in range(ROWS))
    texts = {f"deep/f{n}.txt": sentence("file", n) for n in range(FILES)}
    return write(folder, {"rows.jsonl": rows, **texts})


def change(archive: Path) -> None:
    """Change all rows and some files, and delete other files."""
    rows = "".join(f'{{"text": "{sentence("row", n, "old")}"}}\n' for n in range(ROWS))
    write(archive, {"rows.jsonl": rows})
    for number in range(0, FILES, 3):
        write(archive, {f"deep/f{number}.txt": sentence("file", number, "old")})
        (archive / f"deep/f{number + 1}.txt").unlink()


def start(desk: Desk, *arguments: str | Path, patch: str = SMALL) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", patch + RUN, "shelf", *arguments, "--data", desk.data_folder]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> int:
    _, complaint = process.communicate(timeout=100)
    assert b"Traceback" not in complaint, complaint.decode()
    return process.returncode


def check_all_is_there(desk: Desk, state: str, files: set[int]) -> None:
    """Assert that every document is there once, in this state, and found under its own locator."""
    desk.check_agreement()
    assert len(desk.search("district council")) == 20
    for number in random.Random(3).sample(range(ROWS), 20):
        assert desk.locators(f"w{number}w row")[0] == f"archive/rows.jsonl:{number + 1}"
        assert desk.text_of(f"archive/rows.jsonl:{number + 1}") == sentence("row", number, state)
    kept = {row.locator for row in desk.shelf.catalog.list_files()}
    assert kept == {"archive/rows.jsonl", *(f"archive/deep/f{n}.txt" for n in files)}
    assert desk.shelf.count_passages() == ROWS + len(files)
    for number in files:
        (file, *_) = desk.locators(f"file w{number}w")
        assert file == f"archive/deep/f{number}.txt"


def kill_until_done(run: Callable[[], subprocess.Popen[bytes]], kills: int) -> None:
    """Run the command `kills` times with a kill after a random time, and then once to the end."""
    waits = random.Random(5)
    for _ in range(kills):
        process = run()
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=waits.uniform(0.35, 1.0))
        process.kill()
        process.communicate()
    assert finish(run()) == 0


def test_run_after_a_kill_continues_the_work(desk: Desk, archive: Path) -> None:
    kill_until_done(lambda: start(desk, "add", "press", archive), kills=6)
    check_all_is_there(desk, "new", set(range(FILES)))
    change(archive)
    kill_until_done(lambda: start(desk, "update", "press"), kills=6)
    check_all_is_there(desk, "old", {n for n in range(FILES) if n % 3 != 1})


@pytest.mark.parametrize(
    ("module", "name", "method", "before"),
    [
        ("index", "IndexWriter", "commit", True),
        ("index", "IndexWriter", "commit", False),
        ("catalog_writer", "CatalogWriter", "commit", True),
        ("catalog_writer", "CatalogWriter", "commit", False),
    ],
)
@pytest.mark.parametrize("call", [2, 4])
def test_kill_around_a_commit_loses_and_duplicates_nothing(
    module: str, name: str, method: str, before: bool, call: int, desk: Desk, archive: Path
) -> None:
    dying = SMALL + DYING.format(module=module, name=name, method=method, before=before, call=call)
    assert finish(start(desk, "add", "press", archive, patch=dying)) == -signal.SIGKILL
    with suppress(ShelfDamaged):  # readers see a part, or no shelf yet
        assert all(found.document for found in desk.search("district council"))
    assert finish(start(desk, "add", "press", archive)) == 0
    check_all_is_there(desk, "new", set(range(FILES)))
    change(archive)
    assert finish(start(desk, "update", "press", patch=dying)) == -signal.SIGKILL
    assert finish(start(desk, "update", "press")) == 0
    check_all_is_there(desk, "old", {n for n in range(FILES) if n % 3 != 1})


def test_passages_without_a_catalog_row_do_not_hide_others(desk: Desk, archive: Path) -> None:
    desk.add(archive / "deep" / "f1.txt")
    dying = SMALL + DYING.format(
        module="index", name="IndexWriter", method="commit", before=False, call=1
    )
    finish(start(desk, "add", "press", archive / "rows.jsonl", patch=dying))
    assert desk.shelf.count_passages() > 1
    (found,) = desk.shelf.find_passages("district council", limit=1)
    assert found.document.locator == "f1.txt"


def test_large_file_is_continued_at_its_last_commit(desk: Desk, archive: Path) -> None:
    process = start(desk, "add", "press", archive / "rows.jsonl")
    wait_until(lambda: read_through(desk) >= 100, patience_s=60)
    process.kill()
    process.communicate()
    before = read_through(desk)
    assert 100 <= before <= ROWS
    with ShelfFiller(desk.place, reader=desk.reader) as filler:
        contents.update(filler)
        filled = filler.run(no_progress)
    assert filled.documents == ROWS - before
    desk.check_agreement()
    assert desk.shelf.count_passages() == ROWS


def read_through(desk: Desk) -> int:
    """Number of committed records of the only file; 0 while there is no shelf."""
    try:
        files = desk.shelf.catalog.list_files()
    except ShelfDamaged:
        return 0
    return files[0].read_through if files else 0


def test_file_changed_between_runs_is_read_from_the_beginning(desk: Desk, archive: Path) -> None:
    process = start(desk, "add", "press", archive / "rows.jsonl")
    wait_until(lambda: read_through(desk) >= 100, patience_s=60)
    process.kill()
    process.communicate()
    write(archive, {"rows.jsonl": f'{{"text": "{sentence("row", 0, "short")}"}}\n'})
    desk.update()
    assert desk.shelf.count_passages() == 1


def test_second_writer_is_refused(desk: Desk, archive: Path) -> None:
    with ShelfFiller(desk.place, reader=desk.reader) as filler:
        process = start(desk, "add", "press", archive)
        output, complaint = process.communicate(timeout=60)
        assert (process.returncode, output) == (1, b"")
        assert complaint.count(b"\n") == 1
        assert b"another process is writing the shelf press" in complaint
        with pytest.raises(ShelfBusy):
            contents.remove_shelf(desk.place)
        contents.add(filler, [str(archive)], fields=None)
        filler.run(no_progress)
    check_all_is_there(desk, "new", set(range(FILES)))


def test_open_reader_sees_each_commit(desk: Desk, folder: Path) -> None:
    shelf = desk.shelf
    with pytest.raises(ShelfDamaged, match="there is no shelf press"):
        shelf.find_passages("council", limit=5)
    desk.add(write(folder, {"a.txt": sentence("file", 1)}))
    assert len(shelf.find_passages("council", limit=5)) == 1
    desk.add(write(folder, {"b.txt": sentence("file", 2)}))
    assert len(shelf.find_passages("council", limit=5)) == 2
    (folder / "a.txt").unlink()
    desk.update()
    assert [item.document.locator for item in shelf.find_passages("council", limit=5)] == [
        "archive/b.txt"
    ]


def test_readers_are_not_disturbed_by_a_writer(desk: Desk, archive: Path) -> None:
    shelf = desk.shelf
    process = start(desk, "add", "press", archive)
    seen, ends_at = 0, time.monotonic() + 60
    while process.poll() is None and time.monotonic() < ends_at:
        with suppress(ShelfDamaged):  # there is no shelf yet
            found = shelf.find_passages("district council", limit=1_000)
            assert len(found) >= seen  # no passage disappears
            seen = len(found)
    assert finish(process) == 0
    assert len(shelf.find_passages("district council", limit=1_000)) == ROWS + FILES


def test_removed_shelf_may_be_created_again(desk: Desk, folder: Path) -> None:
    shelf = desk.shelf
    desk.add(write(folder, {"a.txt": sentence("file", 1)}))
    assert len(shelf.find_passages("council", limit=5)) == 1
    contents.remove_shelf(desk.place)
    assert list(desk.place.shelves.iterdir()) == []
    desk.add(write(folder, {"a.txt": sentence("file", 2)}))
    assert len(shelf.find_passages("council w2w", limit=5)) == 1
    assert shelf.find_passages("w1w", limit=5) == ()


def test_states_are_shown_while_a_file_is_pending(desk: Desk, archive: Path) -> None:
    with ShelfFiller(desk.place, reader=desk.reader) as filler:
        contents.add(filler, [str(archive)], fields=None)
    states = {file.state for file in desk.shelf.catalog.list_files()}
    assert states == {FileState.PENDING}
    desk.update()
    check_all_is_there(desk, "new", set(range(FILES)))
