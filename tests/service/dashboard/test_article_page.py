"""The page of an article: its text with marks, and a card for each claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask.testing import FlaskClient

from claims.ports import NewArticle, WorkItem
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, SourceFailure, Span, Stage, Stance, VerdictLabel
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of

ROBOTS = SourceFailure("https://b.example/two", "robots-denied", "robots.txt says no")


def test_article_marks_its_claims_by_verdict(show: Show, store: RedisStore) -> None:
    first, _ = steps.submit(store)
    source = steps.keep_page(store)
    refuting = steps.evidence_from(source, stance=Stance.REFUTES)
    steps.judge(store, first.id, [refuting], label=VerdictLabel.REFUTED, failed=[ROBOTS])
    soup = show(f"/articles/{steps.ARTICLE}")
    marks = {mark.get_text(): mark["class"] for mark in soup.select("article mark")}
    assert marks == {
        "Eleven people died.": ["tone-refuted"],
        "The boat sank on Monday.": ["tone-pending"],
    }
    card = text_of(soup, "#claim-1")
    assert "Refuted" in card and "“" not in card and "Eleven people died." in card
    assert "A paper" in card
    assert text_of(soup, ".page-head .counts") == "1 refuted 1 not judged yet"
    assert "1 of 2 claims judged" in text_of(soup, "#article-head .byline")


def test_each_claim_of_an_article_leads_to_its_own_page_judged_or_not(
    show: Show, store: RedisStore
) -> None:
    first, second = steps.submit(store)
    steps.judge(store, first.id)
    soup = show(f"/articles/{steps.ARTICLE}")
    assert text_of(soup, f"#claim-1 .more a[href='/claims/{first.id}']").startswith("Coverage")
    own = text_of(soup, f"#claim-2 .more a[href='/claims/{second.id}']")
    assert own == "Page of the claim"


def test_article_text_is_whole_whatever_the_spans(show: Show, store: RedisStore) -> None:
    text = steps.TEXT
    spans = [(0, 44), (7, 13), (7, 13), (0, 19), (10, 30)]
    steps.submit(store, [steps.claim_of(text, *span) for span in spans])
    soup = show(f"/articles/{steps.ARTICLE}")
    assert len(soup.select("a.note")) == len(soup.select(".card")) == 5
    for note in soup.select("a.note"):
        note.decompose()
    shown = [" ".join(p.get_text().split()) for p in soup.select("article p")]
    assert shown == ["Eleven people died. The boat sank on Monday.", "Was it the storm?"]


def test_claim_submitted_that_the_article_does_not_say_has_a_card(
    show: Show, store: RedisStore
) -> None:
    claim = steps.claim_of("It was the storm.", 0, 17)
    steps.submit(store, [type(claim)(text=claim.text, sentence=claim.text, needs_context=True)])
    soup = show(f"/articles/{steps.ARTICLE}")
    assert soup.select("mark, a.note") == []
    card = text_of(soup, "#claim-1")
    assert "not a sentence of the text" in card
    assert "Needs context" in card


def test_article_says_why_a_source_was_not_looked_at_and_a_sentence_not_checked(
    show: Show, store: RedisStore
) -> None:
    for claim in steps.submit(store):
        steps.judge(store, claim.id, failed=[ROBOTS])
    soup = show(f"/articles/{steps.ARTICLE}")
    failures = text_of(soup, ".failures")
    assert failures.startswith("https://b.example/two The site asks programs not to read")
    assert failures.count("robots-denied") == 1
    assert text_of(soup, ".not-checked") == "Was it the storm? A question."
    assert text_of(soup, "#sources summary").endswith(" given")


def test_article_without_a_claim_says_so(show: Show, store: RedisStore) -> None:
    steps.submit(store, [])
    soup = show(f"/articles/{steps.ARTICLE}")
    assert "No sentence of this article could be checked" in text_of(soup, ".cards .empty")
    assert soup.select_one("#not-checked[open]")


def test_article_that_waits_says_so(show: Show, store: RedisStore) -> None:
    store.submit_article(NewArticle(id=steps.ARTICLE, url="https://news.example/boat"))
    soup = show(f"/articles/{steps.ARTICLE}")
    assert "Waiting to be read" in text_of(soup, ".byline")
    assert soup.select_one("#article-head[data-busy]")


def test_page_that_waits_loads_itself_again_without_a_script(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    paths = [f"/articles/{steps.ARTICLE}", f"/claims/{first.id}"]
    for path in paths:
        soup = show(path)
        assert soup.select_one("head noscript meta[http-equiv='refresh'][content^='10; url=/']")
        assert soup.select_one(f"main noscript a[href='{path}']")
    assert show("/").select_one("main noscript a[href='/']")
    for path in ("/articles", "/claims"):
        soup = show(path)
        assert not soup.select("meta[http-equiv='refresh']"), "what is being typed would be lost"
        assert soup.select_one(f"main noscript a[href='{path}']")
    for claim in (first, second):
        steps.judge(store, claim.id)
    for path in [*paths, "/", "/articles", "/claims"]:
        assert not show(path).select("noscript")


def test_article_that_was_given_up_says_why(show: Show, store: RedisStore) -> None:
    store.submit_article(NewArticle(id=steps.ARTICLE, url="https://news.example/boat"))
    steps.give_up(store, WorkItem(Stage.EXTRACT, steps.ARTICLE, 1), "the page holds no text")
    soup = show(f"/articles/{steps.ARTICLE}")
    assert "the page holds no text" in text_of(soup, ".form-error")
    assert not soup.select("[data-busy]")


def test_article_tells_its_schedule(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    for claim in (first, second):
        steps.judge(store, claim.id)
    assert "No re-checks are scheduled" in show(f"/articles/{steps.ARTICLE}").get_text()
    store.set_schedule(first.id, every="P1D", until=None)
    assert "1 of 2 claims is checked" in show(f"/articles/{steps.ARTICLE}").get_text()
    store.set_schedule(second.id, every="P1D", until=None)
    assert "Each claim is checked again every day" in show(f"/articles/{steps.ARTICLE}").get_text()


def test_article_that_is_checked_again_says_how_far_that_is(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    first, second = steps.submit(store)
    path = f"/articles/{steps.ARTICLE}"
    assert text_of(show(path), ".byline .status") == "0 of 2 claims judged…"
    for claim in (first, second):
        steps.judge(store, claim.id)
    assert text_of(show(path), ".byline .status") == "2 claims checked"
    browser.post(f"{path}/recheck", headers={"Origin": "http://localhost"})
    assert text_of(show(path), ".byline .status") == "Checking again: 0 of 2 claims done…"
    steps.judge(store, second.id, check=2)
    soup = show(path)
    assert text_of(soup, ".byline .status") == "Checking again: 1 of 2 claims done…"
    head = soup.select_one("#article-head[data-busy]")
    assert head and head["data-announce"] == "Checking again: 1 of 2 claims done"
    steps.judge(store, first.id, check=2)
    assert text_of(show(path), ".byline .status") == "2 claims checked"
    store.recheck_claim(first.id)
    assert text_of(show(path), ".byline .status") == "Checking again: 0 of 1 claim done…"


def test_verdict_that_a_recheck_changed_is_marked_in_the_article(
    show: Show, store: RedisStore
) -> None:
    claims = steps.submit(store)
    evidence = [steps.evidence_from(steps.keep_page(store))]
    for claim in claims:
        steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED)
    path = f"/articles/{steps.ARTICLE}"
    assert show(path).select("#changed, .change") == []
    store.recheck_article(steps.ARTICLE)
    refuting = [replace(evidence[0], stance=Stance.REFUTES)]
    steps.judge(store, claims[0].id, evidence, label=VerdictLabel.SUPPORTED, check=2)
    steps.judge(store, claims[1].id, refuting, label=VerdictLabel.REFUTED, check=2, changed=True)
    soup = show(path)
    assert text_of(soup, "#changed") == "Changed by a re-check: claim 2"
    assert soup.select_one("#changed a[href='#claim-2']")
    words = "Changed It was supported until 6 Sep 2025, 12:00 UTC."
    assert text_of(soup, "#claim-2 .change") == words
    assert len(soup.select(".change")) == 1
    note = soup.select_one("#note-2")
    assert note and note["title"] == "Refuted, changed: supported before"
    # A check that changes nothing leaves the mark: an editor may not have looked in between.
    store.recheck_claim(claims[1].id)
    steps.judge(store, claims[1].id, refuting, label=VerdictLabel.REFUTED, check=3)
    assert text_of(show(path), "#claim-2 .change") == words


def test_article_says_up_to_which_day_evidence_counts(show: Show, store: RedisStore) -> None:
    steps.submit(store, as_of=date(2025, 9, 5))
    soup = show(f"/articles/{steps.ARTICLE}")
    assert "Published 5 Sep 2025 · Evidence as of 5 Sep 2025" in text_of(soup, ".byline")
    assert "as of" not in text_of(soup, "#claim-1")


def test_nothing_is_said_of_confidence_where_nothing_was_found(
    show: Show, store: RedisStore
) -> None:
    first, second = steps.submit(store)
    steps.judge(store, first.id)
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, second.id, evidence, label=VerdictLabel.SUPPORTED)
    soup = show(f"/articles/{steps.ARTICLE}")
    assert text_of(soup, "#claim-1 .measures") == "No page decides this"
    assert text_of(soup, "#claim-2 .measures") == "Support 97 % Confidence 90 %"


def test_ids_and_spans_are_those_of_the_store(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    assert (first.span, second.span) == (Span(0, 19), Span(20, 44))
    soup = show(f"/articles/{ArticleId('a_1')}")
    links = [a["href"] for a in soup.select(".claim-text a")]
    assert links == [f"/claims/{first.id}", f"/claims/{second.id}"]
