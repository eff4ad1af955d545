"""Messages of a command on stderr about the second reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from claims.cli.reader_summary import warn_of_reader, write_readings
from claims.ports import DayOfTokens
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import keep_result
from claims.settings import Settings
from claims.types import (
    Coverage,
    NotRead,
    ReaderChoice,
    ReaderName,
    Reading,
    Unread,
    Verdict,
    VerdictLabel,
)
from tests.claims.reader.test_results import RESULT
from tests.claims.samples import JUDGE, NOON

AUTO, NEVER = ReaderChoice.AUTO, ReaderChoice.NEVER
READING = Reading(
    model="small",
    instruction="1",
    label=VerdictLabel.REFUTED,
    quotes=(),
    reason="Because.",
    missing="",
    tokens=1200,
)
SILENT = NotRead(skipped=Unread.NO_ANSWER, detail="timed out")


def verdict(reader: Reading | NotRead | None) -> Verdict:
    return Verdict(
        label=VerdictLabel.NOT_ENOUGH_EVIDENCE,
        support=None,
        confidence=0.9,
        check=1,
        checked_at=NOON,
        explanation="Nothing was found.",
        coverage=Coverage(1, 1, 1),
        judge=JUDGE,
        reader=reader,
    )


@pytest.mark.parametrize(
    ("readers", "asked", "line"),
    [
        ([READING, READING], AUTO, "2 of 2 claims read; 2,400 tokens, 3.2 seconds"),
        (
            [READING, SILENT, SILENT, replace(SILENT, skipped=Unread.BUDGET, tokens=7)],
            AUTO,
            "1 of 4 claims read, 2 no-answer, 1 budget; 1,207 tokens, 3.2 seconds",
        ),
        ([replace(READING, tokens=0)], AUTO, "1 of 1 claim read; 0 tokens, 3.2 seconds"),
        ([None, None], AUTO, None),
        ([replace(SILENT, skipped=Unread.NOT_ASKED)], NEVER, None),
        ([], AUTO, None),
    ],
)
def test_the_last_line_counts_the_readings(
    readers: list[Reading | NotRead | None],
    asked: ReaderChoice,
    line: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    today = DayOfTokens(day=NOON.date(), tokens=5300)
    verdicts = [verdict(one) for one in readers]
    write_readings(verdicts, asked, seconds=3.21, read_tokens=lambda: today)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (f"second reader: {line}; 5,300 tokens today\n" if line else "")


def test_the_last_line_says_how_many_tokens_of_the_day_no_endpoint_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    today = DayOfTokens(day=NOON.date(), tokens=5300, estimated=1700)
    write_readings([verdict(SILENT)], AUTO, seconds=60, read_tokens=lambda: today)
    assert capsys.readouterr().err == (
        "second reader: 0 of 1 claim read, 1 no-answer; 0 tokens, 60.0 seconds; 5,300 tokens today "
        "(1,700 estimated)\n"
    )


def test_a_test_at_another_address_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = "http://127.0.0.1:81/v1", "http://127.0.0.1:82/v1"
    name = ReaderName("small", INSTRUCTION_VERSION, here)
    keep_result(tmp_path, replace(RESULT, reader=name))

    def warn(url: str, asked: ReaderChoice = AUTO) -> str:
        settings = Settings(reader="chat:small", chat_url=url, data_folder=str(tmp_path))
        warn_of_reader(settings, asked)
        return capsys.readouterr().err

    assert warn(here) == warn(there, NEVER) == ""
    assert warn(there) == (
        "assay: warning: ASSAY_CHAT_URL: small was measured with another address "
        f"({here}) and not with {there}, where it counts as a reader that was not tested: "
        "assay reader test\n"
    )
    warn_of_reader(Settings(data_folder=str(tmp_path)), AUTO)
    assert capsys.readouterr().err == ""
