"""Claims checked in one process with a second reader: given as an object, and over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claims import InvalidInput, Settings, Verdict, VerdictLabel, Verifier
from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.reader.answer_file import FILE_NAME
from claims.reader.breaker import FAILURES
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import Result, Tally, keep_result
from claims.types import JudgeName, Measured, NotRead, ReaderName, Reading, Stance, Unread
from tests.claims.cli.running import run_assay
from tests.claims.fakes import CountingJudge
from tests.claims.readers import ScriptedReader, says
from tests.claims.samples import NOON
from tests.stack.chat_server import Act, ChatServer, say_answer, serve_chat

CLAIM = "The bridge at Kisoro is 42 metres long."
TEXT = "The new bridge at Kisoro is 58 metres long, the district engineer said on Monday."
QUOTE = (1, "The new bridge at Kisoro is 58 metres long", "REFUTES")


class QuietVerifier(Verifier):
    """A verifier whose judge says nothing of these texts, and costs no time."""

    judge = CalibratedJudge(CountingJudge(), Calibration())  # type: ignore[assignment]


def verify(reader: ScriptedReader, *, when: str = "always", asked: str = "auto") -> Verdict:
    with QuietVerifier(Settings(reader_when=when), reader=reader) as verifier:
        return verifier.verify(CLAIM, passages=[TEXT], reader=asked)


def test_reader_object_is_asked_and_combined_with_the_judge() -> None:
    reader = says(VerdictLabel.REFUTED, (TEXT, Stance.REFUTES))
    verdict = verify(reader)
    assert isinstance(verdict.reader, Reading)
    assert verdict.evidence[0].quoted_for is Stance.REFUTES
    assert [question.claim for question in reader.asked] == [CLAIM]
    assert [passage.text for passage in reader.asked[0].passages] == [TEXT]


@pytest.mark.parametrize(
    ("when", "asked", "is_read"),
    [
        ("always", "auto", True),
        ("always", "never", False),
        ("asked", "auto", False),
        ("asked", "always", True),
        ("undecided", "auto", True),
    ],
)
def test_setting_and_request_choose_whether_to_read(when: str, asked: str, is_read: bool) -> None:
    reader = says(VerdictLabel.NOT_ENOUGH_EVIDENCE)
    verdict = verify(reader, when=when, asked=asked)
    assert bool(reader.asked) == is_read
    assert isinstance(verdict.reader, Reading) == is_read
    if not is_read:
        assert isinstance(verdict.reader, NotRead)
        assert verdict.reader.skipped is Unread.NOT_ASKED


def test_without_a_reader_verdicts_have_no_reading_and_always_is_refused() -> None:
    with QuietVerifier(Settings()) as verifier:
        assert verifier.verify(CLAIM, passages=[TEXT]).reader is None
        assert verifier.verify(CLAIM, passages=[TEXT], reader="never").reader is None
        with pytest.raises(InvalidInput, match="ASSAY_READER"):
            verifier.verify(CLAIM, passages=[TEXT], reader="always")
        with pytest.raises(InvalidInput, match="'often' is none of auto, always, never"):
            verifier.verify(CLAIM, passages=[TEXT], reader="often")
    with pytest.raises(InvalidInput, match="ASSAY_READER"):
        Verifier(Settings(), reader=True)


def test_reader_false_switches_off_the_reader_of_the_settings() -> None:
    settings = Settings(reader="chat:nobody", chat_url="http://127.0.0.1:9/v1")
    with QuietVerifier(settings, reader=False) as verifier:
        assert verifier.verify(CLAIM, passages=[TEXT]).reader is None


def test_reader_reads_all_claims_with_further_passages(tmp_path: Path) -> None:
    for number in range(20):
        sentence = f"The bridge at Kisoro is {number + 10} metres long, said witness {number}. "
        (tmp_path / f"p{number}.txt").write_text(sentence * 6)
    reader = says(VerdictLabel.NOT_ENOUGH_EVIDENCE)
    steps: list[str] = []
    with QuietVerifier(
        Settings(), reader=reader, progress=lambda step, *_: steps.append(step)
    ) as verifier:
        result = verifier.check(None, claims=[CLAIM, f"{CLAIM[:-1]} today."], sources=[tmp_path])
    assert len(reader.asked) == len(result.claims) == 2
    assert {len(question.passages) for question in reader.asked} == {16}
    assert "asking the second reader" in steps


# --- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serve_chat() as running:
        running.play(say_answer("REFUTED", [QUOTE], missing="The length of the old bridge."))
        yield running


@pytest.fixture
def variables(
    server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    named = {
        "ASSAY_READER": "chat:small",
        "ASSAY_CHAT_URL": server.url,
        "ASSAY_DATA_FOLDER": str(tmp_path / "data"),
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    return named


def test_second_check_without_changes_uses_cached_answers(
    server: ChatServer, variables: dict[str, str], tmp_path: Path
) -> None:
    verdicts = []
    for _ in range(2):
        with QuietVerifier(Settings()) as verifier:
            verdicts.append(verifier.verify(CLAIM, passages=[TEXT]))
    assert len(server.asked) == 1
    assert (tmp_path / "data" / FILE_NAME).exists()
    first, second = (verdict.reader for verdict in verdicts)
    assert isinstance(first, Reading) and isinstance(second, Reading)
    assert (first.tokens, second.tokens) == (120, 0)
    assert verdicts[0].label is verdicts[1].label
    assert verdicts[0].evidence == verdicts[1].evidence


def result(*, right: int, of_judge: int = 40, forced: bool = False) -> Result:
    """The test of the model on 60 claims: 15 of each label."""
    row = {label: {label: right // 4} for label in VerdictLabel}
    return Result(
        reader=ReaderName("small", INSTRUCTION_VERSION),
        tested_at=NOON,
        claims=60,
        counts=row,
        discarded=60 - right,
        no_answer=0,
        tokens=60_000,
        seconds=60.0,
        judge=JudgeName("judge", "1"),
        judge_seconds=6.0,
        read=Tally(right=right, decided=right, wrong=0),
        judged=Tally(right=of_judge, decided=40, wrong=0),
        both=Tally(right=right, decided=right, wrong=0),
        forced=forced,
    )


def test_reader_is_weighted_by_its_test_in_the_data_folder(
    server: ChatServer, variables: dict[str, str], tmp_path: Path
) -> None:
    def read() -> Verdict:
        with QuietVerifier(Settings()) as verifier:
            return verifier.verify(CLAIM, passages=[TEXT])

    untested = read()
    assert isinstance(untested.reader, Reading)
    short = replace(result(right=4, of_judge=1), claims=4, discarded=0)
    keep_result(tmp_path / "data", short)
    assert read().reader == replace(untested.reader, tokens=0)
    keep_result(tmp_path / "data", result(right=56))
    tested = read()
    assert isinstance(untested.reader, Reading) and isinstance(tested.reader, Reading)
    assert (untested.reader.measured, tested.reader.measured) == (None, Measured(56, 56))
    assert untested.confidence <= 0.75
    assert tested.label is VerdictLabel.REFUTED
    assert tested.confidence > 0.75


def test_reader_no_better_than_the_judge_is_refused_unless_forced(
    server: ChatServer, variables: dict[str, str], tmp_path: Path
) -> None:
    keep_result(tmp_path / "data", result(right=36))
    with QuietVerifier(Settings()) as verifier:
        alone = verifier.verify(CLAIM, passages=[TEXT], reader="never")
        for asked in ("auto", "always"):
            refused = verifier.verify(CLAIM, passages=[TEXT], reader=asked)
            assert isinstance(refused.reader, NotRead)
            assert refused.reader.skipped is Unread.NOT_ASKED
            assert refused.reader.refused
            assert "right about 36 of 60 labelled claims, the judge alone about 40" in (
                refused.reader.detail
            )
            assert (refused.label, refused.confidence) == (alone.label, alone.confidence)
    assert server.asked == []
    keep_result(tmp_path / "data", result(right=36, forced=True))
    with QuietVerifier(Settings()) as verifier:
        assert isinstance(verifier.verify(CLAIM, passages=[TEXT]).reader, Reading)


def test_spent_budget_ends_reading_and_is_given_as_the_reason(
    server: ChatServer, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_READER_TOKENS_PER_DAY", "100")
    with QuietVerifier(Settings()) as verifier:
        first = verifier.verify(CLAIM, passages=[TEXT])
        second = verifier.verify("The bridge at Kisoro is 43 metres long.", passages=[TEXT])
    assert isinstance(first.reader, Reading)
    assert isinstance(second.reader, NotRead)
    assert second.reader.skipped is Unread.BUDGET
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("act", "skipped"),
    [
        (Act(status=401, body=b"no"), Unread.NO_ANSWER),
        (say_answer("SUPPORTED", [(1, "It is 42 metres long", "SUPPORTS")]), Unread.BAD_ANSWER),
    ],
)
def test_refusals_and_invented_quotations_do_not_change_the_verdict(
    server: ChatServer, variables: dict[str, str], act: Act, skipped: Unread
) -> None:
    server.play(act)
    with QuietVerifier(Settings()) as verifier:
        read = verifier.verify(CLAIM, passages=[TEXT])
        alone = verifier.verify(CLAIM, passages=[TEXT], reader="never")
    assert isinstance(read.reader, NotRead)
    assert read.reader.skipped is skipped
    assert (read.label, read.support, read.confidence) == (
        alone.label,
        alone.support,
        alone.confidence,
    )
    assert read.evidence == alone.evidence


def test_command_line_uses_the_reader_and_names_it(
    server: ChatServer, variables: dict[str, str], tmp_path: Path
) -> None:
    page = tmp_path / "bridge.txt"
    page.write_text(TEXT)
    html = tmp_path / "report.html"
    asked = ("check", "--claim", CLAIM, "--source", page)
    ran = run_assay(*asked, "--reader", "--html", html, settings=variables)
    assert ran.status == 0, ran.err
    printed = " ".join(ran.out.split())
    assert "small" in printed and "refuted" in printed
    assert "The length of the old bridge." in html.read_text()
    again = run_assay(*asked, "--json", settings=variables)
    shape = json.loads(again.out)["claims"][0]["verdict"]["reader"]
    assert (shape["label"], shape["tokens"], shape["measured"]) == ("REFUTED", 0, None)
    alone = run_assay(*asked, "--no-reader", "--json", settings=variables)
    skipped = json.loads(alone.out)["claims"][0]["verdict"]["reader"]
    assert (skipped["skipped"], skipped["tokens"]) == ("not-asked", 0)
    assert "second reader" not in alone.err
    assert len(server.asked) == 1
    told = r"second reader: 1 of 1 claim read; {} tokens, \d+\.\d seconds"
    assert re.fullmatch(told.format(120), ran.err.splitlines()[-1])
    assert re.fullmatch(told.format(0), again.err.splitlines()[-1])


def test_the_command_line_warns_of_a_reader_that_is_refused_and_judges_alone(
    server: ChatServer, variables: dict[str, str], tmp_path: Path
) -> None:
    keep_result(tmp_path / "data", result(right=36))
    page = tmp_path / "bridge.txt"
    page.write_text(TEXT)
    ran = run_assay("check", "--claim", CLAIM, "--source", page, "--reader", settings=variables)
    assert ran.status == 0, ran.err
    assert "assay: warning: ASSAY_READER: the model small is not used as a second reader" in ran.err
    assert "assay reader test --claims 60 --force" in ran.err
    assert ran.err.splitlines()[-1].startswith("second reader: 0 of 1 claim read, 1 not-asked")
    assert "No second reader was asked: the model small is not used" in " ".join(ran.out.split())
    assert server.asked == []


def test_an_endpoint_that_is_dead_is_asked_a_few_times_in_a_check(
    server: ChatServer,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    server.play(Act(hangs=True))
    monkeypatch.setenv("ASSAY_CHAT_TIMEOUT_S", "0.5")
    page = tmp_path / "bridge.txt"
    page.write_text(TEXT)
    claims = [f"The bridge at Kisoro is {metres} metres long." for metres in range(40, 60)]
    with QuietVerifier(Settings()) as verifier:
        result = verifier.check(None, claims=claims, sources=[page])
    said = [one.verdict.reader for one in result.claims if one.verdict]
    assert len(said) == 20
    assert all(isinstance(one, NotRead) and one.skipped is Unread.NO_ANSWER for one in said)
    # The last failure that counts may find each other thread asking.
    assert FAILURES <= len(server.asked) < FAILURES + Settings().reader_requests


def test_a_short_overload_is_waited_for_in_a_check(
    server: ChatServer, variables: dict[str, str], tmp_path: Path
) -> None:
    busy = Act(status=429, headers={"Retry-After": "1"})
    server.play(*[busy] * 12, say_answer("REFUTED", [QUOTE]))
    page = tmp_path / "bridge.txt"
    page.write_text(TEXT)
    claims = [f"The bridge at Kisoro is {metres} metres long." for metres in range(40, 52)]
    with QuietVerifier(Settings()) as verifier:
        result = verifier.check(None, claims=claims, sources=[page])
    said = [one.verdict.reader for one in result.claims if one.verdict]
    assert len(said) == 12
    assert all(isinstance(one, Reading) for one in said)


def test_the_command_line_refuses_to_read_without_a_reader(tmp_path: Path) -> None:
    ran = run_assay("check", "--claim", CLAIM, "--reader")
    assert ran.status != 0
    assert "ASSAY_READER" in ran.err
