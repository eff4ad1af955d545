"""Recall and cost of passage selection.

    python -m evaluation.real.passages [--events N]

Measured on events for fitting, without a judge. For several limits of passages per claim and per
page: the share of decided claims with all deciding quotations in the selected passages, the share
with at least one of them, and the number of passages that the judge would have to score.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.retrieval.rank import rank_passages
from claims.types import Page, PageReference, Passage, Span
from claims.verdicts.origins import name_origins
from evaluation.real.asking import pick_events, write_page
from training.events import Event, EventClaim, find_quote, read_events

# Limits tried: maximum passages per claim, and per page.
TRIED = ((8, 2), (10, 2), (10, 3), (12, 4), (16, 4), (24, 6))
# Characters by which a quotation may exceed its passage at each end, because some quotations
# include the final punctuation mark and others do not.
_SLACK = 2


@dataclass(frozen=True, slots=True)
class Found:
    """Whether a passage contains each deciding quotation of a claim; the number of passages."""

    quotes: tuple[bool, ...]
    passages: int


def look(event: Event, limit: int, per_page: int) -> Iterator[Found]:
    """Select passages for each SUPPORTED or REFUTED claim of the event, and find its quotations."""
    pages = [write_page(page) for page in event.pages]
    known = list(zip(name_origins(pages).references, pages, strict=True))
    for claim in event.claims:
        if claim.label in {"SUPPORTED", "REFUTED"}:
            passages = rank_passages(
                claim.claim, known, limit=limit, per_page=per_page, per_origin=per_page
            )
            places = list(_places(event, claim, known))
            quotes = tuple(any(holds(one, place) for one in passages) for place in places)
            yield Found(quotes, len(passages))


def _places(
    event: Event, claim: EventClaim, known: Sequence[tuple[PageReference, Page]]
) -> Iterator[tuple[str, Span]]:
    pages = {page.name: page for page in event.pages}
    urls = {page.name: ref.url for page, (ref, _) in zip(event.pages, known, strict=True)}
    for quote in claim.quotes:
        yield urls[quote.page], find_quote(pages[quote.page], quote)


def holds(passage: Passage, place: tuple[str, Span]) -> bool:
    """Whether a passage contains the whole span (address, span)."""
    url, span = place
    return (
        passage.page.url == url
        and passage.span.start <= span.start + _SLACK
        and span.end <= passage.span.end + _SLACK
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.real.passages", description=__doc__)
    parser.add_argument("--events", type=int, help="number, balanced by writer (default: all)")
    events = pick_events(read_events(), parser.parse_args(arguments).events)
    print("| passages | of a page | claims | all that decides | a part of it | judged |")
    print("|---:" * 6 + "|")
    for limit, per_page in TRIED:
        found = [one for event in events for one in look(event, limit, per_page)]
        whole = sum(all(one.quotes) for one in found) / len(found)
        part = sum(any(one.quotes) for one in found) / len(found)
        judged = sum(one.passages for one in found) / len(found)
        line = f"| {limit} | {per_page} | {len(found)} | {whole:.3f} | {part:.3f} | {judged:.1f} |"
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
