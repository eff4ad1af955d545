"""Families: one claim with evidence that decides it differently, which are learnt in one batch.

A judge that sees a claim only with one label learns its wording. So the pairs of a family have the
same claim, and different labels: against the pages of an event, against those of its mirror, and
against passages that decide nothing. The evidence is one passage or several, as the service ranks
them, best first, with SEPARATOR between them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
FORMS = {"together": 0.3, "parts": 0.35, "single": 0.35}
# Maximum length of passages together, in characters: some 350 tokens.
MOST_CHARACTERS = 1500
# The same with a passage of another event among them, so that none of the others is left out.
_MOST_MIXED = 1800
# Maximum number of passages beside those that decide, in "parts".
_BESIDE = 3
# Shares of the evidence of several passages with one of another event among them, and of the
# evidence that decides nothing that is all of another event.
_MIXED, _FOREIGN = 0.15, 0.15
# Share of the claims that turned which are also put against passages that decide nothing, and of
# the claims that both event and mirror leave open which are taken in a round.
_UNDECIDED, _BOTH_OPEN = 0.7, 0.5
# Labels of claims whose unchanged passages decide nothing when the label turns: where two pages
# conflict, one of them may be unchanged.
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
        """For each quote of the claim the shortest passage with all of it, else all that touch
        it."""
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
        """Whether the passage of the mirror, or of the event, stands here word for word, too."""
        return window.text in self.texts.get(window.page, "")


def take_best(ranked: Iterable[Window]) -> list[Window]:
    """The first of the ranked passages, as many as the service judges in all and of a page."""
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

    Passages of a page that overlap become one, in the place of the first. Those that would make
    more than `most` characters are left out, except the first.
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
    """The texts of the passages, those that overlap as one."""
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


class FamilyMaker:
    """Makes the families of the claims of mirrored events; a round is drawn anew with each seed."""

    def __init__(self, mirrored: Sequence[Mirrored]) -> None:
        self._sides = [(Windows(one.event), Windows(one.mirror)) for one in mirrored]
        self._ranked: dict[tuple[int, int, int], list[Window]] = {}

    def draw_round(self, *, seed: int) -> Iterator[Family]:
        """A family for each claim that turned, and for some that stay open."""
        rng = random.Random(f"families {seed}")
        for number, (one, other) in enumerate(self._sides):
            claims = zip(one.event.claims, other.event.claims, strict=True)
            for place, labelled in enumerate(claims):
                if labelled[0].label != labelled[1].label:
                    if family := self._turned(number, place, rng):
                        yield family
                elif labelled[0].label == OPEN and rng.random() < _BOTH_OPEN:
                    yield self._open(number, place, rng)

    def _turned(self, number: int, place: int, rng: random.Random) -> Family:
        """The claim against event and mirror, and often against passages that decide nothing.

        Empty when there is no evidence with two labels.
        """
        (form,) = rng.choices([*FORMS], [*FORMS.values()])
        labels = [windows.event.claims[place].label for windows in self._sides[number]]
        pairs = []
        for side, label in enumerate(labels):
            if label in _PLAIN:
                evidence = self._evidence(number, side, place, form, rng)
                pairs.append(self._pair(number, place, evidence, label))
            elif (evidence := self._contrary(number, side, place)) and labels[1 - side] in DECIDED:
                (contrary,) = DECIDED - {labels[1 - side]}
                pairs.append(self._pair(number, place, evidence, contrary))
        undecided = _PLAIN.issuperset(labels) and rng.random() < _UNDECIDED
        if undecided and (evidence := self._undecided(number, place, form, rng)):
            pairs.append(self._pair(number, place, evidence, OPEN))
        return tuple(pairs) if len({pair.label for pair in pairs}) > 1 else ()

    def _contrary(self, number: int, side: int, place: int) -> str:
        """Of pages that conflict here and agree on the other side, the passages that are changed
        there: they say the contrary of what all say there. Empty when all passages are changed."""
        windows, other = self._sides[number][side], self._sides[number][1 - side]
        deciding = windows.find_deciding(windows.event.claims[place])
        changed = [window for window in deciding if not other.has(window)]
        return put_together(changed) if changed and len(changed) < len(deciding) else ""

    def _open(self, number: int, place: int, rng: random.Random) -> Family:
        """The claim against the pages of the event and of the mirror, which both leave it open."""
        form = rng.choice(["together", "parts"])
        evidence = (self._evidence(number, side, place, form, rng) for side in range(2))
        return tuple(self._pair(number, place, text, OPEN) for text in evidence)

    def _evidence(self, number: int, side: int, place: int, form: str, rng: random.Random) -> str:
        """Passages of one side with all that decides the claim, in this form."""
        windows, other = self._sides[number][side], self._sides[number][1 - side]
        claim = windows.event.claims[place]
        ranked = self._rank(number, side, place)
        # What decides nothing is nearest where it was changed.
        deciding = (
            windows.find_deciding(claim)
            or [window for window in ranked if not other.has(window)][:1]
        )
        if form == "single":
            return put_together(_in_order(deciding, ranked) or ranked[:1])
        if form == "parts":
            beside = rng.sample(ranked, min(len(ranked), rng.randint(0, _BESIDE)))
            chosen = [*deciding, *(one for one in beside if one not in deciding)]
            rng.shuffle(chosen)
            return put_together(self._mix(chosen or ranked[:1], number, rng), most=_MOST_MIXED)
        room = MOST_CHARACTERS - sum(len(window.text) for window in deciding)
        chosen = _fill(ranked, deciding, room)
        return put_together(self._mix(chosen, number, rng), most=_MOST_MIXED)

    def _undecided(self, number: int, place: int, form: str, rng: random.Random) -> str:
        """Passages that decide nothing: those that event and mirror share, or of another event.

        Empty without one.
        """
        side = rng.randrange(2)
        windows, other = self._sides[number][side], self._sides[number][1 - side]
        ranked = [one for one in self._rank(number, side, place) if other.has(one)]
        foreign = self._elsewhere(number, rng)
        if foreign and (not ranked or rng.random() < _FOREIGN):
            claim = windows.event.claims[place].claim
            ranked = take_best(foreign.rank(claim)) or foreign.all[:1]
        most = {"single": 1, "parts": 1 + _BESIDE}.get(form, len(ranked))
        if form == "parts":
            ranked = rng.sample(ranked, min(len(ranked), most))
        return put_together(ranked[:most])

    def _mix(self, chosen: Sequence[Window], number: int, rng: random.Random) -> list[Window]:
        """The passages, sometimes with one of another event at a random place among them."""
        found = list(chosen)
        foreign = self._elsewhere(number, rng)
        if foreign and rng.random() < _MIXED:
            found.insert(rng.randint(0, len(found)), rng.choice(foreign.all))
        return found

    def _elsewhere(self, number: int, rng: random.Random) -> Windows | None:
        """The passages of another event; None without one."""
        others = [place for place in range(len(self._sides)) if place != number]
        return self._sides[rng.choice(others)][0] if others else None

    def _pair(self, number: int, place: int, evidence: str, label: str) -> Pair:
        event = self._sides[number][0].event
        claim = event.claims[place]
        short = "NEI" if label == OPEN else label
        return Pair(claim.claim, evidence, short, f"{GROUP}:{event.name}", claim.kind)

    def _rank(self, number: int, side: int, place: int) -> list[Window]:
        """The passages of a side that the service would judge for the claim, best first."""
        key = (number, side, place)
        if key not in self._ranked:
            windows = self._sides[number][side]
            self._ranked[key] = take_best(windows.rank(windows.event.claims[place].claim))
        return self._ranked[key]


def _in_order(some: Sequence[Window], ranked: Sequence[Window]) -> list[Window]:
    """`some` in the order of `ranked`; those that are not in it come last."""
    places = {window: place for place, window in enumerate(ranked)}
    return sorted(some, key=lambda window: places.get(window, len(places)))


def _fill(ranked: Sequence[Window], deciding: Sequence[Window], room: int) -> list[Window]:
    """The passages that decide, and of the others the best that fit into `room` characters."""
    chosen = list(deciding)
    for window in ranked:
        if window not in chosen and len(window.text) <= room:
            chosen.append(window)
            room -= len(window.text)
    return _in_order(chosen, ranked)


def pair_contrasts(pairs: Sequence[Pair]) -> list[Family]:
    """Of our own pairs, the claims whose page and contrast page decide them differently.

    `pairs` are in the order of training.pairs.read_pairs: the two pairs of a claim are neighbours.
    """
    return [
        (one, other)
        for one, other in pairwise(pairs)
        if (one.group, one.claim) == (other.group, other.claim) and one.label != other.label
    ]
