"""`shelf add` may be killed at any time: the next run resumes, without duplicates."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from claims.errors import ShelfBusy, ShelfDamaged
from claims.shelves import contents
from claims.shelves.catalog_rows import FileState
from claims.shelves.filling import ShelfFiller
from tests.claims.shelves.desk import Desk, no_progress, write
from tests.stack.forks import Forked, fork_module
from tests.stack.workers import wait_until

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


@dataclass(frozen=True, slots=True)
class Run:
    """A process of `assay shelf`, and the file of all that it prints."""

    process: Forked
    printed: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def start(desk: Desk, *arguments: str | Path, kill_at: str = "") -> Run:
    folder = desk.data_folder.parent
    printed = folder / f"run-{len(list(folder.glob('run-*')))}"
    with printed.open("wb") as output:
        process = fork_module(
            "tests.stack.shelf_command",
            ["shelf", *map(str, arguments), "--data", str(desk.data_folder)],
            env=os.environ | {"KILL_AT": kill_at},
            output=output,
        )
    return Run(process, printed)


def finish(run: Run) -> int:
    status = run.process.wait(100)
    printed = run.printed.read_text()
    assert "Traceback" not in printed, printed
    return status


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


def kill_until_done(start_run: Callable[[], Run], kills: int) -> None:
    """Run the command `kills` times with a kill after a random time, and then once to the end."""
    waits = random.Random(5)
    for _ in range(kills):
        run = start_run()
        with suppress(subprocess.TimeoutExpired):
            run.process.wait(waits.uniform(0.03, 0.5))
        run.kill()
    assert finish(start_run()) == 0


def test_run_after_a_kill_continues_the_work(desk: Desk, archive: Path) -> None:
    kill_until_done(lambda: start(desk, "add", "press", archive), kills=6)
    check_all_is_there(desk, "new", set(range(FILES)))
    change(archive)
    kill_until_done(lambda: start(desk, "update", "press"), kills=6)
    check_all_is_there(desk, "old", {n for n in range(FILES) if n % 3 != 1})


@pytest.mark.parametrize(
    "method", ["index IndexWriter commit", "catalog_writer CatalogWriter commit"]
)
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [2, 4])
def test_kill_around_a_commit_loses_and_duplicates_nothing(
    method: str, moment: str, call: int, desk: Desk, archive: Path
) -> None:
    """The two commits of a batch: that of the index, and that of the catalog."""
    point = f"{method} {call} {moment}"
    assert finish(start(desk, "add", "press", archive, kill_at=point)) == -signal.SIGKILL
    with suppress(ShelfDamaged):  # readers see a part, or no shelf yet
        assert all(found.document for found in desk.search("district council"))
    assert finish(start(desk, "add", "press", archive)) == 0
    check_all_is_there(desk, "new", set(range(FILES)))
    change(archive)
    assert finish(start(desk, "update", "press", kill_at=point)) == -signal.SIGKILL
    assert finish(start(desk, "update", "press")) == 0
    check_all_is_there(desk, "old", {n for n in range(FILES) if n % 3 != 1})


def test_passages_without_a_catalog_row_do_not_hide_others(desk: Desk, archive: Path) -> None:
    desk.add(archive / "deep" / "f1.txt")
    point = "index IndexWriter commit 1 after"
    rows = archive / "rows.jsonl"
    assert finish(start(desk, "add", "press", rows, kill_at=point)) == -signal.SIGKILL
    assert desk.shelf.count_passages() > 1
    (found,) = desk.shelf.find_passages("district council", limit=1)
    assert found.document.locator == "f1.txt"


def test_large_file_is_continued_at_its_last_commit(desk: Desk, archive: Path) -> None:
    run = start(desk, "add", "press", archive / "rows.jsonl")
    wait_until(lambda: read_through(desk) >= 100, patience_s=60)
    run.kill()
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
    run = start(desk, "add", "press", archive / "rows.jsonl")
    wait_until(lambda: read_through(desk) >= 100, patience_s=60)
    run.kill()
    write(archive, {"rows.jsonl": f'{{"text": "{sentence("row", 0, "short")}"}}\n'})
    desk.update()
    assert desk.shelf.count_passages() == 1


def test_second_writer_is_refused(desk: Desk, archive: Path) -> None:
    with ShelfFiller(desk.place, reader=desk.reader) as filler:
        refused = start(desk, "add", "press", archive)
        assert finish(refused) == 1
        (complaint,) = refused.printed.read_text().splitlines()
        assert "another process is writing the shelf press" in complaint
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
    run = start(desk, "add", "press", archive)
    seen, ends_at = 0, time.monotonic() + 60
    while run.process.poll() is None and time.monotonic() < ends_at:
        with suppress(ShelfDamaged):  # there is no shelf yet
            found = shelf.find_passages("district council", limit=1_000)
            assert len(found) >= seen  # no passage disappears
            seen = len(found)
    assert finish(run) == 0
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
