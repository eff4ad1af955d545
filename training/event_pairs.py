"""The pairs that are cut from events, as the judge reads claims in the service.

    python -m training.event_pairs     describes the pairs cut from the events for fitting

A pair is the claim and a window of a page, cut as in claims/retrieval, or whole paragraphs.
`cut_pairs` describes which pairs are cut and which label each has.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.english.sentences import sentence_windows
from claims.english.stemming import stems
from claims.retrieval.rank import bm25_scores
from claims.types import Span
from training.compose import join_claims
from training.events import (
    GROUP,
    Event,
    EventClaim,
    EventPage,
    deciding_text,
    find_quote,
    list_paragraphs,
    read_events,
)
from training.pairs import Pair, describe

# Number of windows of an event, by BM25 score, among which an NEI window is searched for.
_NEAREST = 8
# Number of windows taken for a claim that the pages leave open. With this and _BESIDE_EVERY three
# pairs in ten are NEI; with more, the judge answers NEI too often.
_OPEN = 2
# An NEI window is searched for every third decided claim.
_BESIDE_EVERY = 3
# A window can be NEI for a decided claim when it has less than these shares of the word stems of
# the deciding quotes and of the claim.
_SHARED_WITH_QUOTE = 0.25
_SHARED_WITH_CLAIM = 0.5
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
# Kinds of claims that only two statements together decide.
_TOLD_IN_TWO = frozenset({"two-pages", "two-sentences"})
# Share of the joined claims with a refuted part that are left out, to keep REFUTED from dominating.
_FEWER_REFUTED = 0.5
# Maximum length of evidence, in characters; the judge truncates longer evidence.
_MOST_CHARACTERS = 1500


@dataclass(frozen=True, slots=True)
class Cut:
    """A pair with its form: "window", "paragraphs", "open", "beside", "half" or "joined"."""

    form: str
    pair: Pair


def cut_pairs(event: Event) -> Iterator[Cut]:
    """The pairs of an event, in the order of its claims. The forms are:

    - "paragraphs": a SUPPORTED or REFUTED claim with all paragraphs that contain its quotes. A
      claim with conflicting evidence gives a pair per quoted page, if exactly one of these pages
      has all figures of the claim: SUPPORTED for that page, REFUTED for the others.
    - "window": the claim with the shortest window of a page that contains all its quotes.
    - "open": a NOT_ENOUGH_EVIDENCE claim with its nearest windows, NEI.
    - "beside": every third decided claim with the nearest window that does not decide it, NEI.
    - "half": a claim that two statements decide, with the paragraphs of one of them, NEI.
    - "joined": at the end, two claims as one, with the paragraphs of both, and of one alone (NEI).
    """
    windows = [
        (page, span, page.text[span.start : span.end])
        for page in event.pages
        for span in sentence_windows(page.text)
    ]
    texts = [text for _, _, text in windows]
    for number, claim in enumerate(event.claims):
        scores = bm25_scores(claim.claim, texts)
        nearest = [windows[row] for row in (-scores).argsort(kind="stable") if scores[row] > 0]
        nearest = nearest[:_NEAREST]

        def cut(form: str, evidence: str, label: str, claim: EventClaim = claim) -> Cut:
            return Cut(
                form, Pair(claim.claim, evidence, label, f"{GROUP}:{event.name}", claim.kind)
            )

        if claim.label == "NOT_ENOUGH_EVIDENCE":
            for _, _, text in nearest[:_OPEN]:
                yield cut("open", text, "NEI")
        elif claim.label == "CONFLICTING_EVIDENCE":
            for evidence, label in _sides(event, claim):
                yield cut("paragraphs", evidence, label)
        else:
            yield cut("paragraphs", deciding_text(event, claim.quotes), claim.label)
            for window in _holding(event, claim):
                yield cut("window", window, claim.label)
            for evidence in _halves(event, claim):
                yield cut("half", evidence, "NEI")
            if number % _BESIDE_EVERY == 0:
                for text in _beside(event, claim, nearest):
                    yield cut("beside", text, "NEI")

    for whole, evidence, label in _join(event):
        yield Cut("joined", Pair(whole, evidence, label, f"{GROUP}:{event.name}", "parts"))


def _holding(event: Event, claim: EventClaim) -> Iterator[str]:
    """The shortest window that contains all quotes; nothing when no window of one page does."""
    (first, *rest) = claim.quotes
    if claim.kind in {"two-pages", "two-sentences"} or any(q.page != first.page for q in rest):
        return
    page = next(page for page in event.pages if page.name == first.page)
    spans = [find_quote(page, quote) for quote in claim.quotes]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    holding = [
        window
        for window in sentence_windows(page.text)
        if window.start <= start and end <= window.end
    ]
    if holding:
        best = min(holding, key=lambda span: span.end - span.start)
        yield page.text[best.start : best.end]


def _sides(event: Event, claim: EventClaim) -> Iterator[tuple[str, str]]:
    """(evidence, label) for each quoted page of a conflict, if exactly one page has all figures."""
    figures = set(_FIGURE.findall(claim.claim))
    has = {
        page: figures
        <= set(_FIGURE.findall(" ".join(q.text for q in claim.quotes if q.page == page)))
        for page in {quote.page for quote in claim.quotes}
    }
    if figures and len(has) > 1 and sum(has.values()) == 1:
        for page, all_figures in sorted(has.items()):
            quotes = [quote for quote in claim.quotes if quote.page == page]
            yield deciding_text(event, quotes), "SUPPORTED" if all_figures else "REFUTED"


def _halves(event: Event, claim: EventClaim) -> Iterator[str]:
    """The paragraphs of the first quote alone and of the last quote alone, for claims that need two
    statements; only those that do not contain the other statement (see `_tells`)."""
    if claim.kind in _TOLD_IN_TWO and len(claim.quotes) > 1:
        for kept, dropped in (
            (claim.quotes[:1], claim.quotes[1:]),
            (claim.quotes[-1:], claim.quotes[:-1]),
        ):
            text = deciding_text(event, kept)
            if not _tells(text, " ".join(quote.text for quote in dropped)):
                yield text


def _join(event: Event) -> Iterator[tuple[str, str, str]]:
    """(claim, evidence, label) for two claims joined to one, of which at least one is supported.

    With the paragraphs of both, the joined claim has the label of the other claim: REFUTED or
    SUPPORTED. With the paragraphs of the supported claim alone it is NEI, unless these may contain
    the other claim (see `_tells`).
    """
    rng = random.Random(f"join {event.name}")
    decided = [claim for claim in event.claims if claim.label in ("SUPPORTED", "REFUTED")]
    supported = [claim for claim in decided if claim.label == "SUPPORTED"]
    for one in supported:
        other = rng.choice(decided)
        if other is one or (other.label == "REFUTED" and rng.random() < _FEWER_REFUTED):
            continue
        first, second = rng.sample([one.claim, other.claim], 2)
        whole = join_claims(first, second, rng)
        alone = deciding_text(event, one.quotes)
        if not _tells(alone, f"{other.claim} {' '.join(quote.text for quote in other.quotes)}"):
            yield whole, alone, "NEI"
        both = tuple(dict.fromkeys((*one.quotes, *other.quotes)))
        if len(text := deciding_text(event, both)) <= _MOST_CHARACTERS:
            yield whole, text, other.label


def _tells(text: str, said: str) -> bool:
    """Whether a text may contain the statement `said`: it shares a figure or enough word stems."""
    words = stems(said)
    figures = set(_FIGURE.findall(said))
    return bool(figures & set(_FIGURE.findall(text))) or (
        len(stems(text) & words) >= _SHARED_WITH_QUOTE * len(words)
    )


def _beside(
    event: Event, claim: EventClaim, nearest: Sequence[tuple[EventPage, Span, str]]
) -> Iterator[str]:
    """The nearest window that does not decide the claim; nothing without one.

    A paragraph without a quote may still decide the claim. So the window must be outside quoted
    paragraphs, have no figure of the claim or the quotes, and share few word stems with either
    (_SHARED_WITH_QUOTE, _SHARED_WITH_CLAIM).
    """
    quoted = {
        (page.name, line)
        for page in event.pages
        if (spans := [find_quote(page, q) for q in claim.quotes if q.page == page.name])
        for line in list_paragraphs(page, spans)
    }
    deciding = " ".join(quote.text for quote in claim.quotes)
    quote_stems, claim_stems = stems(deciding), stems(claim.claim)
    figures = set(_FIGURE.findall(deciding)) | set(_FIGURE.findall(claim.claim))
    for page, span, text in nearest:
        lines = list_paragraphs(page, [span])
        here = stems(text)
        if (
            not any((page.name, line) in quoted for line in lines)
            and not figures & set(_FIGURE.findall(text))
            and len(here & quote_stems) < _SHARED_WITH_QUOTE * len(quote_stems)
            and len(here & claim_stems) < _SHARED_WITH_CLAIM * len(claim_stems)
        ):
            yield text
            return


def main() -> int:
    """Command line; see the module's docstring."""
    cuts = [cut for event in read_events() for cut in cut_pairs(event)]
    for form in ("window", "paragraphs", "open", "beside", "half", "joined"):
        pairs = [cut.pair for cut in cuts if cut.form == form]
        counts = {
            label: sum(p.label == label for p in pairs) for label in ("SUPPORTED", "REFUTED", "NEI")
        }
        print(f"{form:>10}: {len(pairs)} pairs, {counts}")
    print(f"       all: {describe([cut.pair for cut in cuts])}")
    decided = [cut.pair for cut in cuts if cut.form == "paragraphs"]
    print(f"paragraphs: {describe(decided)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
