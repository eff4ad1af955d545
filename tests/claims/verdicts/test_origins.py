"""Grouping of pages into origins."""

from __future__ import annotations

from dataclasses import replace

from claims.registry import RegisteredSource, Registry
from claims.types import OriginTie, SharedOrigin
from claims.verdicts.origins import Origins, is_copy, name_origins
from evaluation.origins import f1, measure
from tests.claims.samples import page

REPORT = (
    "The harbour of Kelm was closed on Monday after a crane fell onto the eastern quay. "
    "Two workers were taken to hospital with light injuries, the port authority said. "
    "Ferries to the islands were sent to the northern basin, and trains waited for an hour. "
    "An inspector will look at the crane, which was built in 1987 and serviced in March."
)
COPY = REPORT.replace("an hour", "one hour").replace("light injuries", "minor injuries")
OTHER = (
    "A crane collapsed in the port of Kelm early this week. According to the port authority two "
    "men were hurt, neither of them badly. Island ferries used another basin, and the railway "
    "reported delays. The machine dates from 1987 and was last serviced in spring."
)


def origins(*texts: str) -> list[str]:
    pages = [page(f"https://{n}.example/p", text) for n, text in enumerate(texts)]
    return [reference.origin for reference in name_origins(pages).references]


def test_near_copies_are_one_origin() -> None:
    assert origins(REPORT, COPY) == ["o1", "o1"]


def test_an_independent_report_of_the_same_event_is_another_origin() -> None:
    assert origins(REPORT, OTHER, COPY) == ["o1", "o2", "o1"]


def test_same_canonical_url_is_one_origin_whatever_the_text() -> None:
    one = page("https://a.example/p?ref=1", REPORT)
    two = replace(page("https://a.example/p", OTHER), canonical_url=one.canonical_url)
    found = name_origins([one, two])
    assert [reference.origin for reference in found.references] == ["o1", "o1"]
    assert found.shared == (
        SharedOrigin(origin="o1", why=OriginTie.SAME_ADDRESS, urls=(one.url, two.url)),
    )


WIRE = f"KELM (AP) — {REPORT}"
REWORKED = (
    "By our harbour reporter, with The Associated Press\n"
    "Fishwife Berta Holm saw it fall. The harbour of Kelm was closed on Monday after a crane fell "
    "onto the eastern quay, and she was the first to ring the bell. Two workers were taken to "
    "hospital with light injuries, the port authority said. Holm has sold herring on this quay "
    "since she was nineteen. She wants to go on selling it, she says, if anybody lets her through "
    "the fence that now stands between her stall and the tram. The council meets on Thursday."
)
FOLLOW_UP = (
    "KELM (AP) — Nobody will be charged over the fall of a crane, a prosecutor decided on Friday. "
    "The harbour of Kelm was closed on Monday after a crane fell onto the eastern quay. A bolt had "
    "broken that no inspector could have seen, he told reporters, and the maker has since warned "
    "all owners of the type. The port authority is going to buy two new ones from another maker, "
    "and asks for bids until the end of May. It hopes to open the quay before the summer holidays."
)


def test_one_wires_report_is_one_origin_also_inside_a_local_story() -> None:
    assert origins(REPORT, REWORKED) == ["o1", "o2"]
    found = name_origins([page("https://a.example/", WIRE), page("https://b.example/", REWORKED)])
    assert [shared.why for shared in found.shared] == [OriginTie.SAME_WIRE]


def test_two_stories_by_one_wire_are_two_origins() -> None:
    assert origins(WIRE, FOLLOW_UP, REWORKED) == ["o1", "o2", "o1"]


def test_a_page_that_names_another_as_its_original_is_of_one_origin_if_they_are_alike() -> None:
    first = page("https://a.example/report", REPORT)
    bare = REWORKED.replace(", with The Associated Press", "")
    for text, why in ((bare, [OriginTie.SAME_WIRE]), (FOLLOW_UP, [])):
        copy = replace(page("https://b.example/p", text), original_url=first.canonical_url)
        assert [shared.why for shared in name_origins([first, copy]).shared] == why


def test_a_copy_of_a_text_is_recognised_whole_cut_or_with_additions() -> None:
    release = f"{REPORT} {OTHER}"
    assert is_copy(REPORT, COPY)
    assert is_copy(REPORT, release)
    assert is_copy(release, f"{REPORT} {OTHER} It was a Monday like no other.")
    assert is_copy(f"A headline. {release}", release)


