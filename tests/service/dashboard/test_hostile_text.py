"""Text of articles, claims and pages never becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

import claims.report
import service
from claims.ports import NewClaim
from claims.store.redis_store import RedisStore
from claims.types import (
    CheckOptions,
    Claim,
    ClaimId,
    Finding,
    Header,
    PageChange,
    PageDifference,
    PriorCheck,
    Purpose,
    Search,
    ServerAnswer,
    SourceFailure,
    Span,
    VerdictLabel,
)
from tests.service.dashboard import steps

BAD = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>"
    '" onmouseover="alert(1)\' \u202e\u2066\u200b {{ 7*7 }} {% raw %} </title></textarea>'
)
SCRIPT_URL = "javascript:alert(document.domain)"


@pytest.fixture
def paths(store: RedisStore) -> list[str]:
    """Paths of the pages of an article and a claim in which every text is hostile."""
    text = f"{BAD} one.\r\n\r\n{BAD} two."
    claim = Claim(text=BAD, sentence=f"{BAD} one.", span=Span(0, len(BAD)), claimant=BAD)
    record = steps.submit(store, [claim], text=text)[0]
    source = steps.keep_page(
        store,
        f"{BAD} {BAD}",
        title=BAD,
        publisher=BAD,
        published_at=BAD,
        url=SCRIPT_URL,
        modified_at="2025-09-01",
    )
    piece = steps.evidence_from(source, BAD)
    steps.judge(
        store,
        record.id,
        [replace(piece, findings=(Finding(BAD, BAD, BAD, BAD),))],
        label=VerdictLabel.SUPPORTED,
        failed=[SourceFailure(SCRIPT_URL, BAD, BAD)],
        searches=[
            Search(provider=BAD, query=BAD, purpose=Purpose.CLAIM, found=0, code=BAD, detail=BAD)
        ],
        prior_checks=[
            PriorCheck(claim=BAD, publisher=BAD, rating=BAD, url=SCRIPT_URL, reviewed_at=BAD)
        ],
        answer=ServerAnswer(status=200, final_url=SCRIPT_URL, headers=(Header(BAD, BAD),)),
        changed=True,
        difference=PageDifference(
            appeared=(SCRIPT_URL,), changed=(PageChange(BAD, f"{BAD} died.", f"{BAD} lived."),)
        ),
    )
    options = CheckOptions(sources=(SCRIPT_URL,))
    bad = Claim(text=BAD, sentence=BAD)
    store.submit_claim(NewClaim(id=ClaimId("c_2"), claim=bad, context=BAD, options=options))
    check = f"/claims/{record.id}/checks/1"
    return [
        *("/", "/claims", "/review", f"/claims/change?id={record.id}"),
        f"/articles/{steps.ARTICLE}",
        f"/claims/{record.id}",
        "/claims/c_2",
        check,
        f"{check}/pages/{source.sha256}",
    ]


def test_hostile_text_stays_text_on_every_page(browser: FlaskClient, paths: list[str]) -> None:
    for path in paths:
        answer = browser.get(path)
        soup = BeautifulSoup(answer.text, "lxml")
        assert "alert(1)" in soup.get_text(), path
        assert not soup.select("script:not([src]), img, [style], style, iframe, base")
        scripts = {str(script["src"]) for script in soup.select("script")}
        # Pages of checks do not change, so they need no script that polls for changes.
        assert scripts == (set() if "/checks/" in path else {"/static/app.js"})
        attributes = {name for element in soup.find_all(True) for name in element.attrs}
        assert not {name for name in attributes if name.startswith("on")}
        assert "{{ 7*7 }}" in answer.text


def test_only_web_addresses_are_linked(browser: FlaskClient, paths: list[str]) -> None:
    for path in paths:
        soup = BeautifulSoup(browser.get(path).text, "lxml")
        links = [str(a["href"]) for a in soup.select("[href], [src], [action]") if a.get("href")]
        assert all(re.match(r"/|#|https?://", link) for link in links), links


def test_characters_that_reorder_text_are_named_instead(
    browser: FlaskClient, paths: list[str]
) -> None:
    for path in paths:
        page = browser.get(path).text
        assert not set(page) & set("\u202e\u2066\u200b"), path
        assert "U+202E" in page


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(browser: FlaskClient) -> None:
    policy = dict(
        part.strip().split(" ", 1)
        for part in browser.get("/").headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


TEMPLATES = [
    *Path(service.__file__).parent.glob("templates/*.html"),
    *Path(claims.report.__file__).parent.glob("templates/*.html"),
]
SCRIPTS = [*Path(service.__file__).parent.glob("static/*.js")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_lets_nothing_unescaped_through_but_our_style_sheet(path: Path) -> None:
    source = path.read_text("utf-8")
    unescaped = re.findall(r"\|\s*safe\b|autoescape|Markup|forceescape", source)
    assert unescaped == (["| safe"] if path.name == "report.html" else [])
    assert re.search(r"<style>[^{]*\{\{ style \| safe \}\}|^(?!.*\| safe)", source, flags=re.DOTALL)
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", source)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_never_turns_text_into_markup(path: Path) -> None:
    source = path.read_text("utf-8")
    risky = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.search(risky, source)
