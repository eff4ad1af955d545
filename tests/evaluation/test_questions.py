"""Questions to a second reader as files, and answers read back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from claims.reader.labelled_claims import EVENT, MIRROR, LabelledClaim
from claims.reader.question import INSTRUCTION, INSTRUCTION_VERSION, order_passages
from claims.reader.results import keep_result, read_results
from claims.types import NotRead, ReaderName, Reading, Unread, VerdictLabel
from evaluation import labelled_claims, two_readers
from evaluation.real import __main__ as events_command
from evaluation.real import questions
from evaluation.real.__main__ import main
from evaluation.real.asking import pick_mirrored
from evaluation.real.questions import (
    check_answers,
    find_index,
    list_recorded,
    number_questions,
    read_record,
    write_questions,
)
from evaluation.real.second_reader import list_all_questions
from tests.claims.reader.test_results import RESULT
from tests.claims.readers import UNDECIDED
from tests.stack.chat_server import serve_chat

RECORDED = Path(questions.__file__).with_name("recorded.jsonl")


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


def test_question_file_has_instruction_claim_and_passages_but_no_label(
    folder: Path, asked: dict[str, LabelledClaim]
) -> None:
    for number, one in asked.items():
        text = (folder / f"{number}.txt").read_text()
        assert INSTRUCTION in text
        said = text.replace(INSTRUCTION, "")
        assert said.count(one.question.claim) == 2
        assert said.count("Passage ") == len(order_passages(one.question.passages))
        assert one.event not in said
        assert not any(label in said for label in VerdictLabel)
    assert sorted(file.stem for file in folder.iterdir()) == sorted(asked)


def test_order_of_questions_is_fixed_and_mixes_events_and_mirrors(
    asked: dict[str, LabelledClaim],
) -> None:
    assert number_questions(reversed(asked.values())) == asked
    sides = [one.side for one in asked.values()]
    changes = sum(one != other for one, other in pairwise(sides))
    assert changes > len(sides) / 4


def test_answers_are_checked_and_assigned_to_their_claims(
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
    read = check_answers(
        list_recorded(answers, find_index(folder)), asked.values(), model="anybody"
    )
    assert set(read) == {one.key, other.key}
    reading, discarded = read[one.key], read[other.key]
    assert isinstance(reading, Reading)
    assert (reading.model, reading.label) == ("anybody", VerdictLabel.SUPPORTED)
    assert isinstance(discarded, NotRead)
    assert discarded.skipped is Unread.BAD_ANSWER


@pytest.mark.no_cover  # ranks passages 288 times
def test_recorded_answers_match_the_current_questions() -> None:
    mirrored = pick_mirrored(8)
    asked = list_all_questions([one.event for one in mirrored], mirrored, passages=16)
    answers = check_answers(read_record(RECORDED), asked, model="large")
    assert set(answers) == {one.key for one in asked}
    assert all(isinstance(said, Reading) for said in answers.values())


def test_answers_to_changed_questions_are_refused(
    folder: Path, tmp_path: Path, asked: dict[str, LabelledClaim]
) -> None:
    number, one = next(iter(asked.items()))
    index = find_index(folder)
    noted = json.loads(index.read_text())
    noted["questions"][number]["question"] = "0" * 12
    index.write_text(json.dumps(noted))
    (tmp_path / f"{number}.json").write_text("{}")
    with pytest.raises(ValueError, match=f"question {number} .* has changed"):
        check_answers(list_recorded(tmp_path, index), [one], model="anybody")


def test_malformed_index_is_refused(tmp_path: Path) -> None:
    index = tmp_path / "index.json"
    index.write_text('{"questions": [1]}')
    with pytest.raises(ValueError, match="not an index of questions"):
        list(list_recorded(tmp_path, index))


def test_malformed_record_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    file.write_text(
        '{"number": "0001", "key": ["e", "event", "c"], "question": "", "answer": ""}\n[]'
    )
    with pytest.raises(ValueError, match=r"record.jsonl:2: not a recorded answer"):
        list(read_record(file))


def test_question_has_the_requested_passages_with_at_most_four_of_a_page(
    asked: dict[str, LabelledClaim],
) -> None:
    for one in asked.values():
        passages = one.question.passages
        urls = [passage.page.url for passage in passages]
        assert 8 <= len(passages) <= 16
        assert max(map(urls.count, urls)) <= 4


def test_command_writes_questions_and_a_separate_index(
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
        ["--reader", "--record", "r.jsonl"],
    ],
)
def test_contradictory_options_exit_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_recorded_answers_are_measured_with_and_without_the_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_command, "build_keeping_judge", lambda folder, cache: UNDECIDED)
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(tmp_path / "data"))
    folder, answers = tmp_path / "q", tmp_path / "a"
    some = ["--mirrored", "--events", "1"]
    main([*some, "--questions", str(folder)])
    answers.mkdir()
    index = find_index(folder)
    rows = json.loads(index.read_text())["questions"]
    open_ones = [number for number, row in rows.items() if row["label"] == "NOT_ENOUGH_EVIDENCE"]
    for number in open_ones:
        said = {
            "quotes": [],
            "reason": "Silence.",
            "missing": "All.",
            "label": rows[number]["label"],
        }
        (answers / f"{number}.json").write_text(json.dumps(said))
    (answers / "0001.json").write_text("I think that it is true.")
    capsys.readouterr()
    record = tmp_path / "record.jsonl"
    given = [*some, "--index", str(index), "--model", "blind"]
    assert main([*given, "--answers", str(answers), "--record", str(record)]) == 0
    out = capsys.readouterr().out
    assert main([*some, "--model", "blind", "--answers", str(record)]) == 0
    assert capsys.readouterr().out == out
    count = len({*open_ones, "0001"})
    assert f"blind, instruction {INSTRUCTION_VERSION}: {count} claims of 1 events" in out
    assert "1 answers were discarded, 0 claims got none" in out
    assert "of its answers to the other events" in out


def test_reader_from_settings_is_measured_over_http_with_its_tested_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_command, "build_keeping_judge", lambda folder, cache: UNDECIDED)
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("ASSAY_READER", "chat:small")
    keep_result(tmp_path, replace(RESULT, reader=ReaderName("small", INSTRUCTION_VERSION)))
    with serve_chat() as server:
        monkeypatch.setenv("ASSAY_CHAT_URL", server.url)
        assert main(["--mirrored", "--events", "1", "--reader"]) == 0
        asked = len(server.asked)
    out = capsys.readouterr().out
    assert f"small, instruction {INSTRUCTION_VERSION}: {asked} claims of 1 events" in out
    assert "the table of its test" in out
    assert "of a claim: 4,020 tokens" in out


def test_recorded_answers_give_a_test_result_and_fit_the_exponent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (labelled_claims, two_readers):
        monkeypatch.setattr(module, "build_keeping_judge", lambda *folders: UNDECIDED)
    rule = tmp_path / "rule.json"
    rule.write_text(json.dumps({"exponent": 0.9, "pseudo": 0.5}))
    monkeypatch.setattr(two_readers, "RULE_FILE", rule)
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(tmp_path / "data"))
    folder = tmp_path / "blind"
    labelled_claims.main(["--claims", "20", "--questions", str(folder)])
    for number, row in json.loads(find_index(folder).read_text())["questions"].items():
        text = (folder / f"{number}.txt").read_text()
        found = re.search(r"Passage 1:\n\S+\| (.+)\n", text)
        assert found
        quote = {"passage": 1, "text": found[1], "stance": "REFUTES"}
        label = row["label"] if row["label"] in ("REFUTED", "NOT_ENOUGH_EVIDENCE") else "REFUTED"
        said = {"quotes": [quote], "reason": "", "missing": "", "label": label}
        (folder / f"{number}.json").write_text(json.dumps(said))
    labelled_claims.main(["--answers", str(folder), "--model", "blind"])
    (kept,) = read_results(tmp_path / "data")
    assert (kept.reader.model, kept.claims, kept.discarded) == ("blind", 20, 0)
    assert kept.read.right == 10
    two_readers.main(["--answers", str(folder), "--write"])
    out = capsys.readouterr().out
    assert "| 0.30 | -" in out
    assert "blind, " in out
    written = json.loads(rule.read_text())
    assert written["pseudo"] == 0.5
    assert written["exponent"] in two_readers.TRIED


def test_answers_without_their_index_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(SystemExit) as stopped:
        two_readers.main(["--answers", str(tmp_path / "a")])
    assert stopped.value.code == 2
