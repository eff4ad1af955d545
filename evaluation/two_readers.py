"""Fit the exponent that weakens the judge beside a second reader, from recorded answers.

    python -m evaluation.labelled_claims --questions FOLDER      writes the questions
    python -m evaluation.two_readers [--answers FOLDER...] [--write]

The answers are those of one or more readers to the shipped labelled claims, which come from events
for fitting; each folder has its answers, and an index beside it (FOLDER-index.json). The judge
judges the same passages. Each answer is combined with the table of the same reader's answers to the
other events. The best exponent of claims/verdicts/two_readers.py has the highest mean log
probability of the right labels. Prints this probability for all exponents tried, and the shares
right, decided and wrong with the best one. Without answers, the exponent is fitted to the judge's
weakened probabilities alone. `--write` writes it into two_readers.json.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from claims.entailment.calibration import CalibratedJudge
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.evidence.sides import votes_by_origin
from claims.pipeline.reader_test import Trial, conclude_all, count_answers, judge_labelled
from claims.reader.labelled_claims import LABELLED, ClaimKey, read_labelled_claims
from claims.types import Reading, Verdict, VerdictLabel
from claims.verdicts.aggregate import load_model, weigh_votes
from claims.verdicts.two_readers import RULE_FILE, JointRule, Table, combine, load_rule
from evaluation.judge_answers import ANSWERS, build_keeping_judge
from evaluation.real.asking import READ_AT
from evaluation.real.questions import check_answers, find_index, list_recorded
from evaluation.real.tables import measure

# Exponents tried: from 0 (the judge has no weight) to 1 (its full weight).
TRIED = [round(0.05 * step, 2) for step in range(21)]


def judge_claims(judge: CalibratedJudge) -> dict[ClaimKey, Verdict]:
    """The verdict of the judge alone on each labelled claim; progress on stderr."""
    found: dict[ClaimKey, Verdict] = {}
    for number, one in enumerate(read_labelled_claims(), start=1):
        found[one.key] = judge_labelled(one, judge, now=READ_AT)
        if number % 20 == 0:
            print(f"  {number}/{LABELLED} claims judged", file=sys.stderr, flush=True)
    return found


def read_trials(folder: Path, verdicts: Mapping[ClaimKey, Verdict]) -> list[Trial]:
    """The labelled claims with an answer in `folder`, as the judge and the reader see them."""
    claims = read_labelled_claims()
    said = check_answers(list_recorded(folder, find_index(folder)), claims, model=folder.name)
    return [Trial(one, verdicts[one.key], said[one.key]) for one in claims if one.key in said]


def score(trials: Sequence[Trial], exponent: float, rule: JointRule) -> list[float]:
    """The log probability of the right label of each claim that was read."""
    rule = replace(rule, exponent=exponent)
    found = []
    for one in trials:
        if isinstance(one.said, Reading):
            others = (other for other in trials if other.claim.event != one.claim.event)
            judged = find_probabilities(one.verdict)
            joint = combine(judged, one.said.label, Table(count_answers(others)), rule=rule)
            found.append(math.log(joint[one.claim.label]))
    return found


def score_alone(verdicts: Mapping[ClaimKey, Verdict], exponent: float) -> list[float]:
    """The log probability of the right label of each claim by the weakened judge alone."""
    found = []
    for one in read_labelled_claims():
        judged = find_probabilities(verdicts[one.key])
        weights = {label: p**exponent for label, p in judged.items()}
        found.append(math.log(weights[one.label] / sum(weights.values())))
    return found


def find_probabilities(verdict: Verdict) -> dict[VerdictLabel, float]:
    """The probability of each label by the judge alone."""
    return weigh_votes(votes_by_origin(verdict.evidence).values(), load_model())


def fit(score_one: Callable[[float], Sequence[float]]) -> dict[float, float]:
    """The mean score of `score_one` for each exponent tried."""
    scores = {exponent: score_one(exponent) for exponent in TRIED}
    return {exponent: sum(some) / max(1, len(some)) for exponent, some in scores.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.two_readers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--answers", type=Path, nargs="+", default=[], help="folders of answers")
    parser.add_argument("--cache", type=Path, default=ANSWERS, help="where answers are kept")
    parser.add_argument("--write", action="store_true", help="write the exponent")
    options = parser.parse_args(arguments)
    for folder in options.answers:
        if not find_index(folder).is_file():
            parser.error(f"--answers {folder}: {find_index(folder)} is not there")
    judge = build_keeping_judge(SHIPPED_FOLDER, options.cache)
    verdicts = judge_claims(judge)
    readers = {folder.name: read_trials(folder, verdicts) for folder in options.answers}
    rule = load_rule()

    def score_one(exponent: float) -> list[float]:
        if not readers:
            return score_alone(verdicts, exponent)
        return [one for trials in readers.values() for one in score(trials, exponent, rule)]

    found = fit(score_one)
    best = max(TRIED, key=found.__getitem__)
    print("| exponent | mean log probability |\n|---:|---:|")
    print("\n".join(f"| {exponent:.2f} | {value:.3f} |" for exponent, value in found.items()))
    if options.write:
        _write(best)
    for name, trials in readers.items():
        print(f"\n{name}, {best:.2f}: {_describe(trials, best, judge.least_confidence)}")
    return 0


def _describe(trials: Sequence[Trial], exponent: float, least_confidence: float) -> str:
    gold = [one.claim.label for one in trials]
    rule = replace(load_rule(), exponent=exponent)
    joint = conclude_all(trials, least_confidence=least_confidence, rule=rule)
    both, alone = (
        measure(gold, [one.label for one in joint]),
        measure(gold, [one.verdict.label for one in trials]),
    )
    return (
        f"{both.claims} claims, {both.right:.3f} right, {both.decided:.3f} decided, "
        f"{both.wrong:.3f} of these wrong; the judge alone {alone.right:.3f}, "
        f"{alone.decided:.3f}, {alone.wrong:.3f}"
    )


def _write(exponent: float) -> None:
    about = json.loads(RULE_FILE.read_text(encoding="utf-8"))
    RULE_FILE.write_text(json.dumps(about | {"exponent": exponent}, indent=2) + "\n")
    print(f"wrote {RULE_FILE.name}")


if __name__ == "__main__":
    sys.exit(main())
