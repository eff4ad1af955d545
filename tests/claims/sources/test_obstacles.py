"""Pages that are not articles, and articles that look like them."""

from __future__ import annotations

import pytest

from claims.sources.main_text import read_html
from evaluation.obstacles import measure
from tests.claims.sources.servers import RawServer, page
from tests.claims.sources.test_fetch import FetchCode

STORY = (
    "<p>" + "The level of the lake has fallen to 371 metres, the water board said on Monday. " * 9
)


def obstacle(
    body: str, *, title: str = "Valley Post", url: str = "https://a.example/x"
) -> str | None:
    return read_html(f"<title>{title}</title><body>{body}", url=url).obstacle


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<h1>Checking your browser</h1><p>Please wait a moment.</p>", "blocked"),
        ("<h1>Page not found</h1><p>It may have moved.</p>", "not-found"),
        ("<h1>We'll be right back</h1><p>Maintenance until six.</p>", "site-error"),
        ("<h1>Sign in</h1><form><input type=password></form>", "login-required"),
        ("<h1>Lake falls</h1><p>It fell.</p><p>Subscribe to continue reading</p>", "paywall"),
        ("<h1>a.example is for sale</h1><p>Make an offer.</p>", "no-article"),
    ],
)
def test_obstacle_is_recognised_by_its_heading(body: str, code: str) -> None:
    assert obstacle(body) == code
    assert obstacle(body + STORY) is None


def test_a_list_of_headlines_is_no_article() -> None:
    items = "".join(
        f"<h2><a href=/{n}>A headline of five words</a></h2><p>So.</p>" for n in range(9)
    )
    assert obstacle(items) == "no-article"
    assert obstacle(STORY + items) is None


def test_front_page_is_never_an_article() -> None:
    assert obstacle("<p>News of the valley.</p>", url="https://a.example/") == "no-article"
    assert obstacle("<p>A file on the disk.</p>", url="index.html") is None


def test_no_article_is_taken_for_an_obstacle_and_most_obstacles_are_detected() -> None:
    pages = list(measure())
    articles = [page for page in pages if page.expected is None]
    others = [page for page in pages if page.expected is not None]
    assert [page.name for page in articles if page.given] == []
    assert (len(articles), len(others)) == (50, 60)
    assert sum(page.given is not None for page in others) >= 47
    assert sum(page.given == page.expected for page in others) >= 43


def test_obstacle_is_coverage_with_its_code(server: RawServer, fetch_code: FetchCode) -> None:
    server.answers["/x"] = page(b"<title>Are you a robot?</title><p>Tick the box to go on.</p>")
    assert fetch_code(server.url("/x")) == "blocked"
