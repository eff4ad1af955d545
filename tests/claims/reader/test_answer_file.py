"""Answers and tokens of second readers in one file of the data folder."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from claims.errors import StoreUnavailable
from claims.reader import answer_file
from claims.reader.answer_file import FILE_NAME, AnswerFile


def test_an_answer_is_there_for_the_next_process(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert AnswerFile(folder).get_answer("k") is None
    assert not folder.exists()
    AnswerFile(folder).keep_answer("k", '{"label": "SUPPORTED"}')
    AnswerFile(folder).keep_answer("k", '{"label": "REFUTED"}')
    assert AnswerFile(folder).get_answer("k") == '{"label": "REFUTED"}'
    assert AnswerFile(folder).get_answer("other") is None


def test_an_answer_that_nobody_used_for_long_is_deleted_with_the_next(tmp_path: Path) -> None:
    file = AnswerFile(tmp_path)
    for key in ("old", "used"):
        file.keep_answer(key, "{}")
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database, database:
        database.execute("UPDATE answers SET used_on = '2020-01-01'")
    assert file.get_answer("used") == "{}"
    file.keep_answer("new", "{}")
    assert [file.get_answer(key) for key in ("old", "used", "new")] == [None, "{}", "{}"]


def test_the_budget_of_a_day_holds_for_all_processes(tmp_path: Path) -> None:
    first, second = (AnswerFile(tmp_path, tokens_per_day=100) for _ in range(2))
    assert first.allows()
    first.spend(60)
    assert second.allows()
    second.spend(60)
    assert not first.allows()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database, database:
        database.execute("UPDATE tokens SET day = '2020-01-01'")
    assert first.allows()


def test_without_a_budget_nothing_is_counted(tmp_path: Path) -> None:
    file = AnswerFile(tmp_path)
    file.spend(10**9)
    assert file.allows()
    assert not (tmp_path / FILE_NAME).exists()


def test_several_threads_write_at_a_time(tmp_path: Path) -> None:
    def write(number: int) -> None:
        file = AnswerFile(tmp_path, tokens_per_day=10**6)
        file.keep_answer(f"k{number}", str(number))
        file.spend(10)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = AnswerFile(tmp_path, tokens_per_day=80)
    assert not file.allows()
    assert [file.get_answer(f"k{number}") for number in range(8)] == [*map(str, range(8))]


def test_a_file_that_is_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("this is no database, but a text that is long enough" * 40)
    file = AnswerFile(tmp_path, tokens_per_day=1)
    for use in (lambda: file.get_answer("k"), lambda: file.keep_answer("k", "{}"), file.allows):
        with pytest.raises(StoreUnavailable, match=FILE_NAME):
            use()


def test_threads_of_one_process_wait_for_each_other_however_many_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite gives up after some time, which many threads can exceed: here it never waits."""
    monkeypatch.setattr(answer_file, "_BUSY_S", 0.0)
    file = AnswerFile(tmp_path, tokens_per_day=1000)

    def use(number: int) -> str | None:
        file.spend(1)
        file.keep_answer(f"k{number}", "{}")
        return file.get_answer(f"k{number}") if file.allows() else None

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(16))) == {"{}"}
