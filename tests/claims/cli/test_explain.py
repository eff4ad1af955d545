"""`assay explain`: how a verdict comes about."""

from __future__ import annotations

from pathlib import Path

from tests.claims.cli.running import run_assay

PAGE = "The new bridge at Kisoro is 42 metres long, the engineer said. It cost $2 million."


def test_sides_votes_and_findings_are_printed(tmp_path: Path) -> None:
    page = tmp_path / "bridge.txt"
    page.write_text(PAGE)
    ran = run_assay("explain", "The new bridge at Kisoro is 42 metres long.", "--source", page)
    assert ran.status == 0, ran.err
    assert "support:" in ran.out
    assert "refutation:" in ran.out
    assert "strongest vote" in ran.out
    assert "the bar of" in ran.out
    assert "42 metres" in ran.out


def test_no_source_is_explained_as_well() -> None:
    ran = run_assay("explain", "The new bridge at Kisoro is 42 metres long.")
    assert ran.status == 0, ran.err
    assert "not enough evidence" in ran.out
    assert "no vote" in ran.out


def test_empty_claim_is_refused() -> None:
    ran = run_assay("explain", " ")
    assert ran.status == 2
