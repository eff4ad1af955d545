"""The example article and the seed article against the example pages, with the real judge."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from claims.cli.check import shape_result
from claims.library.verifier import Verifier
from claims.settings import Settings
from claims.shapes import from_json
from claims.types import ClaimRecord, Verdict
from claims.wiring import build_judge
from examples.expected import FOLDER, compare
from tests.claims.verdicts.agreement import assert_agrees
from tests.conftest import SHARED
from tests.stack.judge_scores import SharedScores

SEED = SHARED / "data" / "seed-article.txt"
# Confidence that no altered figure may have that is SUPPORTED: "five decades" beside "thirty years"
# is, with 0.74.
RELIED_ON = 0.75
# Patterns of the figures in the article, with the altered figures.
ALTERED = {
    r"\b11\b": "17",
    r"13\.5": "18.5",
    r"\$6 million": "$9 million",
    r"70%": "45%",
    r"three decades": "five decades",
}


def check(article: Path | bytes, scores: SharedScores) -> dict[str, Any]:
    settings = Settings(judge_threads=2)
    with Verifier(settings) as verifier:
        verifier.judge = build_judge(settings, scores=scores)
        return shape_result(verifier.check(article, sources=[FOLDER / "pages"]))


def labelled(result: dict[str, Any], label: str) -> list[dict[str, Any]]:
    return [claim for claim in result["claims"] if claim["verdict"]["label"] == label]


def assert_spans_are_right(result: dict[str, Any]) -> None:
    text = result["article"]["text"]
    for claim in result["claims"]:
        start, end = claim["span"]
        assert text[start:end] in claim["sentence"]
        assert claim["sentence"] in text
    for sentence in result["not_checked"]:
        start, end = sentence["span"]
        assert text[start:end] == sentence["sentence"]


@pytest.fixture(scope="module")
def example(judge_scores: SharedScores) -> dict[str, Any]:
    return check(FOLDER / "article.txt", judge_scores)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("altered", "kind", "claim", "evidence", "result"),
    [
        (
            '"We will negotiate with gangs',
            "quotation",
            "We will negotiate",
            "We will not negotiate",
            "cut",
        ),
        (
            "Foreign Minister Luisa Ferrando.",
            "name",
            "Luisa Ferrando",
            "Gabriela Sommerfeld",
            "differs",
        ),
    ],
)
def test_altered_statement_of_the_example_is_caught_by_a_finding(
    example: dict[str, Any], altered: str, kind: str, claim: str, evidence: str, result: str
) -> None:
    """The finding is in the evidence of the claim, with both texts, for any answer of the judge."""
    (sentence,) = [row.sentence for row in compare([]) if row.altered and altered in row.sentence]
    findings = [
        finding
        for its in example["claims"]
        if its["sentence"] == sentence
        for item in its["verdict"]["evidence"]
        for finding in item["findings"]
    ]
    assert [
        finding
        for finding in findings
        if (finding["kind"], finding["result"]) == (kind, result)
        and finding["claim"].startswith(claim)
        and finding["evidence"].startswith(evidence)
        and finding["rule"]
    ], findings


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_example_article_comes_out_as_a_careful_reader_would_have_it(
    example: dict[str, Any],
) -> None:
    """At least three in four labelled sentences have the expected label, the others are
    NOT_ENOUGH_EVIDENCE, and no altered one is SUPPORTED."""
    result = example
    assert_spans_are_right(result)
    rows = compare([from_json(ClaimRecord, claim) for claim in result["claims"]])
    misses = [f"{r.expected}, found {r.found}: {r.sentence}" for r in rows if not r.matches]
    assert [r.sentence for r in rows if r.altered and r.found == "SUPPORTED"] == []
    assert [line for line in misses if ", found NOT_ENOUGH_EVIDENCE: " not in line] == []
    assert len(misses) <= 0.25 * len(rows), "\n".join(misses)
    for claim in result["claims"]:
        decisive = claim["verdict"]["label"] != "NOT_ENOUGH_EVIDENCE"
        assert bool(claim["verdict"]["evidence"]) or not decisive


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_explanations_of_the_example_agree_with_the_evidence_beside_them(
    example: dict[str, Any],
) -> None:
    for claim in example["claims"]:
        assert_agrees(from_json(Verdict, claim["verdict"]))


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_submitted_article_gives_claims_and_no_altered_figure_is_surely_supported(
    judge_scores: SharedScores,
) -> None:
    """No altered figure is SUPPORTED with a confidence of RELIED_ON or more."""
    result = check(SEED, judge_scores)
    assert_spans_are_right(result)
    assert len(result["claims"]) >= 8
    assert len(labelled(result, "SUPPORTED")) >= 4
    text = SEED.read_text(encoding="utf-8")
    for figure, other in ALTERED.items():
        assert re.search(figure, text)
        text = re.sub(figure, other, text)
    supported = labelled(check(text.encode(), judge_scores), "SUPPORTED")
    changed = re.compile("|".join(re.escape(other) for other in ALTERED.values()))
    wrong = [claim for claim in supported if changed.search(claim["text"])]
    assert [one["text"] for one in wrong if one["verdict"]["confidence"] >= RELIED_ON] == []
    assert len(wrong) <= 1


def verify(claim: str, names: list[str], scores: SharedScores) -> Verdict:
    with Verifier(Settings(judge_threads=2)) as verifier:
        verifier.judge = build_judge(Settings(judge_threads=2), scores=scores)
        return verifier.verify(claim, sources=[FOLDER / "pages" / f"{name}.html" for name in names])


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("claim", "deciding", "other", "label"),
    [
        (
            "A US strike hit a speedboat in the southern Caribbean and killed 11 people.",
            ["boat-strike"],
            ["football-derby", "homicide-figures"],
            "SUPPORTED",
        ),
        (
            "The United States used an air base at Manta until 2009.",
            ["manta-base"],
            ["football-derby", "boat-strike"],
            "REFUTED",
        ),
        (
            "Los Choneros and Los Lobos have been under US sanctions since 2019.",
            ["quito-visit", "designation-explainer"],
            ["football-derby", "manta-base"],
            "REFUTED",
        ),
    ],
)
def test_pages_that_do_not_decide_the_claim_change_little_and_decide_nothing_alone(
    claim: str, deciding: list[str], other: list[str], label: str, judge_scores: SharedScores
) -> None:
    decided = verify(claim, deciding, judge_scores)
    assert decided.label == label
    for names in ([*deciding, *other], [*other, *deciding[::-1]]):
        beside = verify(claim, names, judge_scores)
        assert beside.label == label
        assert beside.confidence == pytest.approx(decided.confidence, abs=0.05)
    assert verify(claim, other, judge_scores).label == "NOT_ENOUGH_EVIDENCE"
