"""What is chosen in a browser: the claims of a text before it is sent, and the rows of a list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from claims.store.redis_store import RedisStore
from tests.browser.conftest import Visit
from tests.service.dashboard import steps
from tests.service.test_only_claims import read_article

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = (
    "The library of Norrbeck opened in 1987. It has 40,000 books. Ann Berg runs it since 2019. "
    "What a fine place it is!"
)


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_article_has_exactly_the_claims_that_were_chosen(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    visit = open_visit(scripts=scripts)
    page = visit.go("/submit")
    page.fill("#article-text", TEXT)
    page.click("text=Show its claims first")
    page.fill("#article-claim-2", "The library owns 40,000 books.")
    page.check("text=Leave out >> nth=2")
    page.fill("#article-added", "Is it open?")
    page.click("text=Check these claims")
    expect(page.locator("#errors")).to_be_focused()
    page.click("#errors a")
    expect(page.locator("#article-added")).to_be_focused()
    page.fill("#article-added", "The town pays for the library.")
    page.click("text=Check these claims")
    page.wait_for_url("**/articles/a_*")
    read_article(store, page.url.rpartition("/")[2])
    page.reload()
    expect(page.locator("#only-listed")).to_be_visible()
    expect(page.locator(".claim-text")).to_have_text(
        [
            "The library of Norrbeck opened in 1987.",
            "The library owns 40,000 books.",
            "The town pays for the library.",
        ]
    )
    expect(page.locator("mark[data-claims='2']")).to_have_text("It has 40,000 books.")
    expect(page.locator("#claim-3")).to_contain_text("it is not a sentence of the text")
    page.click("#not-checked summary")
    expect(page.locator("#not-checked li").first).to_contain_text("Not among the claims")
    # Of the page with the error: its status, and that its script has set the focus first.
    expected = ("422", "Autofocus processing was blocked")
    assert not [said for said in visit.complaints if not any(one in said for one in expected)]


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_two_claims_are_merged_and_the_enter_key_sends_the_form(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    visit = open_visit(scripts=scripts)
    page = visit.go("/submit")
    page.fill("#article-text", TEXT)
    page.click("text=Show its claims first")
    page.get_by_role("button", name="Merge claim 2 with claim 3").click()
    both = "It has 40,000 books. Ann Berg runs it since 2019."
    expect(page.locator("#article-claim-2")).to_be_focused()
    expect(page.locator("#article-claim-2")).to_have_value(both)
    page.press("#article-url", "Enter")
    page.wait_for_url("**/articles/a_*")
    read_article(store, page.url.rpartition("/")[2])
    page.reload()
    expect(page.locator("mark[data-claims='2']")).to_have_text(both)
    expect(page.locator(".claim-text")).to_have_count(2)
    page.click("#not-checked summary")
    expect(page.locator("#not-checked li")).to_have_count(1)
    assert visit.complaints == []


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_claims_chosen_in_a_list_are_tagged_and_deleted(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    first, second = steps.submit(store)
    visit = open_visit(scripts=scripts)
    page = visit.go("/claims")
    page.check(f"#choose-{first.id}")
    if scripts == "on":  # an update of the list keeps the tick
        steps.judge(store, second.id, [])
        expect(page.locator("#claim-list")).to_contain_text("Judged")
    page.click("text=Change the chosen claims")
    expect(page.locator("h1")).to_have_text("Change 1 claim")
    page.fill("#tags", "City")
    page.click("text=Add to it")
    expect(page.locator("#done")).to_have_text("Tags were added: 1 claim.")
    expect(page.locator("#claim-list .tag")).to_have_text(["City"])
    page.click("text=Choose all on this page")
    page.click("text=Change the chosen claims")
    page.check("text=Yes, delete 2 claims")
    page.click("button:has-text('Delete 2 claims')")
    expect(page.locator("#done")).to_have_text("Deleted: 2 claims.")
    expect(page.locator(".row-box")).to_have_count(0)
    assert visit.complaints == []
