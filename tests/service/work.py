"""Worker steps for tests: extract articles and judge claims with the store's own operations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from claims.ports import Lease, VerifyAnswer, VerifyRequest, WorkItem
from claims.store.redis_store import RedisStore
from claims.types import (
    ArticleReading,
    Cause,
    Claim,
    Extraction,
    HistoryEntry,
    NotChecked,
    PageChange,
    PageDifference,
    Passage,
    Queue,
    Span,
    Stage,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.origins import refer_to
from tests.claims import samples
from tests.contracts.steps import read_page
from tests.contracts.turns import take_item

CHANGED_PAGE = "https://a.example/one"


def lease(store: RedisStore, item: WorkItem) -> Lease:
    """Lease a work item, which must be due."""
    taken = take_item(store, item)
    assert taken is not None
    return taken


def judge_claim(
    store: RedisStore,
    claim_id: str,
    *,
    check: int = 1,
    label: VerdictLabel = VerdictLabel.SUPPORTED,
) -> Verdict:
    """Commit gathering and verdict of one check of a claim; return the verdict."""
    text = "Eleven people died."
    page = refer_to(read_page(store, text), origin="o1")
    gathering = lease(store, WorkItem(Stage.GATHER, claim_id, check))
    passage = Passage(text=text, span=Span(0, len(text)), page=page)
    gathered = replace(samples.gathered(page), passages=(passage,))
    assert store.commit_gathering(gathering, gathered)
    verdict = samples.verdict(label, check=check)
    entry = HistoryEntry(
        check=check,
        checked_at=verdict.checked_at,
        label=label,
        support=verdict.support,
        changed=False,
        scored=True,
    )
    judging = lease(store, WorkItem(Stage.JUDGE, claim_id, check))
    assert store.commit_verdict(judging, verdict, entry)
    return verdict


def commit_turn(
    store: RedisStore,
    claim: str,
    *changes: PageChange,
    turned_by: tuple[str, ...] = (CHANGED_PAGE,),
    explanation: str = "Because.",
) -> None:
    """Commit check 2 of a claim with these changes and the label REFUTED.

    It has two further differences that have no part in it.
    """
    gathering = lease(store, WorkItem(Stage.GATHER, claim, 2))
    assert store.commit_gathering(gathering, samples.gathered())
    verdict = replace(samples.verdict(VerdictLabel.REFUTED, check=2), explanation=explanation)
    entry = HistoryEntry(
        check=2,
        checked_at=verdict.checked_at,
        label=verdict.label,
        support=verdict.support,
        changed=True,
        scored=True,
        causes=(Cause.PASSAGES,),
        diff=PageDifference(
            appeared=("https://b.example",),
            changed=(*changes, PageChange("https://c.example", None, "Rain fell.")),
            further=1,
        ),
        turned_by=turned_by,
    )
    assert store.commit_verdict(lease(store, WorkItem(Stage.JUDGE, claim, 2)), verdict, entry)


def extract_article(store: RedisStore, article_id: str, text: str) -> None:
    """Commit an extraction: the first sentence of `text` is a claim, the rest an opinion."""
    end = text.index(".") + 1
    claim = Claim(text=text[:end], sentence=text[:end], span=Span(0, end))
    rest = NotChecked(text[end:].strip(), Span(end + 1, len(text)), "opinion")
    extraction = lease(store, WorkItem(Stage.EXTRACT, article_id, 1))
    assert store.commit_extraction(
        extraction,
        ArticleReading(text=text, extraction=Extraction((claim,), (rest,))),
    )


@contextmanager
def answering(store: RedisStore, answer: VerifyAnswer) -> Iterator[list[VerifyRequest]]:
    """A worker that gives this answer to each verify request, until the block ends; the requests
    that it took."""
    taken: list[VerifyRequest] = []
    stopped = threading.Event()

    def work() -> None:
        beat_at = time.monotonic()
        while not stopped.wait(0.01):
            if time.monotonic() >= beat_at:
                store.beat("w@test", ttl_s=60, queues=Queue, has_judge=True)
                beat_at = time.monotonic() + 10
            request = store.take_verify(worker="w@test")
            if request is not None:
                taken.append(request)
                store.answer_verify(request.id, answer)

    store.beat("w@test", ttl_s=60, queues=Queue, has_judge=True)
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield taken
    finally:
        stopped.set()
        thread.join()
