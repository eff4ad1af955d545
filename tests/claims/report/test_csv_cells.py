"""No spreadsheet finds a formula in a row of CSV, however it splits the file into cells."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.report.csv_cells import disarm, write_row

FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)", "﹦1+1"]
HIDDEN = ["", " ", "\u200b", "\ufeff", "\u202e", "\xa0", "\u3000", "\x00", "\u3164", '"', "\ufe0f"]
"""What may stand before a formula without being seen, or is skipped by a spreadsheet."""
SKIPPED = "".join(HIDDEN) + "\t\r\n"


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("before", ["", "Eleven died;", "a\t", "a\r", "a\n", "a\r\n", "a\u2028"])
def test_a_formula_is_disarmed_wherever_a_cell_may_begin(
    before: str, hidden: str, formula: str
) -> None:
    assert disarm(f"{before}{hidden}{formula}") == f"{before}'{hidden}{formula}"


@pytest.mark.parametrize("text", ["\tEleven died.", "\rEleven died."])
def test_a_leading_tab_or_carriage_return_is_disarmed(text: str) -> None:
    assert disarm(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Eleven died.",
        "Prices rose (+5 %), taxes fell (-2 %).",
        "a = b; c = d",
        "Eleven died; twelve lived.",
        "He said: “no; never”.",
        "one\ntwo",
        "mail@example.org",
    ],
)
def test_other_texts_are_unchanged(text: str) -> None:
    assert disarm(text) == text


def test_numbers_stay_numbers_and_nothing_stays_nothing() -> None:
    assert write_row(["a", -0.5, None, "-0.5"]) == b"a,-0.5,,'-0.5\n"


@given(st.lists(st.text(alphabet="=+-@＝;,\t\r\n\"' a\u200b\ufeff", max_size=12), min_size=1))
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_of_any_reading_begins_like_a_formula(delimiter: str, cells: list[str]) -> None:
    line = write_row(["c_1", *cells]).decode()
    rows = csv.reader(io.StringIO(line, newline=""), delimiter=delimiter)
    for cell in (cell for row in rows for cell in row):
        visible = cell.lstrip(SKIPPED)
        assert unicodedata.normalize("NFKC", visible[:1]) not in {"=", "+", "-", "@"}, cell


def test_a_reader_with_commas_gets_every_text_back_but_for_the_apostrophes() -> None:
    cells = ["c_1", "a;b", 'say "no"', "two\nlines", "x;=1"]
    (row,) = csv.reader(io.StringIO(write_row(cells).decode(), newline=""))
    assert row == ["c_1", "a;b", 'say "no"', "two\nlines", "x;'=1"]
