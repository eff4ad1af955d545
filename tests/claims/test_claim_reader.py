"""Claims are read several at a time, and their verdicts keep their order."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier, Lock

import pytest

from claims import Settings, VerdictLabel, Verifier
from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.errors import StoreUnavailable
from claims.extraction import read_claim
from claims.library.claim_reader import READING, ClaimReader, JudgedClaim
from claims.ports import Question
from claims.types import (
    Check,
    ClaimId,
    Coverage,
    Gathered,
    NotRead,
    Passage,
    ReaderChoice,
    ReaderWhen,
    Reading,
    Span,
    Unread,
    Verdict,
)
from tests.claims.readers import ScriptedReader, answer
from tests.claims.samples import JUDGE, NOON, reference
from tests.claims.test_pipeline import CountingJudge

N = VerdictLabel.NOT_ENOUGH_EVIDENCE
TEXT = "The new bridge at Kisoro is 58 metres long, the district engineer said on Monday."
QUIET = CalibratedJudge(CountingJudge(), Calibration())


def judged(number: int, *, passages: bool = True) -> JudgedClaim:
    """A claim with one passage, or none, that the judge leaves open."""
    text = f"The bridge at Kisoro is {number} metres long."
    check = Check(claim=read_claim(text, article_text=None), requested_at=NOON)
    page = reference()
    passage = Passage(text=TEXT, span=Span(0, len(TEXT)), page=page)
    gathered = Gathered((passage,) if passages else (), (page,), Coverage(1, 1, 1))
    verdict = Verdict(
        label=N,
        support=None,
        confidence=0.9,
        check=1,
        checked_at=NOON,
        explanation="Nothing was found.",
        coverage=gathered.coverage,
        judge=JUDGE,
    )
    return JudgedClaim(ClaimId(f"c_{number}"), check, gathered, verdict)


def read(
    reader: ScriptedReader,
    claims: list[JudgedClaim],
    *,
    threads: int = 4,
    when: ReaderWhen = ReaderWhen.ALWAYS,
    steps: list[tuple[str, int, int]] | None = None,
) -> list[Verdict]:
    claim_reader = ClaimReader(
        reader=reader, test=None, when=when, passages_max=16, threads=threads
    )
    seen = [] if steps is None else steps
    return claim_reader.read(
        claims,
        asked=ReaderChoice.AUTO,
        judge=QUIET,
        progress=lambda *step: seen.append(step),
    )


class Crowd:
    """Counts how many threads are inside at the same time."""

    def __init__(self) -> None:
        self.most = self._now = 0
        self._lock = Lock()

    @contextmanager
    def enter(self) -> Iterator[None]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        yield
        with self._lock:
            self._now -= 1


def test_claims_are_read_beside_each_other_no_more_than_the_threads_and_stay_in_order() -> None:
    crowd, together = Crowd(), Barrier(3, timeout=60)

    def script(question: Question) -> Reading:
        with crowd.enter():
            together.wait()  # ends only when three are asked at the same time
            time.sleep(0.05 if "11 metres" in question.claim else 0)
        return answer(question, N, tokens=int(question.claim.split()[-3]))

    claims = [judged(number) for number in range(11, 20)]
    verdicts = read(ScriptedReader(script), claims, threads=3)
    tokens = [one.reader.tokens for one in verdicts if one.reader]
    assert tokens == list(range(11, 20))
    assert crowd.most == 3


def test_what_is_not_to_be_read_keeps_its_place() -> None:
    reader = ScriptedReader(lambda question: answer(question, N))
    steps: list[tuple[str, int, int]] = []
    claims = [judged(11), judged(12, passages=False), judged(13)]
    verdicts = read(reader, claims, steps=steps)
    kinds = [type(one.reader) for one in verdicts]
    assert kinds == [Reading, NotRead, Reading]
    assert len(reader.asked) == 2
    assert steps[0] == (READING, 0, 3)
    assert steps[-1] == (READING, 3, 3)
    unread = read(reader, claims, when=ReaderWhen.ASKED)
    assert [one.reader.skipped for one in unread if isinstance(one.reader, NotRead)] == [
        Unread.NOT_ASKED
    ] * 3
    assert read(reader, []) == []
    assert len(reader.asked) == 2


def test_an_error_of_a_reader_ends_the_reading() -> None:
    def script(question: Question) -> Reading:
        raise StoreUnavailable("the file of the answers cannot be used")

    reader = ScriptedReader(script)
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        read(reader, [judged(number) for number in range(11, 60)], threads=1)
    assert len(reader.asked) < 49


def test_an_object_is_asked_about_one_claim_after_the_other(tmp_path: Path) -> None:
    """It may be one that several threads cannot use."""
    crowd = Crowd()

    def script(question: Question) -> Reading:
        with crowd.enter():
            time.sleep(0.02)
        return answer(question, N)

    class QuietVerifier(Verifier):
        judge = QUIET  # type: ignore[assignment]

    claims = [f"The bridge at Kisoro is {number} metres long." for number in range(11, 17)]
    (tmp_path / "bridge.txt").write_text(TEXT)
    reader = ScriptedReader(script)
    with QuietVerifier(Settings(), reader=reader) as verifier:
        verifier.check(None, claims=claims, sources=[tmp_path])
    assert [question.claim for question in reader.asked] == claims
    assert crowd.most == 1


def test_a_reader_for_one_thread_is_asked_by_the_thread_of_the_caller() -> None:
    """A connection of sqlite3 serves the thread alone that opened it."""
    with closing(sqlite3.connect(":memory:")) as connection:

        def script(question: Question) -> Reading:
            connection.execute("SELECT 1")
            return answer(question, N)

        verdicts = read(ScriptedReader(script), [judged(40), judged(41)], threads=1)
    assert all(isinstance(verdict.reader, Reading) for verdict in verdicts)
