"""Evidence up to a last day (`as_of`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import SourceError
from claims.sources.as_of import may_be_later, refuse_later
from claims.types import Page
from tests.claims.samples import page

AS_OF = date(2025, 6, 1)


def dated(published_at: str | None, modified_at: str | None = None) -> Page:
    return replace(page(), published_at=published_at, modified_at=modified_at)


def test_page_after_as_of_is_refused_with_both_days() -> None:
    with pytest.raises(SourceError) as refused:
        refuse_later(dated("2025-06-02T00:10:00+00:00"), as_of=AS_OF)
    assert refused.value.code == "after-as-of"
    assert "2025-06-02" in refused.value.detail
    assert "2025-06-01" in refused.value.detail


@pytest.mark.parametrize("published_at", ["2025-06-01T23:59:59Z", "2025-05-31", None, "2099-01-01"])
def test_page_of_the_same_day_and_page_without_a_date_are_kept(published_at: str | None) -> None:
    refuse_later(dated(published_at), as_of=AS_OF)


@given(st.dates(date(1900, 1, 1), date(2025, 9, 4)), st.none() | st.dates())
def test_page_is_refused_exactly_if_published_after_as_of(day: date, as_of: date | None) -> None:
    late = as_of is not None and day - as_of >= timedelta(days=1)
    try:
        refuse_later(dated(day.isoformat()), as_of=as_of)
    except SourceError:
        assert late
    else:
        assert not late


@pytest.mark.parametrize(
    ("published_at", "modified_at", "unsure"),
    [
        ("2025-05-31", None, False),
        ("2025-05-31", "2025-06-01", False),
        ("2025-05-31", "2025-06-02", True),
        (None, "2025-05-31", False),
        (None, None, True),
        ("2099-01-01", None, True),
    ],
)
def test_pages_without_a_date_or_changed_since_may_be_later(
    published_at: str | None, modified_at: str | None, unsure: bool
) -> None:
    assert may_be_later(dated(published_at, modified_at), as_of=AS_OF) is unsure
    assert not may_be_later(dated(published_at, modified_at), as_of=None)
