"""The result table in a terminal, at several widths."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from rich.table import Column

from claims.cli.table import print_result, print_table
from claims.types import (
    CheckResult,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Coverage,
    ErrorRecord,
    Evidence,
    Finding,
    NotChecked,
    SourceFailure,
    Span,
    VerdictLabel,
)
from tests.claims import samples
from tests.claims.report.records import claim, evidence, result, verdict

TEXT = "The new bridge over the river at Kisoro is 42 metres long and carries two lanes."
QUOTE = "The bridge at Kisoro is 42 metres long, the district engineer told the council on Monday."
URL = "https://www.hill-gazette.example/2021/05/04/new-bridge-opened-in-kisoro.html"
WIDTHS = [40, 80, 99, 100, 120, 150]


def show(
    checked: CheckResult,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    width: int = 120,
) -> str:
    """Print this result on a terminal of `width` columns, and return the output."""
    monkeypatch.setenv("COLUMNS", str(width))
    print_result(checked)
    return capsys.readouterr().out


def test_tables_with_the_same_columns_have_their_own_rows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = (Column("id", no_wrap=True), "claim")
    for row in (("c_1", "one"), ("c_2", "two")):
        print_table(columns, [row])
        printed = capsys.readouterr().out
        assert [line.split() for line in printed.splitlines() if "c_" in line] == [list(row)]


def judged(label: str, pieces: Sequence[Evidence], **more: Any) -> ClaimRecord:
    """Build a claim with a verdict on `pieces`; `more` overrides fields of the verdict."""
    return claim(TEXT, verdict=replace(verdict(label, pieces), **more))


def holds(printed: str, text: str) -> bool:
    """Whether every word of `text` was printed, in any order, since cells wrap side by side."""
    return set(text.split()) <= set(re.split(r"[\s,]+", printed))


@pytest.mark.parametrize("width", WIDTHS)
def test_claim_verdict_and_deciding_sentence_fit_any_width(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = evidence("SUPPORTS", QUOTE, publisher="The Hill Gazette", url="bridge.html")
    printed = show(result([judged("SUPPORTED", [item])]), capsys, monkeypatch, width=width)
    assert max(map(len, printed.splitlines())) <= width
    assert all(line == line.rstrip() for line in printed.splitlines())
    assert holds(
        printed, f"supported 0.50 {TEXT} {QUOTE} The Hill Gazette bridge.html".replace(",", "")
    )
    assert "1 claim: 1 supported" in printed


@pytest.mark.parametrize("width", [80, 120])
def test_lost_page_is_named_with_the_verdict(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = judged("SUPPORTED", [evidence("SUPPORTS", QUOTE)], lost_page=samples.lost_page())
    printed = show(result([claim]), capsys, monkeypatch, width=width)
    assert holds(
        printed,
        "A page that check 1 rests on cannot be read since check 2: There is no such page",
    )
    assert "a.example/lost" in printed


@pytest.mark.parametrize("label", list(VerdictLabel))
def test_verdict_is_written_out(
    label: VerdictLabel, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [evidence("SUPPORTS", QUOTE), evidence("REFUTES", "It is 58 metres long.")]
    printed = show(result([judged(label, items)]), capsys, monkeypatch)
    assert f"1 claim: 1 {label.replace('_', ' ').lower()}" in printed
    assert holds(printed, label.replace("_", " ").lower())


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    ("label", "leads"),
    [
        (VerdictLabel.SUPPORTED, ("deciding", "contrary")),
        (VerdictLabel.REFUTED, ("contrary", "deciding")),
        (VerdictLabel.CONFLICTING_EVIDENCE, ("for", "against")),
        (VerdictLabel.NOT_ENOUGH_EVIDENCE, ("for", "against")),
    ],
)
def test_strongest_sentence_of_each_side_is_shown_whatever_the_verdict(
    label: VerdictLabel,
    leads: tuple[str, str],
    width: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = [
        evidence("REFUTES", "No, 58 metres.", publisher="Lowland Weekly"),
        evidence("SUPPORTS", "Yes, 42 metres.", publisher="Hill Gazette"),
        evidence("REFUTES", "Never mind."),
    ]
    printed = show(result([judged(label, items)]), capsys, monkeypatch, width=width)
    assert f"{leads[0]}: Yes, 42 metres." in printed
    assert f"{leads[1]}: No, 58 metres." in printed
    assert holds(printed, "Lowland Weekly Hill Gazette")
    assert "Never mind" not in printed


def test_neutral_evidence_is_not_shown_as_deciding(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = evidence("NEUTRAL", "It is not long.")
    printed = show(result([judged("NOT_ENOUGH_EVIDENCE", [item])]), capsys, monkeypatch)
    assert "undecided: It is not long." in printed


@pytest.mark.parametrize("width", [80, 120])
def test_low_confidence_is_said_beside_the_verdict(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = evidence("SUPPORTS", QUOTE)
    low = judged("SUPPORTED", [item], confidence=0.54)
    assert holds(
        show(result([low]), capsys, monkeypatch, width=width),
        "probably supported low confidence 0.54",
    )
    high = judged("SUPPORTED", [item], confidence=0.6)
    assert "low" not in show(result([high]), capsys, monkeypatch, width=width)


def test_silence_of_all_sources_has_no_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = judged("NOT_ENOUGH_EVIDENCE", [], support=None, confidence=1.0)
    printed = show(result([silent]), capsys, monkeypatch)
    assert "no page has evidence" in printed
    assert "1.00" not in printed


@pytest.mark.parametrize(
    ("coverage", "reason"),
    [
        (Coverage(0, 0, 0), "no source was given"),
        (Coverage(1, 0, 0), "no source could be read"),
    ],
)
def test_reason_for_silence_is_given(
    coverage: Coverage,
    reason: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = judged("NOT_ENOUGH_EVIDENCE", [], support=None, coverage=coverage)
    assert reason in show(result([silent]), capsys, monkeypatch)


def test_claim_without_a_verdict_shows_how_far_it_came(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ErrorRecord("x", "out of memory")
    failed = replace(claim(TEXT), status=ClaimStatus.FAILED, error=error)
    printed = show(result([claim(TEXT), failed]), capsys, monkeypatch)
    assert holds(printed, "queued failed error: out of memory")
    assert "2 claims: 2 without a verdict" in printed


@pytest.mark.parametrize("width", WIDTHS)
def test_claim_that_was_corrected_names_the_other_in_full(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "c_" + "0123456789abcdef" * 2
    old = replace(claim(TEXT), corrected_by=ClaimId(other))
    printed = show(result([old]), capsys, monkeypatch, width=width)
    assert f"(supersededby{other})" in re.sub(r"\s", "", printed)


def test_claim_that_needs_context_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    vague = replace(judged("SUPPORTED", [evidence("SUPPORTS", QUOTE)]), needs_context=True)
    assert holds(show(result([vague]), capsys, monkeypatch), "(needs context)")


def test_sources_that_were_not_read_are_listed_with_the_reason(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = SourceFailure(URL, "http-404", "the server answered 404 Not Found")
    coverage = Coverage(3, 2, 1, (failed,))
    item = judged("SUPPORTED", [evidence("SUPPORTS", QUOTE)], coverage=coverage)
    printed = show(result([item]), capsys, monkeypatch, width=150)
    assert "2 of 3 sources read:" in printed
    assert f"  {URL} - http-404: the server answered 404 Not Found\n" in printed


def test_sentences_not_checked_are_listed_up_to_twenty(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [NotChecked(f"Is it number {n}?", Span(0, 9), "question") for n in range(23)]
    printed = show(result([], not_checked=rows), capsys, monkeypatch)
    assert "No checkable claim was found." in printed
    assert "23 sentences not checked:" in printed
    assert "  question  Is it number 19?" in printed
    assert "number 20" not in printed
    assert "... and 3 more" in printed


def test_long_quotation_is_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = judged("SUPPORTED", [evidence("SUPPORTS", "word " * 500)])
    printed = show(result([item]), capsys, monkeypatch, width=80)
    assert 60 < printed.count("word") < 100
    assert "word…" in printed


def test_text_from_pages_cannot_command_the_terminal_or_run_backwards(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = "a\x1b[2Jb\x07c\u202ed"
    item = evidence("SUPPORTS", evil, publisher=evil, url=evil)
    checked = result(
        [replace(judged("SUPPORTED", [item]), text=evil)],
        not_checked=[NotChecked(evil, Span(0, 1), "question")],
    )
    printed = show(checked, capsys, monkeypatch)
    assert not set(printed) & {"\x1b", "\x07", "\u202e"}
    assert "[U+202E]" in printed


def test_terminal_that_lacks_a_character_still_gets_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    print_result(result([judged("SUPPORTED", [evidence("SUPPORTS", "Zürich “42”")])]))
    stream.seek(0)
    printed = stream.read()
    assert "Z\\xfcrich" in printed
    assert "1 claim: 1 supported" in printed


@pytest.mark.parametrize("width", [80, 120])
def test_findings_stand_below_the_sentence_with_both_sides_and_the_rule(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding("name", "Ana Sorel", "Ole Brandt", "differs", "mayor in the passage")
    item = replace(evidence("REFUTES", "It is 58 metres long."), findings=(finding,))
    printed = show(result([judged("REFUTED", [item])]), capsys, monkeypatch, width=width)
    assert holds(printed, "name: Ana Sorel / Ole Brandt: differs (mayor in the passage)")
