"""Checkpoints are measured as the released judge is. Skipped without torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from training.curve import ROWS, Network, measure_paragraphs, measure_sets, measure_together  # noqa: E402
from training.events import Event, EventClaim, EventPage, Quote  # noqa: E402
from training.judge import PREVIOUS, load_start  # noqa: E402
from training.mirrors import Mirrored, make_mirror  # noqa: E402

TOLD = "The bridge in Kelm was opened by Mayor Ada Holm on Monday."
CLAIM = "Mayor Ada Holm opened the bridge in Kelm on Monday."
PAGE = EventPage("report", "Kelm has a bridge", "Gazette", "2025-03-04", "main", (TOLD,))
EVENT = Event("kelm", (PAGE,), (EventClaim(CLAIM, "SUPPORTED", "date", (Quote("report", TOLD),)),))
MIRROR = make_mirror(
    EVENT,
    [{"page": "report", "old": "Monday", "new": "Friday"}],
    [
        {
            "claim": 0,
            "label": "REFUTED",
            "quotes": [{"page": "report", "text": TOLD.replace("Monday", "Friday")}],
        }
    ],
)


@pytest.fixture(scope="module")
def released() -> Network:
    return Network(PREVIOUS)


def test_an_event_and_its_mirror_are_measured(released: Network) -> None:
    mirrored = [Mirrored(EVENT, MIRROR)]
    right, both, order = measure_paragraphs(released, mirrored)
    assert (right >= 0.5, both in (0.0, 1.0), order) == (True, True, 1.0)
    in_event, in_mirror, in_both, turned, alone = measure_together(released, mirrored)
    assert in_event == 1.0
    assert in_both == turned == in_event * in_mirror
    assert alone == 0.5  # one claim has no order


def test_rows_are_in_the_order_of_the_pairs(released: Network) -> None:
    pairs = [(TOLD, CLAIM), ("It rained. " * 60, CLAIM), ("Rain fell.", "Snow fell in Kelm.")] * 4
    rows = released.score(pairs)
    assert rows.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    one_by_one = np.concatenate([released.score([pair]) for pair in pairs])
    assert rows == pytest.approx(one_by_one, abs=0.05)


def test_checkpoint_is_measured_and_shown_with_its_steps(released: Network, tmp_path: Path) -> None:
    file = tmp_path / "partial.pt"
    torch.save({"weights": load_start(PREVIOUS), "rounding": {}, "done": 40}, file)
    found = Network(file)
    assert (released.steps, found.steps) == (0, 40)
    assert found.score([(TOLD, CLAIM)]) == pytest.approx(released.score([(TOLD, CLAIM)]))


def test_missing_sets_have_no_figure(
    released: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROWS, "own.held_out", 4)
    wice, symmetric, own = measure_sets(released, tmp_path)
    assert np.isnan(wice)
    assert np.isnan(symmetric)
    assert 0.0 <= own <= 1.0
