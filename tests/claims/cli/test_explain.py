"""`assay explain`: the sides, votes and findings behind a verdict."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from claims.cli.explain import write_explanation
from claims.types import Finding, VerdictLabel
from service.cli import run
from tests.claims import samples
from tests.claims.cli.running import run_assay

HOSTILE = "a\x1b[2Jb\x07c\u202ed\re\nf\x9bg\ud800h"
SHOWN = "a[U+001B][2Jb[U+0007]c[U+202E]d e f[U+009B]g[U+D800]h"
PAGE = "The new bridge at Kisoro is 42 metres long, the engineer said. It cost $2 million."


def test_sides_votes_and_findings_are_printed(tmp_path: Path) -> None:
    page = tmp_path / "bridge.txt"
    page.write_text(PAGE)
    ran = run_assay("explain", "The new bridge at Kisoro is 42 metres long.", "--source", page)
    assert ran.status == 0, ran.err
    assert "support:" in ran.out
    assert "refutation:" in ran.out
    assert "strongest vote" in ran.out
    assert "probabilities: supported 0." in ran.out
    assert "at least the threshold of 0.55" in ran.out
    assert "42 metres" in ran.out


def test_a_page_older_than_the_claim_is_said_to_have_no_vote(tmp_path: Path) -> None:
    page = tmp_path / "mayor.html"
    page.write_text(
        '<meta property="article:published_time" content="2021-03-12"><article>'
        "<p>Anna Berg is the mayor of Kisoro. She was sworn in by the district.</p></article>"
    )
    ran = run_assay(
        "explain", "Anna Berg is the mayor of Kisoro.", "--source", page, "--dated", "2025-09-04"
    )
    assert ran.status == 0, ran.err
    assert "and origins do not clearly disagree" in ran.out
    assert "strongest vote" not in ran.out
    assert "older than the claim: 12 Mar 2021; it has no vote" in ran.out


def test_no_source_is_explained_as_well() -> None:
    ran = run_assay("explain", "The new bridge at Kisoro is 42 metres long.")
    assert ran.status == 0, ran.err
    assert "not enough evidence" in ran.out
    assert "no vote" in ran.out


def test_pages_that_were_left_out_are_listed_with_the_reason(tmp_path: Path) -> None:
    page = tmp_path / "bridge.html"
    page.write_text(
        '<meta property="article:published_time" content="2025-03-12"><article>'
        "<p>The new bridge at Kisoro is 42 metres long, the engineer said.</p></article>"
    )
    ran = run_assay(
        "explain", "The bridge is 42 metres long.", "--source", page, "--as-of", "2025-03-11"
    )
    assert ran.status == 0, ran.err
    assert "The only source could not be used" in ran.out
    assert "bridge.html - after-as-of: published on 2025-03-12, after 2025-03-11" in ran.out


def test_empty_claim_is_refused() -> None:
    ran = run_assay("explain", " ")
    assert ran.status == 2


def test_text_of_claims_and_pages_cannot_command_the_terminal_or_run_backwards() -> None:
    item = samples.evidence(0.9, 0.05)
    item = replace(
        item,
        quote=HOSTILE,
        page=replace(item.page, title=HOSTILE),
        findings=(Finding("quantity", HOSTILE, HOSTILE, "differs", HOSTILE),),
    )
    verdict = replace(
        samples.verdict(VerdictLabel.SUPPORTED), explanation=HOSTILE, evidence=(item,)
    )
    lines = list(write_explanation(HOSTILE, verdict, least_confidence=0.6))
    assert not {character for line in lines for character in line if not character.isprintable()}
    assert lines[0] == lines[2] == SHOWN
    assert f"o1  {SHOWN}" in lines
    assert f"  “{SHOWN}”" in lines
    assert f"  quantity: {SHOWN} / {SHOWN}: differs ({SHOWN})" in lines


def test_page_without_a_title_is_named_by_a_plain_address() -> None:
    item = samples.evidence(0.9, 0.05)
    item = replace(item, page=replace(item.page, title=None, url=HOSTILE))
    verdict = replace(samples.verdict(VerdictLabel.SUPPORTED), evidence=(item,))
    assert f"o1  {SHOWN}" in list(write_explanation("A claim.", verdict, least_confidence=0.6))


def test_output_that_lacks_a_character_still_gets_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "bridge.txt"
    page.write_text(PAGE.replace("Kisoro", "Zürich"), encoding="utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    status = run(["explain", "The new bridge at Zürich is 42 metres long.", "--source", str(page)])
    out.seek(0)
    printed = out.read()
    assert status == 0
    assert printed.startswith("The new bridge at Z\\xfcrich is 42 metres long.\n")
    assert re.search(r"(below|at least) the threshold of 0\.55", printed)


def test_a_low_rating_is_explained() -> None:
    verdict = samples.verdict(VerdictLabel.NOT_ENOUGH_EVIDENCE)
    (item,) = verdict.evidence
    doubted = replace(item, page=replace(item.page, source="rumours", credibility=0.2))
    lines = list(
        write_explanation("A claim.", replace(verdict, evidence=(doubted,)), least_confidence=0.6)
    )
    assert "  its source is rated 0.20: 40% of its vote counts" in lines
    assert any("strongest vote, 0.36" in line for line in lines)
