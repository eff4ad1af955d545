"""Replay: a stored check that is judged again gives the same verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.pipeline import gather_evidence, judge_claim
from claims.pipeline.replay import list_pages, replay_check
from claims.pipeline.searching import Providers
from claims.registry import RegisteredSource, Registry
from claims.shapes import from_text, to_text
from claims.sources.snapshots import strip_text
from claims.types import Check, CheckRecord, Gathered, Verdict, VerdictLabel
from tests.claims.fakes import Archive, CountingJudge, Library, Web, check_of, record_of, up_to
from tests.claims.samples import NOON

JUDGE = CalibratedJudge(CountingJudge(), Calibration())
GROUP = Registry(
    tuple(
        RegisteredSource(
            name=name, domains=(f"{name}.example",), family="G", credibility=rating, reason="r"
        )
        for name, rating in (("old", 0.3), ("new", 0.9), ("doubted", 0.1))
    )
)


def web_of_many() -> Web:
    texts = {
        "old": "The toll rose to eleven, the harbour master said.",
        "new": "The toll has not been counted, and the harbour is open again.",
        "doubted": "Nobody died in the strike on the boat, and the toll is nothing.",
        "undated": "The death toll rose to eleven people this week.",
        "late": "Eleven people died, it was found.",
    }
    web = Web(**texts)
    days = {"old": "2021-03-12", "new": "2025-05-30", "doubted": "2025-05-29", "late": "2025-08-01"}
    web.days = {f"https://{name}.example/p": days.get(name) for name in texts}
    return web


def toll_of(number: int = 1, last: Verdict | None = None) -> Check:
    check = check_of("old", "new", "doubted", "undated", "late", number=number)
    claim = replace(
        check.claim,
        text="The death toll rose to eleven.",
        claimed_at=date(2025, 6, 1),
        needs_context=True,
    )
    return up_to(date(2025, 6, 1), replace(check, claim=claim, last=last))


def replay(check: Check, found: Gathered, verdict: Verdict, web: Web) -> list[str]:
    """Names of the differences after a replay, with the check serialised to the store's JSON."""
    kept = CheckRecord(verdict.check, strip_text(found), verdict)
    kept = from_text(CheckRecord, to_text(kept))
    pages = {page.sha256: page.text for page in map(web.fetch, web.texts)}
    texts = {sha256: pages[sha256] for sha256 in list_pages(kept)}
    again = replay_check(record_of(check), kept, texts, judge=JUDGE)
    assert (again.now.evidence == verdict.evidence) is again.same
    return [one.what for one in again.differences]


def test_replay_repeats_ratings_families_ages_and_as_of() -> None:
    web, check = web_of_many(), toll_of()
    archive = Providers((Library(claim="https://new.example/p"),), (Archive("The toll is false."),))
    found = gather_evidence(check, pages=web, fetcher=web, providers=archive, registry=GROUP)
    verdict, _ = judge_claim(check, found, judge=JUDGE, now=NOON, before=None)
    assert {item.page.credibility for item in verdict.evidence} >= {0.3, None}
    # A newer page of its publisher is about another fact, so the old page stays stale.
    assert [item.stale for item in verdict.evidence if "old." in item.page.url] == [True]
    assert found.coverage.maybe_later == 1
    assert replay(check, found, verdict, web) == []


def test_replay_of_an_unchanged_recheck_gives_the_same_verdict() -> None:
    web, check = web_of_many(), toll_of()
    first = gather_evidence(check, pages=web, fetcher=web, registry=GROUP)
    verdict, _ = judge_claim(check, first, judge=JUDGE, now=NOON, before=None)
    again = toll_of(2, verdict)
    second = gather_evidence(again, pages=web, fetcher=web, registry=GROUP)
    stands, entry = judge_claim(
        again, second, judge=JUDGE, now=NOON + timedelta(days=1), before=first
    )
    assert not entry.scored
    assert replay(again, second, stands, web) == []


def test_recheck_with_another_date_is_judged_again_and_replayed_the_same() -> None:
    """Only the title, the date or the rating of a page changes."""
    web, check = web_of_many(), toll_of()
    first = gather_evidence(check, pages=web, fetcher=web, registry=GROUP)
    verdict, _ = judge_claim(check, first, judge=JUDGE, now=NOON, before=None)
    assert verdict.label is not VerdictLabel.NOT_ENOUGH_EVIDENCE
    again = toll_of(2, verdict)
    web.days["https://old.example/p"] = "2025-05-31"
    second = gather_evidence(again, pages=web, fetcher=web, registry=GROUP)
    newer, entry = judge_claim(again, second, judge=JUDGE, now=NOON, before=first)
    assert entry.scored
    assert not any(item.stale for item in newer.evidence)
    assert replay(again, second, newer, web) == []
    assert "stale" in replay(again, second, verdict, web)
