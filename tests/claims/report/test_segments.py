"""Segments cover the text exactly for any spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from claims.report.segments import Segment, group_paragraphs, segment_text
from claims.types import Span

TEXT = "One two three. Four five.\n\nSix."
SPANS = st.builds(lambda a, b: Span(min(a, b), max(a, b)), st.integers(-3, 60), st.integers(-3, 60))
TEXTS = st.text(alphabet="ab .\n\r\t", max_size=50)
CLAIMS = st.dictionaries(st.sampled_from("123456"), st.none() | SPANS, max_size=6)


@given(TEXTS, CLAIMS)
def test_joined_segments_are_the_text(text: str, spans: dict[str, Span | None]) -> None:
    segments = segment_text(text, spans)
    assert "".join(segment.text for segment in segments) == text
    assert all(text[s.span.start : s.span.end] == s.text != "" for s in segments)


@given(TEXTS, CLAIMS)
def test_each_character_belongs_to_exactly_the_claims_whose_span_holds_it(
    text: str, spans: dict[str, Span | None]
) -> None:
    for segment in segment_text(text, spans):
        for place in range(*segment.span):
            holding = {key for key, span in spans.items() if span and span[0] <= place < span[1]}
            assert set(segment.claims) == holding


@given(TEXTS, CLAIMS)
def test_each_claim_with_visible_text_starts_once_and_ends_once(
    text: str, spans: dict[str, Span | None]
) -> None:
    segments = segment_text(text, spans)
    visible = {key for segment in segments if not segment.is_break for key in segment.claims}
    assert sorted(key for s in segments for key in s.starts) == sorted(visible)
    assert sorted(key for s in segments for key in s.ends) == sorted(visible)


@given(TEXTS, CLAIMS)
def test_paragraphs_hold_all_but_the_line_breaks(text: str, spans: dict[str, Span | None]) -> None:
    groups = group_paragraphs(segment_text(text, spans))
    shown = "".join(segment.text for group in groups for segment in group)
    assert "".join(shown.split()) == "".join(text.split())
    assert not set(shown) & {"\n", "\r"}


def cut(spans: dict[str, Span | None]) -> list[tuple[str, tuple[str, ...]]]:
    return [(segment.text, segment.claims) for segment in segment_text(TEXT, spans)]


def test_overlapping_claims_share_the_piece_between() -> None:
    assert cut({"1": Span(0, 7), "2": Span(4, 14)})[:3] == [
        ("One ", ("1",)),
        ("two", ("1", "2")),
        (" three.", ("2",)),
    ]


def test_nested_claim_leaves_the_outer_one_on_both_sides() -> None:
    segments = segment_text(TEXT, {"outer": Span(0, 14), "inner": Span(4, 7)})
    assert [s.claims for s in segments[:3]] == [("outer",), ("outer", "inner"), ("outer",)]
    assert [s.ends for s in segments[:3]] == [(), ("inner",), ("outer",)]


def test_equal_spans_are_one_piece_with_both_claims() -> None:
    assert cut({"1": Span(0, 14), "2": Span(0, 14)})[0] == ("One two three.", ("1", "2"))


def test_claim_over_a_paragraph_break_ends_in_the_second_paragraph() -> None:
    first, second = group_paragraphs(segment_text(TEXT, {"1": Span(15, 31)}))
    assert [s.ends for s in first] == [(), ()]
    assert second == (Segment("Six.", Span(27, 31), ("1",), (), ("1",)),)


def test_thousand_claims_on_a_long_text_are_segmented_fast() -> None:
    text = "A sentence that says a thing. " * 6000
    spans = {str(n): Span(n * 180, n * 180 + 29) for n in range(1000)}
    segments = segment_text(text, spans)
    assert len(segments) == 2000
