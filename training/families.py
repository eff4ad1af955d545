"""Families: one claim with several texts that decide it differently, trained in one batch.

A judge that sees a claim with one label only learns its wording. So the pairs of a family have the
same claim and different labels: with the pages of an event, with those of its mirror, and with
passages that do not decide. The evidence is one passage or several, as the service ranks them, best
first, with SEPARATOR between them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from claims.english.sentences import sentence_windows
from claims.pipeline.gathering import PASSAGES, PASSAGES_PER_PAGE
from claims.retrieval.rank import WordRanking
from claims.text import is_title
from claims.types import Span
from training.events import GROUP, Event, EventClaim, find_quote
from training.mirrors import DECIDED, OPEN, Mirrored
from training.pairs import Pair
from training.squares import Family

# Between passages: the token that ends a text.
SEPARATOR = " </s> "
# Share of the claims of each form in a round.
FORMS = {"together": 0.1, "parts": 0.3, "single": 0.6}
# Maximum length of passages together, in characters: some 350 tokens.
MOST_CHARACTERS = 1500
# The same if one passage is of another event, so that none of the others is left out.
_MOST_MIXED = 1800
# Maximum number of passages beside the deciding ones, in "parts".
_BESIDE = 3
# Share of the evidence with several passages to which one of another event is added, and share of
# the undeciding evidence that is entirely of another event.
_MIXED, _FOREIGN = 0.15, 0.15
# Share of the turned claims that are also paired with undeciding passages, and share of the claims
# open in both event and mirror that are used in a round.
_UNDECIDED, _BOTH_OPEN = 0.7, 0.5
# Labels of claims whose unchanged passages do not decide when the label turns. CONFLICTING_EVIDENCE
# is not one of them: one of the two conflicting pages may be unchanged.
_PLAIN = DECIDED | {OPEN}


@dataclass(frozen=True, slots=True)
class Window:
    """A passage of an event: EVENT/PAGE, its place in the page's text, and its text."""

    page: str
    span: Span
    text: str


