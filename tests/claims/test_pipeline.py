"""The stages of the pipeline on fake ports: data passed between them, and handling of failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from claims.entailment.calibration import Calibration
from claims.entailment.stances import CalibratedJudge
from claims.errors import HostBusy, InvalidInput, SourceError
from claims.pipeline import (
    extract_article,
    find_evidence,
    gather_evidence,
    gather_passages,
    gathering,
    judge_claim,
    rank_evidence,
    searching,
)
from claims.pipeline.searching import FOUND_PAGES, Providers
from claims.ports import Fetcher, NewArticle, StoredClaim
from claims.registry import RegisteredSource, Registry
from claims.scoring import judge_pairs
from claims.types import (
    ArticleId,
    Candidate,
    Cause,
    CheckOptions,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Extraction,
    Gathered,
    JudgeName,
    Link,
    OriginTie,
    Page,
    PriorCheck,
    Purpose,
    Query,
    SearchOutcome,
    Span,
    Stance,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.aggregate import conclude
from claims.verdicts.without_ratings import without_credibility
from tests.claims.samples import NOON, page
from tests.claims.samples import passage as sample_passage

CLAIM = "Eleven people died in the strike on the boat."


class CountingJudge:
    """Supports passages with "eleven", refutes passages with "nobody"; counts its pairs."""

    name = JudgeName("counting", "1")

    def __init__(self) -> None:
        self.pairs = 0

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        self.pairs += len(pairs)
        rows = np.full((len(pairs), 3), (0.1, 0.1, 0.8), dtype=np.float32)
        for number, (text, _) in enumerate(pairs):
            if "eleven" in text.casefold():
                rows[number] = (0.9, 0.05, 0.05)
            elif "nobody" in text.casefold():
                rows[number] = (0.05, 0.9, 0.05)
        return rows


class SureJudge(CountingJudge):
    """Gives higher probabilities to longer passages."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        rows = super().score(pairs)
        for number, (text, _) in enumerate(pairs):
            if len(text) > 70:
                rows[number] = (0.98, 0.01, 0.01)
        return rows


class Web:
    """A page cache and a fetcher over a dict of texts; records the freshness asked of each page.

    `days` has the dates of publication by address; other pages have the date of the samples.
    """

    def __init__(self, **texts: str) -> None:
        self.texts = {f"https://{name}.example/p": text for name, text in texts.items()}
        self.days: dict[str, str | None] = {}
        self.asked: dict[str, datetime] = {}

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        self.asked[url] = fresh_after
        return fetcher.fetch(url)

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        if url not in self.texts:
            raise SourceError("http-404", "the page is not there")
        found = page(url, self.texts[url])
        return replace(found, published_at=self.days.get(url, found.published_at))

    def read_html(self, html: str, *, url: str) -> Page:
        return page(url, html)


def stored(*names: str, check: int = 1, article_url: str | None = None) -> StoredClaim:
    record = ClaimRecord(
        id=ClaimId("c_1"), article_id=None, text=CLAIM, span=None, sentence=CLAIM, claimant=None,
        claimed_at=None, check_worthiness=1.0, kinds=(), needs_context=False,
        status=ClaimStatus.GATHERING,
    )  # fmt: skip
    return StoredClaim(
        record=record, version=1, check=check, requested_at=NOON,
        options=CheckOptions(sources=tuple(f"https://{name}.example/p" for name in names)),
        context=None, article_url=article_url,
    )  # fmt: skip


def judged(claim: StoredClaim, web: Web) -> VerdictLabel:
    judge = CalibratedJudge(CountingJudge(), Calibration())
    found = gather_evidence(claim, pages=web, fetcher=web)
    verdict, _ = judge_claim(claim, found, judge=judge, now=NOON, before=None)
    return verdict.label


def test_a_source_that_fails_is_coverage_and_the_others_decide() -> None:
    web = Web(a="The strike on the boat killed eleven people.")
    claim = stored("a", "gone")
    found = gather_evidence(claim, pages=web, fetcher=web)
    assert (found.coverage.asked, found.coverage.fetched) == (2, 1)
    assert [failure.code for failure in found.coverage.failed] == ["http-404"]
    assert judged(claim, web) is VerdictLabel.SUPPORTED


def test_two_origins_that_disagree_conflict() -> None:
    web = Web(a="The strike on the boat killed eleven.", b="Nobody died in the strike on the boat.")
    assert judged(stored("a", "b"), web) is VerdictLabel.CONFLICTING_EVIDENCE


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


def test_own_site_is_not_asked() -> None:
    web = Web()
    claim = replace(
        stored(article_url="https://www.example.org/article"),
        options=CheckOptions(sources=("https://example.org/p",)),
    )
    found = gather_evidence(claim, pages=web, fetcher=web)
    assert [failure.code for failure in found.coverage.failed] == ["own-site"]
    assert web.asked == {}
    judge = CalibratedJudge(CountingJudge(), Calibration())
    verdict, _ = judge_claim(claim, found, judge=judge, now=NOON, before=None)
    assert verdict.explanation.startswith("The only source is on the article's own site,")


