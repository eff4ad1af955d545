"""`assay check`: its results, the shape of its JSON, and its output files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from claims.shapes import from_text, to_json
from claims.types import ClaimRecord
from examples.serve import PageServer, serve_pages
from tests.claims.cli.running import ARTICLE, CLAIM, PAGE, run_assay
from tests.claims.sources.pdfs import make_pdf
from tests.claims.sources.servers import RawServer, page, raw_server

# The shape of a claim in the JSON: a list holds the shape of its items, None is a plain value.
CLAIM_SHAPE: dict[str, Any] = {
    **dict.fromkeys(
        "id article_id text span sentence claimant claimed_at as_of check_worthiness"
        " kinds needs_context links status last_change unconfirmed schedule error waiting corrects"
        " corrected_by context every priority created_at repeats reader provisional tokens"
        " review same_as as_of_statement".split()
    ),
    "notices": [None],
    "tags": [],
    "sources": [],
    "verdict": {
        **dict.fromkeys("label support confidence strength".split()),
        **dict.fromkeys("check checked_at explanation reader".split()),
        "coverage": {
            **dict.fromkeys("asked fetched origins maybe_later".split()),
            "failed": [dict.fromkeys("url code detail".split())],
            "searches": [dict.fromkeys("provider query purpose found code detail".split())],
            "shared_origins": [],
        },
        "evidence": [
            {
                **dict.fromkeys(
                    "quote span stance page_number stale quoted_for only_quoted party".split()
                ),
                "probabilities": dict.fromkeys("supports refutes neutral".split()),
                "findings": [],
                "page": dict.fromkeys(
                    "url title publisher published_at modified_at fetched_at sha256".split()
                    + "origin source credibility failing archived".split()
                ),
            }
        ],
        "judge": dict.fromkeys("name version".split()),
        "prior_checks": [],
        "lost_page": None,
    },
}


def assert_shape(value: Any, shape: Any) -> None:
    """Assert equal keys at every level, and lists that are empty exactly where the shape's are."""
    if isinstance(shape, dict):
        assert set(value) == set(shape)
        for key in shape:
            assert_shape(value[key], shape[key])
    elif isinstance(shape, list):
        assert bool(value) == bool(shape)
        for item in value:
            assert_shape(item, shape[0])


