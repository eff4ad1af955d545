"""Take the pictures of docs/images from a running service and a report file. Needs Chromium.

    .venv/bin/python docs/screenshots.py --url http://127.0.0.1:8400 \\
        --article a_... --claim c_... --report build/demo/report.html

The article's and the claim's page are those of the demo (make demo keeps its result in
build/demo/result.json); --out is another folder than docs/images.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH = 1280
HEIGHTS = {"home": 900, "article": 900, "claim": 1120, "report": 900}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def take_pictures(addresses: dict[str, str], *, folder: Path, chromium: str) -> None:
    """One picture of the first screen of each address, named by its key.

    In the article a refuted claim is chosen, as a reader does who wants to know why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(color_scheme="light", reduced_motion="reduce")
        for name, address in addresses.items():
            page.set_viewport_size({"width": WIDTH, "height": HEIGHTS[name]})
            page.goto(address)
            refuted = page.locator("mark.tone-refuted")
            if name == "article" and refuted.count():
                refuted.nth(refuted.count() // 2 - 1).click()
            page.screenshot(path=folder / f"{name}.png")
        browser.close()


def main() -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description="Take the pictures of docs/images.")
    parser.add_argument("--url", required=True, help="address of the service")
    parser.add_argument("--article", required=True, help="id of the article to show")
    parser.add_argument("--claim", required=True, help="id of the claim to show")
    parser.add_argument("--report", required=True, type=Path, help="report.html of the demo")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "images")
    chosen = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("the pictures need Chromium on PATH")
    url = chosen.url.rstrip("/")
    addresses = {
        "home": f"{url}/",
        "article": f"{url}/articles/{chosen.article}",
        "claim": f"{url}/claims/{chosen.claim}",
        "report": chosen.report.resolve().as_uri(),
    }
    take_pictures(addresses, folder=chosen.out, chromium=chromium)


if __name__ == "__main__":
    main()