class SlowWeb(Web):
    """Every fetch takes 0.6 s."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        time.sleep(0.6)
        return super().fetch(url, known=known)


def test_source_whose_turn_does_not_come_in_time_is_coverage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A claim with many dead sources must not run into the time limit of its task."""
    monkeypatch.setattr(gathering, "FETCHING_S", 0.5)
    monkeypatch.setattr(gathering, "FETCHES_AT_ONCE", 6)
    web = SlowWeb(**{f"s{number}": "Eleven died." for number in range(20)})
    names = [f"s{number}" for number in range(20)]
    found = gather_evidence(stored(*names), pages=web, fetcher=web)
    assert (found.coverage.asked, found.coverage.fetched) == (20, 6)
    assert {failure.code for failure in found.coverage.failed} == {"timeout"}
    assert [page.url for page in found.pages] == [f"https://{name}.example/p" for name in names[:6]]


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
        gather_evidence(stored("first", "second"), pages=web, fetcher=web)
    assert time.monotonic() - started_at < 4


class BusyWeb(Web):
    """Some hosts are busy; `waits` has the seconds by address."""

    def __init__(self, waits: dict[str, float], **texts: str) -> None:
        super().__init__(**texts)
        self.waits = {f"https://{name}.example/p": wait_s for name, wait_s in waits.items()}

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        if url in self.waits:
            raise HostBusy(url, self.waits[url], "host-busy", "others are first")
        return super().fetch(url, known=known)


def test_gathering_that_may_wait_looks_at_all_else_and_says_when_to_come_back() -> None:
    web = BusyWeb({"slow": 20.0, "sooner": 4.0}, a="Eleven died.", slow="Eleven.", sooner="Eleven.")
    claim = stored("slow", "sooner", "a")
    with pytest.raises(HostBusy) as busy:
        gather_evidence(claim, pages=web, fetcher=web, may_wait_s=30.0)
    assert busy.value.wait_s == 4.0
    assert "https://a.example/p" in web.asked


def test_a_host_that_is_busy_for_longer_than_may_be_waited_is_coverage() -> None:
    web = BusyWeb({"slow": 20.0}, a="The strike on the boat killed eleven people.", slow="Eleven.")
    found = gather_evidence(stored("a", "slow"), pages=web, fetcher=web, may_wait_s=19.0)
    assert [(failure.url, failure.code) for failure in found.coverage.failed] == [
        ("https://slow.example/p", "host-busy")
    ]
    assert judged(stored("a", "slow"), web) is VerdictLabel.SUPPORTED


def test_article_whose_site_is_busy_comes_later_or_says_why_it_cannot() -> None:
    web = BusyWeb({"a": 20.0}, a="The strike on the boat killed eleven people on Tuesday.")
    new = NewArticle(id=ArticleId("a_1"), url="https://a.example/p")
    with pytest.raises(HostBusy):
        extract_article(new, pages=web, fetcher=web, now=NOON, may_wait_s=30.0)
    with pytest.raises(SourceError) as failed:
        extract_article(new, pages=web, fetcher=web, now=NOON)
    assert failed.value.code == "host-busy"


def test_a_source_that_leads_back_to_the_own_site_is_no_evidence() -> None:
    class Shortener(Web):
        def fetch(self, url: str, *, known: Page | None = None) -> Page:
            return replace(page(url, CLAIM), canonical_url="https://example.org/p")

    web = Shortener()
    claim = stored("short", article_url="https://www.example.org/article")
    found = gather_evidence(claim, pages=web, fetcher=web)
    assert (found.passages, found.coverage.fetched) == ((), 0)
    assert [failure.code for failure in found.coverage.failed] == ["own-site"]


@pytest.mark.parametrize("times", [1, 500])
def test_lone_surrogates_in_passages_that_are_given_are_replaced(times: int) -> None:
    text = f"{CLAIM} \ud800 so. " * times
    found = gather_passages(CLAIM, [text, sample_passage(text)])
    assert found.passages
    assert all("\ufffd" in one.text.encode().decode() for one in found.passages)


def test_without_sources_there_is_not_enough_evidence() -> None:
    assert judged(stored(), Web()) is VerdictLabel.NOT_ENOUGH_EVIDENCE


def test_a_first_check_shares_recent_pages_and_a_later_one_asks_anew() -> None:
    web = Web(a="Text.")
    gather_evidence(stored("a"), pages=web, fetcher=web)
    assert web.asked["https://a.example/p"] == NOON - timedelta(minutes=5)
    gather_evidence(stored("a", check=2), pages=web, fetcher=web)
    assert web.asked["https://a.example/p"] == NOON


def test_recheck_with_unchanged_passages_keeps_the_verdict_and_scores_nothing() -> None:
    web, bare = Web(a="The strike on the boat killed eleven people."), CountingJudge()
    judge = CalibratedJudge(bare, Calibration())
    first = gather_evidence(stored("a"), pages=web, fetcher=web)
    verdict, entry = judge_claim(stored("a"), first, judge=judge, now=NOON, before=None)
    assert (entry.scored, entry.changed) == (True, False)
    scored = bare.pairs
    later = NOON + timedelta(days=1)
    claim = stored("a", check=2)
    claim = replace(claim, record=replace(claim.record, verdict=verdict))
    again, entry = judge_claim(claim, first, judge=judge, now=later, before=first)
    assert bare.pairs == scored
    assert (again.label, again.check, again.checked_at) == (verdict.label, 2, later)
    assert (entry.scored, entry.changed, entry.diff) == (False, False, None)


