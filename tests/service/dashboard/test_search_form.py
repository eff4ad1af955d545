"""The forms above the lists of articles and of claims."""

from __future__ import annotations

import pytest

from claims.ports import NewClaim
from claims.store import RedisStore, search
from claims.types import (
    Claim,
    ClaimId,
    Decision,
    Person,
    ReviewRequest,
    Stance,
    VerdictLabel,
)
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import listed, text_of, texts_of


def test_lists_are_found_by_words_label_state_and_tag(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    refuting = steps.evidence_from(steps.keep_page(store), stance=Stance.REFUTES)
    steps.judge(store, first.id, [refuting], label=VerdictLabel.REFUTED)
    store.set_claim_tags(first.id, ["City & Sea"])
    assert listed(show("/articles?q=BOAT&label=&status=&tag="), "article") == ["A boat"]
    assert listed(show("/claims?q=BOAT&label=&status=&tag="), "claim") == [second.text]
    page = show("/claims?label=REFUTED&status=finished")
    assert listed(page, "claim") == [first.text]
    assert text_of(page, "#claim-list .tag") == "City & Sea"
    (tag,) = page.select("#claim-list .tag")
    assert listed(show(str(tag["href"])), "claim") == [first.text]
    page = show("/articles?label=REFUTED&status=finished")
    assert text_of(page, "#article-list .empty") == "No article matches."
    assert listed(show("/claims?status=busy"), "claim") == [second.text]
    assert listed(show("/claims?status=failed&q=boat"), "claim") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("claimant=ADA", ["Boats sink."]),
        ("min_confidence=95", []),
        ("min_confidence=90+%25", ["Eleven people died."]),
        ("site=a.example", ["Eleven people died."]),
        ("changed_since=2020-01-01", []),
        ("article=a_1&sort=oldest", ["The boat sank on Monday.", "Eleven people died."]),
        ("sort=checked", ["Eleven people died."]),
        ("sort=confidence", ["Eleven people died."]),
        ("since=2020-01-01&until=2021-01-01", []),
        ("superseded=only", []),
    ],
)
def test_list_of_claims_has_the_filters_and_orders_of_the_api(
    show: Show, store: RedisStore, query: str, found: list[str]
) -> None:
    steps.support(store)
    claim = Claim(text="Boats sink.", sentence="Boats sink.", claimant="Ada")
    store.submit_claim(NewClaim(id=ClaimId("c_ada"), claim=claim))
    page = show(f"/claims?{query}")
    assert listed(page, "claim") == found
    assert len(page.select("#search details[open]")) == (not query.startswith("sort"))


def test_tabs_count_the_claims_and_keep_the_other_filters(show: Show, store: RedisStore) -> None:
    claim, _ = steps.support(store)
    tabs = texts_of(show("/claims"), ".tabs a")
    assert tabs[:3] == ["All 2", "Supported 1", "Refuted 0"] and "Under way 1" in tabs
    page = show("/claims?q=people")
    tabs = texts_of(page, ".tabs a")
    assert tabs[:3] == ["All 1", "Supported 1", "Refuted 0"] and "Under way 0" in tabs
    assert text_of(page, ".tabs [aria-current]") == "All 1"
    (supported,) = [tab for tab in page.select(".tabs a") if "Supported" in tab.get_text()]
    assert supported["href"] == "/claims?q=people&label=SUPPORTED"
    chosen = show(str(supported["href"]))
    assert text_of(chosen, ".tabs [aria-current]") == "Supported 1"
    assert listed(chosen, "claim") == [claim.text]
    articles = texts_of(show("/articles"), ".tabs a")
    assert articles == ["All 1", "Under way 1", "Checked 0", "Failed 0"]
    articles = texts_of(show("/articles?q=rain&status=busy"), ".tabs a")
    assert articles == ["All 0", "Under way 0", "Checked 0", "Failed 0"]


