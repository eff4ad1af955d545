"""Verify requests: judged at once by the scoring workers, before other work, and never kept."""

from __future__ import annotations

from secrets import token_hex

from claims.errors import NotJudged, QueueFull
from claims.ports import VerifyAnswer, VerifyRequest
from claims.shapes import from_text
from claims.store import encoding
from claims.store.connection import StorePart
from claims.store.keys import VERIFY
from claims.types import Queue

WAITING_MAX = 16
"""Maximum requests that wait for a worker: at about a second each, the last one would wait for most
of its time on a single core."""
# Time in ms for which a repeated call finds the request that it took: longer than redis-py repeats
# a call.
_TAKEN_MS = 30_000
# Whether the caller still waits, by the answer of a script; None: no worker reads.
_KEPT = {"kept": True, "withdrawn": False, "no-reader": None}
_NO_JUDGE = "no worker that judges is running: start one, or look into its log"


class RedisVerifyRequests(StorePart):
    """claims.ports.VerifyRequests on the server."""

    def ask_verify(self, request: VerifyRequest, *, within_s: float) -> None:
        """The contract of claims.ports.VerifyRequests.ask_verify."""
        self.connection.check_room()
        ends_ms = max(1, encoding.to_duration_ms(within_s))
        outcome = self.connection.run(
            "ask_verify",
            id=request.id,
            request=encoding.write(request),
            ends_ms=ends_ms,
            most=WAITING_MAX,
        )
        if outcome == "full":
            raise QueueFull(f"{WAITING_MAX} verify requests are waiting")
        if outcome == "no-judge":
            raise NotJudged(_NO_JUDGE)
        self.connection.notify(Queue.SCORE)

    def take_verify(self, *, worker: str, queue: Queue = Queue.SCORE) -> VerifyRequest | None:
        """Take the request that has waited longest; None when none waits."""
        token = f"{worker}:{token_hex(16)}"
        taken = self.connection.run("take_verify", token=token, life_ms=_TAKEN_MS, queue=queue)
        return None if taken is None else from_text(VerifyRequest, taken[1])

    def hand_on_verify(
        self, request_id: str, judged: VerifyAnswer, *, judge_s: float = 0.0
    ) -> bool | None:
        """The contract of claims.ports.VerifyRequests.hand_on_verify."""
        return self._keep("hand_on_verify", request_id, answer=judged, judge_s=judge_s)

    def answer_verify(self, request_id: str, answer: VerifyAnswer, *, judge_s: float = 0.0) -> bool:
        """Store the answer for the caller; False when the caller no longer waits."""
        return bool(self._keep("answer_verify", request_id, answer=answer, judge_s=judge_s))

    def _keep(
        self, script: str, request_id: str, *, answer: VerifyAnswer, judge_s: float
    ) -> bool | None:
        outcome = self.connection.run(
            script,
            id=request_id,
            answer=encoding.write(answer),
            judge_ms=encoding.to_duration_ms(judge_s),
        )
        return _KEPT[outcome]

    def read_verify_answer(self, request_id: str, *, judged: bool = False) -> VerifyAnswer | None:
        """The answer, None while there is none; with `judged` the answer of the judge alone."""
        name = "judged" if judged else "answer"
        text = self.connection.command("HGET", VERIFY + request_id, name)
        return None if text is None else from_text(VerifyAnswer, text)

    def withdraw_verify(self, request_id: str) -> None:
        """Delete the request and its answer."""
        self.connection.run("withdraw_verify", id=request_id)