def test_recheck_with_another_least_confidence_weighs_anew_and_says_so() -> None:
    web = Web(a="The strike on the boat killed eleven people.")
    judge = CalibratedJudge(CountingJudge(), Calibration())
    found = gather_evidence(stored("a"), pages=web, fetcher=web)
    verdict, _ = judge_claim(stored("a"), found, judge=judge, now=NOON, before=None)
    assert verdict.label is VerdictLabel.SUPPORTED
    claim = stored("a", check=2)
    claim = replace(claim, record=replace(claim.record, verdict=verdict))
    strict = replace(judge, least_confidence=1.0)
    again, entry = judge_claim(claim, found, judge=strict, now=NOON, before=found)
    assert (again.label, entry.causes) == (VerdictLabel.NOT_ENOUGH_EVIDENCE, (Cause.RULE,))
    assert "leans to support but is not enough" in again.explanation


def test_recheck_of_a_changed_page_scores_and_names_the_page() -> None:
    web = Web(a="The strike on the boat killed eleven people.")
    judge = CalibratedJudge(CountingJudge(), Calibration())
    first = gather_evidence(stored("a"), pages=web, fetcher=web)
    verdict, _ = judge_claim(stored("a"), first, judge=judge, now=NOON, before=None)
    web.texts["https://a.example/p"] = "Nobody died in the strike on the boat, it now turns out."
    claim = stored("a", check=2)
    claim = replace(claim, record=replace(claim.record, verdict=verdict))
    second = gather_evidence(claim, pages=web, fetcher=web)
    again, entry = judge_claim(claim, second, judge=judge, now=NOON, before=first)
    assert again.label is VerdictLabel.REFUTED
    assert entry.changed
    assert entry.diff is not None
    assert entry.diff.changed == ("https://a.example/p",)


def check_again(claim: StoredClaim, web: Web, before: Gathered) -> tuple[Verdict, Gathered]:
    judge = CalibratedJudge(CountingJudge(), Calibration())
    found = gather_evidence(claim, pages=web, fetcher=web)
    return judge_claim(claim, found, judge=judge, now=NOON, before=before)[0], found


def checked(check: int, verdict: Verdict | None = None) -> StoredClaim:
    claim = stored("a", "b", check=check)
    return replace(claim, record=replace(claim.record, verdict=verdict))


def test_verdict_names_the_page_that_decided_before_and_is_gone_until_it_is_found_again() -> None:
    address = "https://a.example/p"
    text = "The strike on the boat killed eleven people."
    web = Web(a=text, b=f"By Monday the navy confirmed what we reported: {text}")
    found = gather_evidence(checked(1), pages=web, fetcher=web)
    judge = CalibratedJudge(CountingJudge(), Calibration())
    first, _ = judge_claim(checked(1), found, judge=judge, now=NOON, before=None)
    assert first.evidence[0].page.url == address
    assert first.lost_page is None
    del web.texts[address]
    second, found = check_again(checked(2, first), web, found)
    assert second.label is first.label is VerdictLabel.SUPPORTED
    lost = second.lost_page
    assert lost is not None
    assert (lost.page.url, lost.check, lost.since, lost.code) == (address, 1, 2, "http-404")
    assert lost.quote == first.evidence[0].quote
    third, found = check_again(checked(3, second), web, found)
    assert third.lost_page == lost  # also where nothing is judged again
    web.texts[address] = text
    fourth, _ = check_again(checked(4, third), web, found)
    assert fourth.lost_page is None


def test_verdict_names_the_page_that_decided_before_and_says_something_else_now() -> None:
    address = "https://a.example/p"
    web = Web(a="The strike on the boat killed eleven people.", b="The strike. The boat.")
    found = gather_evidence(checked(1), pages=web, fetcher=web)
    judge = CalibratedJudge(CountingJudge(), Calibration())
    first, _ = judge_claim(checked(1), found, judge=judge, now=NOON, before=None)
    web.texts[address] = "Nothing is known of the strike on the boat."
    second, found = check_again(checked(2, first), web, found)
    assert second.lost_page is not None
    assert (second.lost_page.page.url, second.lost_page.code) == (address, "changed")
    web.texts[address] = "The strike on the boat killed eleven people.\n\nUpdated on Monday."
    third, _ = check_again(checked(3, first), web, found)
    assert third.evidence[0].quote == first.evidence[0].quote
    assert third.lost_page is None  # the page changed, but not what was quoted


def test_recheck_without_scoring_explains_what_was_looked_at_this_time() -> None:
    judge = CalibratedJudge(CountingJudge(), Calibration())
    web = Web()
    nothing = gather_evidence(stored("a"), pages=web, fetcher=web)
    verdict, _ = judge_claim(stored("a"), nothing, judge=judge, now=NOON, before=None)
    assert "could not be used" in verdict.explanation
    web.texts["https://a.example/p"] = "Gardens."
    claim = stored("a", check=2)
    claim = replace(claim, record=replace(claim.record, verdict=verdict))
    found = gather_evidence(claim, pages=web, fetcher=web)
    again, entry = judge_claim(claim, found, judge=judge, now=NOON, before=nothing)
    assert not entry.scored
    assert "Nothing in 1 page" in again.explanation


def test_near_copies_count_as_one_origin_in_coverage() -> None:
    report = "The strike on the boat killed eleven people. " * 3 + "More is not known so far."
    found = rank_evidence(
        CLAIM, [page("https://a.example", report), page("https://b.example", report)], ()
    )
    assert found.coverage.origins == 1