def test_each_tab_counts_the_list_to_which_it_leads(show: Show, store: RedisStore) -> None:
    first, _ = steps.support(store)
    (second,) = [one.id for one in store.list_claims(limit=9).items if one.id != first.id]
    steps.judge(store, second, [], label=VerdictLabel.NOT_ENOUGH_EVIDENCE)
    store.reviews.add(
        first.id,
        ReviewRequest(decision=Decision.ACCEPT),
        person=Person("Anna Berg"),
        two_people=False,
    )
    page = show("/claims?label=SUPPORTED&review=signed&q=people")
    assert texts_of(page, ".tabs [aria-current]") == ["Supported 1", "Signed off 1"]
    for tab in page.select(".tabs a"):
        number = int(text_of(tab, "b"))
        assert len(listed(show(str(tab["href"])), "claim")) == number
    page = show("/claims?label=NOT_ENOUGH_EVIDENCE")
    assert "Signed off 0" in texts_of(page, ".tabs a")
    assert "Supported 1" in texts_of(page, ".tabs a")


def test_tabs_of_a_list_too_long_to_count_say_so(
    show: Show, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.support(store)
    assert show("/claims?since=2020-01-01").select(".hint") == []
    monkeypatch.setattr(search, "LOOKUPS", 1)
    page = show("/claims?since=2020-01-01")
    assert text_of(page, ".tabs [aria-current]") == "All 1+"
    assert "Refuted 0" in texts_of(page, ".tabs a")
    assert "A number with + is a minimum" in text_of(page, "#claim-tabs .hint")
    assert show("/claims").select("#claim-tabs .hint") == []


def test_a_wrong_search_has_no_tabs(show: Show) -> None:
    assert show("/claims?since=soon", status=422).select(".tabs") == []


def test_search_form_keeps_its_input(show: Show) -> None:
    path = "/claims?q=%3Cb%3E+boat&label=REFUTED&status=failed&tag=City"
    (form,) = show(path).select("#search")
    assert (form["method"], form["action"]) == ("get", "/claims")
    assert [field["value"] for field in form.select("input[value]") if field["value"]] == [
        *("<b> boat", "City"),
    ]
    assert [option["value"] for option in form.select("option[selected]")] == ["REFUTED", "failed"]
    assert [link["href"] for link in form.select("a")] == ["/claims"]
    assert show("/claims").select("#search a") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("q=%21", "This has no word to search for"),
        ("tag=" + "x" * 51, "This is too long"),
        ("label=TRUE", "This must be 'SUPPORTED'"),
        ("status=late", "There is no such choice"),
        ("sort=worst", "This must be"),
        ("since=soon", "This must be"),
    ],
)
@pytest.mark.parametrize("kind", ["article", "claim"])
def test_wrong_search_lists_nothing_and_says_why(
    show: Show, store: RedisStore, kind: str, query: str, message: str
) -> None:
    steps.submit(store)
    page = show(f"/{kind}s?{query}", status=422)
    assert message in text_of(page, "#search #search-errors")
    assert page.select("#errors a[href^='#search-']")
    assert listed(page, kind) == []


@pytest.mark.parametrize("query", ["min_confidence=high", "min_confidence=140", "article=x"])
def test_wrong_filter_of_claims_alone_is_refused(show: Show, query: str) -> None:
    page = show(f"/claims?{query}", status=422)
    assert page.select("#search-errors p")


def test_older_rows_of_a_search_are_of_that_search(show: Show, store: RedisStore) -> None:
    for number in range(27):
        text = f"Eleven died {number}."
        claim = Claim(text=text, sentence=text)
        store.submit_claim(NewClaim(id=ClaimId(f"c_{number}"), claim=claim))
        boat = Claim(text="The boat sank.", sentence="The boat sank.")
        store.submit_claim(NewClaim(id=ClaimId(f"c_b{number}"), claim=boat))
    (older,) = show("/claims?q=eleven").select("#claim-list .older a")
    path = str(older["href"])
    assert path.startswith("/claims?q=eleven&cursor=")
    assert listed(show(path), "claim") == ["Eleven died 1.", "Eleven died 0."]
    assert "cursor" in show(path.replace("q=eleven", "q=boat"), status=400).get_text()
