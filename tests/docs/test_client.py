"""The examples of docs/guides/client.md run in order against a service, and its errors exist."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from claims import errors
from claims.ports import ALL_ARTICLES
from claims.shapes import to_json
from claims.store.redis_store import RedisStore
from claims.types import ArticleStatus
from service import client as service_client
from tests.contracts.deliveries import deliver_all
from tests.service.live import run_service_and_store
from tests.service.work import extract_article, judge_claim

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "client.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE, re.S)


@contextmanager
def worker(store: RedisStore) -> Iterator[None]:
    """Extract and judge the first check of all that is submitted, until the block ends."""
    stopped = threading.Event()

    def work() -> None:
        while not stopped.wait(0.05):
            for article in store.list_articles(ALL_ARTICLES, limit=9).items:
                if article.status == ArticleStatus.QUEUED:
                    new = store.get_article(article.id).new
                    extract_article(store, article.id, new.text or "")
            for claim in store.list_claims(limit=9).items:
                if claim.status == "queued" and claim.checked_at is None:
                    judge_claim(store, claim.id)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def test_examples_run_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    printed: list[list[str]] = []

    def run(examples: list[str]) -> None:
        for example in examples:
            exec(example, names)  # noqa: S102
            printed.append(capsys.readouterr().out.splitlines())

    with run_service_and_store(tmp_path, ASSAY_WEBHOOK_ALLOW="127.0.0.1:9000") as live:
        monkeypatch.setenv("ASSAY_URL", live.url)
        run(EXAMPLES[:2])  # nothing is submitted while the worker takes one item after another
        with worker(live.store):
            run(EXAMPLES[2:3])
            wait_until_idle(live.store)
        claim = live.store.get_claim(names["claim_id"])
        assert claim.options.sources == ("http://127.0.0.1:8765/library.html",)
        run(EXAMPLES[3:7])
        deliver_all(live.store)
        run(EXAMPLES[7:9])
        body = json.dumps(to_json(next(names["client"].changes(follow=False))))
        assert names["receive"](body.encode(), sign(body, names["secret"])) == 204
        assert names["receive"](body.encode(), sign(body, "whsec_AAAA")) == 401
        received = capsys.readouterr().out
        run(EXAMPLES[9:])
    connect, submit, wait, lists, reviews, changes, hook, *rest = printed
    deliveries, receive, change, again, problems = rest
    assert reviews == ["in-review ['I call the library.']"]
    assert (connect, submit, hook, receive, again) == ([], ["3 claims"], [], [], ["True"])
    assert deliveries == ["webhook.ping delivered 1 "]
    assert received.startswith("verdict.created ") and received.count("\n") == 1
    assert "SUPPORTS Eleven people died. https://a.example/one" in wait
    assert wait[-1] == "The library of Norrbeck opened in 1987. SUPPORTED"
    assert len(lists) == 3 and lists[-1] == "1 article"
    assert len(changes) == 5 and changes[0].startswith("verdict.created ")
    assert change == ["1 check ended"]
    assert "was deleted on" in problems[0] and problems[1] == "/claimed_at is wrong"


def sign(body: str, secret: str) -> dict[str, str]:
    """The headers of a message of a webhook."""
    at = datetime.now(UTC)
    return {
        "webhook-id": "m",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("m", at, body),
    }


def wait_until_idle(store: RedisStore) -> None:
    """Wait until the worker has judged all."""
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at:
        if all(claim.status == "judged" for claim in store.list_claims(limit=9).items):
            return
        time.sleep(0.05)


def test_every_error_of_the_table_exists_and_no_error_of_the_client_is_left_out() -> None:
    table = GUIDE.partition("| error |")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| `(\w+)` \|", table, re.M))
    raised = {kind.__name__ for kind in service_client.error_answers._PLAIN.values()}
    assert raised <= named
    for name in sorted(named):
        kind = getattr(errors, name, None) or getattr(service_client, name)
        assert issubclass(kind, errors.AssayError)
