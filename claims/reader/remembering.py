"""A reader that remembers the answers of another reader."""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import replace

from claims.errors import StoreUnavailable
from claims.ports import AnswerCache, Question, Reader
from claims.reader.question import build_question, order_passages
from claims.reader.unanswered import EndpointFailed
from claims.shapes import from_text, to_text
from claims.types import NotRead, PageReference, ReaderName, Reading

# Replaces the random mark in the key.
_MARK = "|"
# Maximum answers that are held while the cache cannot keep them.
_MOST_HELD = 200

_log = logging.getLogger(__name__)


class RememberingReader:
    """claims.ports.Reader in front of another reader: an unchanged question is asked once.

    Only answers that passed every check are remembered. A remembered answer has 0 tokens, and cites
    its pages as the present question does, because they may have been fetched again since. Answers
    that the cache cannot store now are held in the process until it can. For several threads.

    The reason why an endpoint failed is for its operator: unless `names_endpoint`, it goes to the
    log, and the answer has only the general reason.
    """

    def __init__(self, reader: Reader, cache: AnswerCache, *, names_endpoint: bool = False) -> None:
        self._reader = reader
        self._cache = cache
        self._names_endpoint = names_endpoint
        self._held: dict[str, str] = {}

    @property
    def name(self) -> ReaderName:
        """The name of the other reader."""
        return self._reader.name

    def read(self, question: Question) -> Reading | NotRead:
        """The contract of claims.ports.Reader; also raises StoreUnavailable."""
        key = answer_key(question, self.name)
        known = self._recall(key, question)
        if known is not None:
            return known
        answer = self._reader.read(question)
        if isinstance(answer, Reading):
            self._hold(key, to_text(answer))
            self._keep_held()
        elif isinstance(answer, EndpointFailed) and not self._names_endpoint:
            _log.warning("%s", answer.detail)
            return replace(answer, detail=answer.plain)
        return answer

    def _hold(self, key: str, answer: str) -> None:
        self._held[key] = answer
        for oldest in list(self._held)[:-_MOST_HELD]:
            self._held.pop(oldest, None)

    def _keep_held(self) -> None:
        """Store the held answers in the cache; those that it cannot store stay held."""
        with suppress(StoreUnavailable):
            for key, answer in list(self._held.items()):
                self._cache.keep_answer(key, answer)
                self._held.pop(key, None)

    def _recall(self, key: str, question: Question) -> Reading | None:
        """The earlier answer; None if there is none, or if another release wrote it."""
        text = self._held.get(key) or self._cache.get_answer(key)
        self._keep_held()
        if text is None:
            return None
        try:
            answer = from_text(Reading, text)
        except ValueError:
            return None
        pages = {_identify(passage.page): passage.page for passage in question.passages}
        return replace(
            answer,
            tokens=0,
            quotes=tuple(
                replace(quote, page=pages[_identify(quote.page)]) for quote in answer.quotes
            ),
            addressed=tuple(
                replace(one, page=pages[_identify(one.page)]) for one in answer.addressed
            ),
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
