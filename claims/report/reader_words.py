"""The reading of a second reader in words, or why there is none. Pure functions.

The model's own words (reason, missing) are always marked as such and never shown as facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claims.report.formatting import tone_of_label
from claims.report.messages import UNREAD
from claims.types import Evidence, NotRead, ReaderQuote, Reading, Unread, Verdict

MODEL_WORDS = "In the words of the model, which nobody checked"
MISSING_WORDS = "What would decide it, in the words of the model"
ADDRESSED_WORDS = "Text of a page that speaks to a language model instead of to people"


@dataclass(frozen=True, slots=True)
class QuotedPart:
    """A part of a quotation, and whether the second reader quotes these words."""

    text: str
    is_quoted: bool


def describe_reader(said: Reading | NotRead) -> str:
    """Who read the claim and which label it gives, or why nobody read, as a sentence."""
    if isinstance(said, NotRead):
        return f"{UNREAD[said.skipped]}: {said.detail.rstrip('.')}."
    told = f"Read by {said.model}, which says: {tone_of_label(said.label).word.lower()}"
    if said.agrees or said.judged is None:
        return f"{told}, as the judge alone does."
    told += f"; the judge alone says: {tone_of_label(said.judged).word.lower()}."
    return f"{told} The two readers disagree." if said.contradicts else told


def describe_test(said: Reading) -> str:
    """How the model did in its test, as a sentence, or that it was not tested."""
    if said.measured is None:
        return "This model was not tested, so that it raises no confidence above 75 %."
    return f"Right in {said.measured.right} of {said.measured.of} claims of its test."


def find_reader(verdict: Verdict) -> Reading | NotRead | None:
    """The reading, or why there is none; None if no second reader was requested. One that was
    requested and is refused by its test is shown."""
    said = verdict.reader
    if isinstance(said, NotRead) and said.skipped is Unread.NOT_ASKED and not said.refused:
        return None
    return said


def split_quoted(item: Evidence, verdict: Verdict | None) -> tuple[QuotedPart, ...]:
    """The quotation of a piece of evidence, with the words that the second reader quotes of it."""
    said = verdict.reader if verdict else None
    if item.only_quoted or item.quoted_for is None or not isinstance(said, Reading):
        return (QuotedPart(item.quote, is_quoted=item.only_quoted),)
    return tuple(_split(item, [quote for quote in said.quotes if _is_within(item, quote)]))


def _is_within(item: Evidence, quote: ReaderQuote) -> bool:
    return (
        item.page.url == quote.page.url
        and item.page.sha256 == quote.page.sha256
        and item.quoted_for is quote.stance
    )


def _split(item: Evidence, quotes: list[ReaderQuote]) -> Iterator[QuotedPart]:
    start = done = item.span.start
    for quote in sorted(quotes, key=lambda one: one.span):
        first, last = max(done, quote.span.start), min(item.span.end, quote.span.end)
        if first >= last:
            continue
        if first > done:
            yield QuotedPart(item.quote[done - start : first - start], is_quoted=False)
        yield QuotedPart(item.quote[first - start : last - start], is_quoted=True)
        done = last
    if done < item.span.end:
        yield QuotedPart(item.quote[done - start :], is_quoted=False)
