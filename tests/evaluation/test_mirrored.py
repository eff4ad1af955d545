"""Figures of events and mirrors: an answer by the wording of a claim counts for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.settings import Settings
from claims.types import VerdictLabel
from claims.wiring import build_judge
from evaluation.__main__ import MIRRORED_EVENTS, REAL_EVENTS
from evaluation.floors import hold, measure_mirrors
from evaluation.real import MEASURING
from evaluation.real.asking import Answer, ask, pick_events, pick_mirrored
from evaluation.real.mirrored import (
    MirrorsRead,
    Turned,
    ask_turned,
    keep_turned,
    measure_turned,
    pair_answers,
    render_both,
    share_right_in_both,
)
from evaluation.real.tables import claim_alone, describe_key_passages
from evaluation.verdicts import ask_events
from training.events import Event, EventClaim, EventPage, Quote, read_events
from training.mirrors import Mirrored, make_mirror

S, R, C, N = (
    VerdictLabel.SUPPORTED,
    VerdictLabel.REFUTED,
    VerdictLabel.CONFLICTING_EVIDENCE,
    VerdictLabel.NOT_ENOUGH_EVIDENCE,
)


def answer(
    claim: str, label: VerdictLabel, verdict: VerdictLabel, alone: tuple[float, float] = (0.5, 0.5)
) -> Answer:
    return Answer("e", claim, "figure", label, verdict, 0.5, (0, 0), alone, None, None)


def by_wording(label: VerdictLabel) -> list[Answer]:
    """Answers of a judge that says of claims a and b what their wording suggests."""
    other = R if label is S else S
    return [
        answer("a", label, S, (0.9, 0.1)),
        answer("b", other, R, (0.2, 0.8)),
        answer("c", N, N),
    ]


def test_judge_that_uses_only_the_wording_is_never_right_on_turned_claims() -> None:
    events, mirrors = by_wording(S), by_wording(R)
    pairs = pair_answers(events, mirrors)
    assert [one.claim for one, _ in pairs] == ["a", "b", "c"]
    assert share_right_in_both(pairs) == pytest.approx(1 / 3)
    assert share_right_in_both(keep_turned(pairs)) == 0.0
    assert claim_alone(events) == 1.0
    assert claim_alone([*events, *mirrors]) == 0.5
    table = render_both([*events, answer("d", S, S)], mirrors)
    assert "| events that have a mirror | 3 | 1.000 |" in table
    assert "| events without a mirror | 1 | 1.000 |" in table
    assert "| their mirrors | 3 | 0.333 |" in table
    assert "of 2 that turn from SUPPORTED to REFUTED or back 0.000" in table


def test_strengths_are_right_as_often_as_their_verdicts_or_leanings() -> None:
    answers = [
        replace(answer("a", S, S), confidence=0.9),
        replace(answer("b", R, S), confidence=0.85),
        replace(answer("c", S, S), confidence=0.7),
        replace(answer("d", R, N), support=0.2, confidence=0.3),
        replace(answer("e", R, N), support=0.8, confidence=0.3),
        replace(answer("f", N, N), support=None, confidence=0.9),
    ]
    table = render_both(answers, answers)
    assert "| judge alone | firm | 4 | 0.333 | 0.500 |" in table
    assert "| judge alone | probable | 2 | 0.167 | 1.000 |" in table
    assert "| judge alone | leaning | 4 | 0.333 | 0.500 |" in table
    assert "| judge alone | leaning | 0 | 0.000 |  |" in render_both(answers[:1], answers[:1])


def test_key_passages_are_counted_among_right_decisions() -> None:
    answers = [
        replace(answer("a", S, S), key_passage=True),
        replace(answer("b", R, R), key_passage=False),
        replace(answer("c", S, R), key_passage=False),
        replace(answer("d", N, N), key_passage=True),
        answer("e", S, S),
    ]
    assert describe_key_passages(answers).startswith("Of 2 right verdicts 0.500 quote")


def test_turned_claims_are_counted_per_side_per_claim_and_by_order() -> None:
    supported = [True, False, False, True, True, False]
    rows = [
        *[(0.8, 0.1, 0.1), (0.1, 0.8, 0.1)],  # right on both sides
        *[(0.6, 0.3, 0.1), (0.9, 0.0, 0.1)],  # wrong on one, in order
        *[(0.1, 0.2, 0.7), (0.3, 0.1, 0.6)],  # undecided on both, the wrong way round
    ]
    assert measure_turned(supported, rows) == Turned(3, 3 / 6, 1 / 3, 2 / 3)


def test_floors_include_claims_right_in_event_and_mirror(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path_factory.mktemp("floors") / "floors.json"
    read = MirrorsRead([answer("a", S, S)], [answer("a", R, R)], Turned(400, 0.6, 0.3, 0.7))
    assert hold(measure_mirrors(read), update=True, file=file) == 0
    fallen = replace(read, turned=replace(read.turned, both=0.2))
    assert hold(measure_mirrors(fallen), update=False, file=file) == 1
    assert "turned claims, deciding paragraphs right in both" in capsys.readouterr().err


def test_pipeline_judges_an_event_and_its_mirror() -> None:
    told = "Mayor Ada Holm opened the new bridge in Kelm on Monday."
    page = EventPage("report", "Kelm has a bridge", "Gazette", "2025-03-04", "main", (told,))
    claim = "Ada Holm opened the new bridge in Kelm on Monday."
    event = Event(
        "kelm", (page,), (EventClaim(claim, "SUPPORTED", "date", (Quote("report", told),)),)
    )
    quoted = {"page": "report", "text": told.replace("Monday", "Friday")}
    mirror = make_mirror(
        event,
        [{"page": "report", "old": "Monday", "new": "Friday"}],
        [{"claim": 0, "label": "REFUTED", "quotes": [quoted]}],
    )
    judge = build_judge(Settings())
    (one,), (other,) = (list(ask([side], judge)) for side in (event, mirror))
    assert (one.verdict, other.label) == (S, R)
    assert one.alone == other.alone
    assert (one.key_passage, one.support is not None) == (True, True)
    misquoted = replace(event.claims[0], quotes=(Quote("report", page.title),))
    (elsewhere,) = ask([replace(event, claims=(misquoted,))], judge)
    assert elsewhere.key_passage is False
    (case,) = ask_events([event], judge)
    assert case.alone == pytest.approx(one.alone[0] - one.alone[1])
    found = ask_turned([Mirrored(event, mirror)], judge)
    assert (found.claims, found.order) == (1, 1.0)


def test_small_selection_has_mirrors_of_all_writers() -> None:
    assert len({one.event.name[0] for one in pick_mirrored(15)}) == 15
    assert len(pick_mirrored(None)) == 101


def test_quality_gate_judges_events_with_a_mirror_once() -> None:
    first = [event.name for event in pick_events(read_events(MEASURING), REAL_EVENTS)]
    assert {one.event.name for one in pick_mirrored(MIRRORED_EVENTS)} <= set(first)