def test_submitted_claims_come_first_and_are_not_listed_twice() -> None:
    text = "The strike on the boat killed eleven people on Tuesday. Rain fell in Quito on Monday."
    new = NewArticle(
        id=ArticleId("a_1"), text=text,
        claims=("The strike on the boat killed eleven people on Tuesday.", "Nobody was hurt."),
    )  # fmt: skip
    reading = extract_article(new, pages=Web(), fetcher=Web(), now=NOON)
    texts = [claim.text for claim in reading.extraction.claims]
    assert texts[:2] == list(new.claims)
    assert len(texts) == len(set(texts))
    first, second = reading.extraction.claims[:2]
    assert first.span is not None
    assert text[first.span.start : first.span.end] == first.text
    assert second.span is None


def test_of_a_long_article_the_claims_submitted_are_always_checked() -> None:
    text = " ".join(f"The strike of May {n} killed {n + 9} people in Quito." for n in range(1, 20))
    new = NewArticle(id=ArticleId("a_1"), text=text, claims=("Nobody was hurt.", "Rain fell."))

    def read(claims_max: int) -> Extraction:
        reading = extract_article(new, pages=Web(), fetcher=Web(), now=NOON, claims_max=claims_max)
        return reading.extraction

    everything, some, fewest = read(100), read(5), read(1)
    assert [claim.text for claim in some.claims[:2]] == list(new.claims)
    assert (len(some.claims), len(fewest.claims)) == (5, 2)
    listed = [one for one in some.not_checked if one.reason == "beyond-limit"]
    assert len(listed) == len(everything.claims) - 5 > 0


def test_claims_of_an_article_have_its_date() -> None:
    new = NewArticle(
        id=ArticleId("a_1"),
        text="The strike on the boat killed eleven people on Tuesday.",
        published_at="2025-09-04T08:00:00Z",
        claims=("Nobody was hurt.",),
    )
    reading = extract_article(new, pages=Web(), fetcher=Web(), now=NOON)
    days = {claim.claimed_at for claim in reading.extraction.claims}
    assert len(reading.extraction.claims) == 2
    assert days == {date(2025, 9, 4)}


def test_article_by_url_takes_text_and_title_from_its_page() -> None:
    web = Web(a="The strike on the boat killed eleven people on Tuesday.")
    new = NewArticle(id=ArticleId("a_1"), url="https://a.example/p")
    reading = extract_article(new, pages=web, fetcher=web, now=NOON)
    assert reading.text == web.texts["https://a.example/p"]
    assert reading.title == "A title"
    gone = NewArticle(id=ArticleId("a_1"), url="https://gone.example/p")
    with pytest.raises(SourceError):
        extract_article(gone, pages=web, fetcher=web, now=NOON)


def test_article_whose_page_is_longer_than_an_article_may_be_is_refused() -> None:
    web = Web(a="Rain fell. " * 20_000)
    new = NewArticle(id=ArticleId("a_1"), url="https://a.example/p")
    with pytest.raises(InvalidInput, match="send a part"):
        extract_article(new, pages=web, fetcher=web, now=NOON)


def test_pairs_with_long_evidence_are_judged_by_their_best_window() -> None:
    judge = CalibratedJudge(CountingJudge(), Calibration())
    filler = " ".join(f"Sentence {n} speaks of gardens." for n in range(200))
    pairs = [
        (f"{filler} The strike on the boat killed eleven people. {filler}", CLAIM),
        (filler, CLAIM),
        ("", CLAIM),
        ("Nobody died in the strike on the boat.", CLAIM),
    ]
    scores = judge_pairs(pairs, judge)
    assert scores.shape == (4, 3)
    assert scores.argmax(axis=1).tolist() == [0, 2, 2, 1]
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert judge_pairs([], judge).shape == (0, 3)


# --- registered sources ------------------------------------------------------------------------


def test_a_registered_page_is_read_for_every_claim_and_known_by_its_domain() -> None:
    web = Web(a="The strike on the boat killed eleven people.", b="Nobody died on the boat.")
    registry = Registry(
        (
            RegisteredSource(
                name="good", address="https://a.example/p", domains=("a.example",), credibility=0.9
            ),
            RegisteredSource(name="bad", domains=("b.example",), credibility=0.1),
        )
    )
    found = gather_evidence(stored("b"), pages=web, fetcher=web, registry=registry)
    known = {page.url: (page.source, page.credibility) for page in found.pages}
    assert known == {"https://b.example/p": ("bad", 0.1), "https://a.example/p": ("good", 0.9)}
    verdict, _ = judge_claim(
        stored("b"),
        found,
        judge=CalibratedJudge(CountingJudge(), Calibration()),
        now=NOON,
        before=None,
    )
    # Low credibility keeps the refuting side below its threshold.
    assert verdict.label is VerdictLabel.SUPPORTED
    assert {item.page.source for item in verdict.evidence} == {"good", "bad"}  # both are shown


def test_another_rating_is_weighed_anew_although_no_page_changed() -> None:
    web = Web(a="The strike on the boat killed eleven people.")
    judge = CalibratedJudge(CountingJudge(), Calibration())
    site = RegisteredSource(name="site", domains=("a.example",), credibility=0.9)
    before = gather_evidence(stored("a"), pages=web, fetcher=web, registry=Registry((site,)))
    first, _ = judge_claim(stored("a"), before, judge=judge, now=NOON, before=None)
    doubted = Registry((replace(site, credibility=0.1),))
    again = gather_evidence(stored("a"), pages=web, fetcher=web, registry=doubted)
    claim = stored("a")
    claim = replace(claim, check=2, record=replace(claim.record, verdict=first))
    second, entry = judge_claim(claim, again, judge=judge, now=NOON, before=before)
    assert (first.label, second.label) == (
        VerdictLabel.SUPPORTED,
        VerdictLabel.NOT_ENOUGH_EVIDENCE,
    )
    assert entry.changed
    assert entry.scored


