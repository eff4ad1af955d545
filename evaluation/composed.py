"""Cases with several pages for the verdict model, composed from held-out groups of our own pairs.

A claim of a group is checked against its page, its contrast page, each beside a page about
something else, a page beside a copy of itself, and both pages together: these agree, conflict, or
one leaves open what the other says; of those that conflict every second pair is two years apart,
as when what was so no longer is. The evidence is what the service finds in the pages.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from claims.entailment.remembering import RememberingJudge
from claims.entailment.stances import CalibratedJudge
from claims.pipeline import find_evidence, rank_evidence
from claims.scoring import NO_PAGE
from claims.types import Evidence, Page, VerdictLabel
from claims.verdicts import aggregate
from training.pairs import Pair, read_pairs, split_groups

CLAIMS_PER_GROUP = 4
FOLDS = 5
# Which sides are there, by the label of a pair.
SIDES = {"SUPPORTED": (True, False), "REFUTED": (False, True), "NEI": (False, False)}
_OLD, _NEW = "2022-03-01", "2024-03-01"


@dataclass(frozen=True, slots=True)
class Case:
    """The evidence for a claim, and which sides it really has (None: not known)."""

    group: str
    evidence: tuple[Evidence, ...]
    supports: bool
    refutes: bool | None
    situation: str = ""
    kind: str = ""
    claim: str = ""

    @property
    def label(self) -> VerdictLabel | None:
        """What a careful reader concludes; None where that is not known."""
        if self.refutes is None:
            return None
        return aggregate.label_of(self.supports, self.refutes)

    @property
    def fold(self) -> int:
        """The same in every run, and for all cases of a group."""
        return sum(self.group.encode()) % FOLDS


def compose_cases(judge: CalibratedJudge, *, groups: int) -> list[Case]:
    """The cases of so many held-out groups; progress on stderr."""
    # Most pages are met in several cases.
    judge = replace(judge, judge=RememberingJudge(judge.judge, Answers()))
    _, held = split_groups(read_pairs())
    by_group: dict[str, list[Pair]] = {}
    for pair in held:
        by_group.setdefault(pair.group, []).append(pair)
    names = sorted(by_group)
    random.Random(11).shuffle(names)  # noqa: S311 - a sample, no secret
    names = names[:groups]
    cases: list[Case] = []
    for number, name in enumerate(names):
        aside = write_page(by_group[names[number - 1]][0].evidence, site="aside")
        for claim in _draw_claims(by_group[name]):
            for situation, pages, pairs in arrange(claim, aside):
                evidence = look_up(claim[0].claim, pages, judge)
                sides = [SIDES[pair.label] for pair in pairs]
                cases.append(
                    Case(
                        name,
                        evidence,
                        supports=any(s for s, _ in sides),
                        refutes=any(r for _, r in sides),
                        situation=situation,
                        kind=claim[0].kind,
                        claim=claim[0].claim,
                    )
                )
        if number % 20 == 0:
            print(f"  {number}/{len(names)} groups", file=sys.stderr, flush=True)
    return cases


def _draw_claims(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    """Some claims of a group, each with its pairs; drawn, for many groups list the true first."""
    claims: dict[str, list[Pair]] = {}
    for pair in pairs:
        claims.setdefault(pair.claim, []).append(pair)
    some = random.Random(pairs[0].group)  # noqa: S311 - a sample, no secret
    for claim in some.sample(sorted(claims), min(CLAIMS_PER_GROUP, len(claims))):
        yield tuple(claims[claim])


def arrange(
    pairs: Sequence[Pair], aside: Page
) -> Iterator[tuple[str, tuple[Page, ...], tuple[Pair, ...]]]:
    """Situations of a claim: a name, the pages, and the pairs whose labels hold there."""
    pages = [write_page(pair.evidence, site=f"page{n}") for n, pair in enumerate(pairs)]
    for page, pair in zip(pages, pairs, strict=True):
        yield "one page", (page,), (pair,)
        yield "beside another page", (page, aside), (pair,)
    drawn = random.Random(pairs[0].claim)  # noqa: S311 - a sample, no secret
    number = drawn.randrange(len(pairs))
    yield "copied", (pages[number], _copy(pages[number])), (pairs[number],)
    if len(pages) > 1:
        situation = _name_situation({pair.label for pair in pairs})
        if situation == "conflicting" and drawn.random() < 0.5:
            situation = "stale"
            days = drawn.sample((_OLD, _NEW), 2)
            pages[:2] = (
                replace(page, published_at=day) for page, day in zip(pages, days, strict=False)
            )
        yield situation, tuple(pages), tuple(pairs)


def _name_situation(labels: set[str]) -> str:
    if {"SUPPORTED", "REFUTED"} <= labels:
        return "conflicting"
    return "agreeing" if len(labels) == 1 else "one leaves it open"


def _copy(page: Page) -> Page:
    """The page as another site repeats it, with a line of its own in front."""
    return write_page(f"As reported elsewhere.\n\n{page.text}", site="copy")


def write_page(text: str, *, site: str) -> Page:
    """A page of this text at an address of its own."""
    url = f"https://{site}.example/"
    return Page(
        url=url,
        canonical_url=url,
        title=None,
        publisher=None,
        published_at=None,
        fetched_at=NO_PAGE.fetched_at,
        sha256="",
        text=text,
    )


def look_up(claim: str, pages: Sequence[Page], judge: CalibratedJudge) -> tuple[Evidence, ...]:
    """The evidence that the service finds for a claim in these pages."""
    return find_evidence(claim, rank_evidence(claim, pages, ()).passages, judge)


class Answers:
    """claims.ports.ScoreCache in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[float, float, float]] = {}

    def get_scores(self, keys: Sequence[str]) -> list[tuple[float, float, float] | None]:
        """What was kept, None for the rest."""
        return [self.rows.get(key) for key in keys]

    def keep_scores(self, rows: Mapping[str, tuple[float, float, float]]) -> None:
        """Keep all."""
        self.rows.update(rows)
