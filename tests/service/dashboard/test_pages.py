"""The content of the pages, and the 304 answer to a browser that has the current version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.ports import NewArticle, NewClaim, WorkItem
from claims.store import keys
from claims.store.redis_store import RedisStore
from claims.types import (
    ArticleId,
    Cause,
    CheckOptions,
    Claim,
    ClaimId,
    PageDifference,
    PriorCheck,
    Purpose,
    Search,
    SourceFailure,
    Span,
    Stage,
    Stance,
    VerdictLabel,
)
from tests.claims.samples import lost_page
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show

ELEVEN = Claim(text="Eleven people died.", sentence="Eleven people died.")
ROBOTS = SourceFailure("https://b.example/two", "robots-denied", "robots.txt says no")


def text_of(soup: BeautifulSoup, selector: str) -> str:
    """The text of the only element that matches `selector`, with white space folded."""
    (element,) = soup.select(selector)
    return " ".join(element.get_text(" ").split())


# --- the first page ------------------------------------------------------------------------


def test_first_page_says_what_to_do_when_there_is_nothing(show: Show) -> None:
    soup = show("/")
    assert "Check an article" in text_of(soup, "#article-list .empty")
    assert len(soup.select("form[action='/articles'], form[action='/claims']")) == 2
    assert len(soup.select(".submit > details[open]")) == 2


def test_forms_are_folded_above_the_lists_until_one_is_wrong(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    steps.submit(store)
    assert show("/").select(".submit > details[open]") == []
    answer = browser.post("/claims", data={"text": " "}, headers={"Origin": "http://localhost"})
    opened = BeautifulSoup(answer.text, "lxml").select(".submit > details[open]")
    assert [form["id"] for form in opened] == ["submit-claim"]


def test_first_page_lists_articles_and_claims_with_their_verdicts(
    show: Show, store: RedisStore
) -> None:
    first, second = steps.submit(store)
    source = steps.keep_page(store)
    steps.judge(store, first.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    soup = show("/")
    assert text_of(soup, "#article-list .row-title") == "A boat"
    assert text_of(soup, "#article-list .row-counts") == "1 supported"
    rows = [" ".join(li.get_text(" ").split()) for li in soup.select("#claim-list li.row-claim")]
    assert rows[0] == (
        "Eleven people died. Supported Confidence 90 % Judged 5 Sep 2025, 12:00 UTC from A boat"
    )
    assert rows[1].startswith("The boat sank on Monday. Not judged yet Waiting… Submitted ")
    assert rows[1].endswith(" UTC from A boat")
    assert len(soup.select(f"#claim-list a[href='/articles/{steps.ARTICLE}']")) == 2
    assert soup.select_one(f"a[href='/claims/{second.id}']")


def test_lists_go_on_where_they_ended(show: Show, store: RedisStore) -> None:
    for number in range(25):
        text = f"Claim {number}."
        claim = Claim(text=text, sentence=text)
        store.accept_claim(NewClaim(id=ClaimId(f"c_{number}"), claim=claim))
    seen = []
    path = "/"
    while path:
        soup = show(path)
        seen += [a.get_text() for a in soup.select("#claim-list .row-title")]
        older = soup.select_one("#claim-list .older a")
        path = str(older["href"]) if older else ""
    assert seen == [f"Claim {number}." for number in reversed(range(25))]


def test_cursor_that_is_none_of_ours_is_answered_with_a_page(show: Show) -> None:
    for query in ("claims=nonsense", "articles=nonsense", f"claims={'a' * 3000}"):
        assert "cursor" in show(f"/?{query}", status=400).get_text()


def test_the_list_says_that_claims_of_an_article_are_checked_again(
    show: Show, store: RedisStore
) -> None:
    for claim in steps.submit(store):
        steps.judge(store, claim.id)
    row = "#article-list .row-about"
    assert "Done" in text_of(show("/"), row)
    assert show("/").select("#article-list[data-busy]") == []
    store.request_check(claim.id)
    assert "Checking again…" in text_of(show("/"), row)
    assert len(show("/").select("#article-list[data-busy]")) == 1
    store.cancel_claim(claim.id)
    assert "Done" in text_of(show("/"), row)


def test_the_lists_mark_what_repeats_an_earlier_submission(show: Show, store: RedisStore) -> None:
    for number in (1, 2):
        new = NewArticle(id=ArticleId(f"a_{number}"), text="Eleven people died.")
        store.accept_article(new)
        store.accept_claim(NewClaim(id=ClaimId(f"c_{number}"), claim=ELEVEN))
    for name, path in (("articles", "/articles/a_1"), ("claims", "/claims/c_1")):
        repeated, first = show("/").select(f"#{name[:-1]}-list .rows > li")
        assert [link.get_text() for link in repeated.select(f"a[href='{path}']")] == [
            "an earlier one"
        ]
        assert "repeats" not in first.get_text()


# --- the article ---------------------------------------------------------------------------


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
    store.accept_article(NewArticle(id=steps.ARTICLE, url="https://news.example/boat"))
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
    assert not show("/").select("meta[http-equiv='refresh']"), "what is being typed would be lost"
    assert show("/").select_one("main noscript a[href='/']")
    for claim in (first, second):
        steps.judge(store, claim.id)
    for path in [*paths, "/"]:
        assert not show(path).select("noscript")


def test_article_that_was_given_up_says_why(show: Show, store: RedisStore) -> None:
    store.accept_article(NewArticle(id=steps.ARTICLE, url="https://news.example/boat"))
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
    store.request_check(first.id)
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
    store.request_checks(steps.ARTICLE)
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
    store.request_check(claims[1].id)
    steps.judge(store, claims[1].id, refuting, label=VerdictLabel.REFUTED, check=3)
    assert text_of(show(path), "#claim-2 .change") == words


# --- the claim -----------------------------------------------------------------------------


def test_claim_shows_its_evidence_marked_inside_the_page(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store)
    steps.judge(store, claim.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    soup = show(f"/claims/{claim.id}")
    assert text_of(soup, ".verdict-label") == "Supported"
    assert text_of(soup, ".excerpt mark") == "Eleven people died."
    excerpt = text_of(soup, ".excerpt")
    assert excerpt.startswith("… Before. Before.") and excerpt.endswith("After. After. …")
    assert 500 < len(excerpt) < 650
    assert "97 %" in text_of(soup, ".stances")
    assert "Read 4 Sep 2025, 12:00 UTC · origin o1" in soup.get_text()
    assert soup.select_one(f".back a[href='/articles/{steps.ARTICLE}']")


@pytest.mark.parametrize("label", list(VerdictLabel))
def test_both_sides_stand_beside_each_other_before_the_rest(
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
        opened = soup.select(".evidence.sides > li")
        marked = [item.select_one("mark").get_text() for item in opened]  # type: ignore[union-attr]
        assert sorted(marked) == ["After.", "Eleven people died."]
        assert all(item.select_one(".role") for item in opened)
        (last,) = soup.select(".evidence:not(.sides) > li")
        assert text_of(soup, ".evidence:not(.sides) > li mark") == "Before."
        # Each piece of evidence links to its own position on the page.
        links = [str(a["href"]) for a in soup.select(".evidence a") if "#quotation-" in a["href"]]
        assert sorted(link[-1] for link in links) == ["1", "2", "3"]
        assert last.select_one("a[href$='#quotation-2']")
    card = show(f"/articles/{steps.ARTICLE}").select("#claim-1 blockquote")
    assert sorted(quote.get_text() for quote in card) == ["After.", "Eleven people died."]


def test_claim_of_low_confidence_is_said_to_be_so(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED, confidence=0.49)
    soup = show(f"/claims/{claim.id}")
    unsure = "Probably supported, low confidence"
    assert text_of(soup, ".verdict.is-unsure .verdict-label") == unsure
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
    store.accept_claim(new)
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


def test_evidence_without_a_date_says_so_and_what_is_not_stale_is_not_marked(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store, published_at=None)
    steps.judge(store, claim.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    soup = show(f"/claims/{claim.id}")
    assert text_of(soup, ".evidence .page-line").endswith("no date")
    assert not soup.select(".stale")
    assert "as of" not in text_of(soup, ".page-head")


def test_article_says_up_to_which_day_evidence_counts(show: Show, store: RedisStore) -> None:
    steps.submit(store, as_of=date(2025, 9, 5))
    soup = show(f"/articles/{steps.ARTICLE}")
    assert "Published 5 Sep 2025 · Evidence as of 5 Sep 2025" in text_of(soup, ".byline")
    assert "as of" not in text_of(soup, "#claim-1")


def test_claim_says_who_was_asked_and_who_checked_it_before(show: Show, store: RedisStore) -> None:
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
    asked = [" ".join(item.get_text(" ").split()) for item in soup.select(".searches > li")]
    assert asked[0].startswith("wiki 2 results of 1 query.")
    assert "It takes no more queries for now." in asked[2]
    assert "Searched for contradiction: none in 1 page." in text_of(soup, "#claim-about")
    assert text_of(soup, ".verdict-label") == "Supported"


def test_claim_that_waits_says_that_links_of_the_article_are_looked_at(
    show: Show, store: RedisStore
) -> None:
    linked = replace(steps.claim_of(steps.TEXT, 0, 19), links=("https://l.example/one",))
    claim = steps.submit(store, [linked])[0]
    about = text_of(show(f"/claims/{claim.id}"), "#claim-about .quiet")
    assert about == "1 source to read, and 1 page that the article links to."


def test_quotation_stands_alone_when_its_page_is_gone(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store)
    steps.judge(store, claim.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    store.connection.command("DEL", keys.PAGE + source.sha256)
    assert text_of(show(f"/claims/{claim.id}"), ".excerpt") == "Eleven people died."


def test_box_of_the_verdict_says_that_the_text_of_its_page_is_no_longer_stored(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store)
    steps.judge(store, claim.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    pages = (f"/claims/{claim.id}", f"/claims/{claim.id}/checks/1")
    for path in pages:
        assert "no longer stored" not in text_of(show(path), ".verdict")
    store.connection.command("DEL", keys.PAGE + source.sha256)
    store.request_check(claim.id)  # a page that the browser has is not rendered again
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
    store.request_check(claim.id)
    lost = lost_page(code)
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED, check=2, lost_page=lost)
    as_read = f"/claims/{claim.id}/checks/1/pages/{lost.page.sha256}"
    for path, box in (
        (f"/claims/{claim.id}", ".verdict"),
        (f"/claims/{claim.id}/checks/2", ".verdict"),
        (f"/articles/{steps.ARTICLE}", "#claim-1"),
    ):
        soup = show(path)
        told = " ".join(text_of(soup, f"{box} .lost-page").split())
        assert told.startswith(f"A page that check 1 rests on {words} A title")
        assert [a["href"] for a in soup.select(f"{box} .lost-page a")] == [lost.page.url, as_read]


def test_history_tells_newest_first_what_changed_and_why(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store)
    yes = [steps.evidence_from(source)]
    no = [steps.evidence_from(source, stance=Stance.REFUTES)]
    steps.judge(store, claim.id, no, label=VerdictLabel.REFUTED)
    store.request_check(claim.id)
    steps.judge(
        store,
        claim.id,
        yes,
        label=VerdictLabel.SUPPORTED,
        check=2,
        changed=True,
        difference=PageDifference(changed=("https://a.example/one",), vanished=("notes.txt",)),
    )
    store.request_check(claim.id)
    steps.judge(store, claim.id, yes, label=VerdictLabel.SUPPORTED, check=3, causes=())
    soup = show(f"/claims/{claim.id}")
    assert [" ".join(p.get_text(" ").split()) for p in soup.select(".history-head")] == [
        "Supported Check 3 7 Sep 2025, 12:00 UTC Support 97 % Confidence 90 %",
        "Supported Check 2 6 Sep 2025, 12:00 UTC Support 97 % Confidence 90 %",
        "Refuted Check 1 5 Sep 2025, 12:00 UTC Support 3 % Confidence 90 %",
    ]
    assert [" ".join(p.get_text(" ").split()) for p in soup.select(".history-what")] == [
        "The evidence has not changed, so the verdict is the same.",
        "The verdict changed: it was refuted before. Other passages bear on the claim.",
        "First check.",
    ]
    assert text_of(soup, ".differences") == (
        "Page changed: https://a.example/one Page no longer available: notes.txt"
    )
    assert [a["href"] for a in soup.select(".differences a")] == ["https://a.example/one"]


def test_history_says_why_a_verdict_changed_although_no_page_had(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED)
    for check, changed in ((2, True), (3, False)):
        store.request_check(claim.id)
        steps.judge(
            store,
            claim.id,
            label=VerdictLabel.NOT_ENOUGH_EVIDENCE,
            check=check,
            changed=changed,
            causes=[Cause.SOURCES, Cause.JUDGE] if changed else [Cause.STALE],
        )
    newest, older, _ = show(f"/claims/{claim.id}").select(".history-what")
    assert " ".join(newest.get_text(" ").split()) == (
        "Judged again; same verdict. Other evidence is too old for the claim."
    )
    assert " ".join(older.get_text(" ").split()) == (
        "The verdict changed: it was supported before. A source has another name or rating."
        " The judge is another one, or another release."
    )


def test_checks_in_a_row_that_found_nothing_changed_are_one_line_of_the_history(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    elsewhere = PageDifference(changed=("https://a.example/one",))
    steps.judge(store, claim.id)
    for check in (2, 3, 4, 5):
        store.request_check(claim.id)
        difference = elsewhere if check == 4 else None
        steps.judge(store, claim.id, check=check, causes=(), difference=difference)
    soup = show(f"/claims/{claim.id}")
    heads = [" ".join(p.get_text(" ").split()) for p in soup.select(".history-head")]
    assert heads == [
        "Not enough evidence Check 5 9 Sep 2025, 12:00 UTC",
        "Not enough evidence Check 4 8 Sep 2025, 12:00 UTC",
        "Not enough evidence Checks 2 to 3 6 Sep 2025, 12:00 UTC to 7 Sep 2025, 12:00 UTC",
        "Not enough evidence Check 1 5 Sep 2025, 12:00 UTC",
    ]
    assert [" ".join(p.get_text(" ").split()) for p in soup.select(".history-what")] == [
        "The evidence has not changed, so the verdict is the same.",
        "No judged passage has changed, so the verdict is the same.",
        "The evidence has not changed, so the verdict is the same.",
        "First check.",
    ]
    assert text_of(soup, ".differences") == "Page changed: https://a.example/one"


def test_nothing_is_said_of_confidence_where_nothing_was_found(
    show: Show, store: RedisStore
) -> None:
    first, second = steps.submit(store)
    steps.judge(store, first.id)
    evidence = [steps.evidence_from(steps.keep_page(store))]
    steps.judge(store, second.id, evidence, label=VerdictLabel.SUPPORTED)
    soup = show(f"/articles/{steps.ARTICLE}")
    assert text_of(soup, "#claim-1 .measures") == "No evidence either way"
    assert text_of(soup, "#claim-2 .measures") == "Support 97 % Confidence 90 %"


def test_claim_under_recheck_keeps_its_verdict_and_says_it_is_busy(
    show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    source = steps.keep_page(store)
    steps.judge(store, claim.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    store.request_check(claim.id)
    soup = show(f"/claims/{claim.id}")
    assert text_of(soup, ".verdict-label") == "Supported Waiting…"
    assert soup.select_one("#claim-head[data-busy]")


def test_schedule_of_an_unusual_length_is_kept_as_a_choice(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    steps.judge(store, claim.id)
    store.set_schedule(claim.id, every="PT90M", until=None)
    (chosen,) = show(f"/claims/{claim.id}").select("#every option[selected]")
    assert chosen["value"] == "PT90M"


def test_claim_that_was_given_up_says_why(show: Show, store: RedisStore) -> None:
    store.accept_claim(NewClaim(id=ClaimId("c_1"), claim=ELEVEN))
    steps.give_up(store, WorkItem(Stage.GATHER, "c_1", 1), "three workers died")
    soup = show("/claims/c_1")
    assert "Could not be checked" in text_of(soup, ".verdict-label")
    assert "three workers died" in text_of(soup, ".error-line")


# --- polling -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/articles/a_1", "/claims/{claim}", "/"])
def test_page_that_did_not_change_is_not_sent_again(
    browser: FlaskClient, store: RedisStore, path: str
) -> None:
    claim = steps.submit(store)[0]
    path = path.format(claim=claim.id)
    first = browser.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    again = browser.get(path, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    steps.judge(store, claim.id)
    changed = browser.get(path, headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", ["/articles/a_1", "/claims/{claim}", "/"])
def test_page_follows_itself_by_regions_that_have_an_id(
    show: Show, store: RedisStore, path: str
) -> None:
    path = path.format(claim=steps.submit(store)[0].id)
    soup = show(path)
    assert soup.body and soup.body["data-poll"] == path
    regions = soup.select("[data-live]")
    assert regions and all(region.get("id") for region in regions)
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))


# --- unknown addresses ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/articles/a_none", "/claims/c_none", "/nowhere"])
def test_unknown_address_is_answered_with_a_page(show: Show, path: str) -> None:
    assert "There is no page at this address" in show(path, status=404).get_text()


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere"])
def test_program_is_told_of_an_unknown_address_in_json(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/articles", "/"),
        ("/claims", "/"),
        ("/claims/c_1/schedule", "/claims/c_1"),
        ("/sources/x/remove", "/sources/x"),
    ],
)
def test_address_of_a_form_leads_a_person_to_the_page_of_the_form(
    client: FlaskClient, path: str, page: str
) -> None:
    answer = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.location) == (303, page)


@pytest.mark.parametrize("path", ["/articles", "/claims/c_1/schedule", "/v1/claims/c_1/recheck"])
@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_program_is_told_of_a_wrong_method_in_json(
    client: FlaskClient, path: str, accept: str
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "OPTIONS, POST"


def test_excerpt_of_a_short_page_is_the_whole_page(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store, [steps.claim_of(steps.TEXT, 0, 19)])[0]
    source = steps.keep_page(store, "It is so. Eleven people died. That is all.")
    steps.judge(store, claim.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    excerpt = text_of(show(f"/claims/{claim.id}"), ".excerpt")
    assert excerpt == "It is so. Eleven people died. That is all."


def test_ids_and_spans_are_those_of_the_store(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    assert (first.span, second.span) == (Span(0, 19), Span(20, 44))
    soup = show(f"/articles/{ArticleId('a_1')}")
    links = [a["href"] for a in soup.select(".claim-text a")]
    assert links == [f"/claims/{first.id}", f"/claims/{second.id}"]


# --- search ------------------------------------------------------------------------------------


def listed(page: BeautifulSoup, name: str) -> list[str]:
    """The titles in one of the lists of the first page."""
    return [link.text.strip() for link in page.select(f"#{name}-list .row-title")]


def test_first_page_finds_by_words_label_state_and_tag(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    refuting = steps.evidence_from(steps.keep_page(store), stance=Stance.REFUTES)
    steps.judge(store, first.id, [refuting], label=VerdictLabel.REFUTED)
    store.set_claim_tags(first.id, ["City & Sea"])
    page = show("/?q=BOAT&label=&status=&tag=")
    assert listed(page, "article") == ["A boat"]
    assert listed(page, "claim") == [second.text]
    page = show("/?label=REFUTED&status=finished")
    assert listed(page, "claim") == [first.text]
    assert listed(page, "article") == []
    assert text_of(page, "#article-list .empty") == "No article matches."
    assert text_of(page, "#claim-list .tag") == "City & Sea"
    (tag,) = page.select("#claim-list .tag")
    assert listed(show(str(tag["href"])), "claim") == [first.text]
    assert listed(show("/?status=busy"), "claim") == [second.text]
    assert listed(show("/?status=failed&q=boat"), "claim") == []


def test_search_form_keeps_what_was_typed(show: Show) -> None:
    (form,) = show("/?q=%3Cb%3E+boat&label=REFUTED&status=failed&tag=City").select("#search")
    assert (form["method"], form["action"]) == ("get", "/#search")
    assert [field["value"] for field in form.select("input")] == ["<b> boat", "City"]
    assert [option["value"] for option in form.select("option[selected]")] == ["REFUTED", "failed"]
    assert [link["href"] for link in form.select("a")] == ["/#search"]
    assert show("/").select("#search a") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("q=%21", "This has no word to search for"),
        ("tag=" + "x" * 51, "This is too long"),
        ("label=TRUE", "This must be 'SUPPORTED'"),
        ("status=late", "There is no such choice"),
    ],
)
def test_wrong_search_lists_nothing_and_says_why(
    show: Show, store: RedisStore, query: str, message: str
) -> None:
    steps.submit(store)
    page = show(f"/?{query}", status=422)
    assert message in text_of(page, "#search #search-errors")
    assert listed(page, "article") == listed(page, "claim") == []


@pytest.mark.parametrize("path", ["/?q=%ff", "/sources?x=%c3"])
def test_parameters_that_are_not_utf8_are_refused_in_words(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    name = path.partition("?")[2].partition("=")[0]
    assert f"{name}: this is not UTF-8" in answer.text


def test_older_rows_of_a_search_are_of_that_search(show: Show, store: RedisStore) -> None:
    for number in range(12):
        text = f"Eleven died {number}."
        claim = Claim(text=text, sentence=text)
        store.accept_claim(NewClaim(id=ClaimId(f"c_{number}"), claim=claim))
        boat = Claim(text="The boat sank.", sentence="The boat sank.")
        store.accept_claim(NewClaim(id=ClaimId(f"c_b{number}"), claim=boat))
    (older,) = show("/?q=eleven").select("#claim-list .older a")
    path = str(older["href"])
    assert path.startswith("/?q=eleven&claims=")
    assert listed(show(path), "claim") == ["Eleven died 1.", "Eleven died 0."]
    assert "cursor" in show(path.replace("q=eleven", "q=boat"), status=400).get_text()