def test_a_doubted_source_that_a_verdict_goes_against_is_named_in_its_explanation() -> None:
    web = Web(
        a="The strike on the boat killed eleven people.",
        b="Nobody died when the boat was hit in the strike, he said.",
    )
    site = RegisteredSource(name="site", domains=("b.example",), credibility=0.02)
    judge = CalibratedJudge(CountingJudge(), Calibration())
    found = gather_evidence(stored("a", "b"), pages=web, fetcher=web, registry=Registry((site,)))
    verdict, _ = judge_claim(stored("a", "b"), found, judge=judge, now=NOON, before=None)
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "rated 0.02) points the other way, but counts only 4%" in verdict.explanation


def test_sources_of_one_family_are_one_origin() -> None:
    web = Web(a="The strike on the boat killed eleven people.", b="Eleven people died, he said.")
    sources = [
        RegisteredSource(name=name, domains=(f"{name}.example",), family="The Group")
        for name in "ab"
    ]
    found = gather_evidence(
        stored("a", "b"), pages=web, fetcher=web, registry=Registry(tuple(sources))
    )
    assert found.coverage.origins == 1
    assert found.coverage.shared_origins[0].why is OriginTie.SAME_FAMILY


def test_a_page_that_is_registered_while_a_claim_waits_is_not_read_twice() -> None:
    """The page is in the stored search outcome and in the current registry."""
    web, library = Web(a="The strike killed eleven."), Library(claim="https://a.example/p")
    kept: list[SearchOutcome] = []
    gather_evidence(
        stored(), pages=web, fetcher=web, providers=Providers((library,)), keep=kept.append
    )
    registry = Registry((RegisteredSource(name="a", address="https://A.example:443/p#top"),))
    claim = replace(stored("a"), searched=kept[0])
    found = gather_evidence(claim, pages=web, fetcher=web, registry=registry)
    assert found.coverage.asked == 1
    assert [page.url for page in found.pages] == ["https://a.example/p"]


def test_doubted_and_old_pages_however_many_take_no_place_of_one_that_counts() -> None:
    """At most four origins of a side are chosen, and those with a weight must be among them."""
    said = "The strike on the boat in the strait killed eleven people, {} of the {} office said."
    words = "alder birch cedar dogwood elm fir".split()
    web = Web(**{word: said.format(word * 3, word[::-1]) for word in words})
    web.texts["https://good.example/p"] = (
        "Eleven people died when the boat was struck, it is known."
    )
    sources = [
        RegisteredSource(name=word, domains=(f"{word}.example",), credibility=0.0, reason="r")
        for word in words
    ]
    claim, judge = stored(*words, "good"), CalibratedJudge(SureJudge(), Calibration())
    found = gather_evidence(claim, pages=web, fetcher=web, registry=Registry(tuple(sources)))
    verdict, _ = judge_claim(claim, found, judge=judge, now=NOON, before=None)
    assert verdict.label is VerdictLabel.SUPPORTED
    assert verdict.evidence[0].page.url == "https://good.example/p"
    assert "Eleven people died when" in verdict.explanation
    assert "independent origins" not in verdict.explanation
    # Without ratings the other pages are in the evidence as well, and come first.
    record = replace(claim.record, verdict=verdict)
    unrated = without_credibility(record, least_confidence=judge.least_confidence).verdict
    assert unrated is not None
    assert unrated.evidence[0].page.url != "https://good.example/p"
    assert "5 independent origins" in unrated.explanation


# --- time ------------------------------------------------------------------------------------

DIED = "The strike on the boat killed eleven people."
AS_OF = date(2025, 6, 1)


def up_to(day: date, claim: StoredClaim) -> StoredClaim:
    return replace(
        claim,
        record=replace(claim.record, as_of=day),
        options=replace(claim.options, as_of=day),
    )


def dated_web() -> Web:
    """Pages published before the last day, on it, after it, and without a date."""
    web = Web(old=DIED, same=f"{DIED} So it was said.", late="Nobody died in it.", none="A boat.")
    days = {"old": "2025-05-01", "same": "2025-06-01T23:00:00Z", "late": "2025-06-02", "none": None}
    web.days = {f"https://{name}.example/p": day for name, day in days.items()}
    return web


def test_what_was_published_later_is_left_out_and_said_with_both_days() -> None:
    web = dated_web()
    claim = up_to(AS_OF, stored("old", "same", "late", "none"))
    found = gather_evidence(claim, pages=web, fetcher=web)
    (failure,) = found.coverage.failed
    assert (failure.url, failure.code) == ("https://late.example/p", "after-as-of")
    assert "2025-06-02" in failure.detail and "2025-06-01" in failure.detail
    assert (found.coverage.asked, found.coverage.fetched) == (4, 3)
    assert found.coverage.maybe_later == 1
    judge = CalibratedJudge(CountingJudge(), Calibration())
    verdict, _ = judge_claim(claim, found, judge=judge, now=NOON, before=None)
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "Only pages published by 2025-06-01 count; 1 page gives no date" in verdict.explanation


