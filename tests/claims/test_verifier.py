"""Articles and claims checked in one process, on pages of a local server and on passages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from claims import (
    InvalidInput,
    NotCheckable,
    PageReference,
    Passage,
    Settings,
    Span,
    Verdict,
    VerdictLabel,
    Verifier,
    to_json,
)
from claims.pipeline import gather_passages
from claims.shapes import from_json, open_record
from claims.sources.fetch import WebFetcher
from claims.types import Claim, ClaimId, ClaimStatus, Page
from examples.serve import serve_pages
from tests.claims import samples
from tests.claims.shelves.desk import Desk
from tests.claims.sources.servers import page, raw_server

PAGES = Path(__file__).parents[2] / "examples" / "pages"
MANTA = "The United States used an air base at Manta until 2007."


def verify(claim: str, *, settings: Settings, **arguments: Any) -> Verdict:
    with Verifier(settings) as verifier:
        return verifier.verify(claim, **arguments)


def test_verify_checks_one_claim_and_lists_unread_sources() -> None:
    with serve_pages(PAGES) as server:
        verdict = verify(
            "The United States used an air base at Manta until 2007.",
            sources=[
                server.page_url("manta-base.html"),
                server.page_url("gone.html"),
                "http://10.0.0.1/",
            ],
            settings=Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2),
        )
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "2007" in verdict.evidence[0].quote
    assert {failure.code for failure in verdict.coverage.failed} == {"http-404", "address-blocked"}


def test_library_verdict_has_the_json_of_the_api() -> None:
    with serve_pages(PAGES) as server:
        verdict = verify(
            "The United States used an air base at Manta until 2007.",
            sources=[server.page_url("manta-base.html")],
            settings=Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2),
        )
    shape = json.loads(json.dumps(to_json(verdict)))
    assert from_json(Verdict, shape) == verdict
    claim = Claim(text="It did.", sentence="It did.")
    record = open_record(claim, claim_id=ClaimId("c_1"), article_id=None, status=ClaimStatus.JUDGED)
    assert to_json(replace(record, verdict=verdict))["verdict"] == shape
    assert shape["evidence"][0]["page"]["sha256"] and shape["checked_at"].endswith("Z")


def test_verify_leaves_out_pages_published_after_as_of() -> None:
    with serve_pages(PAGES) as server:
        verdict = verify(
            "The United States used an air base at Manta until 2007.",
            sources=[server.page_url("manta-base.html")],
            claimed_at=date(2025, 9, 6),
            as_of=date(2025, 9, 4),
            settings=Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2),
        )
    assert verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert {failure.code for failure in verdict.coverage.failed} == {"after-as-of"}
    assert "2025-09-04" in verdict.explanation


def test_malformed_address_is_refused() -> None:
    with pytest.raises(InvalidInput, match="http"):
        verify("Eleven people died.", sources=["ftp://a.example/"], settings=Settings())


def test_claim_is_judged_on_pages_listed_by_a_feed_and_a_sitemap() -> None:
    with serve_pages(PAGES) as server, raw_server() as lists:
        url = server.page_url("manta-base.html")
        item = f"<title>Air base at Manta</title><link>{url}</link>"
        lists.answers["/feed"] = page(f"<rss><item>{item}</item></rss>".encode())
        lists.answers["/sitemap"] = page(f"<urlset><url><loc>{url}</loc></url></urlset>".encode())
        for more in ({"feeds": lists.url("/feed")}, {"sitemaps": lists.url("/sitemap")}):
            allow = f"127.0.0.1:{server.port}"
            verdict = verify(
                "The United States used an air base at Manta until 2007.",
                settings=Settings.model_validate({**more, "fetch_allow": allow}),
            )
            assert verdict.label is VerdictLabel.SUPPORTED
            assert verdict.coverage.asked == 1


def test_verify_searches_only_the_named_shelves(tmp_path: Path) -> None:
    page = tmp_path / "manta.txt"
    page.write_text("The United States used an air base at Manta in Ecuador until 2009, it said.")
    with WebFetcher() as reader:
        Desk(tmp_path / "data", reader).add(page)
    claim = "The United States used an air base at Manta until 2007."
    settings = Settings(data_folder=str(tmp_path / "data"), judge_threads=2)
    verdict = verify(claim, settings=settings)
    assert verdict.label is VerdictLabel.REFUTED
    assert verdict.evidence[0].page.url == "shelf:press/manta.txt"
    assert {search.provider for search in verdict.coverage.searches} == {"shelf:press"}
    nobody = verify(claim, settings=settings.model_copy(update={"shelves": "none"}))
    assert nobody.coverage.asked == 0 and nobody.coverage.searches == ()


def test_article_may_be_text_file_or_address(tmp_path: Path) -> None:
    text = "The United States used an air base at Manta until 2007. Is it a fine place?"
    file = tmp_path / "article.txt"
    file.write_text(text)
    with serve_pages(PAGES) as server:
        settings = Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2)
        with Verifier(settings) as verifier:
            sources = [server.page_url("manta-base.html")]
            found = [verifier.check(one, sources=sources) for one in (text, text.encode(), file)]
            again = verifier.check(None, claims=[MANTA], sources=[PAGES / "manta-base.html"])
    for result in found:
        assert result.article is not None
        assert result.article.text == text
        assert result.article.claims == result.claims
        assert [claim.verdict and claim.verdict.label for claim in result.claims] == ["SUPPORTED"]
        assert result.article.summary == {"SUPPORTED": 1}
        assert [one.sentence for one in result.not_checked] == ["Is it a fine place?"]
    assert len({result.article and result.article.id for result in found}) == 1
    assert again.article is None
    (claim,) = again.claims
    assert claim.verdict and claim.verdict.label is VerdictLabel.SUPPORTED
    assert claim.verdict.evidence[0].page.url == "manta-base.html"


def test_the_judge_is_loaded_once_and_a_page_is_fetched_once() -> None:
    with raw_server() as server:
        server.answers["/a"] = page(
            b"<p>The United States used an air base at Manta until 2007.</p>"
        )
        settings = Settings(fetch_allow=f"127.0.0.1:{server.port}", pace_s=0)
        with Verifier(settings) as verifier:
            for _ in range(2):
                verifier.verify(MANTA, sources=[server.url("/a")])
            judge = verifier.judge
            verifier.close()
            assert verifier.judge is judge
    assert sum(head.startswith("GET /a ") for head in server.heads) == 1


def test_passages_are_judged_without_any_fetch() -> None:
    def refer(name: str) -> PageReference:
        return PageReference(
            url=f"https://{name}.example/",
            title=name,
            publisher=None,
            published_at=None,
            fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
            sha256="",
            origin=f"{name}.example",
        )

    said = "The United States used an air base at Manta in Ecuador until 2007, the ministry said."
    with Verifier(Settings(judge_threads=2)) as verifier:
        bare = verifier.verify(MANTA, passages=[said, "It rained in Quito."])
        known = verifier.verify(
            MANTA,
            passages=[Passage(text=said, span=Span(0, len(said)), page=refer(n)) for n in "ab"],
        )
        long = verifier.verify(MANTA, passages=["It rained in Quito. " * 200 + said])
        with pytest.raises(InvalidInput, match="not both"):
            verifier.verify(MANTA, passages=[said], sources=["https://a.example/"])
        with pytest.raises(InvalidInput, match="list of them"):
            verifier.verify(MANTA, passages=said)
        none = verifier.verify(MANTA, passages=[])
        later = replace(refer("a"), published_at="2025-12-01")
        late = verifier.verify(
            MANTA,
            passages=[Passage(text=said, span=Span(0, len(said)), page=later)],
            as_of=date(2025, 11, 30),
        )
        assert "_fetcher" not in vars(verifier)
    assert none.label is late.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert [failure.code for failure in late.coverage.failed] == ["after-as-of"]
    assert bare.label is VerdictLabel.SUPPORTED
    assert bare.evidence[0].page.url == "passage:1"
    assert (bare.coverage.asked, bare.coverage.origins) == (2, 1)
    assert known.coverage.origins == 2 and known.confidence > bare.confidence
    assert long.label is VerdictLabel.SUPPORTED
    text, quoted = "It rained in Quito. " * 200 + said, long.evidence[0]
    assert text[quoted.span.start : quoted.span.end] == quoted.quote


def test_pages_are_cut_and_ranked_and_have_origins_as_in_a_check() -> None:
    said = "The United States used an air base at Manta in Ecuador until 2007, the ministry said."
    long = "It rained in Quito. " * 400 + said

    def page(url: str, text: str) -> Page:
        return replace(samples.page(url, text), published_at=None)

    german = "Die Basis wurde von den Soldaten bis zum Jahr 2007 genutzt und dann geschlossen. " * 9
    with Verifier(Settings(judge_threads=2)) as verifier:
        bare = verifier.verify(MANTA, passages=[page("", said), page("", "It was Manta's base.")])
        pages = [page("https://a.example/", long), page("https://b.example/", said)]
        known = verifier.verify(MANTA, passages=pages)
        many = [page(f"https://{n}.example/", f"{said} It is page {n}.") for n in range(50)]
        gathered = gather_passages(MANTA, many)
        foreign = verifier.verify(MANTA, passages=[page("", german)])
    assert [item.page.url for item in bare.evidence] == ["passage:1", "passage:2"]
    assert (bare.coverage.asked, bare.coverage.origins) == (2, 1)
    assert known.label is VerdictLabel.SUPPORTED
    assert known.coverage.origins == 2
    quoted = next(item for item in known.evidence if item.page.url == "https://a.example/")
    assert long[quoted.span.start : quoted.span.end] == quoted.quote == said
    assert quoted.page.sha256 == pages[0].sha256
    assert (len(gathered.passages), gathered.coverage.asked) == (12, 50)
    assert [failure.code for failure in foreign.coverage.failed] == ["language"]


def test_missing_and_empty_arguments_are_refused(tmp_path: Path) -> None:
    with Verifier(Settings()) as verifier:
        with pytest.raises(InvalidInput, match="no such file"):
            verifier.verify(MANTA, sources=[tmp_path / "none"])
        with pytest.raises(InvalidInput, match="empty"):
            verifier.verify(" ", passages=["It rained."])
        with pytest.raises(InvalidInput, match="empty"):
            verifier.check("  ")
        with pytest.raises(InvalidInput, match="list of them"):
            verifier.check(None, claims=[MANTA], sources="https://a.example/")
        with pytest.raises(InvalidInput, match="nothing to check"):
            verifier.check(None)
        result = verifier.check("Is it \ud800 so?")
        assert result.article is not None and result.article.text == "Is it ? so?"


def test_a_question_is_refused_unless_forced() -> None:
    question, passages = "Was the base at Manta used until 2007?", ["It was used until 2007."]
    with Verifier(Settings()) as verifier:
        with pytest.raises(NotCheckable, match="this is a question"):
            verifier.verify(question, passages=passages)
        with pytest.raises(NotCheckable, match="claim 2: this is a question"):
            verifier.check(None, claims=[MANTA, question])
        assert verifier.verify(question, passages=passages, force=True).coverage.fetched == 1


def test_importing_the_library_loads_neither_the_judge_nor_the_fetcher() -> None:
    import subprocess
    import sys

    unwanted = "{'onnxruntime', 'requests', 'claims.library.verifier'}"
    code = f"import sys, claims; sys.exit(bool({unwanted} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
