"""`make demo-search`, with a shelf and a real MediaWiki as the only sources."""

from __future__ import annotations

import re

import pytest

from claims.types import Verdict
from examples.expected import compare
from tests.e2e.demos import Demo, run_demo
from tests.stack.judge_scores import SharedScores

pytestmark = [pytest.mark.slow, pytest.mark.mediawiki, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, judge_scores: SharedScores) -> Demo:
    folder = tmp_path_factory.mktemp("demo-search")
    return run_demo("demo-search", folder, judge_scores, timeout_s=380)


@pytest.fixture(scope="module")
def verdicts(demo: Demo) -> list[Verdict]:
    return [claim.verdict for claim in demo.article.claims if claim.verdict]


def test_most_sentences_come_out_as_when_pages_are_given(demo: Demo) -> None:
    assert demo.status == 0, demo.err
    rows = compare(demo.article.claims)
    matching = sum(row.matches for row in rows)
    assert f"demo-search: {matching} of {len(rows)} as expected" in demo.out
    assert matching >= 0.7 * len(rows)
    assert [row.sentence for row in rows if row.altered and row.found == "SUPPORTED"] == []


def test_the_evidence_was_found_on_the_shelf_and_in_the_wiki(verdicts: list[Verdict]) -> None:
    cited = {item.page.url for verdict in verdicts for item in verdict.evidence}
    assert len([url for url in cited if url.startswith("shelf:press/")]) >= 3
    assert len([url for url in cited if re.match(r"http://127\.0\.0\.1:\d+/", url)]) >= 2
    searches = [search for verdict in verdicts for search in verdict.coverage.searches]
    asked = {search.provider for search in searches}
    assert len(asked) == 2
    assert [search for search in searches if search.code] == []


def test_nothing_is_left_running_or_lying_about(demo: Demo) -> None:
    assert demo.left == ()
    assert list((demo.folder / "tmp").iterdir()) == []