def test_without_a_last_day_every_page_counts_and_nothing_is_said() -> None:
    web = dated_web()
    found = gather_evidence(stored("old", "late", "none"), pages=web, fetcher=web)
    assert (found.coverage.failed, found.coverage.maybe_later) == ((), 0)
    judge = CalibratedJudge(CountingJudge(), Calibration())
    verdict, _ = judge_claim(stored("old"), found, judge=judge, now=NOON, before=None)
    assert "Only pages" not in verdict.explanation


def test_recheck_holds_the_last_day_of_evidence() -> None:
    web, judge = dated_web(), CalibratedJudge(CountingJudge(), Calibration())
    claim = up_to(AS_OF, stored("old"))
    first = gather_evidence(claim, pages=web, fetcher=web)
    verdict, _ = judge_claim(claim, first, judge=judge, now=NOON, before=None)
    # The page is replaced by a later one.
    web.texts["https://old.example/p"] = "Nobody died in the strike on the boat."
    web.days["https://old.example/p"] = "2025-08-01"
    again = replace(claim, check=2, record=replace(claim.record, verdict=verdict))
    second = gather_evidence(again, pages=web, fetcher=web)
    assert [failure.code for failure in second.coverage.failed] == ["after-as-of"]
    rechecked, entry = judge_claim(again, second, judge=judge, now=NOON, before=first)
    assert rechecked.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert entry.changed
    assert "Only pages published by 2025-06-01" in rechecked.explanation


def test_recheck_without_scoring_still_says_up_to_which_day() -> None:
    web, judge = dated_web(), CalibratedJudge(CountingJudge(), Calibration())
    claim = up_to(AS_OF, stored("old"))
    first = gather_evidence(claim, pages=web, fetcher=web)
    verdict, _ = judge_claim(claim, first, judge=judge, now=NOON, before=None)
    again = replace(claim, check=2, record=replace(claim.record, verdict=verdict))
    kept, entry = judge_claim(again, first, judge=judge, now=NOON, before=first)
    assert not entry.scored
    assert kept.explanation == verdict.explanation


@pytest.mark.parametrize(
    ("text", "label"), [("eleven", VerdictLabel.SUPPORTED), ("nobody", VerdictLabel.REFUTED)]
)
def test_page_older_than_a_change_neither_supports_nor_refutes_it_alone(
    text: str, label: VerdictLabel
) -> None:
    web, judge = Web(old=f"The toll is {text}."), CalibratedJudge(CountingJudge(), Calibration())
    claim = stored("old")
    rose = replace(claim.record, text="The death toll rose to eleven.", claimed_at=date(2025, 9, 4))
    claim = replace(claim, record=rose)

    def verdict_of(day: str) -> Verdict:
        web.days = {"https://old.example/p": day}
        found = gather_evidence(claim, pages=web, fetcher=web)
        return judge_claim(claim, found, judge=judge, now=NOON, before=None)[0]

    fresh, old = verdict_of("2025-09-01"), verdict_of("2021-03-12")
    assert (fresh.label, fresh.evidence[0].stale) == (label, False)
    assert (old.label, old.evidence[0].stale) == (VerdictLabel.NOT_ENOUGH_EVIDENCE, True)
    assert "1 page is older (2021-03-12) than the claim (2025-09-04)" in old.explanation
    assert "older" not in fresh.explanation


# --- search by providers ---------------------------------------------------------------------


class Library:
    """A provider that finds pages by the purpose of the query, or fails."""

    def __init__(self, name: str = "library", *, fails: bool = False, **found: str) -> None:
        self.name = name
        self.purposes = frozenset(Purpose(purpose) for purpose in found)
        self.found = {Purpose(purpose): names.split() for purpose, names in found.items()}
        self.fails = fails
        self.days: dict[str, str] = {}
        self.asked: list[Query] = []

    def search(self, query: Query) -> tuple[Candidate, ...]:
        self.asked.append(query)
        if self.fails:
            raise SourceError("rate-limited", "enough for now")
        return tuple(
            Candidate(url=url, published_at=self.days.get(url)) for url in self.found[query.purpose]
        )


def test_pages_that_a_provider_finds_are_read_beside_those_given() -> None:
    web = Web(a="The strike on the boat killed eleven people.", b="A boat.")
    library = Library(claim="https://a.example/p")
    found = gather_evidence(stored("b"), pages=web, fetcher=web, providers=Providers((library,)))
    assert [page.url for page in found.pages] == ["https://b.example/p", "https://a.example/p"]
    (search,) = found.coverage.searches
    assert (search.provider, search.purpose, search.found) == ("library", Purpose.CLAIM, 1)
    assert (found.coverage.asked, found.coverage.fetched) == (2, 2)


def test_what_providers_found_is_used_at_once_and_not_searched_for_again() -> None:
    """A gathering that resumes, after a busy host or a crash, repeats no search."""
    web, kept = BusyWeb({"a": 4.0}, a="The strike on the boat killed eleven people."), []
    library = Library(claim="https://a.example/p")
    claim, asking = stored(), Providers((library,))
    with pytest.raises(HostBusy):
        gather_evidence(
            claim, pages=web, fetcher=web, providers=asking, keep=kept.append, may_wait_s=9.0
        )
    web.waits.clear()
    again = replace(claim, searched=kept[0])
    found = gather_evidence(again, pages=web, fetcher=web, providers=asking, keep=kept.append)
    assert [page.url for page in found.pages] == ["https://a.example/p"]
    assert (len(found.coverage.searches), len(library.asked), len(kept)) == (1, 1, 1)


