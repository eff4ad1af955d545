"""Registered sources: pages that are read for every claim, families and ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.registry import RegisteredSource, Registry
from claims.types import OriginTie, SearchOutcome, VerdictLabel
from claims.verdicts.without_ratings import without_credibility
from tests.claims.fakes import (
    DIED,
    CountingJudge,
    Library,
    Web,
    address,
    again,
    check_of,
    decide,
    gather,
    record_of,
    urls,
)


def test_a_registered_page_is_read_for_every_claim_and_known_by_its_domain() -> None:
    web = Web(a=DIED, b="Nobody died on the boat.")
    good = RegisteredSource(
        name="good", address=address("a"), domains=("a.example",), credibility=0.9
    )
    bad = RegisteredSource(name="bad", domains=("b.example",), credibility=0.1)
    found = gather(check_of("b"), web, registry=Registry((good, bad)))
    known = {page.url: (page.source, page.credibility) for page in found.pages}
    assert known == {address("b"): ("bad", 0.1), address("a"): ("good", 0.9)}
    verdict, _ = decide(check_of("b"), found)
    # Low credibility keeps the refuting side below its threshold.
    assert verdict.label is VerdictLabel.SUPPORTED
    assert {item.page.source for item in verdict.evidence} == {"good", "bad"}  # both are shown


def test_another_rating_is_weighed_anew_although_no_page_changed() -> None:
    web = Web(a=DIED)
    site = RegisteredSource(name="site", domains=("a.example",), credibility=0.9)
    before = gather(check_of("a"), web, registry=Registry((site,)))
    first, _ = decide(check_of("a"), before)
    doubted = gather(check_of("a"), web, registry=Registry((replace(site, credibility=0.1),)))
    second, entry = decide(again(check_of("a"), first), doubted, before=before)
    assert first.label is VerdictLabel.SUPPORTED
    assert second.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert entry.changed and entry.scored


def test_a_doubted_source_that_a_verdict_goes_against_is_named_in_its_explanation() -> None:
    web = Web(
        a=DIED,
        b="Nobody died when the boat was hit in the strike, he said.",
    )
    site = RegisteredSource(name="site", domains=("b.example",), credibility=0.02)
    found = gather(check_of("a", "b"), web, registry=Registry((site,)))
    verdict, _ = decide(check_of("a", "b"), found)
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "rated 0.02) points the other way, but counts only 4%" in verdict.explanation


def test_sources_of_one_family_are_one_origin() -> None:
    web = Web(a=DIED, b="Eleven people died, he said.")
    sources = [
        RegisteredSource(name=name, domains=(f"{name}.example",), family="The Group")
        for name in "ab"
    ]
    found = gather(check_of("a", "b"), web, registry=Registry(tuple(sources)))
    assert found.coverage.origins == 1
    assert found.coverage.shared_origins[0].why is OriginTie.SAME_FAMILY


def test_a_page_that_is_registered_while_a_claim_waits_is_not_read_twice() -> None:
    """The page is in the stored search outcome and in the current registry."""
    web, library = Web(a="The strike killed eleven."), Library(claim=address("a"))
    kept: list[SearchOutcome] = []
    gather(check_of(), web, library, keep=kept.append)
    source = RegisteredSource(name="a", address="https://A.example:443/p#top")
    known = Registry((source,))
    found = gather(check_of("a"), web, registry=known, searched=kept[0])
    assert found.coverage.asked == 1
    assert urls(found) == [address("a")]


class SureJudge(CountingJudge):
    """Gives higher probabilities to longer passages."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        rows = super().score(pairs)
        for number, (text, _) in enumerate(pairs):
            if len(text) > 70:
                rows[number] = (0.98, 0.01, 0.01)
        return rows


def test_doubted_and_old_pages_however_many_take_no_place_of_one_that_counts() -> None:
    """At most four origins of a side are chosen, and those with a weight must be among them."""
    said = "The strike on the boat in the strait killed eleven people, {} of the {} office said."
    words = "alder birch cedar dogwood elm fir".split()
    web = Web(**{word: said.format(word * 3, word[::-1]) for word in words})
    web.texts[address("good")] = "Eleven people died when the boat was struck, it is known."
    sources = [
        RegisteredSource(name=word, domains=(f"{word}.example",), credibility=0.0, reason="r")
        for word in words
    ]
    check, judge = check_of(*words, "good"), CalibratedJudge(SureJudge(), Calibration())
    found = gather(check, web, registry=Registry(tuple(sources)))
    verdict, _ = decide(check, found, judge=judge)
    assert verdict.label is VerdictLabel.SUPPORTED
    assert verdict.evidence[0].page.url == address("good")
    assert "Eleven people died when" in verdict.explanation
    assert "independent sources" not in verdict.explanation
    # Without ratings the other pages are in the evidence as well, and come first.
    record = replace(record_of(check), verdict=verdict)
    unrated = without_credibility(record, least_confidence=judge.least_confidence).verdict
    assert unrated is not None
    assert unrated.evidence[0].page.url != address("good")
    assert "5 independent sources" in unrated.explanation
