"""The table of releases, and the sets in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.learning import TRAINED_ON, main, read_short_sets, render
from evaluation.sets import OWN, LabelledSet
from training.pairs import MEASURED

ROW = {"claim": "c", "evidence": "e", "label": "SUPPORTED"}


def test_table_has_a_column_for_each_release() -> None:
    sets = [LabelledSet("one", [ROW], 9), LabelledSet("two", [ROW, ROW], 9)]
    assert render(["release 1", "release 2"], sets, [[0.5, 0.25], [0.75, 1.0]]).splitlines()[
        2:
    ] == [
        "| one | 1 | 0.500 | 0.750 | 0.433 |",
        "| two | 2 | 0.250 | 1.000 | 0.000 |",
    ]


@pytest.mark.parametrize("argument", ["2", "2=/not/there"])
def test_a_release_needs_a_name_and_a_folder(
    argument: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([argument])
    assert stopped.value.code == 2
    assert "give the name of a judge and its folder" in capsys.readouterr().err


def test_training_groups_are_not_among_the_measured_rows() -> None:
    learnt, held, *_ = read_short_sets(Path("nowhere"), rows=30)
    assert (learnt.name, len(learnt.rows), held.name) == (TRAINED_ON, 30, OWN)
    assert len(held.rows) == held.of
    assert not {row["group"] for row in learnt.rows} & {row["group"] for row in held.rows}
    assert {row["group"].split(":")[0] for row in learnt.rows} <= MEASURED