def test_a_provider_that_fails_is_coverage_and_is_not_asked_again() -> None:
    web = Web(a="The strike on the boat killed eleven people.")
    broken = Library("broken", fails=True, claim="", opposite="")
    library = Library(claim="https://a.example/p")
    found = gather_evidence(
        stored(), pages=web, fetcher=web, providers=Providers((broken, library))
    )
    assert [page.url for page in found.pages] == ["https://a.example/p"]
    assert [search.code for search in found.coverage.searches] == ["rate-limited", None]
    assert len(broken.asked) == 1


def test_the_best_of_every_search_comes_first_and_no_page_twice() -> None:
    names = [f"https://s{number}.example/p" for number in range(20)]
    web = Web(**{f"s{number}": "Text." for number in range(20)})
    one = Library("one", claim=" ".join(names[:10]))
    other = Library("other", claim=f"{names[0]}?utm_source=x {' '.join(names[10:])}")
    found = gather_evidence(stored("s1"), pages=web, fetcher=web, providers=Providers((one, other)))
    order = [names.index(page.url) for page in found.pages]
    assert order == [1, 0, 10, 2, 11, 3, 12, 4, 13]
    assert len(order) == 1 + FOUND_PAGES


def test_what_is_found_on_the_own_site_or_is_no_address_is_no_evidence() -> None:
    web = Web()
    claim = stored(article_url="https://example.org/article")
    library = Library(claim="https://www.example.org/p file:///etc/passwd javascript:x")
    found = gather_evidence(claim, pages=web, fetcher=web, providers=Providers((library,)))
    assert [failure.code for failure in found.coverage.failed] == ["own-site"]
    assert web.asked == {}


@pytest.mark.parametrize(
    ("fails", "reason"), [(True, "No provider answered"), (False, "found no page")]
)
def test_a_search_without_pages_says_so(fails: bool, reason: str) -> None:
    judge = CalibratedJudge(CountingJudge(), Calibration())
    library = Library(fails=fails, claim="")
    claim = stored()
    found = gather_evidence(claim, pages=Web(), fetcher=Web(), providers=Providers((library,)))
    verdict, _ = judge_claim(claim, found, judge=judge, now=NOON, before=None)
    assert verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert reason in verdict.explanation


def test_what_is_found_and_known_to_be_later_is_not_even_fetched() -> None:
    web = dated_web()
    library = Library(claim=" ".join(web.texts))
    library.days = {"https://late.example/p": "2025-06-02T08:00:00"}
    claim = up_to(AS_OF, stored())
    found = gather_evidence(claim, pages=web, fetcher=web, providers=Providers((library,)))
    assert {query.as_of for query in library.asked} == {AS_OF}
    assert [failure.url for failure in found.coverage.failed] == ["https://late.example/p"]
    assert found.coverage.asked == 4
    assert "https://late.example/p" not in web.asked


def test_later_pages_take_no_place_among_those_that_are_read() -> None:
    names = [f"https://s{number}.example/p" for number in range(20)]
    web = Web(**{f"s{number}": "Text." for number in range(20)})
    library = Library(claim=" ".join(names))
    library.days = dict.fromkeys(names[:5], "2025-12-24")
    found = gather_evidence(
        up_to(date(2025, 9, 30), stored()), pages=web, fetcher=web, providers=Providers((library,))
    )
    assert [failure.url for failure in found.coverage.failed] == names[:5]
    assert [page.url for page in found.pages] == names[5 : 5 + FOUND_PAGES]


class Archive:
    """A provider of prior checks, all with the same date; or it fails."""

    name = "archive"

    def __init__(self, *claims: str, fails: bool = False) -> None:
        self.claims = claims
        self.fails = fails

    def look_up(self, query: Query) -> tuple[PriorCheck, ...]:
        if self.fails:
            raise SourceError("http-403", "no such key")
        return tuple(
            PriorCheck(
                claim=claim,
                publisher="P",
                rating="False",
                url=f"https://p.example/{n}",
                reviewed_at="2025-06-02T00:00:00Z",
            )
            for n, claim in enumerate(self.claims)
        )


def test_prior_checks_of_the_same_claim_are_shown_and_do_not_enter_the_verdict() -> None:
    judge = CalibratedJudge(CountingJudge(), Calibration())
    archive = Archive("A strike on a boat killed eleven people.", "The earth is flat.")
    found = gather_evidence(
        stored("a"),
        pages=(web := Web(a="The strike on the boat killed eleven people.")),
        fetcher=web,
        providers=Providers(prior=(archive,)),
    )
    verdict, _ = judge_claim(stored("a"), found, judge=judge, now=NOON, before=None)
    assert [check.url for check in verdict.prior_checks] == ["https://p.example/0"]
    assert verdict.label is VerdictLabel.SUPPORTED
    assert verdict.coverage.asked == 1
    assert [(one.purpose, one.found) for one in verdict.coverage.searches] == [("prior-checks", 2)]


@pytest.mark.parametrize(("day", "shown"), [(date(2025, 6, 2), 1), (date(2025, 6, 1), 0)])
def test_prior_checks_of_later_are_not_shown(day: date, shown: int) -> None:
    web, archive = Web(), Archive("A strike on a boat killed eleven people.")
    found = gather_evidence(
        up_to(day, stored()), pages=web, fetcher=web, providers=Providers(prior=(archive,))
    )
    assert len(found.prior_checks) == shown


