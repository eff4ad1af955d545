"""Gathering and judging on fake ports: failures, slow and busy sites, and the verdict."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.errors import HostBusy
from claims.evidence.choosing import find_evidence
from claims.evidence.pairs import judge_pairs
from claims.pipeline import gather_passages, rank_evidence, source_fetching
from claims.ports import Fetcher
from claims.types import CheckOptions, Page, Stance, VerdictLabel
from claims.verdicts.aggregate import conclude
from tests.claims.fakes import (
    CLAIM,
    COUNTING,
    DIED,
    BusyWeb,
    CountingJudge,
    SlowWeb,
    Web,
    address,
    check_of,
    codes,
    decide,
    gather,
    judged,
    urls,
)
from tests.claims.samples import NOON, page
from tests.claims.samples import passage as sample_passage


def test_a_source_that_fails_is_coverage_and_the_others_decide() -> None:
    web = Web(a=DIED)
    check = check_of("a", "gone")
    found = gather(check, web)
    assert (found.coverage.asked, found.coverage.fetched) == (2, 1)
    assert codes(found) == ["http-404"]
    assert judged(check, web) is VerdictLabel.SUPPORTED


def test_two_origins_that_disagree_conflict() -> None:
    web = Web(a="The strike on the boat killed eleven.", b="Nobody died in the strike on the boat.")
    assert judged(check_of("a", "b"), web) is VerdictLabel.CONFLICTING_EVIDENCE


def test_without_sources_there_is_not_enough_evidence() -> None:
    assert judged(check_of(), Web()) is VerdictLabel.NOT_ENOUGH_EVIDENCE


class MoodyJudge(CountingJudge):
    """Supports the claim's sentence alone, and refutes it in longer passages: clearly in one, with
    a low probability in another."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        rows = super().score(pairs)
        for number, (text, _) in enumerate(pairs):
            if "Governments" in text and "Eleven" in text:
                rows[number] = (0.13, 0.69, 0.18)
            elif "Governments" in text or ("Rubio" in text and "Eleven" in text):
                rows[number] = (0.42, 0.43, 0.15)
        return rows


def test_copies_that_the_judge_reads_differently_give_one_answer() -> None:
    said = "Eleven people died in the strike on the boat, the navy said."
    one = f"Rubio met the president. {said}"
    other = f"{said} Governments of the region will help."
    passages = [
        sample_passage(text, url=f"https://{n}.example", origin="o1")
        for n, text in enumerate((one, other, f"{one} {other}"))
    ]
    judge = CalibratedJudge(MoodyJudge(), Calibration())
    found = find_evidence(CLAIM, passages, judge)
    assert [(item.quote, item.stance) for item in found] == [(said, Stance.SUPPORTS)]
    assert conclude(found).label is VerdictLabel.SUPPORTED


def test_near_copies_count_as_one_origin_in_coverage() -> None:
    report = "The strike on the boat killed eleven people. " * 3 + "More is not known so far."
    found = rank_evidence(
        CLAIM, [page("https://a.example", report), page("https://b.example", report)], ()
    )
    assert found.coverage.origins == 1


def test_pairs_with_long_evidence_are_judged_by_their_best_window() -> None:
    filler = " ".join(f"Sentence {n} speaks of gardens." for n in range(200))
    pairs = [
        (f"{filler} The strike on the boat killed eleven people. {filler}", CLAIM),
        (filler, CLAIM),
        ("", CLAIM),
        ("Nobody died in the strike on the boat.", CLAIM),
    ]
    scores = judge_pairs(pairs, COUNTING)
    assert scores.shape == (4, 3)
    assert scores.argmax(axis=1).tolist() == [0, 2, 2, 1]
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert judge_pairs([], COUNTING).shape == (0, 3)


@pytest.mark.parametrize("times", [1, 500])
def test_lone_surrogates_in_passages_that_are_given_are_replaced(times: int) -> None:
    text = f"{CLAIM} \ud800 so. " * times
    found = gather_passages(CLAIM, [text, sample_passage(text)])
    assert found.passages
    assert all("\ufffd" in one.text.encode().decode() for one in found.passages)


def test_own_site_is_not_asked() -> None:
    web = Web()
    check = replace(
        check_of(article_url="https://www.example.org/article"),
        options=CheckOptions(sources=("https://example.org/p",)),
    )
    found = gather(check, web)
    assert codes(found) == ["own-site"]
    assert web.asked == {}
    verdict, _ = decide(check, found)
    assert verdict.explanation.startswith("The only source is on the article's own site,")


def test_a_source_that_leads_back_to_the_own_site_is_no_evidence() -> None:
    class Shortener(Web):
        def fetch(self, url: str, *, known: Page | None = None) -> Page:
            return replace(page(url, CLAIM), canonical_url="https://example.org/p")

    web = Shortener()
    check = check_of("short", article_url="https://www.example.org/article")
    found = gather(check, web)
    assert (found.passages, found.coverage.fetched) == ((), 0)
    assert codes(found) == ["own-site"]


def test_a_first_check_shares_recent_pages_and_a_later_one_asks_anew() -> None:
    web = Web(a="Text.")
    gather(check_of("a"), web)
    assert web.asked[address("a")] == NOON - timedelta(minutes=5)
    gather(check_of("a", number=2), web)
    assert web.asked[address("a")] == NOON


def test_source_whose_turn_does_not_come_in_time_is_coverage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A claim with many dead sources must not run into the time limit of its task."""
    monkeypatch.setattr(source_fetching, "FETCHING_S", 0.5)
    monkeypatch.setattr(source_fetching, "FETCHES_AT_ONCE", 6)
    names = [f"s{number}" for number in range(20)]
    web = SlowWeb(**dict.fromkeys(names, "Eleven died."))
    found = gather(check_of(*names), web)
    assert (found.coverage.asked, found.coverage.fetched) == (20, 6)
    assert set(codes(found)) == {"timeout"}
    assert urls(found) == [address(name) for name in names[:6]]


def test_interrupted_gathering_does_not_wait_for_its_sources() -> None:
    class Interrupted(SlowWeb):
        def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
            if "first" in url:
                raise KeyboardInterrupt
            time.sleep(5)
            return super().get_or_fetch(url, fresh_after=fresh_after, fetcher=fetcher)

    web = Interrupted(first="Eleven died.", second="Eleven died.")
    started_at = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        gather(check_of("first", "second"), web)
    assert time.monotonic() - started_at < 4


def test_gathering_that_may_wait_looks_at_all_else_and_says_when_to_come_back() -> None:
    web = BusyWeb({"slow": 20.0, "sooner": 4.0}, a="Eleven died.", slow="Eleven.", sooner="Eleven.")
    check = check_of("slow", "sooner", "a")
    with pytest.raises(HostBusy) as busy:
        gather(check, web, may_wait_s=30.0)
    assert busy.value.wait_s == 4.0
    assert address("a") in web.asked


def test_a_host_that_is_busy_for_longer_than_may_be_waited_is_coverage() -> None:
    web = BusyWeb({"slow": 20.0}, a=DIED, slow="Eleven.")
    found = gather(check_of("a", "slow"), web, may_wait_s=19.0)
    assert [(failure.url, failure.code) for failure in found.coverage.failed] == [
        (address("slow"), "host-busy")
    ]
    assert judged(check_of("a", "slow"), web) is VerdictLabel.SUPPORTED
