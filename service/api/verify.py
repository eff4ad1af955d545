"""Verify now over HTTP: the verdict on a claim by given passages, in the answer."""

from __future__ import annotations

import time
from contextlib import suppress
from secrets import token_hex

from apiflask import APIBlueprint
from flask import Response, g

from claims.access import Scope
from claims.errors import NotJudged, StoreUnavailable
from claims.extraction import check_checkable
from claims.ports import VerifyAnswer, VerifyRequest
from claims.shapes import to_json
from claims.types import ReaderChoice, Verdict
from service.access.caller import current_actor, needs
from service.api.answers import answer
from service.api.example_bodies import VERIFY_BODY
from service.api.openapi import STORE_FAILURES, failures, success
from service.api.waiting import get_waiters, poll
from service.context import ServiceContext, get_context
from service.operations.bodies import VerifyBody

blueprint = APIBlueprint("verify", __name__, tag="Verify", url_prefix="/v1")

VERIFY_S = 19.0
"""Seconds that a verify request waits for its verdict: the answer is there within 20 s."""
POLL_S = 0.05
LEEWAY_S = 1.0
"""Further seconds for which a request is kept, so that the judge's answer can still be read."""


@blueprint.post("/verify")
@needs(Scope.WRITE)
@blueprint.input(VerifyBody, example=VERIFY_BODY, arg_name="body")
@blueprint.doc(
    operation_id="verify_claim",
    responses=success(200, Verdict, "The verdict.")
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        "not-checkable",
        *STORE_FAILURES,
        "queue-full",
        "not-judged",
    ),
)
def verify_claim(body: VerifyBody) -> Response:
    """Judge a claim now from the given passages. Nothing is fetched or kept.

    A passage may be a whole page: the parts of all passages that are nearest to the claim are
    judged. Passages without `url` are one origin, and cannot confirm each other. If a second reader
    is asked, the verdict is that of both, or the judge's if the reader does not answer in time.
    """
    deadline = time.monotonic() + VERIFY_S
    if not body.force:
        check_checkable([("/claim", body.claim)])
    context = get_context()
    now = context.clock()
    request = VerifyRequest(
        id=token_hex(16),
        claim=body.claim,
        pages=tuple(passage.to_page(now=now) for passage in body.passages),
        claimed_at=body.claimed_at,
        request_id=g.request_id,
        reader=body.reader or ReaderChoice.AUTO,
        owner=current_actor().key_id,
    )
    with get_waiters().slot_to_verify():
        found = _ask(context, request, deadline=deadline)
    if found is None:
        raise NotJudged(f"no worker judged this within {VERIFY_S:.0f} s")
    if found.verdict is None:
        raise NotJudged(f"the judge failed: {found.error}")
    return answer(to_json(found.verdict))


def _ask(
    context: ServiceContext, request: VerifyRequest, *, deadline: float
) -> VerifyAnswer | None:
    """The answer of a worker, None when there is none at `deadline`. Deletes the request.

    If a second reader has not answered by then, it is the judge's answer.
    """
    store = context.store
    store.ask_verify(request, within_s=deadline + LEEWAY_S - time.monotonic())
    try:
        found = poll(
            lambda: store.read_verify_answer(request.id), deadline=deadline, every_s=POLL_S
        )
        return found or store.read_verify_answer(request.id, judged=True)
    finally:
        with suppress(StoreUnavailable):  # it expires by itself
            store.withdraw_verify(request.id)