def test_prior_checks_that_cannot_be_had_are_coverage() -> None:
    web = Web(a="The strike on the boat killed eleven people.")
    providers = Providers(prior=(Archive(fails=True),))
    found = gather_evidence(stored("a"), pages=web, fetcher=web, providers=providers)
    assert [search.code for search in found.coverage.searches] == ["http-403"]
    assert found.coverage.fetched == 1


class SlowLibrary(Library):
    """Every search takes 0.1 s."""

    def search(self, query: Query) -> tuple[Candidate, ...]:
        time.sleep(0.1)
        return super().search(query)


def test_slow_provider_is_asked_no_more_and_what_it_found_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "SEARCHING_S", 0.05)
    web = Web(a="The strike on the boat killed eleven people.")
    library = SlowLibrary(claim="https://a.example/p", opposite="https://b.example/p")
    found = gather_evidence(stored(), pages=web, fetcher=web, providers=Providers((library,)))
    assert [search.code for search in found.coverage.searches] == [None, "timeout"]
    assert len(library.asked) == 1
    assert [page.url for page in found.pages] == ["https://a.example/p"]


def test_of_a_thousand_providers_some_are_asked_at_once_and_the_slow_ones_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "SEARCHING_S", 1.0)
    libraries = [SlowLibrary(str(number), claim="https://a.example/p") for number in range(1000)]
    threads = threading.active_count()
    began = time.monotonic()
    found = searching.search(stored().record, Providers(tuple(libraries)))
    assert time.monotonic() - began < 5
    assert threading.active_count() <= threads + searching.ASKED_AT_ONCE
    assert [search.provider for search in found.searches] == [one.name for one in libraries]
    late = [search for search in found.searches if search.code == "timeout"]
    assert 0 < len(late) < 1000
    assert found.urls == ("https://a.example/p",)


def test_time_spent_searching_counts_against_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search and fetching together must end before the time limit of a task."""
    monkeypatch.setattr(gathering, "FETCHING_S", 0.05)
    web = Web(a="The strike on the boat killed eleven people.")
    library = SlowLibrary(claim="https://a.example/p")
    found = gather_evidence(stored(), pages=web, fetcher=web, providers=Providers((library,)))
    assert [failure.code for failure in found.coverage.failed] == ["timeout"]
    assert web.asked == {}


# --- links of the article ----------------------------------------------------------------------


def linking(claim: StoredClaim, *names: str) -> StoredClaim:
    links = tuple(f"https://{name}.example/p" for name in names)
    return replace(claim, record=replace(claim.record, links=links))


def test_links_of_the_article_are_candidates_and_count_as_found() -> None:
    web = Web(a="Eleven died in the strike.", b="Gardens.", d="Eleven people died in it.")
    claim = linking(stored("a"), "a", "b", "c")
    library = Library(claim="https://d.example/p")
    found = gather_evidence(claim, pages=web, fetcher=web, providers=Providers((library,)))
    assert [page.url[8] for page in found.pages] == ["a", "d", "b"]
    assert (found.coverage.asked, found.coverage.failed[0].code) == (4, "http-404")
    links, search = found.coverage.searches
    assert (links.provider, links.purpose, links.query) == ("links", Purpose.LINKED, CLAIM)
    assert (links.found, search.provider) == (3, "library")


def test_a_link_to_the_articles_own_site_is_no_evidence_for_it() -> None:
    web = Web(a="Eleven died in the strike.")
    claim = linking(stored(article_url="https://a.example/article"), "a")
    found = gather_evidence(claim, pages=web, fetcher=web)
    assert [failure.code for failure in found.coverage.failed] == ["own-site"]


def test_claims_of_a_page_carry_its_links_and_claims_of_a_text_those_that_come_with_it() -> None:
    text = "The strike on the boat killed eleven people on Tuesday."
    link = Link("https://navy.example/", Span(4, 10))

    class Linking(Web):
        def fetch(self, url: str, *, known: Page | None = None) -> Page:
            return replace(page(url, text), links=(link,))

    web = Linking()
    by_url = NewArticle(id=ArticleId("a_1"), url="https://a.example/p")
    as_text = NewArticle(id=ArticleId("a_1"), text=text)
    for new in (by_url, as_text):
        reading = extract_article(new, pages=web, fetcher=web, now=NOON, links=(link,))
        (claim,) = reading.extraction.claims
        assert claim.links == ("https://navy.example/",)
    (claim,) = extract_article(as_text, pages=web, fetcher=web, now=NOON).extraction.claims
    assert claim.links == ()


def test_copies_of_the_article_are_left_out_wherever_they_were_found() -> None:
    article = (
        f"{CLAIM} " + "The boat had left the harbour of Kelm at noon with a load of salt. " * 5
    )
    web = Web(a=article, b=f"{article} More follows.", c=article, d="Eleven people died in it.")
    claim = linking(stored("a"), "b")
    library = Library(claim="https://c.example/p https://d.example/p")
    found = gather_evidence(
        claim, pages=web, fetcher=web, providers=Providers((library,)), article_text=article
    )
    assert [page.url[8] for page in found.pages] == ["d"]
    assert [failure.code for failure in found.coverage.failed] == ["copy-of-article"] * 3
    assert (found.coverage.asked, found.coverage.fetched, found.coverage.origins) == (4, 1, 1)
