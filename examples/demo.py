"""make demo: check the example article end to end with the real service.

Starts the service on free loopback ports with a temporary data folder, serves the example pages,
submits the article through the API and prints the result. Then changes one page, requests new
checks of all claims, and prints the changed verdicts, with the sentence before and after and the
page that turned the verdict, and the mail that an alert sent about it to a local mail server.
Writes build/demo/report.html and build/demo/result.json.
"""

from __future__ import annotations

import json
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path

from pydantic import SecretStr

from claims.cli.table import print_result
from claims.errors import AssayError
from claims.report import render_report
from claims.report.changed_sentences import list_changed_pages, write_marked
from claims.settings import Settings
from claims.shapes import to_json
from claims.types import ArticleRecord, CheckResult, ClaimStatus, HistoryEntry, Verdict
from examples.expected import FOLDER, Comparison, compare
from examples.mailbox import Mailbox, receive_mails
from examples.serve import LOOPBACK, PageServer, serve_pages
from service.client import Client
from service.processes.supervisor import Supervisor

OUTPUT = Path("build") / "demo"
PATIENCE_S = 300
MAIL_PATIENCE_S = 60
RECIPIENT = "desk@newsroom.example"


def main() -> int:
    """Run the demonstration; returns exit code 0, whatever the verdicts are."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        pages = stack.enter_context(serve_pages(FOLDER / "pages"))
        mailbox = stack.enter_context(receive_mails())
        folder = Path(tempfile.mkdtemp(prefix="assay-demo-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        say("starting the store, the API, the workers and the beat ...")
        port = find_free_port()
        settings = Settings(
            redis_url=None,
            api_token=None,
            fetch_allow=f"{LOOPBACK}:{pages.port}",
            smtp_url=SecretStr(mailbox.url),
            mail_from="assay@newsroom.example",
            public_url=f"http://{LOOPBACK}:{port}",
        )
        service = stack.enter_context(Supervisor(settings, data_folder=folder, port=port, say=say))
        say(f"ready at {service.url}")
        comparisons = demonstrate(service.url, pages, mailbox)
        say("stopping everything ...")
    print(f"\nReport: {OUTPUT / 'report.html'}   JSON: {OUTPUT / 'result.json'}")
    matching = sum(row.matches for row in comparisons)
    print(f"demo: {matching} of {len(comparisons)} as expected")
    return 0


def find_free_port() -> int:
    """A port that is free now: links in mails have it, so it is needed before the service runs."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port: int = free.getsockname()[1]
    return port


def demonstrate(url: str, pages: PageServer, mailbox: Mailbox) -> list[Comparison]:
    """Check the article, print the result, and check it again after the change of a page.

    Returns the comparison of the first check with expected.json.
    """
    client = Client(url)
    names = json.loads((FOLDER / "sources.json").read_text(encoding="utf-8"))
    article_id = client.submit_article(
        {
            "text": (FOLDER / "article.txt").read_text(encoding="utf-8"),
            "title": "Rubio in Quito: what was said and what is known",
            "sources": [pages.page_url(name) for name in names],
        }
    )
    say(f"article accepted: {url}/articles/{article_id}")
    article = client.wait_for_article(article_id, timeout_s=PATIENCE_S, on_change=ProgressLines())
    print_result(read_result(article))
    comparisons = compare(article.claims)
    print_comparisons(comparisons)
    write_output(article, OUTPUT)
    client.create_alert("mail", RECIPIENT, events=["verdict.changed"])
    if recheck(client, pages, article):
        print_mail(mailbox.wait_for_mail(timeout_s=MAIL_PATIENCE_S))
    return comparisons


def recheck(client: Client, pages: PageServer, article: ArticleRecord) -> int:
    """Change one served page, check every claim again, and print which verdicts changed and why.

    Returns the number of changed verdicts.
    """
    change = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
    pages.replace(change["page"], FOLDER / change["replacement"])
    print(f"\nThe page {change['page']} was corrected. Checking all claims again ...")
    for claim in article.claims:
        client.recheck(claim.id)
    scored, changed = 0, 0
    for claim in article.claims:
        now = client.wait_for_claim(claim.id, timeout_s=PATIENCE_S)
        entry = client.get_history(claim.id)[-1]
        scored += entry.scored
        if entry.changed and claim.verdict and now.verdict:
            changed += 1
            print_change(claim.text, claim.verdict, now.verdict, entry)
    total = len(article.claims)
    print(f"{changed} of {total} verdicts changed; {total - scored} needed no new scoring.")
    return changed


def print_change(text: str, before: Verdict, after: Verdict, entry: HistoryEntry) -> None:
    """Print one changed verdict, with the pages that differ and the new explanation."""
    print(f"\n  {text}")
    print(f"    {before.label} -> {after.label}")
    for page in list_changed_pages(entry.diff) if entry.diff else ():
        print(f"    page changed: {page.url}")
        for change in page.changes:
            for name, sentence in (("before: ", change.before), ("now:    ", change.after)):
                if sentence:
                    print(f"      {name}{write_marked(sentence, '[', ']')}")
    for url in entry.turned_by:
        print(f"    turned the verdict: {url}")
    print(f"    {after.explanation}")


def print_mail(mail: EmailMessage) -> None:
    """Print the headers that people see, and the text without the link that ends the alert."""
    part = mail.get_body(("plain",))
    text = "\n".join(part.get_content().splitlines()) if part else ""
    body, _, footer = text.partition("\n-- \n")
    print("\nThe mail server of this demonstration got a mail:\n")
    for name in ("From", "To", "Subject"):
        print(f"  {name}: {mail[name]}")
    print()
    for line in body.rstrip().splitlines():
        print(f"  {line}".rstrip())
    if footer:
        print("  [left out here: the line with the link that ends this alert]")


def print_comparisons(comparisons: Sequence[Comparison]) -> None:
    """Print the number of sentences with the expected label, and every other sentence."""
    misses = [row for row in comparisons if not row.matches]
    print(f"{len(comparisons) - len(misses)} of {len(comparisons)} sentences as a careful reader")
    for row in misses:
        print(f"  expected {row.expected}, found {row.found}: {row.sentence}")


def write_output(article: ArticleRecord, folder: Path) -> None:
    """Write result.json, in the JSON form of the API, and report.html, rendered from it."""
    shape = to_json(article)
    text = json.dumps(shape, indent=2, ensure_ascii=False)
    (folder / "result.json").write_text(text + "\n", encoding="utf-8")
    report = render_report(read_result(article))
    (folder / "report.html").write_text(report, encoding="utf-8")


def read_result(article: ArticleRecord) -> CheckResult:
    """The result of the check, from the article as the API gave it."""
    return CheckResult(article=article, claims=article.claims, not_checked=article.not_checked)


class ProgressLines:
    """Prints a line to stderr when the status or the number of judged claims has changed."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, article: ArticleRecord) -> None:
        """Take a new version of the article."""
        ends = (ClaimStatus.JUDGED, ClaimStatus.FAILED)
        finished = sum(claim.status in ends for claim in article.claims)
        line = f"article {article.status}: {finished} of {len(article.claims)} claims judged"
        if line != self._last:
            say(line)
        self._last = line


def say(line: str) -> None:
    """Print a line of progress to stderr."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except AssayError as error:
        raise SystemExit(f"demo: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
