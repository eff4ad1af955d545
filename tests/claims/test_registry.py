"""The registered source of a page, and the description of changes to a source."""

from __future__ import annotations

import pytest

from claims.registry import RegisteredSource, Registry, SourceKind, describe_change
from tests.claims.timing import count_calls

OFFICE = RegisteredSource(name="office", domains=("stats.example",), credibility=0.9, reason="r")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://stats.example/a", "office"),
        ("https://www.stats.example/a", "office"),
        ("https://stats.example./a", "office"),
        ("https://STATS.example/a", "office"),
        ("https://notstats.example/a", None),
        ("https://example/stats.example", None),
        ("https://stats.example.evil.example/a", None),
        ("notes.txt", None),
    ],
)
def test_page_belongs_to_the_source_with_its_domain(url: str, name: str | None) -> None:
    found = Registry((OFFICE,)).find(url)
    assert (found.name if found else None) == name


def test_a_source_is_found_by_its_whole_name() -> None:
    registry = Registry((OFFICE,))
    assert registry.find_named("office") is OFFICE
    assert registry.find_named("off") is None


def test_the_longest_domain_wins_and_then_the_one_with_patterns() -> None:
    sources = (
        RegisteredSource(name="all", domains=("paper.example",)),
        RegisteredSource(name="blog", domains=("blog.paper.example",)),
        RegisteredSource(
            name="opinion", domains=("paper.example",), include=("https://*/opinion/*",)
        ),
        RegisteredSource(name="zz-same", domains=("paper.example",)),
    )
    registry = Registry(sources)
    names = {
        url: getattr(registry.find(f"https://{url}"), "name", None)
        for url in ("paper.example/news/1", "blog.paper.example/1", "paper.example/opinion/1")
    }
    assert list(names.values()) == ["all", "blog", "opinion"]


def test_source_is_found_by_any_address_of_the_page() -> None:
    registry = Registry((OFFICE,))
    assert registry.find("https://short.example/x", "https://stats.example/a") == OFFICE
    rumours = RegisteredSource(name="r", domains=("r.example",), credibility=0.1, reason="r")
    both = Registry((OFFICE, rumours))
    assert both.find("https://r.example/x", "https://stats.example/to?url=r.example/x") == rumours


def test_lookup_among_a_thousand_sources_takes_as_many_calls_as_among_a_few() -> None:
    def calls(count: int) -> int:
        sources = (
            RegisteredSource(name=f"s{n}", domains=(f"a{n}.example", f"b{n}.example"))
            for n in range(count)
        )
        registry = Registry(tuple(sources))
        found: list[RegisteredSource | None] = []
        counted = count_calls(lambda: found.append(registry.find("https://www.b7.example/p")))
        assert [one.name for one in found if one] == ["s7"]
        return counted

    calls(10)  # the first lookup of an address also fills the cache of urlsplit
    assert calls(1_000) == calls(10)


def test_documents_of_a_shelf_belong_to_its_source() -> None:
    shelf = RegisteredSource(name="archive", kind=SourceKind.SHELF, address="archive")
    assert Registry((shelf,)).find("shelf:archive/a.txt") == shelf
    assert Registry((shelf,)).find("shelf:archive-2/a.txt") is None


@pytest.mark.parametrize(
    ("include", "exclude", "url", "admitted"),
    [
        ((), (), "https://a.example/x", True),
        (("*/news/*",), (), "https://a.example/news/x", True),
        (("*/news/*",), (), "https://a.example/sport/x", False),
        (("*/news/*", "*.pdf"), (), "https://a.example/x.pdf", True),
        ((), ("*/tag/*",), "https://a.example/tag/x", False),
        (("*/news/*",), ("*/news/live*",), "https://a.example/news/live-1", False),
        (("https://a.example/x?y=(1)",), (), "https://a.example/x?y=(1)", True),
        (("a.example/News/*",), (), "https://a.example/news/x", True),
        (("a.example/*",), (), "https://b.example/a.example/x", False),
        (("http://a.example/*",), (), "https://a.example/x", False),
        (("*x?y",), (), "https://a.example/xzy", False),
        ((), (), "http://[", False),
    ],
)
def test_patterns_select_the_addresses_of_a_source(
    include: tuple[str, ...], exclude: tuple[str, ...], url: str, admitted: bool
) -> None:
    source = RegisteredSource(name="s", include=include, exclude=exclude)
    assert source.admits(url) is admitted


def test_pattern_with_many_stars_is_matched_fast() -> None:
    source = RegisteredSource(name="s", include=("*a" * 150,))
    url = "https://x.example/" + "a" * 140 + "b" * 1_800
    assert not source.admits(url)  # backtracking would never end


def test_change_lists_each_field_with_its_old_and_new_value() -> None:
    after = RegisteredSource(name="office", domains=("stats.example", "x.example"))
    assert describe_change(OFFICE, after) == {
        "domains": ("stats.example", "stats.example, x.example"),
        "credibility": ("0.9", None),
        "reason": ("r", None),
    }
    assert describe_change(OFFICE, OFFICE) == {}
    assert describe_change(None, OFFICE)["credibility"] == (None, "0.9")
    assert describe_change(OFFICE, None)["kind"] == ("page", None)
