"""Buttons and forms that change a record: checks, cancelling, tags, wording, deletion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.access import Scope
from claims.errors import Gone
from claims.ports import NewArticle
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, ClaimId, ClaimRecord, ClaimStatus
from tests.service.conftest import Notices
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.test_forms import OWN, errors_of, place_of, send
from tests.service.dashboard.test_keys import post, sign_in
from tests.service.keys import make_key
from tests.service.work import judge_claim

ARTICLE = f"/articles/{steps.ARTICLE}"
FORMS = [
    *("recheck", "cancel", "change/tags", "change/sources", "change/wording"),
    "change/delete",
]


@pytest.fixture
def claim(store: RedisStore) -> ClaimRecord:
    """The first of two queued claims of an article."""
    return steps.submit(store)[0]


def actions_on(show: Show, path: str) -> list[str]:
    """What the forms of a page send to, without the page's own address."""
    return [form["action"].removeprefix(f"{path}/") for form in show(path).select("main form")]


def judge_all(store: RedisStore) -> None:
    for entry in store.list_claims(limit=9).items:
        judge_claim(store, entry.id)


def test_a_check_is_cancelled_while_it_waits(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord
) -> None:
    path = f"/claims/{claim.id}"
    assert "cancel" in actions_on(show, path)
    answer = browser.post(f"{path}/cancel", headers=OWN)
    assert (answer.status_code, place_of(answer)) == (303, path)
    error = store.get_claim(claim.id).record.error
    assert error is not None and error.code == "cancelled"
    assert "cancel" not in actions_on(show, path)
    assert browser.post(f"{path}/cancel", headers=OWN).status_code == 303


def test_an_article_is_cancelled_and_checked_again_as_a_whole(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord, notices: Notices
) -> None:
    assert actions_on(show, ARTICLE) == ["cancel"]
    assert place_of(browser.post(f"{ARTICLE}/cancel", headers=OWN)) == ARTICLE
    assert actions_on(show, ARTICLE) == ["recheck"]
    assert place_of(browser.post(f"{ARTICLE}/recheck", headers=OWN)) == ARTICLE
    assert {item.check for item in notices.items} == {2} and len(notices.items) == 2
    assert actions_on(show, ARTICLE) == ["cancel"]
    assert browser.get(f"{ARTICLE}/recheck").location == ARTICLE


def test_an_article_that_is_not_read_yet_cannot_be_checked_again(
    browser: FlaskClient, store: RedisStore
) -> None:
    article = browser.post("/v1/articles", json={"text": "Eleven died."}).json["id"]
    answer = browser.post(f"/articles/{article}/recheck", headers=OWN)
    assert (answer.status_code, answer.mimetype) == (409, "text/html")


@pytest.mark.parametrize("of_article", [False, True])
def test_tags_are_shown_and_replaced(
    browser: FlaskClient, show: Show, claim: ClaimRecord, of_article: bool
) -> None:
    path = ARTICLE if of_article else f"/claims/{claim.id}"
    answer = send(browser, f"{path}/change/tags", tags="City\r\n\r\n <b>Sport</b> \r\ncity")
    assert (answer.status_code, place_of(answer)) == (303, path)
    page = show(path)
    assert [link.get_text() for link in page.select(".tag")] == ["City", "<b>Sport</b>"]
    assert page.select(".tag")[1]["href"] == f"{path.rpartition('/')[0]}?tag=%3Cb%3ESport%3C/b%3E"
    form = show(f"{path}/change")
    assert form.select_one("#tags").get_text().strip() == "City\n<b>Sport</b>"
    assert send(browser, f"{path}/change/tags", tags=" ").status_code == 303
    assert show(path).select(".tag") == []


def test_the_page_of_changes_names_an_article_as_its_own_page_does(
    browser: FlaskClient, show: Show
) -> None:
    text = "The town library of Norrbeck opened in 1987. " * 9
    article = browser.post("/v1/articles", json={"text": text}).json["id"]
    headings = [
        show(f"/articles/{article}{end}").select_one("h1").get_text().strip()
        for end in ("", "/change")
    ]
    assert headings[0] == headings[1]
    assert headings[0].endswith("…")


def test_wrong_tags_are_shown_again_with_the_error(
    browser: FlaskClient, claim: ClaimRecord
) -> None:
    for path in (ARTICLE, f"/claims/{claim.id}"):
        answer = send(browser, f"{path}/change/tags", tags="City\r\n\r\n" + "b" * 51)
        assert answer.status_code == 422
        assert errors_of(answer)["tags"].startswith("Line 3: ")
        assert "b" * 51 in answer.text


