"""Answers and tokens of second readers in one file of the data folder."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claims.errors import StoreUnavailable
from claims.ports import Recalled, RequestUsage
from claims.reader import answer_file
from claims.reader.answer_file import FILE_NAME, AnswerFile


def keep(file: AnswerFile, key: str, answer: str = "{}", *, tokens: int = 10) -> None:
    file.spend(RequestUsage(tokens=tokens, key=key, answer=answer))


def find(file: AnswerFile, key: str) -> str | None:
    answer = file.recall(key).answer
    file.end(key)
    return answer


def test_an_answer_is_there_for_the_next_process(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert find(AnswerFile(folder), "k") is None
    assert not (folder / FILE_NAME).exists()
    keep(AnswerFile(folder), "k", '{"label": "SUPPORTED"}')
    keep(AnswerFile(folder), "k", '{"label": "REFUTED"}')
    assert find(AnswerFile(folder), "k") == '{"label": "REFUTED"}'
    assert find(AnswerFile(folder), "other") is None


def test_an_answer_that_nobody_used_for_long_is_deleted_with_the_next(tmp_path: Path) -> None:
    file = AnswerFile(tmp_path)
    for key in ("old", "used"):
        keep(file, key)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database, database:
        database.execute("UPDATE answers SET used_on = '2020-01-01'")
    assert find(file, "used") == "{}"
    keep(file, "new")
    assert [find(file, key) for key in ("old", "used", "new")] == [None, "{}", "{}"]


def test_a_question_is_asked_by_one_thread_at_a_time(tmp_path: Path) -> None:
    file = AnswerFile(tmp_path)
    assert file.recall("k") == file.recall("k") == Recalled()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(file.recall, "k").result() == Recalled(is_asked=True)
        pool.submit(file.end, "k").result()  # that thread does not ask
        assert pool.submit(file.recall, "k").result() == Recalled(is_asked=True)
        file.end("k")
        assert pool.submit(file.recall, "k").result() == Recalled()
        assert file.recall("k") == Recalled(is_asked=True)


def test_a_question_is_not_asked_by_a_thread_that_could_not_look_it_up(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("this is no database, but a text that is long enough" * 40)
    file = AnswerFile(tmp_path)
    with pytest.raises(StoreUnavailable):
        file.recall("k")
    (tmp_path / FILE_NAME).unlink()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(file.recall, "k").result() == Recalled()


# Asks a question of the data folder for as long as its standard input is open.
ASKING = """
import sys
from pathlib import Path
from claims.reader.answer_file import AnswerFile
print(AnswerFile(Path(sys.argv[1])).recall("k").is_asked, flush=True)
sys.stdin.read()
"""


def test_a_question_is_asked_by_one_process_at_a_time_and_by_the_next_after_a_kill(
    tmp_path: Path,
) -> None:
    file = AnswerFile(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", ASKING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "False\n"
        assert file.recall("k") == Recalled(is_asked=True)
        assert file.recall("another") == Recalled()
        keep(file, "k")
        assert file.recall("k") == Recalled(is_asked=True)  # until the other one ends
        other.kill()
    assert file.recall("k") == Recalled("{}")


def test_a_data_folder_that_cannot_be_written_stops_no_question(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in place of the folder")
    file = AnswerFile(tmp_path / "data")
    assert file.recall("k") == Recalled()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(file.recall, "k").result() == Recalled(is_asked=True)
    file.end("k")


def test_the_budget_of_a_day_holds_for_all_processes(tmp_path: Path) -> None:
    first, second = (AnswerFile(tmp_path, tokens_per_day=100) for _ in range(2))
    assert first.allows()
    first.spend(RequestUsage(tokens=60))
    assert second.allows()
    second.spend(RequestUsage(tokens=60))
    assert not first.allows()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database, database:
        database.execute("UPDATE tokens SET day = '2020-01-01'")
    assert first.allows()


def test_tokens_are_counted_without_a_budget(tmp_path: Path) -> None:
    file = AnswerFile(tmp_path)
    assert (file.read_today().tokens, file.read_today().requests) == (0, 0)
    file.spend(RequestUsage(tokens=10**9))
    file.spend(RequestUsage(tokens=40, estimated=30))
    assert file.allows()
    today = AnswerFile(tmp_path).read_today()
    assert (today.tokens, today.requests, today.estimated) == (10**9 + 40, 2, 30)
    assert abs((today.day - datetime.now(UTC).date()).days) <= 1


def test_tokens_that_an_earlier_release_counted_are_still_counted(tmp_path: Path) -> None:
    day = AnswerFile(tmp_path).read_today().day.isoformat()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database, database:
        database.execute("CREATE TABLE tokens (day TEXT PRIMARY KEY, used INTEGER NOT NULL)")
        database.execute("INSERT INTO tokens VALUES (?, 70)", (day,))
    file = AnswerFile(tmp_path, tokens_per_day=100)
    assert (file.read_today().tokens, file.read_today().requests) == (70, 0)
    file.spend(RequestUsage(tokens=30))
    assert not file.allows()
    assert (file.read_today().tokens, file.read_today().requests) == (100, 1)


def test_several_threads_write_at_a_time(tmp_path: Path) -> None:
    def write(number: int) -> None:
        file = AnswerFile(tmp_path, tokens_per_day=10**6)
        keep(file, f"k{number}", str(number))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = AnswerFile(tmp_path, tokens_per_day=80)
    assert not file.allows()
    assert [find(file, f"k{number}") for number in range(8)] == [*map(str, range(8))]


def test_a_file_that_is_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("this is no database, but a text that is long enough" * 40)
    file = AnswerFile(tmp_path, tokens_per_day=1)
    for use in (lambda: find(file, "k"), lambda: keep(file, "k"), file.allows):
        with pytest.raises(StoreUnavailable, match=FILE_NAME):
            use()


def test_threads_of_one_process_wait_for_each_other_however_many_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite gives up after some time, which many threads can exceed: here it never waits."""
    monkeypatch.setattr(answer_file, "_BUSY_S", 0.0)
    file = AnswerFile(tmp_path, tokens_per_day=1000)

    def use(number: int) -> str | None:
        keep(file, f"k{number}", tokens=1)
        return find(file, f"k{number}") if file.allows() else None

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(16))) == {"{}"}
