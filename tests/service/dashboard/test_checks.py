"""The pages of one check: its verdict, and each source page as it was read."""

from __future__ import annotations

from dataclasses import replace

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.shapes import to_text
from claims.store import keys
from claims.store.redis_store import RedisStore
from claims.types import ClaimId, Header, Page, ServerAnswer, Stance, VerdictLabel
from tests.contracts.steps import empty_page_cache
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of

TEXT = "It was calm.\n\nEleven people died. The boat sank on Monday.\n\nNobody knows why."
ANSWER = ServerAnswer(
    status=200,
    final_url="https://b.example/moved",
    headers=(Header("Content-Type", "text/html"), Header("Date", "Thu, 04 Sep 2025 12:00:00 GMT")),
)


def judge_twice(store: RedisStore) -> tuple[ClaimId, Page]:
    """Judge a claim as refuted in check 1 and supported in check 2; return its id and the page."""
    claim_id = steps.submit(store)[0].id
    source = steps.keep_page(store, TEXT)
    no = [steps.evidence_from(source, stance=Stance.REFUTES)]
    steps.judge(store, claim_id, no, label=VerdictLabel.REFUTED, answer=ANSWER)
    store.recheck_claim(claim_id)
    yes = [
        steps.evidence_from(source),
        steps.evidence_from(source, "Eleven people died. The boat sank on Monday."),
    ]
    steps.judge(store, claim_id, yes, label=VerdictLabel.SUPPORTED, check=2, changed=True)
    return claim_id, source


def link(soup: BeautifulSoup, text: str) -> str:
    (found,) = (a for a in soup.select("a") if a.get_text() == text)
    return str(found["href"])


def test_history_leads_to_each_check_with_its_own_verdict(show: Show, store: RedisStore) -> None:
    claim_id, _ = judge_twice(store)
    soup = show(f"/claims/{claim_id}")
    first = show(link(soup, "Check 1"))
    assert text_of(first, ".verdict-label") == "Refuted in check 1, not the latest"
    assert text_of(first, ".excerpt mark") == "Eleven people died."
    assert f"assay replay {claim_id} --check 1" in first.get_text()
    assert "--url http://localhost/" in first.get_text()
    assert first.select_one(f".back a[href='/claims/{claim_id}']")
    second = show(link(soup, "Check 2"))
    assert text_of(second, ".verdict-label") == "Supported in check 2, the latest"


def test_checks_that_found_nothing_changed_are_linked_at_both_ends(
    show: Show, store: RedisStore
) -> None:
    claim_id, source = judge_twice(store)
    for check in (3, 4):
        store.recheck_claim(claim_id)
        steps.judge(
            store,
            claim_id,
            [steps.evidence_from(source)],
            label=VerdictLabel.SUPPORTED,
            check=check,
            causes=(),
        )
    soup = show(f"/claims/{claim_id}")
    for check in ("3", "4"):
        assert text_of(show(link(soup, check)), ".verdict-label").startswith("Supported in check")


def test_evidence_leads_to_its_page_as_it_was_read(show: Show, store: RedisStore) -> None:
    claim_id, source = judge_twice(store)
    path, _, fragment = link(show(f"/claims/{claim_id}/checks/1"), "as it was read").partition("#")
    soup = show(path)
    (place,) = soup.select(f"#{fragment}")
    assert place.find_next("mark").get_text() == "Eleven people died."
    paragraphs = [" ".join(p.get_text().split()) for p in soup.select(".reading-text p")]
    assert paragraphs == [" ".join(part.split()) for part in TEXT.split("\n\n")]
    about = text_of(soup, ".answer")
    assert "Read 4 Sep 2025, 12:00 UTC" in about
    assert "Answered from https://b.example/moved Status 200" in about
    assert "Content-Type text/html Date Thu, 04 Sep 2025 12:00:00 GMT" in about
    assert source.sha256 in soup.get_text()
    assert "Unchanged since it was read." in soup.get_text()
    assert "not who wrote it" in text_of(soup, ".page-head")


def test_quotations_that_overlap_are_all_marked(show: Show, store: RedisStore) -> None:
    claim_id, source = judge_twice(store)
    soup = show(f"/claims/{claim_id}/checks/2/pages/{source.sha256}")
    assert [a["id"] for a in soup.select(".place")] == ["quotation-1", "quotation-2"]
    marked = "".join(mark.get_text() for mark in soup.select("mark"))
    assert marked == "Eleven people died. The boat sank on Monday."


def test_changed_stored_text_is_reported(show: Show, store: RedisStore) -> None:
    claim_id, source = judge_twice(store)
    forged = to_text(replace(source, text=source.text.replace("Eleven", "Twelve")))
    store.connection.command("SET", keys.PAGE + source.sha256, forged)
    soup = show(f"/claims/{claim_id}/checks/1/pages/{source.sha256}")
    assert "another sha256 than when it was read" in text_of(soup, ".form-error")


def test_a_page_that_is_no_longer_stored_is_shown_with_its_details(
    show: Show, store: RedisStore
) -> None:
    claim_id, source = judge_twice(store)
    store.connection.command("DEL", keys.PAGE + source.sha256)
    soup = show(f"/claims/{claim_id}/checks/1/pages/{source.sha256}")
    assert "no longer stored" in text_of(soup, ".reading-text")
    assert "Status 200" in text_of(soup, ".answer")


def test_a_carried_over_verdict_shows_the_version_that_it_quotes(
    show: Show, store: RedisStore
) -> None:
    """Check 3 read a newer version of the page; its verdict also quotes that of check 2."""
    claim_id, source = judge_twice(store)
    store.recheck_claim(claim_id)
    empty_page_cache(store)
    newer = steps.keep_page(store, f"Put before. {TEXT}")
    evidence = [steps.evidence_from(source), steps.evidence_from(newer)]
    steps.judge(store, claim_id, evidence, label=VerdictLabel.SUPPORTED, check=3)
    (read,) = store.get_check(claim_id, 3).gathered.pages
    assert read.sha256 == newer.sha256
    soup = show(f"/claims/{claim_id}/checks/3/pages/{source.sha256}")
    assert text_of(soup, "mark") == "Eleven people died."


def test_a_missing_check_or_page_is_a_page_with_the_reason(show: Show, store: RedisStore) -> None:
    claim_id, source = judge_twice(store)
    other = steps.keep_page(store, "Of another claim.", url="https://c.example/")
    checks = f"/claims/{claim_id}/checks"
    for path, said in (
        (f"{checks}/7", "has no check 7: its newest is check 2"),
        (f"{checks}/2/pages/{other.sha256}", "neither read nor quotes a page"),
        ("/claims/c_none/checks/1", "No claim c_none"),
        (f"{checks}/2/pages/{source.sha256.upper()}", "There is no page at this address"),
    ):
        assert said in show(path, status=404).get_text()
    empty_page_cache(store)
    assert store.forget(keep_s=0, limit=9).checks == 1
    assert "no longer stored" in show(f"{checks}/1", status=404).get_text()


def test_pages_of_checks_keep_the_policy_of_all_pages(
    browser: FlaskClient, store: RedisStore
) -> None:
    claim_id, source = judge_twice(store)
    everywhere = browser.get("/").headers["Content-Security-Policy"]
    for path in ("checks/1", f"checks/1/pages/{source.sha256}"):
        answer = browser.get(f"/claims/{claim_id}/{path}")
        assert answer.headers["Content-Security-Policy"] == everywhere
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
