"""ISO 8601 durations of schedules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InvalidInput
from claims.times import parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT1M", timedelta(minutes=1)),
        ("PT60S", timedelta(minutes=1)),
        ("PT90M", timedelta(minutes=90)),
        ("PT24H", timedelta(days=1)),
        ("P1D", timedelta(days=1)),
        ("P1W", timedelta(weeks=1)),
        ("P1W2DT3H4M5S", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("P0DT1H", timedelta(hours=1)),
        ("P3650D", timedelta(days=3650)),
    ],
)
def test_durations_from_weeks_to_seconds_are_parsed(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "1D", "P1", "p1d", " P1D", "P1D ", "P1D\n", "-P1D", "P-1D", "+P1D",
     "P1.5D", "PT1,5H", "P1Y", "P1M", "P1Y2M", "PT1D", "P1H", "PT1M1H", "P1D1W", "P1DT1DT1H",
     "P²D", "P१D", "P0D", "PT0S", "PT59S", "P3651D", "P999999W", "PT999999999H",
     "P" + "9" * 99 + "D"],
)  # fmt: skip
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_duration(text)
    assert refused.value.pointer == "/every"


def test_error_points_to_the_given_field() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_duration("soon", pointer="/schedule/every")
    assert refused.value.pointer == "/schedule/every"


@given(st.integers(1, 24 * 3650), st.integers(0, 59), st.integers(0, 59))
def test_written_duration_is_parsed_back(hours: int, minutes: int, seconds: int) -> None:
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if length <= timedelta(days=3650):
        assert parse_duration(f"PT{hours}H{minutes}M{seconds}S") == length


@given(st.text(alphabet="PTWDHMS0123456789.", max_size=12))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        length = parse_duration(text)
    except InvalidInput:
        return
    assert timedelta(minutes=1) <= length <= timedelta(days=3650)
