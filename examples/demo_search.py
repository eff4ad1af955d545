"""make demo-search: check the example article without any source address.

About half of the example pages are on a shelf, the others in a local MediaWiki, and the service
searches both for every claim. Without an installed MediaWiki (Debian: mediawiki php-cli php-sqlite3
php-mbstring php-xml php-intl) all pages are on the shelf, and a message says so.
Writes build/demo-search/report.html and build/demo-search/result.json.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from claims.cli.table import print_result
from claims.errors import AssayError
from claims.settings import Settings
from claims.types import ClaimRecord
from examples.demo import (
    PATIENCE_S,
    ProgressLines,
    print_comparisons,
    read_result,
    say,
    write_output,
)
from examples.expected import FOLDER, Comparison, compare
from examples.wiki import is_installed, mediawiki
from service.cli import run
from service.client import Client
from service.processes.supervisor import Supervisor

OUTPUT = Path("build") / "demo-search"
SHELF = "press"
# Pages with background, as in an encyclopaedia; the other pages, reports, are on the shelf.
IN_THE_WIKI = (
    "designation-explainer.html",
    "football-derby.html",
    "homicide-figures.html",
    "manta-base.html",
)


def main() -> int:
    """Run the demonstration; returns exit code 0, whatever the verdicts are.

    Returns the exit code of `assay shelf add` when that fails.
    """
    OUTPUT.mkdir(parents=True, exist_ok=True)
    pages = {path.name: path for path in sorted((FOLDER / "pages").glob("*.html"))}
    in_wiki = [pages[name] for name in IN_THE_WIKI] if is_installed() else []
    on_shelf = [path for path in pages.values() if path not in in_wiki]
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="assay-demo-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        data = folder / "data"
        say(f"putting {len(on_shelf)} pages on a shelf ...")
        if status := run(["shelf", "add", SHELF, *map(str, on_shelf), "--data", str(data)]):
            return status
        settings = Settings(redis_url=None, api_token=None, fetch_allow="", mediawiki="")
        if in_wiki:
            say(f"filling a MediaWiki with {len(in_wiki)} pages ...")
            texts = dict(map(write_wikitext, in_wiki))
            wiki = stack.enter_context(mediawiki(folder / "wiki", texts))
            about = {"fetch_allow": wiki.partition("://")[2], "mediawiki": f"{wiki}/api.php"}
            settings = settings.model_copy(update=about)
        else:
            say("no MediaWiki is installed here: the shelf has all pages")
        say("starting the store, the API, the workers and the beat ...")
        service = stack.enter_context(Supervisor(settings, data_folder=data, port=0, say=say))
        say(f"ready at {service.url}")
        comparisons = demonstrate(service.url)
        say("stopping everything ...")
    print(f"\nReport: {OUTPUT / 'report.html'}   JSON: {OUTPUT / 'result.json'}")
    matching = sum(row.matches for row in comparisons)
    print(f"demo-search: {matching} of {len(comparisons)} as expected")
    return 0


def demonstrate(url: str) -> list[Comparison]:
    """Check the article without sources, print the result, and compare it with expected.json."""
    client = Client(url)
    article_id = client.submit_article(
        {
            "text": (FOLDER / "article.txt").read_text(encoding="utf-8"),
            "title": "Rubio in Quito: what was said and what is known",
        }
    )
    article = client.wait_for_article(article_id, timeout_s=PATIENCE_S, on_change=ProgressLines())
    print_result(read_result(article))
    comparisons = compare(article.claims)
    print_comparisons(comparisons)
    print_places(article.claims)
    write_output(article, OUTPUT)
    return comparisons


def print_places(claims: Sequence[ClaimRecord]) -> None:
    """Print how many pages of the evidence are from the shelf and how many from the wiki."""
    verdicts = [claim.verdict for claim in claims if claim.verdict]
    cited = {item.page.url for verdict in verdicts for item in verdict.evidence}
    shelf = sum(address.startswith("shelf:") for address in cited)
    print(f"Evidence from {shelf} documents of the shelf, {len(cited) - shelf} pages of the wiki.")


def write_wikitext(path: Path) -> tuple[str, str]:
    """(title, wikitext) of an example page, with its paragraphs, headings and tables."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    article = soup.find("article") or soup.body or soup
    heading = article.find("h1")
    title = " ".join(heading.get_text(" ").split()) if heading else path.stem
    parts = []
    for element in article.find_all(["p", "h2", "table"]):
        if element.name == "table":
            parts.append(_write_table(element))
        elif not element.find_parent("table"):
            parts.append(" ".join(element.get_text(" ").split()))
    return title, "\n\n".join(filter(None, parts))


def _write_table(table: Any) -> str:
    rows = []
    for row in table.find_all("tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        rows.append("| " + " || ".join(cells))
    return "{|\n" + "\n|-\n".join(rows) + "\n|}"


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except AssayError as error:
        raise SystemExit(f"demo-search: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
