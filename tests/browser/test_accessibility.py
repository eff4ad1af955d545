"""axe-core finds nothing on any page, in both schemes, and no page is wider than its window.

Its rules look at roles, names, order and contrast as a browser sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from claims.store.redis_store import RedisStore
from claims.types import (
    Addressed,
    Decision,
    Finding,
    FindingResult,
    Person,
    ReviewRequest,
    Stance,
    VerdictLabel,
)
from tests.browser.conftest import PATIENCE_MS
from tests.service.dashboard import steps
from tests.service.dashboard.test_second_reader import reading
from tests.service.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAWN_MS = 60_000
"""Swagger UI draws all routes at once, which takes seconds on a busy machine."""
OPENED = ("#operations-Claims-submit_claim", "#operations-Claims-get_claim")


@pytest.fixture(params=["light", "dark"])
def open_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[[int], Page]]:
    """Opens windows of a given width in one scheme, in which axe may be added to a page."""
    contexts = []

    def open_one(width: int) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=request.param, bypass_csp=True
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def paths(store: RedisStore) -> list[str]:
    """A page of each kind, with claims of two labels, a changed verdict, findings, long words."""
    claims = steps.submit(store)
    source = steps.keep_page(store)
    finding = Finding("quotation", "highlyprovocative " * 3, "x" * 60, FindingResult.DIFFERS)
    evidence = [
        replace(steps.evidence_from(source, *about), findings=(finding,))
        for about in (("Eleven people died.", Stance.SUPPORTS), ("Before.", Stance.REFUTES))
    ]
    said = reading(source, judged=VerdictLabel.REFUTED)
    said = replace(said, addressed=(Addressed(quote="x" * 60, page=evidence[0].page),))
    evidence[0] = replace(evidence[0], quoted_for=Stance.SUPPORTS)
    for claim in claims:
        steps.judge(store, claim.id, evidence, label=VerdictLabel.SUPPORTED, reader=said)
        store.recheck_claim(claim.id)
    signed = ReviewRequest(decision=Decision.ACCEPT, note="x" * 60, assignee="Anna Berg")
    store.reviews.add(claims[0].id, signed, person=Person("Anna Berg"), two_people=True)
    label = VerdictLabel.CONFLICTING_EVIDENCE
    for label_signed in (VerdictLabel.REFUTED, VerdictLabel.NOT_ENOUGH_EVIDENCE):
        for number, decision in enumerate((Decision.CORRECT, Decision.PUBLISH)):
            step = ReviewRequest(
                decision=decision,
                label=None if number else label_signed,
                reason="highlyprovocative " * 3 + "x" * 60,
            )
            store.reviews.add(claims[0].id, step, person=Person(decision), two_people=True)
    steps.judge(store, claims[0].id, evidence, label=label, check=2, changed=True, confidence=0.4)
    claim = f"/claims/{claims[0].id}"
    article = f"/articles/{steps.ARTICLE}"
    return [
        *(
            "/",
            "/articles",
            "/claims",
            "/submit",
            article,
            f"{article}/change",
            claim,
            f"/claims/{claims[1].id}",
            f"{claim}/change",
        ),
        *(f"{claim}/checks/2", f"{claim}/checks/2/pages/{evidence[0].page.sha256}"),
        *("/review", "/review/agreement", f"{claim}/review", "/claims?review=signed"),
        *(f"/claims/change?id={claims[0].id}&id={claims[1].id}", "/claims?all=1"),
        *("/tags/City/schedule", "/claims?tag=City"),
        *(
            "/sources",
            "/reader",
            "/webhooks",
            "/alerts",
            "/about",
            "/audit",
            "/audit?since=soon",
            "/claims?q=%21",
        ),
        *("/?done=tags-saved", "/nowhere"),
        *("/public", f"/public/{claims[0].id}", "/public/c_unknown", "/public?cursor=old"),
    ]


def assert_accessible(page: Page, path: str) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == [], path


# The elements that reach beyond a window of this width.
TOO_WIDE = """(width) => [...document.querySelectorAll('main *')]
  .filter((part) => part.getBoundingClientRect().right > width)
  .map((part) => part.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_has_a_finding_or_is_wider_than_its_window(
    open_page: Callable[[int], Page], live: Live, paths: list[str], width: int
) -> None:
    page = open_page(width)
    for path in paths:
        page.goto(live.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            path,
            page.evaluate(TOO_WIDE, width),
        )
        assert_accessible(page, path)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_claims_of_a_text_before_it_is_sent_have_no_finding(
    open_page: Callable[[int], Page], live: Live, store: RedisStore, width: int
) -> None:
    claim = steps.submit(store)[0]
    page = open_page(width)
    page.goto(f"{live.url}/submit")
    page.fill("#article-text", f"{claim.text} What a fine place it is! {'x' * 90} was there.")
    page.click("text=Show its claims first")
    expect(page.locator("#preview h2")).to_be_focused()
    expect(page.locator("#preview ol a")).to_have_text("Already known here")
    page.check("text=Leave out")
    page.fill("#article-added", "Is it open?")
    for _ in range(2):  # without an error, then with one
        page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page, "/articles")
        page.click("text=Check these claims")
        expect(page.locator("#errors")).to_be_focused()


def test_page_of_the_api_has_no_finding_and_follows_the_scheme(
    open_page: Callable[[int], Page], live: Live, store: RedisStore
) -> None:
    page = open_page(1280)
    page.goto(f"{live.url}/docs")
    expect(page.locator(".opblock-tag-section").first).to_be_visible(timeout=DRAWN_MS)
    for operation in OPENED:
        page.click(f"{operation} .opblock-summary-control")
        page.click(f"{operation} >> text=Try it out")
        expect(page.locator(f"{operation} .responses-table").first).to_be_visible()
    expect(page.locator(".responses-table:not([aria-label])")).to_have_count(0)
    assert_accessible(page, "/docs")
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    backgrounds = page.evaluate(
        "['body', '.swagger-ui'].map((part) => getComputedStyle(document.querySelector(part))"
        ".backgroundColor)"
    )
    light = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert set(backgrounds) <= ({"rgb(28, 32, 34)"} if is_dark else light)
