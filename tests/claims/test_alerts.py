"""Times of digests in their zones, and addresses of mails."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from claims.alerts import check_mail_address, check_when, find_digest_times
from claims.errors import InvalidInput


@pytest.mark.parametrize(
    ("when", "now", "last", "following"),
    [
        ("07:30 Europe/Berlin", "2026-01-05T06:29", "2026-01-04T06:30", "2026-01-05T06:30"),
        ("07:30 Europe/Berlin", "2026-01-05T06:30", "2026-01-05T06:30", "2026-01-06T06:30"),
        ("07:30 Europe/Berlin", "2026-07-05T05:30", "2026-07-05T05:30", "2026-07-06T05:30"),
        ("00:15 Asia/Kathmandu", "2026-01-05T18:29", "2026-01-04T18:30", "2026-01-05T18:30"),
        ("23:59 Pacific/Kiritimati", "2026-01-05T10:00", "2026-01-05T09:59", "2026-01-06T09:59"),
        # The clock goes from 2 to 3 on 29 March: 02:30 is 03:30 then.
        ("02:30 Europe/Berlin", "2026-03-29T01:00", "2026-03-28T01:30", "2026-03-29T01:30"),
        # And from 3 to 2 on 25 October: 02:30 comes twice, and the digest once.
        ("02:30 Europe/Berlin", "2026-10-25T00:45", "2026-10-25T00:30", "2026-10-26T01:30"),
    ],
)
def test_a_digest_comes_at_its_time_of_day_in_its_zone(
    when: str, now: str, last: str, following: str
) -> None:
    times = (datetime.fromisoformat(text) for text in (now, last, following))
    moment, *expected = (time.replace(tzinfo=UTC) for time in times)
    assert list(find_digest_times(when, now=moment)) == expected


@pytest.mark.parametrize(
    "when", ["", "07:30", "7:30 UTC", "24:00 UTC", "07:30 Mars/Base", "07:30 ../etc/passwd"]
)
def test_a_wrong_time_is_refused(when: str) -> None:
    with pytest.raises(InvalidInput, match="Europe/Berlin"):
        check_when(when)


@pytest.mark.parametrize("address", ["desk@example.org", "a.b+c@sub.example.org", "root@localhost"])
def test_a_plain_address_is_accepted(address: str) -> None:
    assert check_mail_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "desk", "@example.org", "desk@", "a@b@c.example", "Desk <desk@example.org>"),
        *("desk@example.org\nBcc: all@example.org", "desk@example.org\r\n", "de sk@example.org"),
        *("a@example.org,b@example.org", "ä@example.org", "a..b@example.org", ".a@example.org"),
        *("a@-x.example", "a@[127.0.0.1]", f"{'a' * 65}@example.org", f"a@{'b.' * 130}org"),
    ],
)
def test_another_text_is_no_address(address: str) -> None:
    with pytest.raises(InvalidInput, match="e-mail address"):
        check_mail_address(address)