def test_sources_of_a_claim_are_replaced(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord
) -> None:
    path, (a, b) = f"/claims/{claim.id}", ("https://a.example/new", "https://b.example/new")
    assert send(browser, f"{path}/change/sources", sources=f"{a}\r\n{b}").status_code == 303
    assert store.get_claim(claim.id).record.sources == (a, b)
    field = show(f"{path}/change").select_one("textarea#sources")
    assert field is not None and field.get_text().split() == [a, b]
    assert send(browser, f"{path}/change/sources", sources=b).status_code == 303
    assert store.get_claim(claim.id).record.sources == (b,)
    assert b in show(path).get_text()
    assert send(browser, f"{path}/change/sources", sources=" ").status_code == 303
    assert store.get_claim(claim.id).record.sources == ()


def test_claim_is_checked_again_with_the_sources_of_the_form_on_its_page(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord
) -> None:
    path, source = f"/claims/{claim.id}", "https://a.example/new"
    steps.judge(store, claim.id)
    field = show(path).select_one("textarea#claim-sources")
    assert field is not None and field.get_text().split() == list(claim.sources)
    answer = send(browser, f"{path}/change/sources", sources=source, again="1")
    assert (answer.status_code, answer.location) == (303, f"{path}?done=sources-checked")
    changed = store.get_claim(claim.id).record
    assert (changed.sources, changed.status) == ((source,), ClaimStatus.QUEUED)
    answer = send(browser, f"{path}/change/sources", sources="no", again="1")
    assert (answer.status_code, errors_of(answer)["sources"][:8]) == (422, "Line 1: ")


def test_sources_of_an_article_are_replaced_and_all_its_claims_checked(
    browser: FlaskClient, store: RedisStore, claim: ClaimRecord
) -> None:
    steps.judge(store, claim.id)
    source = "https://a.example/new"
    answer = send(browser, f"{ARTICLE}/change/sources", sources=source, again="1")
    assert (answer.status_code, answer.location) == (303, f"{ARTICLE}?done=sources-checked")
    article = store.get_article(steps.ARTICLE).record
    assert article.sources == (source,)
    assert {one.status for one in article.claims} == {ClaimStatus.QUEUED}


def test_sources_of_an_article_are_replaced_for_all_its_claims(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord
) -> None:
    own = store.get_claim(claim.id).record.sources
    source = "https://a.example/new"
    assert show(f"{ARTICLE}/change").select_one("textarea#sources")
    sources = "\n".join([*store.get_article(steps.ARTICLE).record.sources, source])
    answer = send(browser, f"{ARTICLE}/change/sources", sources=sources)
    assert (answer.status_code, answer.location) == (303, f"{ARTICLE}?done=sources-saved")
    article = store.get_article(steps.ARTICLE).record
    assert article.sources[-1] == source
    assert all(one.sources == (*own, source) for one in article.claims)


