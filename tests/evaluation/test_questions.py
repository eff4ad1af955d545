"""Questions to a second reader as files, and answers read back."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from claims.reader.labelled_claims import EVENT, MIRROR, LabelledClaim
from claims.reader.question import INSTRUCTION
from claims.types import NotRead, Reading, Unread, VerdictLabel
from evaluation.real.__main__ import main
from evaluation.real.asking import pick_mirrored
from evaluation.real.questions import (
    choose_passages,
    find_index,
    number_questions,
    read_answers,
    write_questions,
)
from evaluation.real.second_reader import list_all_questions


@pytest.fixture(scope="module")
def asked() -> dict[str, LabelledClaim]:
    mirrored = pick_mirrored(1)
    return number_questions(
        list_all_questions([one.event for one in mirrored], mirrored, passages=16)
    )


@pytest.fixture
def folder(tmp_path: Path, asked: dict[str, LabelledClaim]) -> Path:
    folder = tmp_path / "questions"
    write_questions(asked, folder, find_index(folder))
    return folder


def test_each_file_has_instruction_claim_and_passages_and_nothing_of_the_label(
    folder: Path, asked: dict[str, LabelledClaim]
) -> None:
    for number, one in asked.items():
        text = (folder / f"{number}.txt").read_text()
        assert INSTRUCTION in text
        said = text.replace(INSTRUCTION, "")
        assert said.count(one.question.claim) == 2
        assert said.count("Passage ") == len(one.question.passages)
        assert one.event not in said
        assert not any(label in said for label in VerdictLabel)
    assert sorted(file.stem for file in folder.iterdir()) == sorted(asked)


def test_the_order_is_the_same_each_time_and_mixes_events_and_mirrors(
    asked: dict[str, LabelledClaim],
) -> None:
    assert number_questions(reversed(asked.values())) == asked
    sides = [one.side for one in asked.values()]
    changes = sum(one != other for one, other in pairwise(sides))
    assert changes > len(sides) / 4


def test_answers_are_checked_and_belong_to_the_claims_that_were_asked(
    folder: Path, tmp_path: Path, asked: dict[str, LabelledClaim]
) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    (good, one), (bad, other), *_ = asked.items()
    text = (folder / f"{good}.txt").read_text()
    found = re.search(r"Passage 1:\n\S+\| (.+)\n", text)
    assert found
    quote = {"passage": 1, "text": found[1], "stance": "SUPPORTS"}
    said = {"quotes": [quote], "reason": "It says so.", "missing": "", "label": "SUPPORTED"}
    (answers / f"{good}.json").write_text(json.dumps(said))
    (answers / f"{bad}.json").write_text(json.dumps(said | {"quotes": []}))
    read = read_answers(answers, find_index(folder), asked.values(), model="anybody")
    assert set(read) == {one.key, other.key}
    reading, discarded = read[one.key], read[other.key]
    assert isinstance(reading, Reading)
    assert (reading.model, reading.label) == ("anybody", VerdictLabel.SUPPORTED)
    assert isinstance(discarded, NotRead)
    assert discarded.skipped is Unread.BAD_ANSWER


def test_answers_to_a_question_that_has_changed_are_refused(
    folder: Path, tmp_path: Path, asked: dict[str, LabelledClaim]
) -> None:
    number, one = next(iter(asked.items()))
    index = find_index(folder)
    noted = json.loads(index.read_text())
    noted["questions"][number]["question"] = "0" * 12
    index.write_text(json.dumps(noted))
    (tmp_path / f"{number}.json").write_text("{}")
    with pytest.raises(ValueError, match=f"question {number} .* has changed"):
        read_answers(tmp_path, index, [one], model="anybody")


def test_an_index_of_another_form_is_refused(tmp_path: Path) -> None:
    index = tmp_path / "index.json"
    index.write_text('{"questions": [1]}')
    with pytest.raises(ValueError, match="not an index of questions"):
        read_answers(tmp_path, index, [], model="anybody")


def test_passages_are_as_many_as_asked_for_with_four_of_a_page_at_most(
    asked: dict[str, LabelledClaim],
) -> None:
    for one in asked.values():
        passages = one.question.passages
        urls = [passage.page.url for passage in passages]
        assert 8 <= len(passages) <= 16
        assert max(map(urls.count, urls)) <= 4
    assert choose_passages("A claim.", [], count=16) == ()


def test_the_command_writes_questions_and_keeps_what_they_are_about_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "q"
    assert main(["--mirrored", "--events", "1", "--questions", str(folder)]) == 0
    count = len(list(folder.iterdir()))
    assert capsys.readouterr().out.startswith(f"{count} questions in {folder}")
    rows = json.loads((tmp_path / "q-index.json").read_text())["questions"].values()
    assert {row["side"] for row in rows} == {EVENT, MIRROR}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--fitting", "--questions", "q"],
        ["--questions", "q", "--reader"],
        ["--questions", "q", "--index", "q/index.json"],
        ["--answers", "/not/there"],
        ["--answers", "."],
    ],
)
def test_options_that_do_not_fit_end_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
