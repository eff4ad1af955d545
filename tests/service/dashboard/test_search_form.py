"""The search form of the first page."""

from __future__ import annotations

import pytest

from claims.ports import NewClaim
from claims.store.redis_store import RedisStore
from claims.types import Claim, ClaimId, Stance, VerdictLabel
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import listed, text_of


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


def test_search_form_keeps_its_input(show: Show) -> None:
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


def test_older_rows_of_a_search_are_of_that_search(show: Show, store: RedisStore) -> None:
    for number in range(12):
        text = f"Eleven died {number}."
        claim = Claim(text=text, sentence=text)
        store.submit_claim(NewClaim(id=ClaimId(f"c_{number}"), claim=claim))
        boat = Claim(text="The boat sank.", sentence="The boat sank.")
        store.submit_claim(NewClaim(id=ClaimId(f"c_b{number}"), claim=boat))
    (older,) = show("/?q=eleven").select("#claim-list .older a")
    path = str(older["href"])
    assert path.startswith("/?q=eleven&claims=")
    assert listed(show(path), "claim") == ["Eleven died 1.", "Eleven died 0."]
    assert "cursor" in show(path.replace("q=eleven", "q=boat"), status=400).get_text()
