"""Messages of `assay up` about its settings before it starts any program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import keep_result
from claims.types import ReaderName
from service.cli import run, up
from tests.claims.reader.test_results import RESULT
from tests.stack.chat_server import serve_chat

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(up, "_run", lambda supervisor: None)


def test_reader_that_does_not_answer_is_said_and_keeps_nothing_from_starting(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("ASSAY_READER", "chat:small")
    with serve_chat() as server:
        monkeypatch.setenv("ASSAY_CHAT_URL", server.url)
        assert run(["up"]) == 0
        assert capsys.readouterr().err == ""
    assert run(["up"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("assay: ASSAY_READER: 127.0.0.1:")
    assert said.endswith("until it answers, the judge decides alone\n")


def test_reader_that_its_test_refuses_is_said_by_the_results_in_the_folder_that_is_used(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    here = tmp_path / "other"
    good = replace(RESULT, reader=ReaderName("small", INSTRUCTION_VERSION))
    refused = replace(good, read=good.judged)
    keep_result(tmp_path, refused)
    keep_result(here, good)
    monkeypatch.setenv("ASSAY_READER", "chat:small")
    with serve_chat() as server:
        monkeypatch.setenv("ASSAY_CHAT_URL", server.url)
        assert run(["up", "--data", str(here)]) == 0
        assert capsys.readouterr().err == ""
        keep_result(here, refused)
        assert run(["up", "--data", str(here)]) == 0
        said = capsys.readouterr().err
    assert said.startswith("assay: ASSAY_READER: the model small is not used as a second reader")
    assert run(["up"]) == 0
    said = capsys.readouterr().err
    assert "the server cannot be reached" in said
    assert said.count("the model small is not used") == 1


def test_language_model_as_judge_is_refused_with_the_setting_to_use(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("ASSAY_JUDGE", "chat:small")
    assert run(["up"]) == 2
    assert "set ASSAY_READER to this value" in capsys.readouterr().err
