"""Results of tests of readers: kept whole or not at all, one for each model and instruction."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from claims.errors import InvalidInput
from claims.reader import results
from claims.reader.results import (
    FILE_NAME,
    LOCK_NAME,
    Result,
    Tally,
    describe_elsewhere,
    find_result,
    keep_result,
    read_results,
)
from claims.types import Measured, ReaderName, VerdictLabel
from tests.claims.samples import JUDGE, NOON

S, N = VerdictLabel.SUPPORTED, VerdictLabel.NOT_ENOUGH_EVIDENCE
NAME = ReaderName("qwen", "1")
RESULT = Result(
    reader=NAME,
    tested_at=NOON,
    claims=60,
    counts={S: {S: 30, N: 2}, N: {N: 25}},
    discarded=2,
    no_answer=1,
    tokens=93_000,
    seconds=240.5,
    judge=JUDGE,
    judge_seconds=61.0,
    read=Tally(right=55, decided=30, wrong=0),
    judged=Tally(right=31, decided=28, wrong=9),
    both=Tally(right=56, decided=31, wrong=1),
)


def list_files(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def test_nothing_is_known_before_the_first_test(tmp_path: Path) -> None:
    assert read_results(tmp_path / "not-there") == []
    assert find_result(tmp_path, NAME) is None


def test_a_result_is_read_as_it_was_kept(tmp_path: Path) -> None:
    keep_result(tmp_path / "new" / "folder", RESULT)
    assert find_result(tmp_path / "new" / "folder", NAME) == RESULT
    assert list_files(tmp_path / "new" / "folder") == {FILE_NAME, LOCK_NAME}


def test_another_test_replaces_the_result_of_that_model_and_instruction_alone(
    tmp_path: Path,
) -> None:
    other, newer = replace(RESULT, reader=ReaderName("gemma", "1")), ReaderName("qwen", "2")
    again = replace(RESULT, tokens=1)
    for one in (RESULT, other, replace(RESULT, reader=newer), again):
        keep_result(tmp_path, one)
    assert [one.reader.model for one in read_results(tmp_path)] == ["gemma", "qwen", "qwen"]
    assert find_result(tmp_path, NAME) == again
    assert find_result(tmp_path, newer) == replace(RESULT, reader=newer)


def test_a_shorter_test_takes_the_place_of_a_longer_one_by_force_alone(tmp_path: Path) -> None:
    longer, forced = replace(RESULT, claims=120), replace(RESULT, claims=59, forced=True)
    for one in (RESULT, longer, replace(longer, tokens=1)):
        keep_result(tmp_path, one)
    with pytest.raises(InvalidInput, match=r"qwen was tested on 120 claims already: a test on 60"):
        keep_result(tmp_path, RESULT)
    keep_result(tmp_path, replace(RESULT, reader=ReaderName("gemma", "1")))
    assert find_result(tmp_path, NAME) == replace(longer, tokens=1)
    keep_result(tmp_path, forced)
    assert find_result(tmp_path, NAME) == forced


def test_a_write_that_fails_leaves_the_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_result(tmp_path, RESULT)

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results.os, "fsync", fail)
    with pytest.raises(InvalidInput, match="No space left"):
        keep_result(tmp_path, replace(RESULT, tokens=1))
    monkeypatch.undo()
    assert read_results(tmp_path) == [RESULT]
    assert list_files(tmp_path) == {FILE_NAME, LOCK_NAME}


def test_tests_that_end_at_the_same_moment_are_all_kept(tmp_path: Path) -> None:
    names = [ReaderName(f"model {number:02}", "1") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: keep_result(tmp_path, replace(RESULT, reader=name)), names))
    assert [one.reader for one in read_results(tmp_path)] == names


HERE, THERE = "http://here.example:80/v1", "http://there.example:80/v1"


def test_a_test_counts_for_the_endpoint_that_was_asked_and_elsewhere_it_is_named(
    tmp_path: Path,
) -> None:
    here, there = replace(NAME, endpoint=HERE), replace(NAME, endpoint=THERE)
    keep_result(tmp_path, replace(RESULT, reader=here))
    assert find_result(tmp_path, here) == replace(RESULT, reader=here)
    assert find_result(tmp_path, there) is None
    assert describe_elsewhere(tmp_path, here) is None
    told = describe_elsewhere(tmp_path, there)
    assert told is not None
    assert f"qwen was measured with another address ({HERE}) and not with {THERE}" in told
    assert describe_elsewhere(tmp_path, replace(there, model="gemma")) is None
    assert describe_elsewhere(tmp_path, replace(there, instruction="2")) is None
    keep_result(tmp_path, replace(RESULT, reader=there, claims=59))
    assert len(read_results(tmp_path)) == 2
    assert describe_elsewhere(tmp_path, there) is None


def test_a_refusal_at_another_address_is_named_with_its_figures_unless_forced(
    tmp_path: Path,
) -> None:
    here, there = replace(NAME, endpoint=HERE), replace(NAME, endpoint=THERE)
    refused = replace(RESULT, reader=here, read=RESULT.judged)
    keep_result(tmp_path, refused)
    told = f"({HERE}, and was refused there: 31 of 60, judge 31) and not with {THERE}, where"
    assert told in str(describe_elsewhere(tmp_path, there))
    keep_result(tmp_path, replace(RESULT, reader=replace(NAME, endpoint=HERE + "2")))
    told = f"({HERE}, and was refused there: 31 of 60, judge 31; {HERE}2) and not with {THERE}"
    assert told in str(describe_elsewhere(tmp_path, there))
    keep_result(tmp_path, replace(refused, forced=True))
    assert "refused" not in str(describe_elsewhere(tmp_path, there))


def test_a_test_of_an_earlier_release_counts_until_the_model_is_tested_at_an_endpoint(
    tmp_path: Path,
) -> None:
    here, there = replace(NAME, endpoint=HERE), replace(NAME, endpoint=THERE)
    keep_result(tmp_path, RESULT)
    shape = json.loads((tmp_path / FILE_NAME).read_text())
    del shape["results"][0]["reader"]["endpoint"]  # as earlier releases wrote it
    (tmp_path / FILE_NAME).write_text(json.dumps(shape))
    assert find_result(tmp_path, here) == find_result(tmp_path, there) == RESULT
    assert describe_elsewhere(tmp_path, here) is None
    with pytest.raises(InvalidInput, match="tested on 60 claims already"):
        keep_result(tmp_path, replace(RESULT, reader=here, claims=40))
    keep_result(tmp_path, replace(RESULT, reader=here))
    assert [one.reader for one in read_results(tmp_path)] == [here]
    assert find_result(tmp_path, there) is None


@pytest.mark.parametrize(
    "content", ["", "{}", '{"version": 2, "results": []}', '{"version": 1, "results": [{}]}']
)
def test_a_file_of_another_form_is_named_with_advice(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(InvalidInput, match=f"{FILE_NAME}: cannot be read.*assay reader test"):
        read_results(tmp_path)


def test_the_form_of_the_file_is_the_one_that_is_documented(tmp_path: Path) -> None:
    keep_result(tmp_path, RESULT)
    shape = json.loads((tmp_path / FILE_NAME).read_text())
    assert shape["version"] == 1
    (one,) = shape["results"]
    assert one["reader"] == {"model": "qwen", "instruction": "1", "endpoint": None}
    assert one["counts"]["SUPPORTED"] == {"SUPPORTED": 30, "NOT_ENOUGH_EVIDENCE": 2}
    assert one["read"] == {"right": 55, "decided": 30, "wrong": 0}


def test_a_reader_that_is_right_no_more_often_than_the_judge_is_refused_unless_forced() -> None:
    assert not RESULT.is_refused
    level = replace(RESULT, read=replace(RESULT.read, right=31))
    assert level.is_refused
    assert not replace(level, forced=True).is_refused


def test_the_table_has_the_answers_that_passed() -> None:
    table = RESULT.table
    assert table is not None
    assert table.tested
    assert (table.measured.right, table.measured.of) == (55, 57)


def test_a_reader_is_measured_by_forty_answers_or_more() -> None:
    enough = replace(RESULT, claims=50, counts={S: {S: 30, N: 2}, N: {N: 8}})
    assert enough.table is not None
    assert enough.table.measured == Measured(38, 40)
    assert replace(enough, counts={S: {S: 30, N: 2}, N: {N: 7}}).table is None
