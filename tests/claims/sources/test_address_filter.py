"""Which listed addresses are wanted."""

from __future__ import annotations

import time

import pytest

from claims.sources.address_filter import AddressFilter

PAGE = "https://www.post.example/news/2025/bridge?id=7"


@pytest.mark.parametrize(
    ("only", "is_wanted"),
    [
        (AddressFilter(), True),
        (AddressFilter(domains=("post.example",)), True),
        (AddressFilter(domains=("Post.Example.",)), True),
        (AddressFilter(domains=("ost.example",)), False),
        (AddressFilter(domains=("other.example", "www.post.example")), True),
        (AddressFilter(include=("www.post.example/news/*",)), True),
        (AddressFilter(include=("https://www.post.example/news/*",)), True),
        (AddressFilter(include=("http://www.post.example/news/*",)), False),
        (AddressFilter(include=("www.post.example/news",)), False),
        (AddressFilter(include=("*/sport/*", "*/news/*")), True),
        (AddressFilter(include=("*/news/*",), exclude=("*/2025/*",)), False),
        (AddressFilter(include=("*?id=7",)), True),
        (AddressFilter(include=("*bridge_id=7",)), False),
        (AddressFilter(include=("*/news/[0-9]*",)), False),
    ],
)
def test_domains_and_patterns_decide(only: AddressFilter, is_wanted: bool) -> None:
    assert only.allows(PAGE) is is_wanted


def test_what_is_no_address_is_not_wanted() -> None:
    assert not AddressFilter().allows("http://[")


def test_many_stars_take_no_time() -> None:
    only = AddressFilter(include=("*a" * 40 + "*b",))
    began = time.monotonic()
    assert not only.allows("https://post.example/" + "a" * 2000)
    assert time.monotonic() - began < 1
