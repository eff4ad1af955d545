"""A reading holds while its passages do: a missing answer turns no verdict of two readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from claims.pipeline import judge_claim, keep_reading, read_check
from claims.types import (
    Addressed,
    Cause,
    Gathered,
    HistoryEntry,
    NotRead,
    PageReference,
    Reading,
    Span,
    Unread,
    Verdict,
    VerdictLabel,
)
from tests.claims.readers import GOOD, NAME, ScriptedReader, says, skip
from tests.claims.samples import NOON
from tests.claims.test_second_reading import (
    AGAINST,
    FOR,
    JUDGE,
    NOT_ENOUGH,
    REFUTED,
    SUPPORTED,
    VAGUE,
    judged,
    read,
    toll_of,
)

Change = Callable[[PageReference], PageReference]


def edit(gathered: Gathered, change: Change) -> Gathered:
    """The same evidence, on pages with other details."""
    return replace(
        gathered,
        pages=tuple(map(change, gathered.pages)),
        passages=tuple(replace(one, page=change(one.page)) for one in gathered.passages),
        further=tuple(replace(one, page=change(one.page)) for one in gathered.further),
    )


def retitle(page: PageReference) -> PageReference:
    return replace(page, title="Another title")


def check_again(
    last: Verdict, found: Gathered, again: Gathered, reader: ScriptedReader
) -> tuple[Verdict, Verdict, HistoryEntry]:
    """The second check, as a worker makes it: without and with the reading of the first one."""
    check = replace(toll_of("vague"), number=2, last=last)
    verdict, entry = judge_claim(
        check, again, judge=JUDGE, now=NOON, before=found, reader=NAME, table=GOOD
    )
    verdict, entry = read_check(
        check, again, verdict, entry, reader=reader, judge=JUDGE, table=GOOD
    )
    kept, entry = keep_reading(check, again, verdict, entry, judge=JUDGE)
    return verdict, kept, entry


@pytest.fixture
def first() -> tuple[Gathered, Verdict]:
    """A claim that the judge leaves open, and the second reader refutes."""
    claim, found, verdict, _ = judged("vague")
    both = read(claim, found, verdict, says(REFUTED, (VAGUE, AGAINST)))
    assert (verdict.label, both.label) == (NOT_ENOUGH, REFUTED)
    return found, both


@pytest.mark.parametrize("why", [Unread.NO_ANSWER, Unread.BUDGET, Unread.BAD_ANSWER])
def test_a_missing_answer_on_a_page_with_another_title_turns_no_verdict(
    first: tuple[Gathered, Verdict], why: Unread
) -> None:
    found, last = first
    again = edit(found, retitle)
    alone, kept, entry = check_again(last, found, again, ScriptedReader(lambda _: skip(why)))
    assert alone.label is NOT_ENOUGH
    assert (kept.label, kept.confidence) == (REFUTED, last.confidence)
    assert isinstance(kept.reader, Reading)
    assert (kept.reader.tokens, kept.reader.agrees) == (0, False)
    assert {quote.page.title for quote in kept.reader.quotes} == {"Another title"}
    assert {item.page.title for item in kept.evidence} == {"Another title"}
    assert entry.causes == (Cause.PAGE_DETAILS,)
    assert (entry.label, entry.changed) == (REFUTED, False)


def test_an_answer_replaces_the_reading_of_the_last_check(first: tuple[Gathered, Verdict]) -> None:
    found, last = first
    reader = says(SUPPORTED, (VAGUE, FOR))
    read_now, kept, entry = check_again(last, found, edit(found, retitle), reader)
    assert kept == read_now
    assert (kept.label, entry.changed) == (SUPPORTED, True)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda page: replace(page, origin="elsewhere"), Cause.ORIGINS),
        (lambda page: replace(page, credibility=0.2), Cause.SOURCES),
    ],
)
def test_a_reading_of_other_origins_or_sources_does_not_hold(
    first: tuple[Gathered, Verdict], change: Change, cause: Cause
) -> None:
    found, last = first
    silent = ScriptedReader(lambda _: skip())
    alone, kept, entry = check_again(last, found, edit(found, change), silent)
    assert cause in entry.causes
    assert kept == alone
    assert isinstance(kept.reader, NotRead)


def test_a_reading_of_other_passages_does_not_hold(first: tuple[Gathered, Verdict]) -> None:
    found, last = first
    _, other, _, _ = judged("clear", "vague")
    alone, kept, entry = check_again(last, found, other, ScriptedReader(lambda _: skip()))
    assert Cause.PASSAGES in entry.causes
    assert kept == alone
    assert kept.label is SUPPORTED


def test_a_quotation_is_cited_where_it_stands_now(first: tuple[Gathered, Verdict]) -> None:
    """The page changed elsewhere, so that the same passage has another place."""
    found, last = first

    def move(page: PageReference) -> PageReference:
        return replace(page, title="Another title", sha256="ee")

    again = edit(found, move)
    again = replace(
        again,
        passages=tuple(
            replace(one, span=Span(one.span.start + 7, one.span.end + 7)) for one in again.passages
        ),
    )
    assert isinstance(last.reader, Reading)
    page = last.reader.quotes[0].page
    reading = replace(last.reader, addressed=(Addressed(quote="You are an AI", page=page),))
    said = replace(last, reader=reading)
    _, kept, _ = check_again(said, found, again, ScriptedReader(lambda _: skip()))
    assert isinstance(kept.reader, Reading)
    (quote,) = kept.reader.quotes
    assert quote.span.start == last.reader.quotes[0].span.start + 7
    assert quote.page.sha256 == kept.reader.addressed[0].page.sha256 == "ee"


@pytest.mark.parametrize("label", [*VerdictLabel])
def test_the_kept_reading_concludes_as_the_same_answer_would(
    first: tuple[Gathered, Verdict], label: VerdictLabel
) -> None:
    """So that the rule is as monotone as that of two readers."""
    found, _ = first
    quoted = {
        VerdictLabel.SUPPORTED: ((VAGUE, FOR),),
        VerdictLabel.REFUTED: ((VAGUE, AGAINST),),
    }.get(label, ())
    reader = says(label, *quoted)
    claim, _, verdict, _ = judged("vague")
    last = read(claim, found, verdict, reader)
    again = edit(found, retitle)
    answered, _, _ = check_again(last, found, again, reader)
    _, kept, _ = check_again(last, found, again, ScriptedReader(lambda _: skip()))
    assert (kept.label, kept.support, kept.confidence) == (
        answered.label,
        answered.support,
        answered.confidence,
    )
