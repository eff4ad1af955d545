"""Liveness, readiness, and the meaning of each type of problem."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.errors import StoreFull
from claims.shapes import to_json
from service.api.answers import answer
from service.api.openapi import failures, success
from service.caller import needs
from service.context import get_context
from service.problems import KINDS, FieldError, Problem
from service.shapes import Alive, ProblemMeaning, Ready

blueprint = APIBlueprint("health", __name__, tag="Service")

READY_RETRY_S = 5


@blueprint.get("/livez")
@blueprint.doc(
    operation_id="is_alive",
    security=[{}],
    responses=success(200, Alive, "The process answers."),
)
def livez() -> Response:
    """Report that the process answers. Checks nothing else and needs no token."""
    return answer(to_json(Alive("alive")))


@blueprint.get("/readyz")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="is_ready",
    responses=success(200, Ready, "Submissions can be stored.")
    | failures("store-down", "store-full", "store-unsafe"),
)
def readyz() -> Response:
    """Report whether submissions can be stored, how many work items wait, and the workers."""
    health = get_context().store.health()
    if health.shortages:
        raise StoreFull("; ".join(health.shortages))
    if health.problems:
        errors = [FieldError(problem) for problem in health.problems]
        headers = {"Retry-After": str(READY_RETRY_S)}
        raise Problem("store-unsafe", errors=errors, headers=headers)
    ready = Ready("ready", health.due, health.leased, health.oldest_due_age_s, health.workers)
    return answer(to_json(ready))


@blueprint.get("/problems/<name>")
@blueprint.doc(
    operation_id="explain_problem",
    responses=success(200, ProblemMeaning, "The meaning of the problem.") | failures("not-found"),
)
def explain_problem(name: str) -> Response:
    """Explain the `type` of a problem."""
    if name not in KINDS:
        raise Problem("not-found")
    kind = KINDS[name]
    return answer(
        to_json(ProblemMeaning(f"/problems/{name}", kind.title, kind.status, kind.advice))
    )
