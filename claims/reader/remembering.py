"""A reader that remembers the answers of another reader."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from claims.errors import StoreUnavailable
from claims.ports import AnswerCache, Question, Reader, Recalled
from claims.reader.question import build_question, order_passages
from claims.reader.unanswered import EndpointFailed
from claims.shapes import from_text
from claims.types import NotRead, PageReference, ReaderName, Reading, Unread

# Replaces the random mark in the key.
_MARK = "|"
# Seconds between two looks at a question that another caller asks.
_LOOK_S = 0.5
ASKED_ALREADY = NotRead(
    skipped=Unread.NO_ANSWER,
    detail="the same question was asked for another request at the same time, without an answer "
    "that could be used",
)
"""What the others are told who waited for the answer to a question."""

_log = logging.getLogger(__name__)


class RememberingReader:
    """claims.ports.Reader in front of another reader: an unchanged question is asked once.

    The other reader stores its answers in `records`; only those that passed every check. A
    remembered answer has 0 tokens, and cites its pages as the present question does, because they
    may have been fetched again since. While a caller asks a question, others with the same one wait
    for its answer, up to `wait_s` seconds; they do not ask after that. For several threads.

    The reason why an endpoint failed is for its operator: unless `names_endpoint`, it goes to the
    log, and the answer has only the general reason.
    """

    def __init__(
        self,
        reader: Reader,
        records: AnswerCache,
        *,
        wait_s: float,
        names_endpoint: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._reader = reader
        self._records = records
        self._looks = math.ceil(wait_s / _LOOK_S)
        self._names_endpoint = names_endpoint
        self._sleep = sleep

    @property
    def name(self) -> ReaderName:
        """The name of the other reader."""
        return self._reader.name

    def read(self, question: Question) -> Reading | NotRead:
        """The contract of claims.ports.Reader; also raises StoreUnavailable."""
        key = answer_key(question, self.name)
        found = self._records.recall(key)
        if found.is_asked:
            found = self._wait(key)
            if found.answer is None:
                return ASKED_ALREADY
        known = _restore(found.answer, question) if found.answer else None
        return known or self._ask(key, question)

    def _wait(self, key: str) -> Recalled:
        """The answer for which another caller asks; none if it ended without one."""
        found = Recalled(is_asked=True)
        for _ in range(self._looks):
            self._sleep(_LOOK_S)
            found = self._records.recall(key)
            if not found.is_asked:
                break
        if not found.is_asked and found.answer is None:
            self._records.end(key)  # this caller does not ask what has just failed
        return found

    def _ask(self, key: str, question: Question) -> Reading | NotRead:
        try:
            answer = self._reader.read(question)
        finally:
            with suppress(StoreUnavailable):  # the note expires
                self._records.end(key)
        if isinstance(answer, EndpointFailed) and not self._names_endpoint:
            _log.warning("%s", answer.detail)
            return replace(answer, detail=answer.plain)
        return answer


def _restore(text: str, question: Question) -> Reading | None:
    """The earlier answer; None if another release wrote it."""
    try:
        answer = from_text(Reading, text)
    except ValueError:
        return None
    pages = {_identify(passage.page): passage.page for passage in question.passages}
    return replace(
        answer,
        tokens=0,
        quotes=tuple(replace(quote, page=pages[_identify(quote.page)]) for quote in answer.quotes),
        addressed=tuple(replace(one, page=pages[_identify(one.page)]) for one in answer.addressed),
    )


def _identify(page: PageReference) -> tuple[str, str]:
    """The properties by which a page is recognised after it is fetched again; passages of a request
    may share an address."""
    return page.url, page.sha256


def answer_key(question: Question, name: ReaderName) -> str:
    """The sha256, in hex, of all that an answer depends on.

    That is the model, the version of its instruction, its endpoint, the messages without their
    mark, and the page and place of each passage.
    """
    places = [
        (passage.page.url, passage.page.sha256, passage.span, passage.page_number)
        for passage in order_passages(question.passages)
    ]
    asked = build_question(question, mark=_MARK)
    text = json.dumps([name.model, name.instruction, name.endpoint, *asked, places])
    return hashlib.sha256(text.encode()).hexdigest()
