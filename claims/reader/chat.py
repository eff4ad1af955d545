"""The reader behind a chat endpoint: asks, checks the answer, and asks at most once more."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from claims.errors import EndpointFault, ReaderNotAnswering, StoreUnavailable
from claims.ports import Question, RequestUsage, TokenLedger
from claims.reader.addressed import find_addressed, leave_out_addressed
from claims.reader.answers import Answer, Fault, drop_thinking, read_answer
from claims.reader.endpoint import ChatClient, ChatEndpoint
from claims.reader.parameters import Message
from claims.reader.question import INSTRUCTION_VERSION, build_question, draw_mark
from claims.reader.remembering import answer_key
from claims.reader.token_counts import TokenCount, estimate_tokens
from claims.reader.unanswered import EndpointFailed
from claims.reader.visible import break_tokens
from claims.shapes import to_text
from claims.types import Addressed, NotRead, ReaderName, Reading, Unread

BUDGET_SPENT = "the tokens of the day are spent (ASSAY_READER_TOKENS_PER_DAY)"
"""Why a reader is not asked beyond its budget."""
REQUESTS_MAX = 2
"""Maximum requests for an answer that keeps the rules; the second names the broken rule."""
# Maximum findings of text that addresses a model, for each page; each such page has at least one.
_SHOWN_ADDRESSED = 2
# Maximum characters of a wrong answer that are sent back with the fault.
_REPEATED_CHARS = 4_000


class ChatReader:
    """claims.ports.Reader that asks a chat endpoint. For several threads.

    It never reads two claims with one question, sends only the question without the pages that
    address a model, and gives a model no tools. `ledger` counts the tokens, stores an answer in the
    same step, and may forbid a request.
    """

    def __init__(
        self,
        endpoint: ChatEndpoint,
        *,
        ledger: TokenLedger | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = ChatClient(endpoint, sleep=sleep)
        self._ledger = ledger
        self._name = ReaderName(endpoint.model, INSTRUCTION_VERSION, endpoint.identity)

    @property
    def name(self) -> ReaderName:
        """The model, as the endpoint knows it, the version of the instruction, and the endpoint."""
        return self._name

    def read(self, question: Question) -> Reading | NotRead:
        """The contract of claims.ports.Reader.

        Takes up to twice `timeout_s` of the endpoint, and the rests that it asks for. Raises
        StoreUnavailable when the ledger cannot say whether a request is allowed.
        """
        if not question.passages:
            return NotRead(skipped=Unread.NOT_ASKED, detail="there are no passages to read")
        shown = leave_out_addressed(question)
        if not shown.passages:
            return NotRead(skipped=Unread.NOT_ASKED, detail="every page speaks to a language model")
        spent = _Spent(self._ledger)
        messages = _begin(shown)
        fault: Fault | None = None
        for _ in range(REQUESTS_MAX):
            if self._ledger is not None and not self._ledger.allows():
                return spent.not_read(Unread.BUDGET, BUDGET_SPENT)
            try:
                said = self._client.complete(messages, note=spent.add)
            except ReaderNotAnswering as error:
                if error.fault is EndpointFault.TIMED_OUT:
                    spent.guess(estimate_tokens(messages))
                return _report_failure(error, fault, spent)
            answer = read_answer(said.text, shown)
            if isinstance(answer, Answer):
                reading = self._report(answer, question, spent.tokens + said.used.tokens)
                spent.add(said.used, key=answer_key(question, self._name), answer=reading)
                return reading
            spent.add(said.used)
            fault = _name_cut(answer, said.limit) if said.is_cut else answer
            messages += _name_fault(said.text, fault)
        plain = fault.plain if fault else ""
        return spent.not_read(Unread.BAD_ANSWER, f"{REQUESTS_MAX} answers broke a rule: {plain}")

    def _report(self, answer: Answer, question: Question, tokens: int) -> Reading:
        return Reading(
            model=self._name.model,
            instruction=self._name.instruction,
            label=answer.label,
            quotes=answer.quotes,
            reason=answer.reason,
            missing=answer.missing,
            tokens=tokens,
            addressed=_choose_addressed(question),
        )


class _Spent:
    """The tokens of one answer, counted request by request in the ledger as well.

    An answer that was paid for is used even if the ledger cannot count it.
    """

    def __init__(self, ledger: TokenLedger | None) -> None:
        self.tokens = 0
        self._ledger = ledger

    def add(self, count: TokenCount, *, key: str = "", answer: Reading | None = None) -> None:
        """Count a request, and store the answer to the question `key` that it gave."""
        self.tokens += count.tokens
        text = None if answer is None else to_text(answer)
        self._record(RequestUsage(**count._asdict(), key=key, answer=text))

    def guess(self, tokens: int) -> None:
        """Count a request in the ledger that was not answered: its host may bill it."""
        self._record(RequestUsage(tokens=tokens, estimated=tokens))

    def _record(self, usage: RequestUsage) -> None:
        if self._ledger is not None:
            with suppress(StoreUnavailable):
                self._ledger.spend(usage)

    def not_read(self, skipped: Unread, detail: str) -> NotRead:
        return NotRead(skipped=skipped, detail=detail, tokens=self.tokens)


def _report_failure(
    error: ReaderNotAnswering, fault: Fault | None, spent: _Spent
) -> EndpointFailed:
    """Why there is no reading: BAD_ANSWER if an answer was paid for and broke a rule, unless only
    time was missing."""
    plain = str(error.fault)
    if fault:
        plain = f"an answer broke a rule: {fault.plain}; asked once more, {plain}"
    is_bad = fault is not None and error.fault is not EndpointFault.TIMED_OUT
    return EndpointFailed(
        skipped=Unread.BAD_ANSWER if is_bad else Unread.NO_ANSWER,
        detail=f"{plain}: {error}",
        tokens=spent.tokens,
        plain=plain,
        fault=error.fault,
    )


def _choose_addressed(question: Question) -> tuple[Addressed, ...]:
    """The first findings on each page of text that addresses a model."""
    found = find_addressed(question.passages)
    by_page = {one.page: [other for other in found if other.page == one.page] for one in found}
    return tuple(one for of_page in by_page.values() for one in of_page[:_SHOWN_ADDRESSED])


def _begin(question: Question) -> list[Message]:
    system, user = build_question(question, mark=draw_mark())
    return [Message("system", system), Message("user", user)]


def _name_cut(fault: Fault, limit: int | None) -> Fault:
    """The fault of an answer that was cut off after `limit` tokens, or at the end of the
    context."""
    at_limit = "" if limit is None else f"its limit of {limit:,} tokens, or at "
    return Fault(
        plain=f"it was cut off at {at_limit}the end of the model's context: enlarge the context, "
        "or use a model that writes less",
        text=f"{fault.text} It was cut off: think and write less.",
    )


def _name_fault(content: str, fault: Fault) -> tuple[Message, Message]:
    """The wrong answer and what is wrong with it, as the next messages."""
    repeated = break_tokens(drop_thinking(content))[:_REPEATED_CHARS] or "(no answer)"
    return Message("assistant", repeated), Message(
        "user",
        f"This answer breaks a rule. {fault.text} Write the whole JSON object again, and nothing "
        "else.",
    )
