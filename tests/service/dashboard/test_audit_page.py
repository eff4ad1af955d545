"""The page of the audit log: entries in words, filters, pages, and links to what is still here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.access import Action, Actor, Scope
from claims.registry import RegisteredSource
from claims.report.messages import ACTIONS
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from service.dashboard.audit_page import LISTED
from tests.contracts import deliveries
from tests.contracts import steps as contract_steps
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import fold, text_of, texts_of
from tests.service.dashboard.test_keys import sign_in
from tests.service.keys import id_of, make_key

ADA = Actor("0a1b2c3d", "Ada <b>Holm</b>", "10.0.0.7")
SITE = RegisteredSource(name="site", domains=("example.org",))


def rows_of(page: BeautifulSoup) -> list[list[str]]:
    """The texts of the cells of each entry, without the time."""
    return [[fold(cell) for cell in row.select("td")[1:]] for row in page.select(".log tbody tr")]


def test_every_action_has_words() -> None:
    assert set(ACTIONS) == set(Action) and len(set(ACTIONS.values())) == len(ACTIONS)


def test_entries_say_who_did_what_and_link_to_what_was_changed(
    store: RedisStore, show: Show
) -> None:
    claim = steps.submit(store)[0]
    ada = store.acting_as(ADA)
    ada.set_claim_tags(claim.id, ["City"])
    ada.put_source(SITE, by="Ada")
    ada.tag_schedules.put("A & B", every="P1D", until=None)
    page = show("/audit")
    who = "Ada <b>Holm</b> from 10.0.0.7"
    assert rows_of(page)[:3] == [
        [who, "Schedule set", "Tag A & B"],
        [who, "Source registered or changed", "site"],
        [who, "Tags saved", claim.text],
    ]
    links = [link["href"] for link in page.select(".log a")]
    assert links[:3] == ["/claims?tag=A%20%26%20B", "/sources/site", f"/claims/{claim.id}"]
    assert links[3] == f"/articles/{steps.ARTICLE}"
    assert rows_of(page)[-1][0] == "This machine, without a key"
    newest = store.audit.read(limit=1).items[0]
    assert page.select(".log time")[0]["datetime"] == newest.at.isoformat()


def test_what_is_gone_is_named_without_a_link(store: RedisStore, show: Show) -> None:
    store.put_source(SITE, by="Ada")
    store.delete_source("site", by="Ada")
    store.webhooks.create(deliveries.new_webhook())
    store.webhooks.delete(deliveries.webhook_id())
    claim = store.submit_claim(contract_steps.new_claim())
    store.delete_claim(claim)
    page = show("/audit")
    # Entries of one millisecond have no order when they are about different kinds of things.
    assert Counter(row[2] for row in rows_of(page)) == {
        f"{claim} (not here any more)": 2,
        f"{deliveries.webhook_id()} (not here any more)": 2,
        "site (not here any more)": 2,
    }
    assert not page.select(".log a")


def test_entry_about_several_claims_says_how_many(store: RedisStore, show: Show) -> None:
    claims = steps.submit(store)
    for claim in claims:
        steps.judge(store, claim.id)
    store.recheck_article(steps.ARTICLE)
    row = rows_of(show("/audit?action=check.requested"))[0]
    assert row[2].endswith(f"with {len(claims)} of its claims")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("object=site", ["Source registered or changed"]),
        ("actor=0a1b2c3d", ["Tags saved"]),
        ("action=claim.submitted", ["Claim submitted"]),
        ("since=2100-01-01", []),
        ("until=2020-01-01", []),
        ("until=2100-01-01&actor=0a1b2c3d", ["Tags saved"]),
    ],
)
def test_filters_are_those_of_the_api(
    store: RedisStore, show: Show, browser: FlaskClient, query: str, found: list[str]
) -> None:
    claim = store.submit_claim(contract_steps.new_claim())
    store.put_source(SITE, by="Ada")
    store.acting_as(ADA).set_claim_tags(claim, ["City"])
    page = show(f"/audit?{query}")
    assert [row[1] for row in rows_of(page)] == found
    assert len(browser.get(f"/v1/audit?{query}").json["items"]) == len(found)
    if not found:
        assert text_of(page, ".empty") == "No entry matches."
    for name, value in (pair.split("=") for pair in query.split("&")):
        field = page.select_one(f"#search-{name}")
        chosen = field.select_one("[selected]") if field.name == "select" else field
        assert chosen["value"] == value


def test_pages_follow_one_another_until_the_end(store: RedisStore, show: Show) -> None:
    for number in range(LISTED + 2):
        store.put_source(RegisteredSource(name=f"s-{number}", domains=("a.example",)), by="Ada")
    first = show("/audit?actor=local")
    assert len(rows_of(first)) == LISTED
    (older,) = first.select(".older a")
    last = show(str(older["href"]))
    assert [row[2] for row in rows_of(last)] == ["s-1", "s-0"]
    assert not last.select(".older")


def test_wrong_filter_is_said_at_its_field_and_lists_nothing(store: RedisStore, show: Show) -> None:
    store.put_source(SITE, by="Ada")
    for query, field, label in (
        ("since=soon", "search-since", "Since: "),
        ("action=claim.eaten", "search-action", "What was done: "),
        ("actor=" + "x" * 41, "search-actor", "By whom: "),
    ):
        page = show(f"/audit?{query}", status=422)
        (link,) = page.select("#errors a")
        assert link["href"] == f"#{field}" and fold(link).startswith(label)
        assert page.select_one(f"#{field}")["aria-invalid"] == "true"
        assert rows_of(page) == []
    assert "cursor" in fold(show("/audit?cursor=old", status=400).select_one("main"))


def test_empty_log_says_so(show: Show) -> None:
    assert text_of(show("/audit"), ".empty").startswith("Nothing was changed yet.")


def test_page_and_its_link_are_for_admins_alone(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    key = make_key(store, name="Ada")
    sign_in(client, key)
    page = BeautifulSoup(client.get("/audit").text, "lxml")
    assert texts_of(page, ".footer a")[-1] == "Audit log"
    names = texts_of(page, "#search-actor option")
    assert f"Ada ({id_of(key)})" in names
    assert ["Ada", "Signed in", "Key Ada"] in [
        [row[0].split(" from ")[0], *row[1:]] for row in rows_of(page)
    ]
    sign_in(client, make_key(store, Scope.READ))
    assert client.get("/audit").status_code == 403
    assert "Audit log" not in client.get("/claims").text
