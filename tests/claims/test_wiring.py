"""The real adapters, put together: `verify` on a page of a local server."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from claims import verify
from claims.errors import InvalidInput
from claims.settings import Settings
from claims.types import VerdictLabel
from claims.wiring import open_store
from examples.serve import serve_pages

PAGES = Path(__file__).parents[2] / "examples" / "pages"


def test_verify_checks_one_claim_and_says_what_could_not_be_looked_at() -> None:
    with serve_pages(PAGES) as server:
        verdict = verify(
            "The United States used an air base at Manta until 2007.",
            [server.page_url("manta-base.html"), server.page_url("gone.html"), "http://10.0.0.1/"],
            settings=Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2),
        )
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "2007" in verdict.evidence[0].quote
    assert {failure.code for failure in verdict.coverage.failed} == {"http-404", "address-blocked"}


def test_verify_leaves_out_what_was_published_after_a_day() -> None:
    with serve_pages(PAGES) as server:
        verdict = verify(
            "The United States used an air base at Manta until 2007.",
            [server.page_url("manta-base.html")],
            claimed_at=date(2025, 9, 6),
            as_of=date(2025, 9, 4),
            settings=Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2),
        )
    assert verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert {failure.code for failure in verdict.coverage.failed} == {"after-as-of"}
    assert "2025-09-04" in verdict.explanation


def test_an_address_wrong_in_syntax_is_refused() -> None:
    with pytest.raises(InvalidInput, match="http"):
        verify("Eleven people died.", ["ftp://a.example/"], settings=Settings())


def test_without_an_address_there_is_no_store() -> None:
    with pytest.raises(InvalidInput, match="assay up"):
        open_store(Settings(redis_url=None))
