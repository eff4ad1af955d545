"""The page of a claim: verdict, evidence, coverage, and what became of its pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from claims.ports import NewClaim, WorkItem
from claims.store import keys
from claims.store.redis_store import RedisStore
from claims.types import (
    CheckOptions,
    Claim,
    ClaimId,
    PageChange,
    PageDifference,
    PriorCheck,
    Purpose,
    Search,
    SourceFailure,
    Stage,
    Stance,
    VerdictLabel,
)
from tests.claims.samples import lost_page
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of, texts_of
from tests.service.work import lease

ELEVEN = Claim(text="Eleven people died.", sentence="Eleven people died.")


def test_claim_shows_its_evidence_marked_inside_the_page(show: Show, store: RedisStore) -> None:
    claim, _ = steps.support(store)
    soup = show(f"/claims/{claim.id}")
    assert text_of(soup, ".verdict-label") == "Proposal: Supported"
    assert text_of(soup, ".excerpt mark") == "Eleven people died."
    excerpt = text_of(soup, ".excerpt")
    assert excerpt.startswith("… Before. Before.") and excerpt.endswith("After. After. …")
    assert 500 < len(excerpt) < 650
    assert "97 %" in text_of(soup, ".stances")
    assert "Read 4 Sep 2025, 12:00 UTC · as it was read" in soup.get_text()
    assert text_of(soup, ".side h4") == "Independent source 1"
    assert soup.select_one(f".back a[href='/articles/{steps.ARTICLE}']")


def test_excerpt_of_a_short_page_is_the_whole_page(show: Show, store: RedisStore) -> None:
    text = "It is so. Eleven people died. That is all."
    claim, _ = steps.support(store, text=text)
    assert text_of(show(f"/claims/{claim.id}"), ".excerpt") == text


@pytest.mark.parametrize("label", list(VerdictLabel))
def test_evidence_stands_by_side_and_by_source(
    show: Show, store: RedisStore, label: VerdictLabel
) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store)
    evidence = [
        steps.evidence_from(source),
        steps.evidence_from(source, "Before."),
        steps.evidence_from(source, "After.", stance=Stance.REFUTES),
    ]
    steps.judge(store, claim.id, evidence, label=label)
    for path in (f"/claims/{claim.id}", f"/claims/{claim.id}/checks/1"):
        soup = show(path)
        marked = {
            text_of(side, "h3"): [mark.get_text() for mark in side.select(".excerpt mark")]
            for side in soup.select(".sides > .side")
        }
        assert marked == {
            "Supports the claim": ["Eleven people died.", "Before."],
            "Refutes the claim": ["After."],
        }
        roles = soup.select(".sides .role")
        assert (
            [role.find_parent("li").select_one("mark").get_text() for role in roles]
            == (  # type: ignore[union-attr]
                [mark for side in marked.values() for mark in side[:1]]
            )
        )
        # Each piece of evidence links to its own position on the page.
        links = [str(a["href"]) for a in soup.select(".evidence a") if "#quotation-" in a["href"]]
        assert sorted(link[-1] for link in links) == ["1", "2", "3"]
    card = show(f"/articles/{steps.ARTICLE}").select("#claim-1 blockquote")
    assert sorted(quote.get_text() for quote in card) == ["After.", "Eleven people died."]


def test_claim_of_low_confidence_is_said_to_be_so(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED, confidence=0.49)
    soup = show(f"/claims/{claim.id}")
    unsure = "Probably supported, low confidence"
    assert text_of(soup, ".verdict.is-unsure .verdict-label") == f"Proposal: {unsure}"
    article = show(f"/articles/{steps.ARTICLE}")
    assert text_of(article, "#claim-1.is-unsure .chip") == unsure
    assert text_of(article, "mark.is-unsure") == "Eleven people died."
    assert "low confidence" in text_of(article, "#note-1")


def test_claim_shows_its_date_that_of_its_evidence_and_that_of_the_check(
    show: Show, store: RedisStore
) -> None:
    new = NewClaim(
        id=ClaimId("c_1"),
        claim=replace(ELEVEN, claimant="The mayor", claimed_at=date(2025, 9, 3)),
        options=CheckOptions(as_of=date(2025, 9, 5)),
    )
    store.submit_claim(new)
    source = steps.keep_page(store, published_at="2021-03-12", modified_at="2021-04-01T08:00:00Z")
    late = SourceFailure(
        "https://b.example/", "after-as-of", "published on 2025-09-06, after 2025-09-05"
    )
    old = replace(steps.evidence_from(source), stale=True)
    steps.judge(store, new.id, [old], failed=[late])
    soup = show(f"/claims/{new.id}")
    assert text_of(soup, ".page-head .about") == (
        "Said by The mayor , 3 Sep 2025 · evidence as of 5 Sep 2025"
    )
    assert "12 Mar 2021 , changed 1 Apr 2021" in text_of(soup, ".evidence .page-line")
    assert text_of(soup, ".evidence .stale") == "Older than the claim"
    assert "Older than the claim 1 Apr 2021, the claim 3 Sep 2025" in text_of(soup, ".evidence")
    assert "Check 1, 5 Sep 2025, 12:00 UTC" in text_of(soup, "#claim-head .measures")
    assert "published on 2025-09-06" in text_of(soup, ".failures")


def test_evidence_without_a_date_says_so_and_only_stale_evidence_is_marked(
    show: Show, store: RedisStore
) -> None:
    claim, _ = steps.support(store, published_at=None)
    soup = show(f"/claims/{claim.id}")
    assert text_of(soup, ".evidence .page-line").endswith("no date")
    assert not soup.select(".stale")
    assert "as of" not in text_of(soup, ".page-head")


def test_claim_page_names_the_providers_asked_and_earlier_fact_checks(
    show: Show, store: RedisStore
) -> None:
    (claim, _) = steps.submit(store)
    source = steps.keep_page(store)
    question = Search(provider="wiki", query="Eleven", purpose=Purpose.TERMS, found=2)
    steps.judge(
        store,
        claim.id,
        [steps.evidence_from(source)],
        label=VerdictLabel.SUPPORTED,
        searches=[
            question,
            replace(question, provider="brave", purpose=Purpose.OPPOSITE, found=0),
            replace(question, provider="other", found=0, code="rate-limited", detail="enough"),
        ],
        prior_checks=[
            PriorCheck(
                claim="Ten people died.",
                publisher="Checks",
                rating="Half true",
                url="https://checks.example/ten",
                reviewed_at="2024-05-03T00:00:00Z",
            )
        ],
    )
    soup = show(f"/claims/{claim.id}")
    prior = text_of(soup, ".prior-checks")
    assert prior.startswith("Already checked by Checks on 3 May 2024 , rated Half true")
    assert "Ten people died." in prior
    asked = texts_of(soup, ".searches > li")
    assert asked[0].startswith("wiki 2 results of 1 query.")
    assert "It takes no more queries for now." in asked[2]
    assert "Searched for contradiction: none in 1 page." in text_of(soup, "#claim-about")
    assert text_of(soup, ".verdict-label") == "Proposal: Supported"


def test_claim_that_waits_says_that_links_of_the_article_are_looked_at(
    show: Show, store: RedisStore
) -> None:
    linked = replace(steps.claim_of(steps.TEXT, 0, 19), links=("https://l.example/one",))
    claim = steps.submit(store, [linked])[0]
    about = text_of(show(f"/claims/{claim.id}"), "#claim-about .quiet")
    assert about == "1 source to read, and 1 page that the article links to."


def test_quotation_is_shown_without_context_when_its_page_is_gone(
    show: Show, store: RedisStore
) -> None:
    claim, source = steps.support(store)
    store.connection.command("DEL", keys.PAGE + source.sha256)
    assert text_of(show(f"/claims/{claim.id}"), ".excerpt") == "Eleven people died."


def test_box_of_the_verdict_says_that_the_text_of_its_page_is_no_longer_stored(
    show: Show, store: RedisStore
) -> None:
    claim, source = steps.support(store)
    pages = (f"/claims/{claim.id}", f"/claims/{claim.id}/checks/1")
    for path in pages:
        assert "no longer stored" not in text_of(show(path), ".verdict")
    store.connection.command("DEL", keys.PAGE + source.sha256)
    store.recheck_claim(claim.id)  # a page that the browser has is not rendered again
    for path in pages:
        said = "The text of a.example is no longer stored: only the quotation is left."
        assert said in text_of(show(path), ".verdict")


@pytest.mark.parametrize(
    ("stances", "said"),
    [
        ((Stance.SUPPORTS, Stance.REFUTES), "The text of a.example and b.example is no longer"),
        ((Stance.REFUTES,), "The text of a.example is no longer stored"),
        ((Stance.NEUTRAL,), None),
    ],
)
def test_box_of_an_undecided_verdict_names_the_pages_of_both_sides_without_text(
    show: Show, store: RedisStore, stances: tuple[Stance, ...], said: str | None
) -> None:
    claim = steps.submit(store)[0]
    sources = [
        steps.keep_page(store, f"{name}. {steps.PAGE_TEXT}", url=f"https://{name}.example/1")
        for name in "ab"[: len(stances)]
    ]
    evidence = [
        steps.evidence_from(source, stance=stance)
        for source, stance in zip(sources, stances, strict=True)
    ]
    steps.judge(store, claim.id, evidence)
    for source in sources:
        store.connection.command("DEL", keys.PAGE + source.sha256)
    for path in (f"/claims/{claim.id}", f"/claims/{claim.id}/checks/1"):
        box = text_of(show(path), ".verdict")
        assert said in box if said else "no longer stored" not in box
        assert "cited first" not in box


def test_claim_under_recheck_keeps_its_verdict_and_says_it_is_busy(
    show: Show, store: RedisStore
) -> None:
    claim, _ = steps.support(store)
    store.recheck_claim(claim.id)
    soup = show(f"/claims/{claim.id}")
    assert text_of(soup, ".verdict-label") == "Proposal: Supported Waiting…"
    assert soup.select_one("#claim-head[data-busy]")


def test_schedule_of_an_unusual_length_is_kept_as_a_choice(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    store.set_schedule(claim.id, every="PT90M", until=None)
    (chosen,) = show(f"/claims/{claim.id}").select("#every option[selected]")
    assert chosen["value"] == "PT90M"


def test_stretched_schedule_names_its_budget_here_and_on_the_home_page(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    store.follow_looks(1, limit=1)
    store.set_schedule(claim.id, every="PT12H", until=None)
    (hint,) = show(f"/claims/{claim.id}").select("#next-check")
    assert "Every day, stretched from every 12 hours by the budget of 1 look a day." in hint.text
    (due,) = show("/").select("#today-due .hint")
    assert due.text == (
        "0 looks today, of 1 a day. The schedules plan 2 a day: all periods are 2.0 times as long."
    )


def test_claim_that_was_given_up_says_why(show: Show, store: RedisStore) -> None:
    store.submit_claim(NewClaim(id=ClaimId("c_1"), claim=ELEVEN))
    steps.give_up(store, WorkItem(Stage.GATHER, "c_1", 1), "three workers died")
    soup = show("/claims/c_1")
    assert "Could not be checked" in text_of(soup, ".verdict-label")
    assert "three workers died" in text_of(soup, ".error-line")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("http-404", "cannot be read since check 2: There is no such page (HTTP 404)."),
        ("changed", "has changed since: what was quoted is not in the evidence any more."),
        ("not-found-again", "was not found again in check 2."),
    ],
)
def test_box_of_the_verdict_says_that_the_page_that_decided_before_is_gone(
    code: str, words: str, show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED)
    store.recheck_claim(claim.id)
    lost = lost_page(code)
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED, check=2, lost_page=lost)
    as_read = f"/claims/{claim.id}/checks/1/pages/{lost.page.sha256}"
    for path, box in (
        (f"/claims/{claim.id}", ".verdict"),
        (f"/claims/{claim.id}/checks/2", ".verdict"),
        (f"/articles/{steps.ARTICLE}", "#claim-1"),
    ):
        soup = show(path)
        told = text_of(soup, f"{box} .lost-page")
        assert told.startswith(f"A page that check 1 rests on {words} A title")
        assert [a["href"] for a in soup.select(f"{box} .lost-page a")] == [lost.page.url, as_read]


@pytest.mark.parametrize(
    ("failed", "words"),
    [
        ((), "No page was read."),
        ((SourceFailure("https://c.example/", "robots-denied", "no"),), "No page could be read."),
    ],
)
def test_verdict_without_any_page_says_that_none_was_read(
    show: Show, store: RedisStore, failed: tuple[SourceFailure, ...], words: str
) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id, failed=failed)
    for path in (f"/claims/{claim.id}", f"/claims/{claim.id}/checks/1"):
        assert text_of(show(path), "section[aria-labelledby=evidence-title] .empty") == words


def test_quotations_are_copied_with_their_source(show: Show, store: RedisStore) -> None:
    claim, source = steps.support(store, title="<b>One</b>")
    page = show(f"/claims/{claim.id}")
    texts = {str(field["id"]): field.get_text().strip() for field in page.select(".cite textarea")}
    assert list(texts) == ["cite-1-plain", "cite-1-markdown", "cite-1-html"]
    assert texts["cite-1-plain"].startswith("“Eleven people died.” (<b>One</b>, A paper, ")
    assert f'<a href="{source.url}">&lt;b&gt;One&lt;/b&gt;</a>' in texts["cite-1-html"]
    buttons = page.select(".cite button")
    assert [button["data-copy"] for button in buttons] == list(texts)
    assert page.select(".cite b") == []


def test_box_of_a_verdict_that_changed_says_what_did(show: Show, store: RedisStore) -> None:
    claim, source = steps.support(store)
    assert show(f"/claims/{claim.id}").select("#turn") == []
    store.recheck_claim(claim.id)
    change = PageChange(source.url, "Eleven people died.", "Nobody died.")
    difference = PageDifference(changed=(change,), vanished=("https://b.example/gone",))
    turned = (source.url,)
    steps.judge(store, claim.id, check=2, changed=True, difference=difference, turned_by=turned)
    box = text_of(show(f"/claims/{claim.id}"), ".verdict #turn")
    assert box.startswith("Changed in this check: it was supported before.")
    assert "turned the verdict" in box and "Nobody" in box and "https://b.example/gone" in box
    store.recheck_claim(claim.id)
    steps.judge(store, claim.id, check=3)
    assert show(f"/claims/{claim.id}").select("#turn") == []


def test_claim_shows_the_earlier_one_that_means_the_same(show: Show, store: RedisStore) -> None:
    earlier, _ = steps.support(store)
    later = store.submit_claim(NewClaim(id=ClaimId("c_later"), claim=ELEVEN))
    assert store.link_same(lease(store, WorkItem(Stage.GATHER, later, 1)), earlier.id)
    soup = show(f"/claims/{later}")
    assert "Checked before as Eleven people died. Supported, checked" in text_of(
        soup, ".same-claim"
    )
    assert soup.select_one(f".same-claim a[href='/claims/{earlier.id}']")
    store.delete_claim(earlier.id)
    assert not show(f"/claims/{later}").select(".same-claim")


def test_claim_says_of_what_days_its_evidence_is_and_draws_them(
    show: Show, store: RedisStore
) -> None:
    claim, _ = steps.support(store, published_at="2025-03-01", publisher="A <b>paper</b>")
    soup = show(f"/claims/{claim.id}")
    assert text_of(soup, ".dated") == (
        "Supported by a page of 1 March 2025 (last looked at 5 September 2025)."
    )
    drawing = soup.select_one("svg[role='img']")
    assert drawing is not None
    for name in str(drawing["aria-labelledby"]).split():
        assert drawing.select_one(f"#{name}").get_text()  # type: ignore[union-attr]
    assert len(drawing.select(".mark")) == 2
    assert texts_of(soup, "#timeline-list li") == [
        "1 Mar 2025 Evidence for : A <b>paper</b>",
        "5 Sep 2025 Verdict of check 1: supported",
    ]


def test_claim_without_dated_evidence_has_no_timeline(show: Show, store: RedisStore) -> None:
    claim, _ = steps.support(store, published_at=None)
    soup = show(f"/claims/{claim.id}")
    assert not soup.select("#timeline-title, .dated")


def test_party_to_the_claim_is_marked_on_every_page(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    piece = replace(steps.evidence_from(steps.keep_page(store)), party=True)
    steps.judge(store, claim.id, [piece], label=VerdictLabel.SUPPORTED)
    for path in (f"/claims/{claim.id}", f"/claims/{claim.id}/checks/1"):
        assert text_of(show(path), ".evidence .party") == "Party to the claim"
    card = show(f"/articles/{steps.ARTICLE}")
    assert text_of(card, "#claim-1 .party") == "Party to the claim"
    assert "Only a party to the claim says so" in text_of(card, "#claim-1")