def test_an_article_that_is_not_read_yet_has_no_form_of_sources(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    article = store.submit_article(NewArticle(id=ArticleId("a_9"), text="Eleven people died."))
    assert show(f"/articles/{article}/change").select_one("textarea#sources") is None
    assert send(browser, f"/articles/{article}/change/sources", sources="").status_code == 409


def test_wrong_sources_are_shown_again_with_the_error(
    browser: FlaskClient, store: RedisStore, claim: ClaimRecord
) -> None:
    for path in (ARTICLE, f"/claims/{claim.id}"):
        answer = send(browser, f"{path}/change/sources", sources="https://a.example/\r\nno")
        assert answer.status_code == 422
        assert errors_of(answer)["sources"].startswith("Line 2: ")
    many = "\r\n".join(f"https://{number}.example/" for number in range(51))
    answer = send(browser, f"/claims/{claim.id}/change/sources", sources=many)
    assert "too many" in errors_of(answer)["sources"].lower()
    assert store.get_claim(claim.id).record.sources == claim.sources


def test_a_corrected_claim_is_marked_on_every_page_and_counted_on_none(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord
) -> None:
    judge_all(store)
    before = show(ARTICLE)
    assert "2 claims checked" in before.select_one(".byline").get_text()
    assert "Superseded" not in before.get_text()
    answer = send(browser, f"/claims/{claim.id}/change/wording", text="Twelve people died.")
    address, new = f"/claims/{claim.id}", answer.location.partition("?")[0]
    assert "Superseded" in show(address).select_one(".page-head").get_text()
    article = show(ARTICLE)
    (card,) = [one for one in article.select(".card") if "Superseded" in one.get_text()]
    assert card.select_one(f'a[href="{new}"]')
    assert "1 claim checked" in article.select_one(".byline").get_text()
    (counted,) = article.select(".counts b")
    assert counted.get_text() == "1"
    assert show("/claims").select(f'#claim-list a[href="{address}"]') == []
    listed = show("/claims?superseded=only")
    (row,) = listed.select("#claim-list li")
    assert row.select_one(f'a.row-title[href="{address}"]')
    assert "Superseded" in row.get_text()
    assert row.select_one(f'a[href="{new}"]')


def test_the_earlier_submission_with_the_same_content_is_linked(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    for form, kind in ((f"/{kind}", kind) for kind in ("claims", "articles")):
        fields = {"text": "Eleven people died in Norrbeck.", "sources": "https://a.example/"}
        first = send(browser, form, **fields).location
        assert "Submitted before" not in show(first).get_text()
        again = send(browser, form, **fields).location
        assert again != first and first.startswith(f"/{kind}/")
        page = show(again)
        assert "Submitted before" in page.get_text()
        assert page.select_one(f'main a[href="{first}"]')


def test_a_corrected_wording_leads_to_the_new_claim_and_both_show_it(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord
) -> None:
    judge_claim(store, claim.id)
    path = f"/claims/{claim.id}"
    form = show(f"{path}/change").select_one("#wording-text")
    assert form.get_text().strip() == claim.text
    wrong = send(browser, f"{path}/change/wording", text=" ")
    assert (wrong.status_code, list(errors_of(wrong))) == (422, ["wording-text"])
    answer = send(browser, f"{path}/change/wording", text="Twelve people\r\ndied.")
    assert answer.status_code == 303
    new = store.get_claim(ClaimId(place_of(answer).removeprefix("/claims/"))).record
    assert (new.text, new.corrects) == ("Twelve people\ndied.", claim.id)
    assert show(answer.location).select_one(f'main a[href="{path}"]')
    old = show(path)
    assert old.select_one(f'main a[href="{place_of(answer)}"]')
    assert old.select("main form[method=post]") == []
    assert show(f"{path}/change").select_one("#wording-text") is None
    assert send(browser, f"{path}/change/wording", text="Ten died.").status_code == 409
    assert show(f"{path}/change").select_one("#sources") is None
    sources = {"sources": "https://b.example/"}
    assert send(browser, f"{path}/change/sources", **sources).status_code == 409


@pytest.mark.parametrize("of_article", [False, True])
def test_deletion_needs_the_tick(
    browser: FlaskClient, show: Show, store: RedisStore, claim: ClaimRecord, of_article: bool
) -> None:
    path = ARTICLE if of_article else f"/claims/{claim.id}"
    box = show(f"{path}/change").select_one("input[name=confirmed]")
    assert box is not None and box.has_attr("required") and not box.has_attr("checked")
    refused = send(browser, f"{path}/change/delete")
    assert refused.status_code == 422 and "confirmed" in errors_of(refused)
    assert store.get_claim(claim.id)
    answer = send(browser, f"{path}/change/delete", confirmed="1")
    assert (answer.status_code, place_of(answer)) == (303, path.rpartition("/")[0])
    with pytest.raises(Gone):
        store.get_claim(claim.id)
    assert "was deleted on" in show(path, status=410).get_text()
    assert len(store.list_claims(limit=9).items) == (0 if of_article else 1)
    assert show(f"{path}/change", status=410)


def test_a_reader_sees_none_of_it_and_may_send_none(
    make_app: Callable[..., APIFlask], store: RedisStore, claim: ClaimRecord
) -> None:
    reader = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    reader.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    sign_in(reader, make_key(store, Scope.READ))
    for path in (ARTICLE, f"/claims/{claim.id}"):
        page = reader.get(path).text
        assert f'action="{path}' not in page and f"{path}/change" not in page
        assert reader.get(f"{path}/change").status_code == 403
        for form in FORMS:
            if of_claim_only(form) and path == ARTICLE:
                continue
            answer = post(reader, f"{path}/{form}", confirmed="1", text="Ten.", tags="a")
            assert answer.status_code == 403, form
    assert store.get_claim(claim.id).record.tags == ()
    assert len(store.list_claims(limit=9).items) == 2


def of_claim_only(form: str) -> bool:
    return form == "change/wording"


def test_a_form_of_another_session_changes_nothing(
    make_app: Callable[..., APIFlask], store: RedisStore, claim: ClaimRecord
) -> None:
    writer = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    writer.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    sign_in(writer, make_key(store, Scope.READ, Scope.WRITE))
    path = f"/claims/{claim.id}"
    for form in FORMS:
        fields = {"form_token": "0" * 64, "confirmed": "1", "text": "Ten.", "tags": "a"}
        assert writer.post(f"{path}/{form}", data=fields, headers=OWN).status_code == 403
        other = {"Origin": "https://evil.example"}
        assert writer.post(f"{path}/{form}", data=fields, headers=other).status_code == 403
    record = store.get_claim(claim.id).record
    assert (record.tags, record.corrected_by, record.error) == ((), None, None)
    assert post(writer, f"{path}/change/delete", confirmed="1").status_code == 303
