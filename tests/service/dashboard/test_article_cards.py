"""The cards of an article: parts of them, their order, review and what a re-check changed."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from claims.ports import WorkItem
from claims.store.redis_store import RedisStore
from claims.types import Decision, Person, ReviewRequest, Stage, Stance, VerdictLabel
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of, texts_of

ARTICLE = f"/articles/{steps.ARTICLE}"
TEXT = "One is so. Two is so. Three is so. Four is so. Five is so."


@pytest.fixture
def _article(store: RedisStore) -> None:
    """Claims that are supported, unsure, changed to not enough, refuted, and failed."""
    starts = [TEXT.index(word) for word in ("One", "Two", "Three", "Four", "Five")]
    ends = [*(start - 1 for start in starts[1:]), len(TEXT)]
    claims = [steps.claim_of(TEXT, *span) for span in zip(starts, ends, strict=True)]
    one, two, three, four, five = (each.id for each in steps.submit(store, claims, text=TEXT))
    source = steps.keep_page(store)
    yes, no = steps.evidence_from(source), steps.evidence_from(source, stance=Stance.REFUTES)
    steps.judge(store, one, [yes], label=VerdictLabel.SUPPORTED)
    unsure = VerdictLabel.CONFLICTING_EVIDENCE
    steps.judge(store, two, [yes, no], label=unsure, confidence=0.4)
    steps.judge(store, three, [yes], label=VerdictLabel.SUPPORTED)
    store.recheck_claim(three)
    steps.judge(store, three, check=2, changed=True)
    steps.judge(store, four, [no], label=VerdictLabel.REFUTED)
    steps.give_up(store, WorkItem(Stage.GATHER, five, 1), "broken")
    accepted = ReviewRequest(decision=Decision.ACCEPT)
    store.reviews.add(one, accepted, person=Person("Anna Berg"), two_people=True)


def cards_of(show: Show, query: str = "") -> list[str]:
    return texts_of(show(ARTICLE + query), ".cards .claim-text")


ALL = ["One is so.", "Two is so.", "Three is so.", "Four is so.", "Five is so."]


@pytest.mark.usefixtures("_article")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ALL),
        ("?show=refuted", ["Four is so."]),
        ("?show=conflicting", ["Two is so."]),
        ("?show=unsure", ["Two is so."]),
        ("?show=changed", ["Three is so."]),
        ("?show=failed", ["Five is so."]),
        ("?show=open", ["Two is so.", "Three is so.", "Four is so."]),
        ("?show=pending", []),
        ("?show=nonsense&order=%3Cb%3E", ALL),
        (
            "?order=first",
            ["Four is so.", "Two is so.", "Three is so.", "One is so.", "Five is so."],
        ),
        ("?order=first&show=open", ["Four is so.", "Two is so.", "Three is so."]),
    ],
)
def test_cards_are_those_that_the_address_names(show: Show, query: str, found: list[str]) -> None:
    assert cards_of(show, query) == found


@pytest.mark.usefixtures("_article")
def test_tabs_count_the_claims_and_keep_the_order(show: Show) -> None:
    page = show(f"{ARTICLE}?order=first")
    assert texts_of(page, ".card-tools .tabs a") == [
        *("All 5", "Refuted 1", "Conflicting evidence 1", "Unsure 1", "Changed 1"),
        *("Not enough evidence 1", "Supported 1", "Failed 1", "Not reviewed 3"),
    ]
    links = [str(link["href"]) for link in page.select(".card-tools .tabs a")]
    assert links[:2] == [f"{ARTICLE}?order=first", f"{ARTICLE}?show=refuted&order=first"]
    assert page.body and page.body["data-poll"] == f"{ARTICLE}?order=first"
    chosen = show(f"{ARTICLE}?show=refuted")
    assert text_of(chosen, ".tabs [aria-current]") == "Refuted 1"
    assert text_of(chosen, ".card .number").endswith("4")
    assert [form["action"] for form in chosen.select("main form")] == [f"{ARTICLE}/recheck"]


@pytest.mark.usefixtures("_article")
def test_card_has_its_review_and_its_verdict_under_the_sentence(show: Show) -> None:
    page = show(ARTICLE)
    assert text_of(page, "#claim-1 .card-verdict") == "Proposal: Supported Signed off"
    assert text_of(page, "#claim-2 .card-verdict") == "Proposal: Unclear: sources seem to disagree"
    (card,) = page.select("#claim-1")
    names = [str(part["class"][0]) for part in card.find_all(recursive=False)]
    assert names[:3] == ["card-head", "claim-text", "card-verdict"]


@pytest.mark.usefixtures("_article")
def test_changed_claim_is_marked_in_the_text_and_on_its_card(show: Show) -> None:
    page = show(ARTICLE)
    assert [note["id"] for note in page.select(".note.is-changed")] == ["note-3"]
    assert text_of(page, "#note-3").endswith(", changed")
    assert "It was supported until" in text_of(page, "#claim-3 .change")


def test_one_claim_needs_neither_tabs_nor_keys(show: Show, store: RedisStore) -> None:
    steps.submit(store, [steps.claim_of(steps.TEXT, 0, 19)])
    assert show(ARTICLE).select(".card-tools") == []


@pytest.mark.slow
def test_page_of_300_claims_is_below_100_kb_compressed(
    browser: FlaskClient, store: RedisStore
) -> None:
    sentences = [f"In town {number}, {number} people were counted." for number in range(300)]
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    spans = [(start, start + len(one)) for start, one in zip(starts, sentences, strict=True)]
    claims = steps.submit(store, [steps.claim_of(text, *span) for span in spans], text=text)
    source = steps.keep_page(store)
    evidence = [
        steps.evidence_from(source),
        steps.evidence_from(source, stance=Stance.REFUTES),
    ]
    for claim in claims:
        steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED)
    page = browser.get(ARTICLE)
    assert page.text.count('class="card ') == 300
    assert len(gzip.compress(page.data, 6)) < 100_000