class Windows:
    """The passages of an event as the search cuts them, ranked for its claims."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.texts = {self._name(page.name): page.text for page in event.pages}
        self.all = [
            Window(self._name(page.name), span, text)
            for page in event.pages
            for span in sentence_windows(page.text)
            if not is_title(text := page.text[span.start : span.end], page.title)
        ]
        self._ranking = WordRanking([window.text for window in self.all])

    def _name(self, page: str) -> str:
        return f"{self.event.name}/{page}"

    def rank(self, claim: str) -> list[Window]:
        """All passages that share a word with the claim, best first."""
        scores = self._ranking.scores(claim)
        order = (-scores).argsort(kind="stable")
        return [self.all[row] for row in order if scores[row] > 0]

    def find_deciding(self, claim: EventClaim) -> list[Window]:
        """For each quote of the claim, the shortest passage that contains it; if none does, all
        passages that overlap it."""
        found: list[Window] = []
        for quote in claim.quotes:
            page = next(page for page in self.event.pages if page.name == quote.page)
            start, end = find_quote(page, quote)
            touching = [
                window
                for window in self.all
                if window.page == self._name(page.name)
                and window.span.start < end
                and start < window.span.end
            ]
            holding = [
                window
                for window in touching
                if window.span.start <= start and end <= window.span.end
            ]
            found += [min(holding, key=lambda one: len(one.text))] if holding else touching
        return list(dict.fromkeys(found))

    def has(self, window: Window) -> bool:
        """Whether this side has the passage of the other side word for word."""
        return window.text in self.texts.get(window.page, "")


def take_best(ranked: Iterable[Window]) -> list[Window]:
    """The best ranked passages, within the limits of the service in all and per page."""
    pages: Counter[str] = Counter()
    found = []
    for window in ranked:
        pages[window.page] += 1
        if pages[window.page] <= PASSAGES_PER_PAGE:
            found.append(window)
        if len(found) == PASSAGES:
            break
    return found


def put_together(windows: Sequence[Window], *, most: int = MOST_CHARACTERS) -> str:
    """The passages as one text, in order, with SEPARATOR between them.

    Overlapping passages of a page are merged at the position of the first. Passages beyond `most`
    characters are left out, except the first.
    """
    kept: list[Window] = []
    size = 0
    for window in windows:
        added = len(window.text) - sum(_shared(window, other) for other in kept)
        if not kept or size + added <= most:
            kept.append(window)
            size += added
    return SEPARATOR.join(_merge(kept))


def _shared(window: Window, other: Window) -> int:
    """Number of characters that two passages share."""
    if window.page != other.page:
        return 0
    start = max(window.span.start, other.span.start)
    return max(0, min(window.span.end, other.span.end) - start)


def _merge(windows: Sequence[Window]) -> list[str]:
    """The texts of the passages; overlapping ones are merged."""
    runs: list[list[Window]] = []
    for window in windows:
        near = [run for run in runs if any(_shared(window, other) for other in run)]
        first, *rest = near or [[]]
        if not near:
            runs.append(first)
        first += [window, *(one for run in rest for one in run)]
        runs = [run for run in runs if not any(run is one for one in rest)]
    return [_join(sorted(run, key=lambda one: one.span)) for run in runs]


def _join(run: Sequence[Window]) -> str:
    """One text of overlapping passages in the order of their page."""
    text, end = run[0].text, run[0].span.end
    for window in run[1:]:
        if window.span.end > end:
            text += window.text[end - window.span.start :]
            end = window.span.end
    return text


@dataclass(frozen=True, slots=True)
class Side:
    """A claim on one side: the passages of this side (event or mirror) and of the `other` side.

    `ranked` are the passages that the service would judge for the claim, best first.
    """

    claim: EventClaim
    windows: Windows
    other: Windows
    ranked: Sequence[Window]

    def pair(self, evidence: str, label: str) -> Pair:
        """The claim with this evidence and a label of events."""
        short = "NEI" if label == OPEN else label
        group = f"{GROUP}:{self.windows.event.name}"
        return Pair(self.claim.claim, evidence, short, group, self.claim.kind)

    def find_contrary(self) -> str:
        """For pages that conflict here and agree on the other side: the passages that are changed
        there, which contradict all pages of that side. Empty if all passages are changed."""
        deciding = self.windows.find_deciding(self.claim)
        changed = [window for window in deciding if not self.other.has(window)]
        return put_together(changed) if changed and len(changed) < len(deciding) else ""


def look_from_both_sides(mirrored: Mirrored) -> list[tuple[Side, Side]]:
    """The claims of an event, each in the event and in the mirror."""
    both = Windows(mirrored.event), Windows(mirrored.mirror)
    found = [
        [
            Side(claim, windows, other, take_best(windows.rank(claim.claim)))
            for claim in windows.event.claims
        ]
        for windows, other in (both, both[::-1])
    ]
    return list(zip(*found, strict=True))


class FamilyMaker:
    """Makes the families of the claims of mirrored events; each seed gives another round."""

    def __init__(self, mirrored: Sequence[Mirrored]) -> None:
        self._claims = [sides for one in mirrored for sides in look_from_both_sides(one)]
        self._events = list(dict.fromkeys(one.windows for one, _ in self._claims))

    def draw_round(self, *, seed: int) -> Iterator[Family]:
        """A family for each turned claim, and for some that are open on both sides."""
        rng = random.Random(f"families {seed}")
        for sides in self._claims:
            labels = {side.claim.label for side in sides}
            if len(labels) > 1:
                if family := self._turned(sides, rng):
                    yield family
            elif labels == {OPEN} and rng.random() < _BOTH_OPEN:
                form = rng.choice(["together", "parts"])
                yield tuple(side.pair(self._evidence(side, form, rng), OPEN) for side in sides)

    def _turned(self, sides: tuple[Side, Side], rng: random.Random) -> Family:
        """The claim with passages of event and mirror, and often with undeciding passages.

        Empty if the evidence does not give two labels.
        """
        (form,) = rng.choices([*FORMS], [*FORMS.values()])
        pairs = []
        for side, other in (sides, sides[::-1]):
            if side.claim.label in _PLAIN:
                pairs.append(side.pair(self._evidence(side, form, rng), side.claim.label))
            elif other.claim.label in DECIDED and (evidence := side.find_contrary()):
                (contrary,) = DECIDED - {other.claim.label}
                pairs.append(side.pair(evidence, contrary))
        plain = all(side.claim.label in _PLAIN for side in sides)
        if plain and rng.random() < _UNDECIDED:
            side = rng.choice(sides)
            if evidence := self._undecided(side, form, rng):
                pairs.append(side.pair(evidence, OPEN))
        return tuple(pairs) if len({pair.label for pair in pairs}) > 1 else ()

    def _evidence(self, side: Side, form: str, rng: random.Random) -> str:
        """Passages of a side with all deciding ones, in this form."""
        changed = (window for window in side.ranked if not side.other.has(window))
        # An open claim has no deciding passage; the best changed one is used instead.
        deciding = side.windows.find_deciding(side.claim) or list(islice(changed, 1))
        if form == "single":
            return put_together(_in_order(deciding, side.ranked) or side.ranked[:1])
        if form == "parts":
            count = min(len(side.ranked), rng.randint(0, _BESIDE))
            beside = rng.sample(side.ranked, count)
            chosen = [*deciding, *(one for one in beside if one not in deciding)]
            rng.shuffle(chosen)
        else:
            chosen = _fill(side.ranked, deciding)
        return put_together(
            self._mix(chosen or side.ranked[:1], side.windows, rng), most=_MOST_MIXED
        )

    def _undecided(self, side: Side, form: str, rng: random.Random) -> str:
        """Undeciding passages: those that event and mirror share, or those of another event.

        Empty if there are none.
        """
        found = [window for window in side.ranked if side.other.has(window)]
        foreign = self._elsewhere(side.windows, rng)
        if foreign and (not found or rng.random() < _FOREIGN):
            found = take_best(foreign.rank(side.claim.claim)) or foreign.all[:1]
        if form == "single":
            found = found[:1]
        elif form == "parts":
            found = rng.sample(found, min(len(found), 1 + _BESIDE))
        return put_together(found)

    def _mix(self, chosen: Sequence[Window], windows: Windows, rng: random.Random) -> list[Window]:
        """The passages, sometimes with one of another event at a random place among them."""
        found = list(chosen)
        foreign = self._elsewhere(windows, rng)
        if foreign and rng.random() < _MIXED:
            found.insert(rng.randint(0, len(found)), rng.choice(foreign.all))
        return found

    def _elsewhere(self, windows: Windows, rng: random.Random) -> Windows | None:
        """The passages of another event than that of `windows`; None without one."""
        name = windows.event.name
        others = [one for one in self._events if one.event.name != name]
        return rng.choice(others) if others else None


def _in_order(some: Sequence[Window], ranked: Sequence[Window]) -> list[Window]:
    """`some` in the order of `ranked`; passages that are not ranked come last."""
    places = {window: place for place, window in enumerate(ranked)}
    return sorted(some, key=lambda window: places.get(window, len(places)))


def _fill(ranked: Sequence[Window], deciding: Sequence[Window]) -> list[Window]:
    """The deciding passages, and the best others that fit into MOST_CHARACTERS."""
    chosen = list(deciding)
    room = MOST_CHARACTERS - sum(len(window.text) for window in deciding)
    for window in ranked:
        if window not in chosen and len(window.text) <= room:
            chosen.append(window)
            room -= len(window.text)
    return _in_order(chosen, ranked)


def pair_contrasts(pairs: Sequence[Pair]) -> list[Family]:
    """The families of our own claims whose page and contrast page give different labels.

    `pairs` are in the order of training.pairs.read_pairs: the two pairs of a claim are neighbours.
    """
    return [
        (one, other)
        for one, other in pairwise(pairs)
        if (one.group, one.claim) == (other.group, other.claim) and one.label != other.label
    ]
