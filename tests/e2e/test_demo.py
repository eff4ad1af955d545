"""`make demo`: its output, its files, and no processes left."""

from __future__ import annotations

import json
import re

import pytest

from claims.shapes import to_json
from examples.expected import FOLDER, compare
from tests.e2e.demos import Demo, run_demo
from tests.stack.judge_scores import SharedScores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, judge_scores: SharedScores) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    return run_demo("demo", folder, judge_scores, timeout_s=280)


def test_most_sentences_come_out_as_expected(demo: Demo) -> None:
    assert demo.status == 0, demo.err
    last_line = demo.out.splitlines()[-1]
    counts = re.fullmatch(r"demo: (\d+) of (\d+) as expected", last_line)
    assert counts is not None
    matching, total = map(int, counts.groups())
    rows = compare(demo.article.claims)
    assert (matching, total) == (sum(row.matches for row in rows), len(rows))
    assert matching >= 0.7 * total
    misses = [row for row in rows if not row.matches]
    assert [row.sentence for row in misses if row.found != "NOT_ENOUGH_EVIDENCE"] == []
    assert [row.sentence for row in rows if row.altered and row.found == "SUPPORTED"] == []


def test_every_miss_is_named(demo: Demo) -> None:
    for row in compare(demo.article.claims):
        is_named = f"expected {row.expected}, found {row.found}: {row.sentence}" in demo.out
        assert is_named is not row.matches


def test_table_shows_the_claims_and_the_source_that_failed(demo: Demo) -> None:
    printed = set(demo.out.split())
    for claim in demo.result["claims"]:
        assert set(claim["text"].split()) <= printed
    assert re.search(r"/pages/sanctions-archive-2024\.html - http-404: ", demo.out)
    assert "judged" in demo.err


def test_changed_page_changes_the_one_verdict_that_rests_on_it(demo: Demo) -> None:
    change = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
    head, _, told = demo.out.partition(f"The page {change['page']} was corrected.")
    assert head
    assert re.search(
        r"^1 of \d+ verdicts changed; \d+ needed no new scoring\.$", told, re.MULTILINE
    )
    assert change["sentence"] in told
    assert f"{change['before']} -> {change['after']}" in told
    assert re.search(rf"page changed: http://127\.0\.0\.1:\d+/pages/{change['page']}$", told, re.M)


def test_alert_about_the_change_arrives_as_a_mail_with_the_sentence_before_and_now(
    demo: Demo,
) -> None:
    change = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
    told, _, mail = demo.out.partition("The mail server of this demonstration got a mail:\n")
    page = rf"http://127\.0\.0\.1:\d+/pages/{change['page']}"
    assert re.search(rf"^    turned the verdict: {page}$", told, re.M)
    assert re.search(r"^  Subject: (Probably s|S)upported \(proposal\): ", mail, re.M)
    assert change["sentence"] in mail
    assert re.search(r"^  Proposal before: Refuted$", mail, re.M)
    assert re.search(r"^  Proposal now: .*[Ss]upported", mail, re.M)
    assert re.search(rf"^  Page: {page}$", mail, re.M)
    assert re.search(r"^  It said: “.*2007.*”$", mail, re.M)
    assert re.search(r"^  It says: “.*2009.*”$", mail, re.M)
    assert re.search(r"^  http://127\.0\.0\.1:\d+/claims/c_\w+$", mail, re.M)


def test_result_is_what_the_api_gives(demo: Demo) -> None:
    assert to_json(demo.article) == demo.result
    assert demo.result["status"] == "done"
    assert demo.result["text"] == (FOLDER / "article.txt").read_text(encoding="utf-8")
    labels = [claim["verdict"]["label"] for claim in demo.result["claims"]]
    assert demo.result["summary"] == {label: labels.count(label) for label in set(labels)}
    assert demo.result["not_checked"]


def test_report_shows_the_article_with_every_claim(demo: Demo) -> None:
    html = (demo.folder / "build" / "demo" / "report.html").read_text(encoding="utf-8")
    assert "Rubio in Quito: what was said and what is known" in html
    assert html.count("<script") == 0
    assert f"{len(demo.result['claims'])} claims" in html


def test_nothing_is_left_running_or_lying_about(demo: Demo) -> None:
    assert demo.left == ()
    assert list((demo.folder / "tmp").iterdir()) == []
    assert {path.name for path in demo.folder.iterdir()} == {"tmp", "build"}
