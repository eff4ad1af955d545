"""Our own pairs: their format, messages about faults, held-out groups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.sets import WRITTEN_APART
from training import pairs
from training.pairs import CLAIM_ONLY_MARGIN, DATA, Pair, find_faults, read_pairs, split_groups

PAGE = "The council of Kelm voted on Monday to close the old harbour bridge for repairs until May."
OTHER = "The old harbour bridge in Kelm stays open, the council decided on Tuesday after a debate."


def group(**changes: Any) -> dict[str, Any]:
    claims = [
        {"claim": "Kelm will close its old bridge.", "label": "SUPPORTED", "kind": "plan"},
        {"claim": "The bridge in Kelm stays open.", "label": "REFUTED", "kind": "plan"},
        {"claim": "The repairs in Kelm cost a million.", "label": "NEI", "kind": "missing"},
    ]
    contrast = {"evidence": OTHER, "labels": ["REFUTED", "SUPPORTED", "NEI"]}
    return {"domain": "local", "evidence": PAGE, "claims": claims, "contrast": contrast} | changes


def write(folder: Path, *groups: dict[str, Any]) -> Path:
    file = folder / "x.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in groups))
    return file


def test_every_file_is_valid_and_no_word_reveals_the_label() -> None:
    files = sorted(DATA.glob("*.jsonl"))
    assert [fault for file in files for fault in find_faults(file)] == []
    everything = read_pairs(files)
    assert len(everything) >= 40_000
    described = pairs.measure_claim_alone(everything)
    assert described.claim_alone <= described.majority + CLAIM_ONLY_MARGIN


def test_files_for_measuring_are_valid_and_not_in_the_training_data() -> None:
    apart = sorted(WRITTEN_APART.glob("*.jsonl"))
    assert len(apart) >= 3
    assert [fault for file in apart for fault in find_faults(file)] == []
    assert not {pair.evidence for pair in read_pairs(apart)} & {p.evidence for p in read_pairs()}
    for file in apart:
        described = pairs.measure_claim_alone(read_pairs([file]))
        assert described.claim_alone <= described.majority + CLAIM_ONLY_MARGIN, file.name


def test_a_group_gives_each_claim_under_both_pages(tmp_path: Path) -> None:
    found = read_pairs([write(tmp_path, group())])
    assert [(pair.evidence, pair.label) for pair in found[:2]] == [
        (PAGE, "SUPPORTED"),
        (OTHER, "REFUTED"),
    ]
    assert len(found) == 6
    assert {pair.group for pair in found} == {"x:1"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"contrast": {"evidence": OTHER, "labels": ["NEI"]}}, "one for each"),
        (
            {"contrast": {"evidence": OTHER, "labels": ["SUPPORTED", "REFUTED", "NEI"]}},
            "fewer than a third",
        ),
        ({"contrast": {"evidence": OTHER, "labels": ["NO", "SUPPORTED", "NEI"]}}, "labels"),
        ({"evidence": "Too short."}, "a page of 2 words"),
        ({"evidence": PAGE.replace("Kelm", "Quito")}, "name of the example article"),
        ({"source": "somewhere"}, "keys are"),
        ({"claims": [], "contrast": {"evidence": OTHER, "labels": []}}, "at least one"),
    ],
)
def test_faults_of_a_group_are_named_with_its_line(
    tmp_path: Path, changes: dict[str, Any], fault: str
) -> None:
    file = write(tmp_path, group(), group(**changes))
    faults = find_faults(file)
    assert any(fault in line and line.startswith("x.jsonl:2:") for line in faults), faults


def test_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(json.dumps(group()) + "\n{oops\n")
    with pytest.raises(ValueError, match=r"x\.jsonl:2: not JSON"):
        find_faults(file)


def test_faults_exit_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pairs.main([str(write(tmp_path, group(evidence="Too short.")))]) == 1
    assert "a page of 2 words" in capsys.readouterr().err


def test_held_out_groups_are_complete_and_unseen_by_the_previous_release() -> None:
    def pair(group: str) -> Pair:
        return Pair("c", "e", "NEI", group, "k")

    everything = [pair(f"{file}:{number}") for file in ("a", "v") for number in range(1, 31)] * 2
    kept, held = split_groups(everything)
    assert {one.group for one in held} == {"v:10", "v:20", "v:30"}
    assert not {one.group for one in held} & {one.group for one in kept}
    assert len(kept) + len(held) == len(everything)