def check(
    *arguments: str | Path, stdin: bytes = b"", settings: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Run `assay check ... --json`, which must end with 0, and return its JSON."""
    done = run_assay("check", *arguments, "--json", stdin=stdin, settings=settings)
    assert done.status == 0, done.err
    return done.json


def failures(result: dict[str, Any]) -> dict[str, str]:
    """Coverage code by URL of the sources that failed for the first claim."""
    coverage = result["claims"][0]["verdict"]["coverage"]
    return {item["url"]: item["code"] for item in coverage["failed"]}


# --- the result ------------------------------------------------------------------------------


@pytest.fixture
def engine() -> Iterator[RawServer]:
    """A search engine that answers every query with one page of its own server."""
    with raw_server() as server:
        found = json.dumps({"results": [{"url": server.url("/bridge"), "title": "A bridge"}]})
        server.answers["/search"] = page(found.encode(), content_type="application/json")
        server.answers["/bridge"] = page(f"<main><p>{CLAIM} It is new.</p></main>".encode())
        yield server


def asking(engine: RawServer) -> dict[str, str]:
    """The environment that configures this search engine."""
    return {"ASSAY_SEARXNG": engine.url("/search")}


def test_json_has_the_one_shape_key_by_key(article: Path, pages: Path, engine: RawServer) -> None:
    (pages / "empty.html").write_text("<html></html>")
    result = check(article, "--source", pages, settings=asking(engine))
    assert set(result) == {"article", "claims", "not_checked"}
    assert set(result["article"]) == set(
        "id status title url published_at as_of sources every priority created_at text summary"
        " error waiting tags repeats unreadable reader tokens only_listed".split()
    )
    first, second = result["claims"]
    assert_shape(first, CLAIM_SHAPE)
    for claim in (first, second):
        assert to_json(from_text(ClaimRecord, json.dumps(claim))) == claim
        assert claim["article_id"] == result["article"]["id"]
    assert sum(first["verdict"]["evidence"][0]["probabilities"].values()) == pytest.approx(1)
    assert result["not_checked"] == [
        {
            "sentence": "What a fine bridge it is!",
            "span": [len(ARTICLE) - 25, len(ARTICLE)],
            "reason": result["not_checked"][0]["reason"],
        }
    ]


def test_every_verdict_rests_on_a_sentence_of_a_page(article: Path, pages: Path) -> None:
    result = check(article, "--source", pages)
    claim = result["claims"][0]
    assert (claim["text"], claim["verdict"]["label"]) == (CLAIM, "SUPPORTED")
    assert "42 metres long" in claim["verdict"]["evidence"][0]["quote"]
    assert claim["verdict"]["evidence"][0]["page"]["url"] == "bridge.html"
    assert claim["verdict"]["evidence"][0]["page"]["title"] == "The Kisoro bridge"
    assert result["article"]["summary"]["SUPPORTED"] >= 1
    for claim in result["claims"]:
        start, end = claim["span"]
        assert result["article"]["text"][start:end] in claim["sentence"]


def test_claim_alone_is_checked_with_pages_found_by_a_search(engine: RawServer) -> None:
    allowed = ("--allow", f"127.0.0.1:{engine.port}")
    (claim,) = check("--claim", CLAIM, *allowed, settings=asking(engine))["claims"]
    assert claim["verdict"]["label"] == "SUPPORTED"
    assert claim["verdict"]["evidence"][0]["page"]["url"] == engine.url("/bridge")
    searches = claim["verdict"]["coverage"]["searches"]
    assert {(one["provider"], one["found"], one["code"]) for one in searches} == {
        ("searxng", 1, None)
    }
    assert engine.paths().count("/bridge") == 1


def test_private_pages_that_a_search_finds_are_not_read_unasked(engine: RawServer) -> None:
    result = check("--claim", CLAIM, settings=asking(engine))
    assert failures(result) == {engine.url("/bridge"): "port-blocked"}
    assert result["claims"][0]["verdict"]["label"] == "NOT_ENOUGH_EVIDENCE"


def test_table_names_the_providers_asked(engine: RawServer) -> None:
    allowed = ("--allow", f"127.0.0.1:{engine.port}")
    done = run_assay("check", "--claim", CLAIM, *allowed, settings=asking(engine))
    assert re.search(r"searxng: \d results of \d queries", done.out)


def test_provider_with_a_wrong_address_is_named() -> None:
    done = run_assay("check", "--claim", CLAIM, settings={"ASSAY_SEARXNG": "searx.example/search"})
    assert done.status == 2
    assert "ASSAY_SEARXNG" in done.complaint


def test_pdf_is_cited_with_its_page(tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(make_pdf(["A report on bridges.", "It is long."], [CLAIM], title="Report"))
    (claim,) = check("--claim", CLAIM, "--source", report)["claims"]
    (evidence,) = claim["verdict"]["evidence"]
    assert (claim["verdict"]["label"], evidence["page_number"]) == ("SUPPORTED", 2)
    assert "(Report, page 2)" in claim["verdict"]["explanation"]
    html = tmp_path / "report.html"
    done = run_assay("check", "--claim", CLAIM, "--source", report, "--html", html)
    assert "report.pdf, page 2" in done.out
    assert "page 2" in BeautifulSoup(html.read_text(), "lxml").get_text()


def test_verdict_is_no_older_than_its_pages(pages: Path) -> None:
    (claim,) = check("--claim", CLAIM, "--source", pages)["claims"]
    fetched_at = claim["verdict"]["evidence"][0]["page"]["fetched_at"]
    assert claim["verdict"]["checked_at"] >= fetched_at


def test_wrong_figure_is_refuted_and_the_command_still_worked(pages: Path) -> None:
    claim = CLAIM.replace("42", "58")
    (record,) = check("--claim", claim, "--source", pages)["claims"]
    assert record["verdict"]["label"] == "REFUTED"


def test_same_input_gives_the_same_ids(article: Path) -> None:
    first, second = check(article), check(article)
    assert [c["id"] for c in first["claims"]] == [c["id"] for c in second["claims"]]
    assert len({c["id"] for c in first["claims"]}) == len(first["claims"])


# --- dates -----------------------------------------------------------------------------------

MAYOR = "Anna Berg is the mayor of Kisoro."


def dated_page(day: str, text: str) -> str:
    return (
        f'<html lang="en"><head><meta property="article:published_time" content="{day}"></head>'
        f"<body><article><h1>Kisoro</h1><p>{text} She was sworn in by the district council, which"
        " met in the town hall on the square.</p></article></body></html>"
    )


@pytest.fixture
def dated(tmp_path: Path) -> Path:
    """A folder with two pages of the same text, dated 12 March 2021 and 1 September 2025."""
    folder = tmp_path / "dated"
    folder.mkdir()
    (folder / "old.html").write_text(dated_page("2021-03-12", MAYOR))
    (folder / "new.html").write_text(dated_page("2025-09-01T08:00:00+02:00", MAYOR))
    return folder


def test_pages_published_after_as_of_are_left_out_and_named(dated: Path, tmp_path: Path) -> None:
    (dated / "none.txt").write_text(f"{MAYOR} So says the district.")
    result = check("--claim", MAYOR, "--source", dated, "--as-of", "2025-08-31")
    assert failures(result) == {"new.html": "after-as-of"}
    (claim,) = result["claims"]
    coverage = claim["verdict"]["coverage"]
    assert (claim["as_of"], coverage["fetched"], coverage["maybe_later"]) == ("2025-08-31", 2, 1)
    assert {item["page"]["url"] for item in claim["verdict"]["evidence"]} <= {
        "old.html",
        "none.txt",
    }
    html = tmp_path / "report.html"
    done = run_assay(
        "check", "--claim", MAYOR, "--source", dated, "--as-of", "2025-08-31", "--html", html
    )
    assert "after-as-of: published on 2025-09-01" in done.out
    assert "1 page gives no date or was changed since" in done.out
    text = BeautifulSoup(html.read_text(), "lxml").get_text(" ")
    assert "Evidence as of 31 Aug 2025" in text
    assert "published on 2025-09-01" in text


def test_page_of_that_very_day_counts(dated: Path) -> None:
    result = check("--claim", MAYOR, "--source", dated, "--as-of", "2025-09-01")
    assert failures(result) == {}


def test_page_older_than_the_claim_decides_nothing_alone_and_is_marked(
    dated: Path, tmp_path: Path
) -> None:
    """The same text decides when the page is recent for the claim, and not when it is stale."""
    old, html = dated / "old.html", tmp_path / "report.html"
    (fresh,) = check("--claim", MAYOR, "--source", old, "--dated", "2021-09-04")["claims"]
    assert (fresh["verdict"]["label"], fresh["claimed_at"]) == ("SUPPORTED", "2021-09-04")
    arguments = ("--claim", MAYOR, "--source", old, "--dated", "2025-09-04")
    (claim,) = check(*arguments)["claims"]
    assert claim["verdict"]["label"] == "NOT_ENOUGH_EVIDENCE"
    assert [item["stale"] for item in claim["verdict"]["evidence"]] == [True]
    assert "older (2021-03-12) than the claim (2025-09-04)" in claim["verdict"]["explanation"]
    done = run_assay("check", *arguments, "--html", html)
    assert "older than the claim: 12 Mar 2021" in " ".join(done.out.split())
    text = " ".join(BeautifulSoup(html.read_text(), "lxml").get_text(" ").split())
    assert "Older than the claim 12 Mar 2021, the claim 4 Sep 2025" in text


def test_claim_without_a_date_is_checked_as_ever(dated: Path) -> None:
    (claim,) = check("--claim", MAYOR, "--source", dated / "old.html")["claims"]
    assert (claim["claimed_at"], claim["verdict"]["label"]) == (None, "SUPPORTED")
    assert "older" not in claim["verdict"]["explanation"]


def test_dated_article_dates_its_claims(article: Path, dated: Path) -> None:
    result = check(article, "--claim", MAYOR, "--source", dated, "--dated", "2025-09-04")
    assert result["article"]["published_at"] == "2025-09-04"
    assert {claim["claimed_at"] for claim in result["claims"]} == {"2025-09-04"}


# --- input -------------------------------------------------------------------------------------


def test_claim_alone_has_no_article_and_no_span() -> None:
    result = check("--claim", CLAIM)
    (claim,) = result["claims"]
    assert (result["article"], claim["article_id"], claim["span"]) == (None, None, None)
    assert claim["verdict"]["label"] == "NOT_ENOUGH_EVIDENCE"
    assert claim["verdict"]["coverage"]["asked"] == 0


def test_claim_beside_an_article_has_a_span_if_the_text_has_it_verbatim(article: Path) -> None:
    other = "The bridge at Kisoro cost two million euros."
    claims = check(article, "--claim", CLAIM, "--claim", other)["claims"]
    assert [claim["text"] for claim in claims].count(CLAIM) == 1
    by_text = {claim["text"]: claim["span"] for claim in claims}
    assert by_text[CLAIM] == [0, len(CLAIM)]
    assert by_text[other] is None


def test_article_from_standard_input_is_read_like_a_file(article: Path) -> None:
    assert check("-", stdin=ARTICLE.encode()) | {"claims": []} == check(article) | {"claims": []}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_article_is_decoded_whatever_its_charset(tmp_path: Path, encoding: str) -> None:
    text = "José Macías opened the café in Zürich on 4 May 1987.\n"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert check(tmp_path / "a.txt")["article"]["text"] == text


def test_file_among_the_sources_is_named_by_itself(pages: Path) -> None:
    (claim,) = check("--claim", CLAIM, "--source", pages / "bridge.html")["claims"]
    assert claim["verdict"]["evidence"][0]["page"]["url"] == "bridge.html"


def test_article_is_no_evidence_for_itself(article: Path) -> None:
    (article.parent / "again.txt").symlink_to(article)
    result = check(article, "--source", article.parent)
    assert failures(result) == {"article.txt": "own-site", "again.txt": "own-site"}
    assert {c["verdict"]["label"] for c in result["claims"]} == {"NOT_ENOUGH_EVIDENCE"}


# --- over HTTP ---------------------------------------------------------------------------------


@pytest.fixture
def server(pages: Path) -> Iterator[PageServer]:
    (pages / "other.html").write_text(
        "<article><p>The old bridge at Kisoro was swept away by a flood in March 2019.</p>"
        "<p>Nobody was hurt when the bridge fell, a spokesman of the district said.</p></article>"
    )
    with serve_pages(pages) as server:
        yield server


def test_pages_are_fetched_from_an_address_that_is_let_in(server: PageServer) -> None:
    url, gone = server.page_url("bridge.html"), server.page_url("gone.html")
    allow = ("--allow", f"127.0.0.1:{server.port}")
    result = check("--claim", CLAIM, "--source", url, "--source", gone, *allow)
    assert result["claims"][0]["verdict"]["evidence"][0]["page"]["url"] == url
    assert failures(result) == {gone: "http-404"}


def test_article_at_a_url_is_fetched_and_its_own_site_not_asked(server: PageServer) -> None:
    url, other = server.page_url("bridge.html"), server.page_url("other.html")
    result = check(url, "--source", other, "--allow", f"127.0.0.1:{server.port}")
    assert (result["article"]["url"], result["article"]["title"]) == (url, "The Kisoro bridge")
    assert failures(result) == {other: "own-site"}


def test_article_that_cannot_be_fetched_is_refused_with_the_reason(server: PageServer) -> None:
    allow = ("--allow", f"127.0.0.1:{server.port}")
    gone = run_assay("check", server.page_url("gone.html"), *allow)
    assert (gone.status, "http-404" in gone.complaint) == (2, True)
    blocked = run_assay("check", "http://127.0.0.1/article")
    assert (blocked.status, "address-blocked" in blocked.complaint) == (2, True)


def test_source_that_cannot_be_looked_at_is_coverage_and_no_error() -> None:
    blocked = {"http://127.0.0.1/": "address-blocked", "http://127.0.0.1:2/": "port-blocked"}
    sources = [*blocked, "http://127.0.0.1:1/"]
    options = [option for url in sources for option in ("--source", url)]
    done = run_assay("check", "--claim", CLAIM, *options, "--allow", "127.0.0.1:1", "--json")
    assert done.status == 0
    assert failures(done.json) == {**blocked, "http://127.0.0.1:1/": "unreachable"}
    (claim,) = done.json["claims"]
    assert claim["verdict"]["label"] == "NOT_ENOUGH_EVIDENCE"
    assert claim["verdict"]["coverage"] | {"failed": []} == {
        "asked": 3, "fetched": 0, "origins": 0, "failed": [], "searches": [],
        "shared_origins": [], "maybe_later": 0,
        }  # fmt: skip
    assert "--allow HOST:PORT" in done.err


# --- output ----------------------------------------------------------------------------------


def test_files_are_written_beside_the_table(article: Path, pages: Path, tmp_path: Path) -> None:
    json_file, html_file = tmp_path / "out.json", tmp_path / "out.html"
    done = run_assay("check", article, "--source", pages, "--json", json_file, "--html", html_file)
    assert done.status == 0
    assert {*CLAIM.split(), "supported", "bridge.html"} <= set(done.out.split())
    assert "1 of 1 source read" in done.out
    result = json.loads(json_file.read_text(encoding="utf-8"))
    assert result["article"]["text"] == ARTICLE
    assert_self_contained(html_file.read_text(encoding="utf-8"))
    assert CLAIM in BeautifulSoup(html_file.read_bytes(), "lxml").get_text()


def assert_self_contained(html: str) -> None:
    """Assert that nothing in the page makes a browser load a resource."""
    soup = BeautifulSoup(html, "lxml")
    assert soup.find_all(["script", "link", "img", "iframe", "object", "embed", "base"]) == []
    assert soup.find_all(src=True) == []
    assert soup.find_all(attrs={"http-equiv": re.compile("refresh", re.IGNORECASE)}) == []
    styles = " ".join(style.get_text() for style in soup.find_all("style"))
    assert styles
    assert not re.search(r"url\(|@import|https?:", styles)
    assert not [tag for tag in soup.find_all(style=True) if "url(" in tag["style"]]


def test_progress_goes_to_stderr_and_only_the_result_to_stdout(article: Path) -> None:
    done = run_assay("check", article, "--json")
    assert done.json["article"]["text"] == ARTICLE
    assert "judging: 2 of 2" in done.err


def test_article_without_a_claim_is_answered_with_the_reasons(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("What a day! Is it over? In my view we should all go home.")
    done = run_assay("check", tmp_path / "a.txt")
    assert done.status == 0
    assert "No checkable claim was found." in done.out
    assert "3 sentences not checked:" in done.out
    assert re.search(r"question +Is it over\?", done.out)
    assert check(tmp_path / "a.txt")["claims"] == []


def test_article_in_another_language_is_answered_with_that_reason(tmp_path: Path) -> None:
    text = "Le pont de Kisoro a été ouvert en 1987 par le maire. Il mesure 42 mètres de long."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    result = check(tmp_path / "a.txt")
    assert result["claims"] == []
    assert [item["reason"] for item in result["not_checked"]] == ["not-english"] * 2


# --- hostile pages -----------------------------------------------------------------------------


def test_hostile_pages_are_all_accounted_for(pages: Path) -> None:
    deep = f"<html><body>{'<div>' * 100_000}{CLAIM}{'</div>' * 100_000}</body></html>"
    attributes = " ".join(f'a{number}="x"' for number in range(50_000))
    (pages / "deep.html").write_text(deep)
    (pages / "wide.html").write_text(f"<html><body><p {attributes}>{CLAIM}</p></body></html>")
    (pages / "none.html").write_text("<html><body><nav>Home</nav></body></html>")
    (pages / "picture.html").write_bytes(bytes(range(256)) * 40)
    result = check("--claim", CLAIM, "--source", pages)
    verdict = result["claims"][0]["verdict"]
    assert verdict["label"] == "SUPPORTED"
    assert verdict["coverage"]["asked"] == 5
    assert verdict["coverage"]["fetched"] + len(verdict["coverage"]["failed"]) == 5
    assert failures(result)["none.html"] == "no-text"
    assert failures(result)["picture.html"] == "not-text"


def test_name_of_a_source_that_is_no_text_does_not_break_the_json(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "\udcff.txt").write_text(f"{CLAIM} So says the engineer of the district.")
    (claim,) = check("--claim", CLAIM, "--source", folder)["claims"]
    assert claim["verdict"]["evidence"][0]["page"]["url"] == "\\xff.txt"


def test_text_of_an_article_cannot_command_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The bridge at Kisoro is 42 \x1b[31mmetres long.")
    done = run_assay("check", tmp_path / "a.txt")
    assert "42" in done.out
    assert "\x1b" not in done.out


def test_links_of_an_article_are_read(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "bridge.html").write_text(PAGE, encoding="utf-8")
    with serve_pages(pages) as server:
        link = f'<a href="{server.page_url("bridge.html")}">is 42 metres long</a>'
        article = tmp_path / "article.html"
        article.write_text(
            f"<html><article><p>The new bridge at Kisoro {link}.</p></article></html>"
        )
        result = check(article, "--allow", f"127.0.0.1:{server.port}")
    (claim,) = result["claims"]
    assert claim["links"] == [server.page_url("bridge.html")]
    assert claim["verdict"]["label"] == "SUPPORTED"
    (search,) = claim["verdict"]["coverage"]["searches"]
    assert (search["provider"], search["purpose"], search["found"]) == ("links", "linked", 1)


def test_claim_that_cannot_be_checked_is_refused_unless_forced() -> None:
    question = ("check", "--claim", "Is the bridge 42 metres long?")
    assert run_assay(*question).complaint.startswith("claim 1: this is a question")
    assert run_assay(*question, "--force", "--json").json["claims"]