def test_a_report_of_its_own_and_a_long_page_that_holds_a_short_text_are_no_copies() -> None:
    long = f"{REPORT} " + " ".join(f"Word{n} other{n} more{n}." for n in range(200))
    assert not is_copy(OTHER, REPORT)
    assert not is_copy(long, REPORT)
    assert is_copy(REPORT, long)


def test_of_short_texts_nearly_all_must_be_the_same() -> None:
    brief = REPORT.split(". Ferries")[0]
    assert 20 <= len(brief.split()) < 60
    assert is_copy(brief, brief.replace("crane", "winch"))
    assert not is_copy(REPORT, "The harbour of Kelm was closed on Monday.")
    assert not is_copy("The harbour of Kelm was closed.", "The harbour of Kelm was closed.")
    assert not is_copy(f"{brief}. It rained all day, and the wind from the sea was cold.", brief)
    assert not is_copy("", REPORT)


def test_a_post_that_two_reports_quote_does_not_make_them_one() -> None:
    post = (
        "The dam above Kelm has broken tonight and the water will reach the old town within the "
        "hour, so take your children and go up to the castle now."
    )
    confirms = f"{post} So wrote the mayor at nine. The river authority has confirmed it. {REPORT}"
    denies = f"{OTHER} A post says: {post} This is not so, the river authority says."
    assert origins(post, confirms, denies) == ["o1", "o2", "o3"]
    assert origins(post, post.replace("tonight", "today")) == ["o1", "o1"]
    assert origins("The harbour is closed.", "The harbour is closed.") == ["o1", "o1"]


def test_pages_without_words_are_not_joined() -> None:
    assert origins("...", "!!!") == ["o1", "o2"]


def test_a_chain_of_copies_is_one_origin() -> None:
    words = [f"word{number}" for number in range(120)]
    first, second, third = words[:100], words[10:110], words[20:120]
    assert origins(" ".join(first), " ".join(third), " ".join(second)) == ["o1", "o1", "o1"]


def test_of_one_family_those_that_carry_one_report_are_listed_by_themselves() -> None:
    sources = tuple(
        RegisteredSource(name=name, domains=(f"{name}.example",), family="The Group")
        for name in "abc"
    )
    texts = {"a": REPORT, "b": OTHER, "c": COPY}
    pages = [page(f"https://{name}.example/", text) for name, text in texts.items()]
    found = name_origins(pages, Registry(sources))
    assert {reference.origin for reference in found.references} == {"o1"}
    a, b, c = (one.url for one in pages)
    assert found.shared == (
        SharedOrigin(origin="o1", why=OriginTie.SAME_FAMILY, urls=(a, b, c)),
        SharedOrigin(origin="o1", why=OriginTie.SAME_TEXT, urls=(a, c)),
    )


def test_a_page_belongs_to_whom_the_address_belongs_that_it_came_from() -> None:
    """The rating is that of the canonical URL, so an open redirect at a trusted site gives none."""
    sources = tuple(
        RegisteredSource(name=name, domains=(f"{name}.example",), credibility=rating, reason="r")
        for name, rating in (("trusted-and-long", 0.9), ("doubted", 0.1))
    )
    led = page("https://trusted-and-long.example/to?url=doubted.example/p", REPORT)
    led = replace(led, canonical_url="https://doubted.example/p")
    (reference,) = name_origins([led], Registry(sources)).references
    assert (reference.source, reference.credibility) == ("doubted", 0.1)


def test_no_pages_no_references() -> None:
    assert name_origins([]) == Origins(())


def test_a_cut_report_with_a_paragraph_of_ones_own_is_the_same_origin() -> None:
    own = "The council of Alby will talk about cranes in its session on Thursday evening."
    first, second, *_ = REPORT.split(". ")
    pages = [
        page("https://a.example/", REPORT),
        page("https://b.example/", f"{own} {first}. {second}."),
    ]
    (shared,) = name_origins(pages).shared
    assert (shared.origin, shared.why) == ("o1", OriginTie.SAME_TEXT)
    assert shared.urls == ("https://a.example/", "https://b.example/")


def test_cases_are_recognised_as_well_as_before() -> None:
    counts = measure()
    assert sum(one.pairs for one in counts) == 320
    assert f1(counts) >= 0.98


def test_long_texts_are_compared_by_their_beginning() -> None:
    long = " ".join(f"word{number}" for number in range(9_000))
    assert origins(long, f"{long} and an end of its own") == ["o1", "o1"]
    assert origins(long, f"{OTHER} {long[:300]}") == ["o1", "o2"]
