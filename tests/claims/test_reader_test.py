"""The test of a reader: what is counted, and when it is given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import pytest

from claims.errors import ReaderNotAnswering
from claims.pipeline.reader_test import try_reader
from claims.ports import Question
from claims.reader.labelled_claims import LabelledClaim, read_labelled_claims
from claims.reader.results import Result
from claims.types import NotRead, Reading, Unread, VerdictLabel
from tests.claims.readers import NAME, UNDECIDED, ScriptedReader, answer_each_side, skip
from tests.claims.samples import JUDGE, NOON

S, R, C, N = (
    VerdictLabel.SUPPORTED,
    VerdictLabel.REFUTED,
    VerdictLabel.CONFLICTING_EVIDENCE,
    VerdictLabel.NOT_ENOUGH_EVIDENCE,
)
CLAIMS = read_labelled_claims()[:40]


def label_of(question: Question) -> VerdictLabel:
    return next(one.label for one in CLAIMS if one.question == question)


def run(
    script: Callable[[Question], Reading | NotRead],
    claims: Sequence[LabelledClaim] = CLAIMS,
    *,
    forced: bool = False,
) -> Result:
    ticks = count(0.0, 2.0)
    return try_reader(
        ScriptedReader(script),
        claims,
        judge=UNDECIDED,
        now=NOON,
        forced=forced,
        progress=lambda what, done, of: None,
        clock=lambda: next(ticks),
    )


def test_always_right_reader_makes_all_labels_right_alone_and_with_the_judge() -> None:
    result = run(lambda question: answer_each_side(question, label_of(question)))
    assert (result.reader, result.judge, result.claims) == (NAME, JUDGE, 40)
    assert result.read.right == 40
    assert result.both.right == 40
    assert (result.both.decided, result.both.wrong) == (21, 0)
    assert result.judged.right == sum(one.label is N for one in CLAIMS)
    assert result.counts[S] == {S: 11, R: 0, C: 0, N: 0}
    assert (result.tokens, result.seconds, result.judge_seconds) == (60_000, 2.0, 2.0)
    assert not result.is_refused


def test_table_of_a_claim_leaves_out_answers_to_its_own_event() -> None:
    """A reader is right in one event alone: the table for it has only its mistakes elsewhere."""
    event = CLAIMS[0].event
    wrong = {S: R, R: S, C: N, N: C}

    def read(question: Question) -> Reading:
        label = label_of(question)
        is_there = any(one.question == question for one in CLAIMS if one.event == event)
        return answer_each_side(question, label if is_there else wrong[label])

    result = run(read)
    right = [one for one in CLAIMS if one.event == event and one.label in (S, R)]
    assert right
    assert result.read.right == sum(one.event == event for one in CLAIMS)
    assert result.both.right < result.read.right + result.judged.right


def test_discarded_answer_counts_as_wrong_and_leaves_the_label_of_the_judge() -> None:
    bad = {one.question for one in CLAIMS[:3]}
    result = run(
        lambda question: (
            skip(Unread.BAD_ANSWER)
            if question in bad
            else answer_each_side(question, label_of(question))
        )
    )
    assert (result.discarded, result.no_answer, result.read.right) == (3, 0, 37)
    assert list(result.discarded_because.values()) == [3]
    assert result.both.right == 37 + sum(one.label is N for one in CLAIMS[:3])
    assert sum(sum(row.values()) for row in result.counts.values()) == 37


def test_reader_with_one_label_for_all_claims_is_refused_unless_forced() -> None:
    assert run(lambda question: answer_each_side(question, N)).is_refused
    assert not run(lambda question: answer_each_side(question, N), forced=True).is_refused


def test_the_test_is_given_up_when_the_first_claims_get_no_answer() -> None:
    reader = ScriptedReader(lambda question: skip())
    with pytest.raises(ReaderNotAnswering, match="does not answer: no answer within 60 s"):
        try_reader(
            reader,
            CLAIMS,
            judge=UNDECIDED,
            now=NOON,
            forced=False,
            progress=lambda what, done, of: None,
        )
    assert len(reader.asked) == 3


def test_too_few_answers_give_no_result() -> None:
    missing = {one.question for one in CLAIMS[5:10]}

    def read(question: Question) -> Reading | NotRead:
        return skip() if question in missing else answer_each_side(question, label_of(question))

    with pytest.raises(ReaderNotAnswering, match="5 of 40 claims"):
        run(read)
    missing = {one.question for one in CLAIMS[5:9]}
    result = run(read)
    assert (result.no_answer, result.claims) == (4, 40)
