"""Times of day, and the offsets of time zones compared with zoneinfo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InvalidInput
from claims.local_times import YEARS, check_zone, is_quiet, list_offsets, parse_quiet, parse_time

ZONES = [
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("Africa/Casablanca", "Pacific/Chatham", "America/Santiago"),
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@given(hours=st.integers(0, YEARS * 365 * 24 - 1))
def test_offset_of_each_hour_is_that_of_the_database(zone: str, hours: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    moment_ms = (moment - EPOCH) // timedelta(milliseconds=1)
    offset = next(o for at, o in reversed(list_offsets(zone, first_year=2026)) if at <= moment_ms)
    assert timedelta(milliseconds=offset) == moment.astimezone(ZoneInfo(zone)).utcoffset()


def test_offset_changes_in_the_very_second() -> None:
    rows = [at for at, _ in list_offsets("Europe/Berlin", first_year=2026)]
    assert EPOCH + timedelta(milliseconds=rows[1]) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert EPOCH + timedelta(milliseconds=rows[2]) == datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert len(rows) == 1 + 2 * YEARS


@pytest.mark.parametrize("zone", ["", "Europe", "Moon/Sea", "../etc/passwd", "europe/berlin\n"])
def test_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(InvalidInput, match="Europe/Berlin"):
        check_zone(zone)


@pytest.mark.parametrize(("text", "minute"), [("00:00", 0), ("09:05", 545), ("23:59", 1439)])
def test_time_of_day_is_a_minute(text: str, minute: int) -> None:
    assert parse_time(text) == minute


@pytest.mark.parametrize("text", ["", "9:00", "24:00", "09:60", "09:00:00", "09:00\n", "٠٩:٠٠"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_time(text)


@pytest.mark.parametrize("text", ["", "22:00", "22:00-22:00", "22:00 - 07:00", "22:00-07:00-08:00"])
def test_other_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_quiet(text)


@pytest.mark.parametrize(
    ("quiet", "within"),
    [("22:00-07:00", ["22:00", "00:00", "06:59"]), ("12:00-13:00", ["12:00", "12:59"])],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last(
    quiet: str, within: list[str]
) -> None:
    outside = ["21:59", "07:00", "11:59", "13:00"]
    assert all(is_quiet(parse_time(text), quiet=quiet) for text in within)
    assert not any(is_quiet(parse_time(text), quiet=quiet) for text in outside)
