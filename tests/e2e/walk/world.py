"""A running service with the example article, which is checked, corrected and deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from pathlib import Path
from typing import Any

import requests
from apiflask import APIFlask
from bs4 import BeautifulSoup

from claims.access import Scope
from claims.alerts import Alert
from claims.settings import Settings
from claims.store import RedisStore, connect, keys
from claims.store.server_files import DataFolder
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    ClaimId,
    ClaimRecord,
    EventType,
    VerdictLabel,
)
from claims.webhooks import Webhook
from examples.expected import FOLDER
from examples.serve import PageServer, serve_pages
from service.access.issuing import create_key
from service.app import create_app
from service.client import Client
from service.processes.supervisor import Supervisor
from tests.stack.chat_server import ChatServer, serve_chat
from tests.stack.judge_scores import SharedScores
from tests.stack.workers import wait_until
from tests.workers.receivers import Receiver, say, serve

PATIENCE_S = 240.0
SOURCE = "statistics-office"
WATCHED = "watched"
"""A tag with a schedule, and without claims."""
CORRECTED = "Marco Rubio travelled to Quito in September 2025."
CHECKABLE = "The boat sank near the port of Manta on {} September 2025."
"""A claim for a step that needs one of its own; the number makes it another."""


class State(IntEnum):
    """How far the article is."""

    JUDGED = 1
    RECHECKED = 2
    CORRECTED = 3
    DELETED = 4


@dataclass
class World:
    """The service, and the ids of what is in it."""

    url: str
    key: str
    feed_key: str
    folder: Path
    store: RedisStore
    app: APIFlask
    pages: PageServer
    receiver: Receiver
    chat: ChatServer
    article: ArticleRecord
    webhook: Webhook
    alert: Alert
    secret: str
    state: State = State.JUDGED
    correction: ClaimId | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def client(self) -> Client:
        return Client(self.url, token=self.key)

    @property
    def page(self) -> str:
        """The address of a page that claims of the article cite."""
        return self.pages.page_url("quito-visit.html")

    def find_claim(self, **wanted: Any) -> ClaimRecord:
        """The first claim of the article that has these values and a verdict that cites a page."""
        return next(
            claim
            for claim in self.article.claims
            if claim.verdict
            and claim.verdict.evidence
            and all(getattr(claim, name) == value for name, value in wanted.items())
        )

    @property
    def claim(self) -> ClaimRecord:
        """The claim that is corrected in the end: the one that the changed page is about."""
        change = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
        return self.find_claim(sentence=change["sentence"])

    @property
    def ids(self) -> Mapping[str, str]:
        """A value for each parameter of a path, by its name."""
        verdict = self.claim.verdict
        assert verdict is not None
        return {
            "article_id": self.article.id,
            "claim_id": self.claim.id,
            "check": "1",
            "sha256": verdict.evidence[0].page.sha256,
            "name": SOURCE,
            "tag": WATCHED,
            "key_id": self.key.split("_")[1],
            "webhook_id": self.webhook.id,
            "alert_id": self.alert.id,
            "event_id": self.client.read_changes(limit=1).items[0].id,
        }

    def reach(self, state: State) -> None:
        """Take the article on to this state."""
        steps = {
            State.RECHECKED: self._recheck,
            State.CORRECTED: self._correct,
            State.DELETED: lambda: self.client.delete_article(self.article.id),
        }
        while self.state < state:
            self.state = State(self.state + 1)
            steps[self.state]()

    def _recheck(self) -> None:
        change = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
        self.pages.replace(change["page"], FOLDER / change["replacement"])
        checks = self.client.recheck_article(self.article.id)
        for claim_id in checks:
            self.client.wait_for_claim(claim_id, timeout_s=PATIENCE_S)
        self.article = self.client.get_article(self.article.id)

    def _correct(self) -> None:
        self.correction = self.client.correct_claim(self.claim.id, {"text": CORRECTED})
        self.client.wait_for_claim(self.correction, timeout_s=PATIENCE_S)
        self.article = self.client.get_article(self.article.id)

    def make_claim(self) -> ClaimId:
        """A claim that no other step uses."""
        text = CHECKABLE.format(next(self.numbers))
        return self.client.submit_claim({"text": text, "sources": [self.page], "tags": ["spare"]})

    def make_article(self) -> ArticleId:
        """An article that no other step uses; it is read, so that its claims are known."""
        text = CHECKABLE.format(next(self.numbers))
        article_id = self.client.submit_article({"text": text, "sources": [self.page]})
        wait_until(lambda: self.client.get_article(article_id).status != ArticleStatus.QUEUED)
        return article_id

    def make_webhook(self) -> str:
        """A webhook that no other step uses."""
        return self.client.create_webhook(self.receiver.url, [EventType.ARTICLE_FAILED]).id

    def make_alert(self) -> str:
        """An alert that no other step uses."""
        events = [EventType.ARTICLE_FAILED]
        return self.client.create_alert("slack", self.receiver.url, events=events).id

    def make_key(self) -> str:
        """The id of a key that no other step uses."""
        return self.client.create_key("spare", ["read"]).id

    def make_source(self) -> str:
        """The name of a source that no other step uses."""
        name = f"spare-{next(self.numbers)}"
        self.client.put_source(name, {"domains": [f"{name}.example"], "by": "Ada"})
        return name

    def make_tag_schedule(self) -> str:
        """A tag with a schedule that no other step uses."""
        tag = f"spare-{next(self.numbers)}"
        self.client.set_tag_schedule(tag, every="P1D")
        return tag

    def log_in(self) -> requests.Session:
        """A browser that is signed in."""
        browser = requests.Session()
        browser.trust_env = False
        browser.headers.update({"Accept": "text/html", "Origin": self.url})
        answer = browser.post(f"{self.url}/login", data={"token": self.key}, timeout=30)
        assert (answer.status_code, answer.url) == (200, f"{self.url}/"), answer.text[:500]
        return browser

    def read_logs(self) -> str:
        """What all processes have logged."""
        return "".join(
            path.read_text("utf-8", "replace") for path in sorted(self.folder.rglob("*.log"))
        )


@contextmanager
def build_world(folder: Path, scores: SharedScores) -> Iterator[World]:
    """The world with the article judged, until the block ends."""
    with ExitStack() as stack:
        pages = stack.enter_context(serve_pages(FOLDER / "pages"))
        receiver = stack.enter_context(serve(say("HTTP/1.1 204 No Content\n\n")))
        chat = stack.enter_context(serve_chat())
        settings = Settings(
            redis_url=None,
            api_token=None,
            fetch_allow=f"127.0.0.1:{pages.port}",
            webhook_allow=f"127.0.0.1:{receiver.port}",
            public_url="https://assay.example.org",
            reads_per_minute=100_000,
            writes_per_minute=100_000,
            reader="chat:scripted",
            reader_when="asked",
            reader_tokens_per_day=1,  # for one answer
            chat_url=chat.url,
        )
        running = stack.enter_context(Supervisor(settings, data_folder=folder, port=0, workers=1))
        note = DataFolder(folder).find_note()
        assert note is not None
        store = connect(note.url)
        stack.callback(store.close)
        if known := scores.list_scores():
            store.keep_scores(known)
        world = _fill(running.url, folder, store, pages, receiver, chat)
        _share_answers(store, scores)
        yield world


def _fill(
    url: str,
    folder: Path,
    store: RedisStore,
    pages: PageServer,
    receiver: Receiver,
    chat: ChatServer,
) -> World:
    key = create_key(store, name="walk", scopes=Scope, expires_at=None).key
    client = Client(url, token=key)
    client.set_tag_schedule(WATCHED, every="P30D")
    client.put_source(
        SOURCE,
        {"domains": ["stats.example.org"], "credibility": 0.9, "reason": "Careful.", "by": "Ada"},
    )
    issued = client.create_webhook(receiver.url, list(EventType))
    alert = client.create_alert("slack", receiver.url)
    client.test_alert(alert.id)
    names = json.loads((FOLDER / "sources.json").read_text(encoding="utf-8"))
    article_id = client.submit_article(
        {
            "text": (FOLDER / "article.txt").read_text(encoding="utf-8"),
            "title": "Rubio in Quito: what was said and what is known",
            "sources": [pages.page_url(name) for name in names],
            "tags": ["Quito"],
        }
    )
    article = client.wait_for_article(article_id, timeout_s=PATIENCE_S)
    check_example(article)
    for day in (15, 16):  # the first is read, and the second is not any more
        body = {"text": CHECKABLE.format(day), "sources": [pages.page_url("quito-visit.html")]}
        claim_id = client.submit_claim(body | {"reader": "always"})
        client.wait_for_claim(claim_id, timeout_s=PATIENCE_S)
    world = World(
        url=url,
        key=key,
        feed_key=client.create_key("reader", ["feed"]).key,
        folder=folder,
        store=store,
        app=create_app(Settings(), store=store, notify=lambda queue=None: None),
        pages=pages,
        receiver=receiver,
        chat=chat,
        article=article,
        webhook=client.get_webhook(issued.id),
        alert=alert,
        secret=issued.secret,
    )
    # One of them is corrected later, and lists leave that out.
    for claim in (world.claim, *article.claims[:2]):
        client.review_claim(claim.id, {"decision": "accept", "assignee": "Ada"})
    waiting = next(one for one in article.claims[2:] if one.id != world.claim.id and one.verdict)
    client.review_claim(waiting.id, {"note": "To be looked at.", "assignee": "Ada"})
    return world


def _share_answers(store: RedisStore, scores: SharedScores) -> None:
    """Give the judge's answers to the tests that come later in this run."""
    names = store.connection.command("KEYS", f"{keys.SCORE}*")
    known = [name.removeprefix(keys.SCORE) for name in names]
    found = zip(known, store.get_scores(known), strict=True)
    scores.keep_scores({key: row for key, row in found if row is not None})


def check_example(article: ArticleRecord) -> None:
    """The article has what a walk must meet: several labels, failed pages, skipped sentences."""
    assert article.status is ArticleStatus.DONE
    assert {VerdictLabel.SUPPORTED, VerdictLabel.REFUTED} < set(map(VerdictLabel, article.summary))
    assert article.not_checked
    verdicts = [claim.verdict for claim in article.claims if claim.verdict]
    assert any(verdict.coverage.failed for verdict in verdicts)


def soup_of(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")
