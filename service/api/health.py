"""Liveness, readiness, metrics, and the meaning of each type of problem."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, request

from claims.access import Scope
from claims.errors import StoreFull, StoreMisconfigured, StoreUnavailable
from claims.shapes import to_json
from service.access.caller import needs
from service.api.answers import answer, write_answer
from service.api.openapi import STORE_FAILURES, failures, success
from service.context import get_context
from service.instance_shapes import Alive, ProblemMeaning, Ready, ReadyPart
from service.monitoring.metrics import MIMETYPE, write_metrics
from service.monitoring.readiness import list_parts, write_parts
from service.problems.problem_answers import FieldError, Problem
from service.problems.problem_types import PROBLEM_TYPES

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
    return write_answer(Alive("alive"))


@blueprint.get("/readyz")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="is_ready",
    responses=success(200, Ready, "Submissions are stored and checked.")
    | failures("store-down", "store-full", "store-unsafe", "not-ready"),
)
def readyz() -> Response:
    """Report in words whether each part is ready: store, disk, broker, workers, judge.

    With `Accept: text/plain` the answer is text, a line for each part, also when it is 503.
    """
    try:
        health = get_context().store.health()
        context = get_context()
        problem, reads = context.find_broker_problem(), bool(context.settings.reader)
        parts = list_parts(health, broker_problem=problem, reads=reads)
    except (StoreUnavailable, StoreMisconfigured) as error:
        if not _wants_text():
            raise
        return _answer_parts((ReadyPart("store", False, str(error)),))
    if _wants_text():
        return _answer_parts(parts)
    if health.shortages:
        raise StoreFull("; ".join(health.shortages))
    headers = {"Retry-After": str(READY_RETRY_S)}
    if health.problems:
        errors = [FieldError(problem) for problem in health.problems]
        raise Problem("store-unsafe", errors=errors, headers=headers)
    missing = [f"{part.name}: {part.detail}" for part in parts if not part.ready]
    if missing:
        detail = f"Submissions are kept, but not checked: {'; '.join(missing)}."
        errors = [FieldError(one) for one in missing]
        raise Problem("not-ready", detail, errors=errors, headers=headers)
    ready = Ready(
        "ready", health.due, health.leased, health.oldest_due_age_s, health.workers, parts
    )
    return answer(to_json(ready))


def _wants_text() -> bool:
    kinds = ["application/json", "text/plain"]
    return request.accept_mimetypes.best_match(kinds) == "text/plain"


def _answer_parts(parts: tuple[ReadyPart, ...]) -> Response:
    status = 200 if all(part.ready for part in parts) else 503
    return Response(write_parts(parts), status=status, mimetype="text/plain")


@blueprint.get("/metrics")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_metrics",
    responses=success(
        200, None, "All metrics, in Prometheus's text format.", mimetypes=("text/plain",)
    )
    | failures(*STORE_FAILURES),
)
def metrics() -> Response:
    """Return the service's counters and the work that waits now, for Prometheus.

    The numbers come from the store, so that every process of the API gives the same.
    """
    text = write_metrics(get_context().store.read_metrics())
    return Response(text, content_type=MIMETYPE)


@blueprint.get("/problems/<name>")
@blueprint.doc(
    operation_id="explain_problem",
    responses=success(200, ProblemMeaning, "The meaning of the problem.") | failures("not-found"),
)
def explain_problem(name: str) -> Response:
    """Explain the `type` of a problem."""
    if name not in PROBLEM_TYPES:
        raise Problem("not-found")
    kind = PROBLEM_TYPES[name]
    return answer(
        to_json(ProblemMeaning(f"/problems/{name}", kind.title, kind.status, kind.advice))
    )
