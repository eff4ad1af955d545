"""The dashboard in a real browser: no console messages, live updates, usable without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from claims.ports import NewArticle, WorkItem
from claims.report import render_report
from claims.store.redis_store import RedisStore
from claims.types import CheckResult, ClaimId, Stage, Stance, VerdictLabel
from tests.browser.conftest import PATIENCE_MS, Visit
from tests.contracts import deliveries as d
from tests.contracts.steps import postpone
from tests.service.dashboard import steps
from tests.service.dashboard.test_hostile_text import BAD, SCRIPT_URL
from tests.service.dashboard.test_second_reader import UNANSWERED, reading
from tests.service.work import lease

pytestmark = pytest.mark.browser


def judge_first(store: RedisStore, claim_id: ClaimId, *, check: int = 1) -> None:
    source = steps.keep_page(store)
    evidence = [steps.evidence_from(source)]
    steps.judge(store, claim_id, evidence, label=VerdictLabel.SUPPORTED, check=check)


@pytest.mark.parametrize("width", [1280, 400])
def test_pages_are_quiet_and_fit_their_window(
    open_visit: Callable[..., Visit], store: RedisStore, width: int
) -> None:
    first, second = steps.submit(store)
    judge_first(store, first.id)
    visit = open_visit(width=width)
    (read,) = store.get_check(first.id, 1).gathered.pages
    check = f"/claims/{first.id}/checks/1"
    reading = f"{check}/pages/{read.sha256}"
    claims = [f"/claims/{first.id}", f"/claims/{second.id}"]
    for path in ["/", "/articles", "/claims", "/submit", "/articles/a_1", *claims, check, reading]:
        page = visit.go(path)
        expect(page.locator("h1")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        # The style sheet was loaded: the body has its colour, not the white of the browser.
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert colour == "rgb(248, 247, 244)"
    assert visit.complaints == []


def test_article_page_follows_its_claims_without_a_reload(visit: Visit, store: RedisStore) -> None:
    first, _ = steps.submit(store)
    page = visit.go("/articles/a_1")
    page.evaluate("window.neverReloaded = true")
    expect(page.locator("#claim-1 .chip")).to_have_text("Not judged yet")
    gathering = lease(store, WorkItem(Stage.GATHER, first.id, 1))
    expect(page.locator("#claim-1 .busy")).to_have_text("Reading the sources…")
    assert postpone(store, gathering, delay_s=0)
    expect(page.locator("#claim-1 .busy")).to_contain_text("Waiting for busy.example until ")
    judge_first(store, first.id)
    expect(page.locator("#claim-1 .chip")).to_have_text("Supported")
    expect(page.locator("mark").first).to_contain_class("tone-supported")
    expect(page.locator("#announcer")).to_have_text("1 of 2 claims judged")
    assert page.evaluate("window.neverReloaded") is True
    assert visit.complaints == []


def test_claim_page_follows_from_the_provisional_verdict_to_what_the_reader_said(
    visit: Visit, store: RedisStore
) -> None:
    claim_id = steps.submit(store)[0].id
    source = steps.keep_page(store)
    steps.judge(
        store,
        claim_id,
        [steps.evidence_from(source)],
        label=VerdictLabel.SUPPORTED,
        reader=UNANSWERED,
        is_provisional=True,
    )
    page = visit.go(f"/claims/{claim_id}")
    page.evaluate("window.neverReloaded = true")
    expect(page.locator(".provisional")).to_contain_text("a second reader is reading")
    expect(page.locator(".reader-box")).to_have_count(0)
    steps.end_reading(store, claim_id, reading(source))
    expect(page.locator(".reader-says")).to_contain_text("as the judge alone does")
    expect(page.locator(".provisional, .status.is-busy")).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("Supported")
    assert page.evaluate("window.neverReloaded") is True
    assert visit.complaints == []


def test_today_follows_what_happens(visit: Visit, store: RedisStore) -> None:
    claims = steps.submit(store)
    page = visit.go("/")
    page.evaluate("window.neverReloaded = true")
    for claim in claims:
        judge_first(store, claim.id)
    expect(page.locator("#today-articles .status")).to_have_text("Done")
    expect(page.locator("#today-changes .row-title").first).to_have_text("A boat")
    expect(page.locator("#today-queue .chip").first).to_have_text("Supported")
    page.click("text=I have seen these")
    expect(page.locator("#today-changes .empty")).to_contain_text("Nothing has changed since ")
    expect(page.locator("#changes-title")).to_have_text("Since you last looked")
    assert visit.complaints == []


def test_list_follows_its_claims_and_keeps_what_is_being_typed(
    visit: Visit, store: RedisStore
) -> None:
    claims = steps.submit(store)
    page = visit.go("/claims")
    page.fill("#search-q", "Half a wor")
    for claim in claims:
        judge_first(store, claim.id)
    expect(page.locator("#claim-list .chip").first).to_have_text("Supported")
    expect(page.locator("#claim-tabs [aria-current]")).to_have_text("All 2")
    assert page.input_value("#search-q") == "Half a wor"
    assert page.evaluate("document.activeElement.id") == "search-q"


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_submitting_is_one_click_away(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    visit = open_visit(scripts=scripts)
    page = visit.go("/")
    page.click("text=Check an article or a claim")
    page.fill("#claim-text", "Twelve people died.")
    page.click("button:text-is('Check the claim')")
    page.wait_for_url("**/claims/c_*")
    assert visit.complaints == []


def test_page_that_has_not_changed_is_asked_for_by_its_tag(visit: Visit, store: RedisStore) -> None:
    steps.submit(store)
    page = visit.page
    with page.expect_response(lambda answer: answer.status == 304):
        visit.go("/articles/a_1")


def test_click_on_a_mark_focuses_its_card_and_the_number_leads_back(
    visit: Visit, store: RedisStore
) -> None:
    steps.submit(store)
    page = visit.go("/articles/a_1")
    page.click("mark[data-claims='2']")
    card = page.locator("#claim-2")
    expect(card).to_be_focused()
    expect(card).to_contain_class("is-chosen")
    expect(page.locator("#claim-1")).not_to_contain_class("is-chosen")
    page.keyboard.press("Escape")
    expect(card).not_to_contain_class("is-chosen")
    page.click("#claim-1 a.number")
    expect(page.locator("#note-1")).to_be_focused()


def test_address_of_a_claim_in_an_article_can_be_passed_on(
    open_visit: Callable[..., Visit], store: RedisStore
) -> None:
    steps.submit(store)
    page = open_visit().go("/articles/a_1")
    page.click("mark[data-claims='2']")
    assert page.url.endswith("/articles/a_1#claim-2")
    page.keyboard.press("Escape")
    assert page.url.endswith("/articles/a_1")
    page.click("#claim-1 .permalink")
    assert page.url.endswith("#claim-1")
    expect(page.locator("#claim-1")).to_contain_class("is-chosen")
    other = open_visit().go("/articles/a_1#claim-2")
    expect(other.locator("#claim-2")).to_contain_class("is-chosen")
    expect(other.locator("#claim-2")).to_be_focused()
    plain = open_visit(scripts="off").go("/articles/a_1")
    plain.click("#claim-2 .permalink")
    assert plain.url.endswith("#claim-2")
    plain.click("#claim-2 .more a")
    plain.wait_for_url("**/claims/c_*")


def test_claim_that_the_address_names_is_chosen_once_it_has_been_read(
    visit: Visit, store: RedisStore
) -> None:
    store.submit_article(NewArticle(id=steps.ARTICLE, text=steps.TEXT))
    page = visit.go("/articles/a_1#claim-2")
    expect(page.locator(".byline")).to_contain_text("Waiting to be read")
    steps.submit(store)
    expect(page.locator("#claim-2")).to_contain_class("is-chosen")


def test_clicks_go_through_claims_that_share_a_piece_of_text(
    visit: Visit, store: RedisStore
) -> None:
    steps.submit(store, [steps.claim_of(steps.TEXT, 0, 19), steps.claim_of(steps.TEXT, 0, 19)])
    page = visit.go("/articles/a_1")
    for number in (1, 2, 1):
        page.click("mark")
        expect(page.locator(f"#claim-{number}")).to_be_focused()


def test_pointing_at_a_mark_shows_its_card_and_the_other_way_round(
    visit: Visit, store: RedisStore
) -> None:
    steps.submit(store)
    page = visit.go("/articles/a_1")
    page.hover("mark[data-claims='1']")
    expect(page.locator("#claim-1")).to_contain_class("is-pointed")
    page.hover("#claim-2 .claim-text")
    expect(page.locator("mark[data-claims='2']")).to_contain_class("is-pointed")


def test_chosen_claim_and_open_details_outlive_an_update(visit: Visit, store: RedisStore) -> None:
    first, second = steps.submit(store)
    judge_first(store, second.id)
    page = visit.go("/articles/a_1")
    page.click("#not-checked summary")
    page.click("mark[data-claims='1']")
    judge_first(store, first.id)
    expect(page.locator("#claim-1 .chip")).to_have_text("Supported")
    expect(page.locator("#claim-1")).to_be_focused()
    expect(page.locator("mark.is-chosen")).to_have_text("Eleven people died.")
    expect(page.locator("#not-checked")).to_have_attribute("open", "")


def test_article_submitted_by_the_form_is_followed_to_its_claims(
    visit: Visit, store: RedisStore
) -> None:
    page = visit.go("/submit")
    page.fill("#article-text", steps.TEXT)
    page.fill("#article-sources", "https://a.example/one\nhttps://b.example/two")
    page.select_option("#article-every", "P1D")
    page.click("text=Check the article")
    page.wait_for_url("**/articles/a_*")
    expect(page.locator(".byline")).to_contain_text("Waiting to be read")
    (entry,) = store.list_articles(limit=5).items
    assert page.url.endswith(entry.id)
    assert visit.complaints == []


def test_wrong_form_shows_the_error_and_works_when_put_right(
    visit: Visit, store: RedisStore
) -> None:
    page = visit.go("/submit")
    page.fill("#claim-text", "Eleven people died.")
    page.fill("#claim-sources", "nonsense")
    page.click("text=Check the claim")
    expect(page.locator("#claim-sources-error-1")).to_contain_text("Line 1")
    assert page.input_value("#claim-text") == "Eleven people died."
    page.fill("#claim-sources", "https://a.example/one")
    page.click("text=Check the claim")
    page.wait_for_url("**/claims/c_*")
    assert len(store.list_claims(limit=5).items) == 1


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_focus_is_on_the_summary_of_errors_which_leads_to_the_field(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    visit = open_visit(scripts=scripts)
    page = visit.go("/sources")
    page.fill("#source-name", "Town Records")
    page.fill("#source-domains", "a.example")
    page.click("button:text-is('Register')")
    expect(page.locator("#errors")).to_be_focused()
    expect(page).to_have_title("Error: Sources · Assay")
    assert page.input_value("#source-name") == "Town Records"
    page.click("#errors a >> nth=0")
    expect(page.locator("#source-name")).to_be_focused()


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_what_a_form_did_is_said_once(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    claim = steps.submit(store)[0]
    visit = open_visit(scripts=scripts)
    page = visit.go(f"/claims/{claim.id}/change")
    page.fill("#tags", "tram, audit; Council")
    page.click("button:has-text('Save')")
    expect(page.locator("main [role=status]")).to_have_text("The tags were saved.")
    expect(page.locator(".page-head .tag")).to_have_text(["tram", "audit", "Council"])
    if scripts == "on":
        expect(page).to_have_url(f"{visit.url}/claims/{claim.id}")
        page.reload()
        expect(page.locator("main [role=status]")).to_have_count(0)
    assert visit.complaints == []


def test_recheck_button_and_schedule_work(visit: Visit, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    judge_first(store, claim.id)
    page = visit.go(f"/claims/{claim.id}")
    page.click("text=Check now")
    expect(page.locator(".verdict-label")).to_contain_text("Waiting")
    page.select_option("#every", "P7D")
    page.click("button:has-text('Set')")
    expect(page.locator("#next-check")).to_contain_text("Next check")
    judge_first(store, claim.id, check=2)
    expect(page.locator(".history > li")).to_have_count(2)
    assert visit.complaints == []


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_a_claim_is_cancelled_tagged_and_deleted(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    claim = steps.submit(store)[0]
    visit = open_visit(scripts=scripts)
    page = visit.go(f"/claims/{claim.id}")
    page.click("text=Cancel the check")
    expect(page.locator(".verdict-label")).to_contain_text("Could not be checked")
    expect(page.locator("#cancel")).to_have_count(0)
    page.click("text=Edit or delete")
    page.fill("#tags", "City\nSport")
    page.click("button:has-text('Save')")
    expect(page.locator(".page-head .tag")).to_have_text(["City", "Sport"])
    page.click("text=Edit or delete")
    page.click("button:has-text('Delete')")  # the browser asks for the tick first
    assert page.url.endswith("/change")
    page.check("input[name=confirmed]")
    page.click("button:has-text('Delete')")
    expect(page.locator("#done")).to_have_text("The claim was deleted.")
    assert [entry.title for entry in store.list_claims(limit=9).items] == [
        "The boat sank on Monday."
    ]
    assert visit.complaints == []


def test_pages_work_without_a_script(open_visit: Callable[..., Visit], store: RedisStore) -> None:
    first, _ = steps.submit(store)
    visit = open_visit(scripts="off")
    page = visit.go("/articles/a_1")
    page.click("#note-2")
    assert page.url.endswith("#claim-2")
    page.goto(f"{visit.url}/submit")
    page.fill("#claim-text", "Eleven people died.")
    page.click("text=Check the claim")
    page.wait_for_url("**/claims/c_*")
    judge_first(store, first.id)
    page.goto(f"{visit.url}/articles/a_1")
    expect(page.locator("#claim-1 .chip")).to_have_text("Supported")


def test_page_that_waits_comes_to_its_verdict_without_a_script(
    open_visit: Callable[..., Visit], store: RedisStore
) -> None:
    first, _ = steps.submit(store)
    visit = open_visit(scripts="off")
    page = visit.go(f"/claims/{first.id}")
    expect(page.locator(".reload")).to_contain_text("loaded again every 10 seconds")
    judge_first(store, first.id)
    expect(page.locator(".verdict-label")).to_contain_text("Supported", timeout=PATIENCE_MS)
    expect(page.locator(".reload")).to_have_count(0)
    assert visit.complaints == []


def test_evidence_leads_to_the_quotation_on_its_page_as_it_was_read(
    visit: Visit, store: RedisStore
) -> None:
    first, _ = steps.submit(store)
    source = steps.keep_page(store, f"{'Long before it. ' * 900}\n\n{steps.PAGE_TEXT}")
    evidence = [steps.evidence_from(source)]
    steps.judge(store, first.id, evidence, label=VerdictLabel.SUPPORTED)
    page = visit.go(f"/claims/{first.id}")
    page.click("text=as it was read")
    expect(page.locator("mark")).to_have_text("Eleven people died.")
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator("text=Unchanged since it was read")).to_have_count(1)
    page.click(".back a")
    expect(page.locator(".verdict-label")).to_contain_text("Supported")
    assert visit.complaints == []


def test_lost_connection_is_told_and_mended(visit: Visit, store: RedisStore) -> None:
    first, _ = steps.submit(store)
    page = visit.go("/articles/a_1")
    page.context.set_offline(True)
    expect(page.locator("#notice")).to_contain_text("No connection")
    page.context.set_offline(False)
    judge_first(store, first.id)
    expect(page.locator("#claim-1 .chip")).to_have_text("Supported")
    expect(page.locator("#notice")).to_have_text("")


def test_hostile_text_opens_no_dialog_and_breaks_no_policy(
    visit: Visit, store: RedisStore, tmp_path: Path
) -> None:
    text = f"{BAD} one.\n\n{BAD} two."
    record = steps.submit(store, [steps.claim_of(text, 0, len(BAD))], text=text)[0]
    source = steps.keep_page(store, f"{BAD} {BAD}", title=BAD, publisher=BAD, url=SCRIPT_URL)
    evidence = [steps.evidence_from(source, BAD, Stance.REFUTES)]
    steps.judge(store, record.id, evidence, label=VerdictLabel.REFUTED)
    article = store.get_article(steps.ARTICLE).record
    report = tmp_path / "report.html"
    report.write_text(
        render_report(CheckResult(article=article, claims=article.claims)), encoding="utf-8"
    )
    page = visit.page
    for address in ["/", "/claims", "/articles/a_1", f"/claims/{record.id}", report.as_uri()]:
        page.goto(address if address.startswith("file:") else visit.url + address)
        expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
        for place in page.locator("mark, .row-title, blockquote, h1").all():
            place.hover()
    assert visit.complaints == []


def test_report_file_is_quiet_and_styled(visit: Visit, store: RedisStore, tmp_path: Path) -> None:
    first, _ = steps.submit(store)
    judge_first(store, first.id)
    article = store.get_article(steps.ARTICLE).record
    report = tmp_path / "report.html"
    result = CheckResult(article=article, claims=article.claims)
    report.write_text(render_report(result), encoding="utf-8")
    visit.page.goto(report.as_uri())
    visit.page.click("#note-2")
    expect(visit.page.locator("#claim-2")).to_be_in_viewport()
    colour = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(248, 247, 244)"
    assert visit.complaints == []


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_search_form_finds_claims_with_and_without_scripts(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    first, second = steps.submit(store)
    judge_first(store, first.id)
    visit = open_visit(scripts=scripts)
    page = visit.go("/claims")
    page.fill("#search [name=q]", "boat")
    page.select_option("#search [name=status]", label="Under way")
    page.click("#search button")
    expect(page.locator("#claim-list .row-title")).to_have_text([second.text])
    expect(page.locator("#search [name=q]")).to_have_value("boat")
    page.click("#search >> text=Show all")
    expect(page.locator("#claim-list .row-title")).to_have_count(2)
    assert visit.complaints == []


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_a_webhook_is_made_tested_and_deleted(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    visit = open_visit(width=400, scripts=scripts)
    page = visit.go("/")
    page.click("nav >> text=Webhooks")
    page.fill("#webhook-url", "https://cms.example.org/hooks")
    page.click("#webhook-options summary")
    page.check("input[value=REFUTED]")
    page.click("text=Add >> nth=-1")
    expect(page.locator("#secret")).to_contain_text("whsec_")
    page.reload()
    expect(page.locator("#secret")).to_have_count(0)
    page.click("text=Send a test")
    expect(page.locator(".delivery .chip")).to_have_text("Being delivered")
    assert [kind for _, kind in d.deliver_all(store)] == ["webhook.ping"]
    if scripts == "off":
        page.reload()
    expect(page.locator(".delivery .chip")).to_have_text("Delivered")
    expect(page.locator(".delivery")).to_contain_text("It answered 204.")
    if scripts == "on":
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.click("text=Change, new secret, delete")
    page.check("[name=confirmed]")
    page.click("button:text-is('Delete')")
    expect(page.locator(".empty")).to_contain_text("No webhook yet")
    assert store.webhooks.list_webhooks() == ()
    assert visit.complaints == []


def test_keys_go_through_the_claims_of_an_article(visit: Visit, store: RedisStore) -> None:
    first, second = steps.submit(store)
    page = visit.go("/articles/a_1")
    page.keyboard.press("j")
    expect(page.locator("#claim-1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#claim-2")).to_contain_class("is-chosen")
    page.keyboard.press("j")
    expect(page.locator("#claim-2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#claim-1")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.uncheck("#use-keys")
    page.click("#close-keys")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("#claim-1")).to_contain_class("is-chosen")
    page.reload()
    page.click("#show-keys")
    expect(page.locator("#use-keys")).not_to_be_checked()
    page.keyboard.press("Escape")
    page.locator("#claim-2").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/claims/{second.id}")
    assert first.id != second.id
    assert visit.complaints == []


@pytest.mark.parametrize("scripts", ["on", "off"])
def test_cards_begin_folded_on_a_phone_and_claims_are_chosen_by_kind(
    open_visit: Callable[..., Visit], store: RedisStore, scripts: str
) -> None:
    first, _ = steps.submit(store)
    judge_first(store, first.id)
    visit = open_visit(width=390, scripts=scripts)
    page = visit.go("/articles/a_1")
    quotation = page.locator("#claim-1 .quotation")
    if scripts == "on":
        expect(quotation).to_be_hidden()
        page.click("#claim-1 summary")
    expect(quotation).to_be_visible()
    page.click(".card-tools >> text=Supported")
    expect(page.locator(".card")).to_have_count(1)
    wide = open_visit(scripts=scripts).go("/articles/a_1")
    expect(wide.locator("#claim-1 .quotation")).to_be_visible()
    assert visit.complaints == []


def test_quotation_is_copied_with_its_source_by_one_click(visit: Visit, store: RedisStore) -> None:
    first, _ = steps.submit(store)
    judge_first(store, first.id)
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.go(f"/claims/{first.id}")
    for name, start in (("plain text", "“Eleven"), ("Markdown", "> Eleven"), ("HTML", "<block")):
        page.click(f".cite button:text-is('{name}')")
        expect(page.locator(".copied").first).to_have_text("Copied.")
        # "Copied." may still stand there from the click before.
        while not page.evaluate("navigator.clipboard.readText()").startswith(start):
            page.wait_for_timeout(50)
    assert visit.complaints == []


def test_quotation_is_selected_where_there_is_no_clipboard(visit: Visit, store: RedisStore) -> None:
    first, _ = steps.submit(store)
    judge_first(store, first.id)
    visit.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = visit.go(f"/claims/{first.id}")
    page.click(".cite button:text-is('Markdown')")
    expect(page.locator("#cite-1-markdown")).to_be_focused()
    assert page.evaluate("getSelection().toString()").startswith("> Eleven")
