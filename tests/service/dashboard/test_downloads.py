"""The links to files: exports of a list and an article, record and ClaimReview of a claim."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.ports import NewClaim
from claims.store.redis_store import RedisStore
from claims.types import Claim, ClaimId, VerdictLabel
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import texts_of
from tests.service.dashboard.test_forms import send

MIMETYPES = ["text/html", "text/markdown", "text/csv", "application/x-ndjson"]


def links_of(page: BeautifulSoup) -> list[str]:
    return [str(link["href"]) for link in page.select(".exports a")]


def exported(browser: FlaskClient, page: BeautifulSoup) -> set[str]:
    """The texts of the claims in the export as JSON lines that the page links to."""
    (link,) = (link for link in links_of(page) if link.endswith("format=jsonl"))
    return {json.loads(line)["text"] for line in browser.get(link).text.splitlines()}


def test_article_links_to_its_claims_in_each_format(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    steps.support(store)
    other = Claim(text="Boats sink.", sentence="Boats sink.")
    store.submit_claim(NewClaim(id=ClaimId("c_other"), claim=other))
    page = show(f"/articles/{steps.ARTICLE}")
    answers = [browser.get(link) for link in links_of(page)]
    assert [answer.mimetype for answer in answers] == MIMETYPES
    assert exported(browser, page) == {"Eleven people died.", "The boat sank on Monday."}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Eleven people died.", "The boat sank on Monday."}),
        ("q=BOAT", {"The boat sank on Monday."}),
        ("status=busy", {"The boat sank on Monday."}),
        ("status=finished&min_confidence=90+%25&label=SUPPORTED", {"Eleven people died."}),
        ("review=open&sort=confidence", {"Eleven people died."}),
        ("tag=city+%26+sea", {"Eleven people died."}),
    ],
)
def test_list_links_to_the_export_of_the_same_claims(
    browser: FlaskClient, show: Show, store: RedisStore, query: str, found: set[str]
) -> None:
    claim, _ = steps.support(store)
    store.set_claim_tags(claim.id, ["City & Sea"])
    assert exported(browser, show(f"/claims?{query}")) == found


def test_empty_list_links_to_no_export(show: Show) -> None:
    assert links_of(show("/claims")) == []
    assert links_of(show("/claims?since=never", status=422)) == []


def test_claim_links_to_its_record_and_names_what_its_review_lacks(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    claim, source = steps.support(store)
    page = show(f"/claims/{claim.id}")
    (link,) = page.select("#claim-files a")
    record = browser.get(str(link["href"]))
    assert record.status_code == 200 and "payload" in record.json
    (form,) = page.select("#claim-files form")
    assert form.select("input[name='unreviewed']")
    missing = texts_of(page, "#claim-review-missing li")
    assert missing[0].startswith("Nobody has signed the verdict as it is now")
    assert form.select("input[name='page'][required]")
    draft = browser.get(f"{form['action']}?unreviewed=true&page=https://desk.example/checks/1")
    assert draft.status_code == 200 and "DRAFT" in draft.text
    answer = send(browser, f"/claims/{claim.id}/review", decision="accept", by="Anna", check="1")
    assert answer.status_code == 303
    page = show(f"/claims/{claim.id}")
    (form,) = page.select("#claim-files form")
    assert not form.select("input[name='unreviewed']")
    assert "Nobody has signed" not in form.parent.text
    signed = browser.get(f"{form['action']}?page=https://desk.example/checks/1")
    assert signed.status_code == 200 and signed.json["claimReviewed"] == claim.text
    assert source.url in signed.text


def test_claim_without_a_verdict_has_no_files(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    assert not show(f"/claims/{claim.id}").select("#claim-files")
    assert show(f"/claims/{claim.id}").select("[data-live]#claim-take-out")
    steps.judge(store, claim.id, [], label=VerdictLabel.NOT_ENOUGH_EVIDENCE)
    assert show(f"/claims/{claim.id}").select("[data-live] #claim-files")
