"""What a re-check by a worker says about a page that changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from claims.store import RedisStore
from claims.types import Page
from tests.contracts.steps import gather_item, judge_item, new_claim
from tests.stack.scripted import ScriptedFetcher
from tests.workers.items import TEXT, do
from workers.context import WorkerContext

BEFORE, AFTER = "The bridge is 42 metres long.", "The bridge is 24 metres long."


class ChangedPage(ScriptedFetcher):
    """Serves the same sentence at every address, with a line of furniture that is always new."""

    def __init__(self) -> None:
        self.sentence = BEFORE
        self.fetches = 0

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        self.fetches += 1
        text = f"{self.sentence} It was built in 1901.\n\nUpdated {self.fetches} hours ago"
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        return replace(super().fetch(url, known=known), text=text, sha256=sha256)


def test_history_has_the_changed_sentences_of_the_stored_texts_and_no_furniture(
    store: RedisStore, context: WorkerContext
) -> None:
    web = ChangedPage()
    context.fetcher = web
    claim = store.submit_claim(new_claim(text=TEXT))
    for check, sentence in enumerate((BEFORE, BEFORE, AFTER), start=1):
        web.sentence = sentence
        store.recheck_claim(claim)
        do(gather_item(claim, check=check), context)
        do(judge_item(claim, check=check), context)
    _, unchanged, changed = store.get_history(claim)
    assert unchanged.diff is None
    assert changed.diff is not None
    (change,) = changed.diff.changed
    assert (change.before, change.after, change.deciding) == (BEFORE, AFTER, True)
