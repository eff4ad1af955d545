"""Evaluation on events: answers of the pipeline and baselines, and their figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from claims.entailment.calibration import Calibration
from claims.settings import Settings
from claims.types import VerdictLabel
from claims.wiring import build_judge
from evaluation.judge_answers import KeptAnswers
from evaluation.parts import ask as ask_parts
from evaluation.parts import choose_in_turn
from evaluation.real import MEASURING
from evaluation.real.__main__ import PLAIN, main
from evaluation.real.asking import Answer, PlainRule, ask, pick_events, write_page
from evaluation.real.passages import look
from evaluation.real.tables import fit_plain_rule, measure, paragraphs, render
from training.events import Event, EventClaim, EventPage, Quote, read_events

S, R, C, N = (
    VerdictLabel.SUPPORTED,
    VerdictLabel.REFUTED,
    VerdictLabel.CONFLICTING_EVIDENCE,
    VerdictLabel.NOT_ENOUGH_EVIDENCE,
)
PAGE = EventPage(
    "report",
    "Kelm opens its bridge",
    "Kelm Gazette",
    "2025-03-04",
    "main",
    ("Mayor Ada Holm opened the new bridge in Kelm on Monday. It cost 47 million crowns.",),
)


def answer(
    label: VerdictLabel,
    strongest: tuple[float, float],
    *,
    verdict: VerdictLabel = N,
    paragraph: VerdictLabel | None = None,
) -> Answer:
    return Answer("e", "c", "figure", label, verdict, 0.5, strongest, (0, 0), paragraph, paragraph)


def test_figures_count_right_decided_wrong_opposite_and_false_conflicts() -> None:
    found = measure([S, S, R, N, C, R, N, S], [S, R, R, S, S, N, C, C])
    assert (found.claims, found.right, found.decided) == (8, 2 / 8, 5 / 8)
    assert (found.wrong, found.opposite) == (3 / 5, 1 / 5)
    assert found.false_conflicts == 2 / 7


def test_figures_without_claims_are_zero() -> None:
    assert measure([], []).right == 0.0
    assert paragraphs([answer(N, (0.0, 0.0))]) == (None, None)
    assert "| all | 1 |" in render([answer(N, (0.0, 0.0))], PLAIN)


@pytest.mark.parametrize(
    ("strongest", "label"),
    [((0.6, 0.5), S), ((0.6, 0.9), R), ((0.6, 0.7), N), ((0.3, 0.2), N), ((0.0, 0.0), N)],
)
def test_plain_rule_takes_the_higher_side_above_its_threshold(
    strongest: tuple[float, float], label: VerdictLabel
) -> None:
    assert PlainRule(0.4, 0.8).decide(strongest) is label


def test_thresholds_maximise_the_right_answers() -> None:
    answers = [
        *(answer(S, (0.55, 0.1)) for _ in range(5)),
        *(answer(N, (0.45, 0.1)) for _ in range(5)),
        *(answer(N, (0.1, 0.77)) for _ in range(5)),
        *(answer(R, (0.1, 0.92)) for _ in range(5)),
    ]
    rule = fit_plain_rule(answers)
    assert 0.45 < rule.supports <= 0.55
    assert 0.77 < rule.refutes <= 0.92


def test_small_selection_has_events_of_all_writers_and_is_a_prefix_of_larger_ones() -> None:
    events = read_events(MEASURING)
    first = pick_events(events, 15)
    assert len({event.name[0] for event in first}) == 15
    assert pick_events(events, 20)[:15] == first
    assert sorted(event.name for event in pick_events(events, None)) == sorted(
        event.name for event in events
    )


def test_cached_answers_survive_a_kill_in_the_middle_of_a_line(tmp_path: Path) -> None:
    file = tmp_path / "answers" / "x.jsonl"
    row = tuple(np.array([0.1, 0.2, 0.7], dtype=np.float32).tolist())
    KeptAnswers(file).keep_scores({"a": row})
    with file.open("a") as out:
        out.write('["b", 0.1')
    again = KeptAnswers(file)
    assert again.get_scores(["a", "b"]) == [row, None]
    again.keep_scores({"c": row})
    assert KeptAnswers(file).get_scores(["a", "b", "c"]) == [row, None, row]


def test_pipeline_gives_an_answer_without_any_passage() -> None:
    empty = EventPage("empty", "", "Nobody", None, "loose", ("1,204 88 17", "…"))
    quote = Quote("report", "Mayor Ada Holm opened the new bridge in Kelm on Monday.")
    event = Event(
        "kelm",
        (PAGE, empty),
        (
            EventClaim("Ada Holm opened the new bridge in Kelm.", "SUPPORTED", "person", (quote,)),
            EventClaim("12 47 1,204 88", "NOT_ENOUGH_EVIDENCE", "missing", ()),
            EventClaim("The bridge cost 47 million.", "CONFLICTING_EVIDENCE", "figure", (quote,)),
        ),
    )
    found = list(ask([event], build_judge(Settings())))
    assert [one.label for one in found] == [S, N, C]
    assert (found[0].verdict, found[0].paragraph, found[0].bare_paragraph) == (S, S, S)
    assert found[0].strongest[0] > 0.8
    assert (found[1].verdict, found[1].paragraph) == (N, None)
    assert "| supported | 1 |" in render(found, PLAIN)


def test_page_of_an_event_equals_an_extracted_web_page() -> None:
    page = write_page(PAGE)
    assert page.url == "https://kelm-gazette.example/report"
    assert page.text == f"{PAGE.title}\n{PAGE.paragraphs[0]}"
    assert (page.title, page.published_at) == (PAGE.title, "2025-03-04")


@pytest.mark.parametrize(
    "arguments", [["--events", "0"], ["--judge", "/not/there"], ["--fitting", "--write"]]
)
def test_bad_arguments_exit_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_thresholds_of_an_event_are_chosen_on_other_events() -> None:
    labels = [S, N, S, N]
    # The best threshold on the second event would be 0.3, but it gets the one of the first.
    sides = [(0.6, 0.0), (0.55, 0.0), (0.3, 0.0), (0.2, 0.0)]
    assert choose_in_turn(labels, sides, ["a", "a", "b", "b"]) == [S, S, N, N]


def test_bare_judge_answers_without_calibration() -> None:
    judge = build_judge(Settings())
    claim = "Mayor Ada Holm opened the bridge in Kelm, which cost 45 million crowns, on Monday."
    event = Event("kelm", (PAGE,), (EventClaim(claim, "REFUTED", "figure", ()),))
    (serving,) = ask_parts(event, judge)
    (plain,) = ask_parts(event, replace(judge, calibration=Calibration()))
    assert serving.case.label == R
    assert plain.highest != serving.highest
    assert plain.bare == serving.bare


def test_passages_include_the_deciding_ones_within_their_limit() -> None:
    said = "Mayor Ada Holm opened the new bridge in Kelm on Monday."
    other = "It rained in Kelm on the day on which the bridge was opened, the mayor recalls."
    page = EventPage("a", "Kelm", "Gazette", None, "main", (other, said, "The river is long."))
    claim = "Ada Holm, the mayor, opened the new bridge in Kelm."
    decided = EventClaim(claim, "SUPPORTED", "person", (Quote("a", said),))
    split = EventClaim(claim, "SUPPORTED", "two-pages", (Quote("a", said), Quote("b", "A lake.")))
    open_ = EventClaim("The bridge is blue.", "NOT_ENOUGH_EVIDENCE", "missing", ())
    far = EventPage("b", "Far", "Post", None, "loose", ("A lake.",))
    event = Event("kelm", (page, far), (decided, split, open_))
    assert [one.quotes for one in look(event, 12, 4)] == [(True,), (True, False)]
    assert [one.passages for one in look(event, 1, 4)] == [1, 1]
