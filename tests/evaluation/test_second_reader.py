"""The judge, a reader and both together: rows, flips, shares, and the fit of the exponent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.pipeline.reader_test import Trial
from claims.reader.labelled_claims import MIRROR, ClaimKey, LabelledClaim, read_labelled_claims
from claims.types import NotRead, Reading, Unread, Verdict, VerdictLabel
from claims.verdicts.aggregate import Conclusion
from claims.verdicts.two_readers import Table, load_rule
from evaluation.real.asking import pick_mirrored
from evaluation.real.reader_tables import count_flips, render_readers
from evaluation.real.second_reader import (
    BOTH,
    JUDGE,
    READER,
    UNDECIDED,
    UNTESTED,
    ask_reader,
    conclude_rows,
    judge_asked,
    list_all_questions,
    name_rows,
    share_asked,
)
from evaluation.real.tables import by_strength
from evaluation.two_readers import TRIED, fit, score, score_alone
from tests.claims.readers import UNDECIDED as UNDECIDED_JUDGE
from tests.claims.readers import ScriptedReader, answer_each_side, skip
from tests.claims.samples import evidence, verdict

S, R, C, N = (
    VerdictLabel.SUPPORTED,
    VerdictLabel.REFUTED,
    VerdictLabel.CONFLICTING_EVIDENCE,
    VerdictLabel.NOT_ENOUGH_EVIDENCE,
)
CLAIMS = read_labelled_claims()


def judged(label: VerdictLabel, sure: float = 0.9) -> list:
    """What the judge has where it says `label`."""
    return {S: [evidence(sure, 0.02)], R: [evidence(0.02, sure)]}.get(label, [])


def trial(
    claim: LabelledClaim, said: Reading | NotRead, judge: VerdictLabel, sure: float = 0.9
) -> Trial:
    found = replace(verdict(judge), evidence=tuple(judged(judge, sure)))
    return Trial(claim, found, said)


def conclude(trials: list[Trial], tested: Table | None = None) -> dict[str, list[Conclusion]]:
    return conclude_rows(trials, tested=tested, least_confidence=0.6)


def render(
    trials: list[Trial],
    *,
    model: str,
    tested: Table | None = None,
    seconds: float | None = None,
) -> str:
    concluded = conclude(trials, tested)
    return render_readers(trials, model=model, tested=tested, seconds=seconds, concluded=concluded)


def always_right(judge: VerdictLabel = N) -> list[Trial]:
    return [trial(one, answer_each_side(one.question, one.label), judge) for one in CLAIMS]


def test_always_right_reader_decides_what_the_judge_leaves_open() -> None:
    rows = name_rows(always_right(), conclude(always_right()))
    gold = [one.label for one in CLAIMS]
    assert rows[READER] == gold
    assert rows[BOTH] == gold
    assert rows[UNDECIDED] == gold
    assert rows[JUDGE] == [N] * len(CLAIMS)
    assert sum(one is two for one, two in zip(rows[UNTESTED], gold, strict=True)) < len(gold)
    assert count_flips(gold, rows[JUDGE], rows[BOTH]) == (len(gold) - gold.count(N), 0)


def test_row_of_undecided_claims_keeps_decisions_of_the_judge() -> None:
    trials = [*always_right(S)[:30], *always_right(N)[30:]]
    rows = name_rows(trials, conclude(trials))
    assert rows[UNDECIDED][:30] == [S] * 30
    assert share_asked(trials, UNDECIDED) == pytest.approx(90 / 120)
    assert (share_asked(trials, JUDGE), share_asked(trials, BOTH)) == (0.0, 1.0)


def test_claim_without_a_reading_is_counted_with_the_verdict_of_the_judge() -> None:
    said = [skip(), skip(Unread.BAD_ANSWER)]
    trials = [trial(one, what, S) for one, what in zip(CLAIMS, said, strict=False)]
    rows = name_rows(trials, conclude(trials))
    assert (rows[BOTH], rows[READER]) == ([S, S], [N, N])
    table = render(trials, model="m")
    assert "1 answers were discarded, 1 claims got none; of a claim: 100 tokens" in table
    assert "seconds not measured" in table


def test_table_has_shares_flips_and_claims_right_in_event_and_mirror() -> None:
    table = render(always_right(), model="large", seconds=240.0)
    assert table.startswith("large: 120 claims of ")
    assert "the table of its answers to the other events" in table
    assert "| reader alone | 1.000 | 1.000 | 0.508 | 0.000 | 0.000 | 90 | 0 |" in table
    assert "1,500 tokens, 2.0 s" in table
    assert "| both, always | 1.000 of 60 | 1.000 of 60 | 1.000 of 60 |" in table
    tested = Table({label: {label: 15} for label in VerdictLabel})
    assert "the table of its test" in render(always_right(), model="large", tested=tested)


def test_strengths_are_those_of_the_judge_alone_and_of_both() -> None:
    """The judge supports every claim probably, and the reader is right about each."""
    trials = always_right(S)
    gold = [one.label for one in CLAIMS]
    table = by_strength(gold, conclude(trials))
    share = gold.count(S) / len(gold)
    assert f"| {JUDGE} | probable | 120 | 1.000 | {share:.3f} |" in table
    assert f"| {JUDGE} | firm | 0 | 0.000 |  |" in table
    firm = [one for one in table.splitlines() if one.startswith(f"| {BOTH} | firm |")]
    assert len(firm) == 1
    assert firm[0].endswith("| 1.000 |")


def test_only_answered_claims_are_judged_against_their_own_pages() -> None:
    mirrored = pick_mirrored(1)
    events = [one.event for one in mirrored]
    asked = list_all_questions(events, mirrored, passages=16)
    some = [asked[0], asked[2], asked[-1]]
    answered = ask_reader(ScriptedReader(lambda question: answer_each_side(question, N)), some)
    assert answered.seconds is not None
    trials = judge_asked(events, mirrored, asked, said=answered.said, judge=UNDECIDED_JUDGE)
    assert [one.claim for one in trials] == some
    assert trials[-1].claim.side == MIRROR
    assert all(one.verdict.label is N for one in trials)


def test_exponent_is_low_for_a_wrong_judge_and_high_for_a_right_one() -> None:
    """The reader is right four times of five; the judge always has, or never has, the label."""
    claims = [one for one in CLAIMS if one.label in (S, R)]
    other = {S: R, R: S}

    def read(number: int, one: LabelledClaim) -> Reading:
        return answer_each_side(one.question, one.label if number % 5 else other[one.label])

    wrong = [trial(c, read(n, c), other[c.label], 0.98) for n, c in enumerate(claims)]
    right = [trial(c, read(n, c), c.label, 0.98) for n, c in enumerate(claims)]
    rule = load_rule()
    found_wrong = fit(lambda exponent: score(wrong, exponent, rule))
    found_right = fit(lambda exponent: score(right, exponent, rule))
    assert max(TRIED, key=found_wrong.__getitem__) == 0.0
    assert max(TRIED, key=found_right.__getitem__) == 1.0


def test_exponent_without_answers_is_fitted_on_the_judge_alone() -> None:
    def judge_all(turned: bool) -> dict[ClaimKey, Verdict]:
        side = {S: R, R: S} if turned else {S: S, R: R}
        labels = {one.key: side.get(one.label, N) for one in CLAIMS}
        return {
            key: replace(verdict(label), evidence=tuple(judged(label, 0.98)))
            for key, label in labels.items()
        }

    right, wrong = judge_all(turned=False), judge_all(turned=True)
    found_right = fit(lambda exponent: score_alone(right, exponent))
    found_wrong = fit(lambda exponent: score_alone(wrong, exponent))
    assert max(TRIED, key=found_wrong.__getitem__) == 0.0
    assert max(TRIED, key=found_right.__getitem__) > 0.2
