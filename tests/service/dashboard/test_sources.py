"""The pages of registered sources, and credibility on a claim's page."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.registry import RegisteredSource
from claims.shapes import to_text
from claims.store.redis_store import RedisStore
from tests.claims.verdicts.test_credibility import concluded, rated
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.test_forms import errors_of, place_of, send
from tests.service.test_claims import submit
from tests.service.work import judge_claim

SITE = RegisteredSource(
    name="rumours", domains=("example.org",), credibility=0.2, reason="Prints <b>rumours</b>."
)
TYPED = {
    "name": "rumours",
    "kind": "page",
    "domains": "example.org\r\nexample.net",
    "credibility": "0.2",
    "reason": "Prints rumours.",
    "by": "Ada",
}


def read_form(answer: TestResponse) -> dict[str, str]:
    """The fields of the form that registers a source, as they would be sent again."""
    (form,) = BeautifulSoup(answer.text, "lxml").select("form[action='/sources']")
    values = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    values |= {
        area["name"]: area.get_text().removeprefix("\n").replace("\n", "\r\n")
        for area in form.select("textarea")
    }
    values["kind"] = form.select_one("option[selected]")["value"]
    return {name: value for name, value in values.items() if value or name in TYPED}


def test_the_form_registers_a_source(browser: FlaskClient, store: RedisStore) -> None:
    answer = send(browser, "/sources", **TYPED)
    assert (answer.status_code, place_of(answer)) == (303, "/sources/rumours")
    (source,) = store.get_registry().sources
    assert (source.domains, source.credibility) == (("example.org", "example.net"), 0.2)
    assert store.get_source_changes("rumours")[0].by == "Ada"


def test_errors_are_shown_beside_their_fields_and_input_is_kept(
    browser: FlaskClient, store: RedisStore
) -> None:
    for typed, field in [
        ({"reason": ""}, "source-reason"),
        ({"credibility": "much"}, "source-credibility"),
        ({"name": "Bad Name"}, "source-name"),
        ({"by": ""}, "source-by"),
        ({"domains": "a b"}, "source-domains"),
    ]:
        answer = send(browser, "/sources", **TYPED | typed)
        assert answer.status_code == 422
        assert field in errors_of(answer)
        assert read_form(answer) == TYPED | typed
    assert store.get_registry().sources == ()


def test_all_that_is_wrong_is_said_at_once(browser: FlaskClient, store: RedisStore) -> None:
    store.put_source(SITE, by="Ada")
    wrong = {"credibility": "much", "domains": "a b", "language": "English", "by": ""}
    for typed, fields in [
        (TYPED | wrong | {"name": "Bad Name"}, {"name", "by", *wrong}),
        (TYPED | wrong, {"name", "by", *wrong}),
        (TYPED | {"name": "b", "credibility": "0.2", "reason": "", "by": ""}, {"reason", "by"}),
        (TYPED | {"name": "b", "kind": "feed", "domains": ""}, {"address"}),
        (TYPED | {"name": "b", "address": "x" * 3000, "domains": ""}, {"address"}),
        (TYPED | {"name": "b", "domains": "a b\r\n c d"}, {"domains"}),
    ]:
        answer = send(browser, "/sources", **typed)
        assert answer.status_code == 422
        assert set(errors_of(answer)) == {f"source-{field}" for field in fields}
    messages = BeautifulSoup(answer.text, "lxml").select(".field-error")
    assert [message.get_text().split(":")[0] for message in messages] == ["Line 1", "Line 2"]
    answer = send(browser, "/sources/rumours", **wrong)
    assert set(errors_of(answer)) == {f"source-{field}" for field in wrong}
    assert store.get_registry().sources == (SITE,)


def test_the_form_replaces_no_source_that_is_there(browser: FlaskClient, store: RedisStore) -> None:
    store.put_source(SITE, by="Ada")
    answer = send(browser, "/sources", **TYPED | {"domains": "other.example", "by": "Ben"})
    assert answer.status_code == 422
    assert "source-name" in errors_of(answer)
    assert read_form(answer)["name"] == "rumours"
    assert store.get_registry().sources == (SITE,)


def test_a_source_is_shown_with_its_changes_and_strange_text_is_only_text(
    show: Show, store: RedisStore
) -> None:
    store.put_source(SITE, by="<i>Ada</i>")
    listed = show("/sources").select_one(".rows")
    assert listed is not None
    assert "Prints <b>rumours</b>." in listed.get_text()
    page = show("/sources/rumours")
    assert "<i>Ada</i>" in page.select(".history")[0].get_text()
    values = {
        field["name"]: field.get("value")
        for field in page.select("form[action='/sources/rumours'] input[name]")
    }
    assert (values["credibility"], values["reason"]) == ("0.2", SITE.reason)
    assert values["by"] == ""  # each change needs an author


def test_a_source_is_changed_and_removed(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    store.put_source(SITE, by="Ada")
    changed = TYPED | {"credibility": "0.6", "by": "Ben"}
    assert send(browser, "/sources/rumours", **changed).status_code == 303
    assert store.get_registry().sources[0].credibility == 0.6
    assert send(browser, "/sources/rumours/remove", by="").status_code == 422
    assert send(browser, "/sources/rumours/remove", by="Cem").status_code == 303
    assert store.get_registry().sources == ()
    assert "Cem" in show("/sources/rumours").get_text()  # the author of a removal is kept
    show("/sources/unknown", status=404)


def test_a_claims_page_shows_credibility_and_the_verdict_without_it(
    client: FlaskClient, show: Show, store: RedisStore
) -> None:
    claim_id = submit(client)
    judge_claim(store, claim_id)
    doubted = concluded(rated(0.95, 0.02, 0.1)).verdict
    store.connection.command("HSET", f"assay:claim:{claim_id}", "verdict", to_text(doubted))
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    page = show(f"/claims/{claim_id}")
    assert "credibility 0.10" in page.get_text()
    assert page.select_one("a[href='/sources/site']") is not None
    (link,) = page.select("a[href*=without_credibility]")
    assert "Not enough evidence" in page.select_one(".verdict-label").get_text()
    anew = show(str(link["href"]))
    assert "Supported" in anew.select_one(".verdict-label").get_text()
    assert anew.select_one("body")["data-poll"] == link["href"]
