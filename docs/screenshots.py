"""Take the pictures of docs/images. Needs Chromium on PATH, and some two minutes.

    .venv/bin/python -m docs.screenshots [--out FOLDER]

Starts the service with a temporary data folder, checks the example article, signs and publishes
some of its claims, corrects one of its pages and checks them again; then takes a picture of each
page in PICTURES. A later run differs in dates and addresses only.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import FloatRect, Page, sync_playwright
from pydantic import SecretStr

from claims.settings import Settings
from claims.types import ArticleRecord, ClaimRecord, VerdictLabel
from examples.demo import PATIENCE_S, find_free_port, say, write_output
from examples.expected import FOLDER
from examples.mailbox import receive_mails
from examples.serve import LOOPBACK, PageServer, serve_pages
from service.client import Client
from service.processes.supervisor import Supervisor

WIDTH = 1280
MARGIN = 20
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TAG = "quito visit"
EDITOR, COLLEAGUE = "A. Berg", "J. Holm"


class _Frame(TypedDict, total=False):
    """Options of Page.screenshot."""

    full_page: bool
    clip: FloatRect


@dataclass(frozen=True, slots=True)
class Desk:
    """A service whose claims were checked, reviewed and checked again."""

    url: str
    article: str
    turned: str
    report: Path


@dataclass(frozen=True, slots=True)
class Picture:
    """A page by its address, with what is done on it before the picture is taken.

    `part` is the selector of the element that is shown; without it, the first `height` pixels.
    """

    address: Callable[[Desk], str]
    height: int = 900
    part: str | None = None
    act: Callable[[Page], object] | None = None


def choose_refuted(page: Page) -> None:
    """Choose a refuted claim of an article, as a reader does who wants to know why."""
    refuted = page.locator("mark.tone-refuted")
    refuted.nth(max(0, refuted.count() // 2 - 1)).click()


def show_claims_first(page: Page) -> None:
    """Paste the first paragraphs of the example article, and have its claims shown."""
    text = (FOLDER / "article.txt").read_text(encoding="utf-8")
    page.fill("#article-form textarea[name=text]", "\n\n".join(text.split("\n\n")[:3]))
    page.click("button[name=look]")
    page.wait_for_selector("button[form=article-form]")


PICTURES = {
    "home": Picture(lambda desk: f"{desk.url}/"),
    "article": Picture(lambda desk: f"{desk.url}/articles/{desk.article}", act=choose_refuted),
    "claim": Picture(lambda desk: f"{desk.url}/claims/{desk.turned}", height=1120),
    "report": Picture(lambda desk: desk.report.resolve().as_uri()),
    "before-sending": Picture(lambda desk: f"{desk.url}/submit", height=760, act=show_claims_first),
    "list": Picture(lambda desk: f"{desk.url}/claims?label=REFUTED", height=760),
    "queue": Picture(lambda desk: f"{desk.url}/review", height=760),
    "review": Picture(lambda desk: f"{desk.url}/claims/{desk.turned}/review", height=900),
    "history": Picture(
        lambda desk: f"{desk.url}/claims/{desk.turned}", part="section:has(#history-title)"
    ),
    "alerts": Picture(lambda desk: f"{desk.url}/alerts", height=640),
}


def prepare_desk(url: str, pages: PageServer, *, folder: Path) -> Desk:
    """Check the example article, review claims, and check them again after a page was corrected."""
    client = Client(url)
    names = json.loads((FOLDER / "sources.json").read_text(encoding="utf-8"))
    article_id = client.submit_article(
        {
            "text": (FOLDER / "article.txt").read_text(encoding="utf-8"),
            "title": "Rubio in Quito: what was said and what is known",
            "sources": [pages.page_url(name) for name in names],
            "tags": [TAG],
        }
    )
    say("checking the article ...")
    article = client.wait_for_article(article_id, timeout_s=PATIENCE_S)
    write_output(article, folder)
    client.set_article_tags(article_id, [TAG])
    client.create_alert("mail", "desk@newsroom.example", events=["verdict.changed", "review.stale"])
    client.create_alert("mail", "digest@newsroom.example", when="07:30 Europe/Berlin")
    for number, claim in enumerate(list_decided(article)):
        review(client, claim, number)
    say("checking it again with a corrected page ...")
    change = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
    pages.replace(change["page"], FOLDER / change["replacement"])
    for claim in article.claims:
        client.recheck(claim.id)
    turned = [
        claim.id
        for claim in article.claims
        if client.wait_for_claim(claim.id, timeout_s=PATIENCE_S)
        and client.get_history(claim.id)[-1].changed
    ]
    client.set_schedule(turned[0], every="P1D")
    return Desk(url, article_id, turned[0], folder / "report.html")


def list_decided(article: ArticleRecord) -> list[ClaimRecord]:
    """The claims that were supported or refuted, in the order of the article."""
    sides = (VerdictLabel.SUPPORTED, VerdictLabel.REFUTED)
    return [one for one in article.claims if one.verdict and one.verdict.label in sides]


def review(client: Client, claim: ClaimRecord, number: int) -> None:
    """Sign every second decided claim, publish every sixth, and hand on every fifth."""
    if number % 2 == 1:
        accepted = {"decision": "accept", "check": 1, "by": EDITOR}
        client.review_claim(claim.id, accepted)
    if number % 6 == 1:
        client.review_claim(claim.id, {"decision": "publish", "by": COLLEAGUE})
    if number % 5 == 0:
        note = "The ministry has the newer figure; I call the press office."
        client.review_claim(claim.id, {"note": note, "assignee": COLLEAGUE, "by": EDITOR})


def take_pictures(desk: Desk, *, folder: Path, chromium: str) -> None:
    """Write a PNG file for each of PICTURES, named by its key."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(color_scheme="light", reduced_motion="reduce")
        for name, picture in PICTURES.items():
            page.set_viewport_size({"width": WIDTH, "height": picture.height})
            page.goto(picture.address(desk))
            if picture.act:
                picture.act(page)
            page.screenshot(path=folder / f"{name}.png", **_frame(page, picture.part))
        browser.close()


def _frame(page: Page, part: str | None) -> _Frame:
    """The options of a picture of one element with a margin; none for the whole window."""
    box = page.locator(part).bounding_box() if part else None
    if box is None:
        return {}
    return {
        "full_page": True,
        "clip": {
            "x": box["x"] - MARGIN,
            "y": box["y"] - MARGIN,
            "width": box["width"] + 2 * MARGIN,
            "height": box["height"] + 2 * MARGIN,
        },
    }


def main() -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "images")
    chosen = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("the pictures need Chromium on PATH")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-pictures-")))
        pages = stack.enter_context(serve_pages(FOLDER / "pages"))
        mailbox = stack.enter_context(receive_mails())
        port = find_free_port()
        settings = Settings(
            redis_url=None,
            api_token=None,
            fetch_allow=f"{LOOPBACK}:{pages.port}",
            smtp_url=SecretStr(mailbox.url),
            mail_from="assay@newsroom.example",
            public_url=f"http://{LOOPBACK}:{port}",
        )
        service = stack.enter_context(
            Supervisor(settings, data_folder=folder / "data", port=port, say=say)
        )
        desk = prepare_desk(service.url, pages, folder=folder)
        take_pictures(desk, folder=chosen.out, chromium=chromium)
        say(f"{len(PICTURES)} pictures in {chosen.out}")


if __name__ == "__main__":
    main()
