"""Error pages: the same problems as in the API's answers, in words for people."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from claims.errors import (
    AssayError,
    Corrected,
    Gone,
    InvalidInput,
    NoReader,
    NotExtracted,
    NotFound,
    NoVerdict,
    QueueFull,
    QueueShareFull,
    ReviewRefused,
    StoreFull,
    StoreMisconfigured,
    StoreUnavailable,
    Unreadable,
    VersionChanged,
)
from service.context import get_context
from service.http.security import SAFE_METHODS
from service.problems.problem_answers import (
    STORE_RETRY_S,
    Problem,
    Refused,
    problem_of_store,
    respond,
)

_NOTHING_HERE = "There is no page at this address. Check the address."
_TRY_LATER = "Nothing was accepted. Try again in a moment; what you typed is still in your browser."
_LOAD_AGAIN = (
    "The store does not answer at present. Nothing that was accepted is lost. "
    "Load this page again in a moment."
)
_LOOK_FIRST = (
    "The store does not answer at present, so it is not known whether this was kept. "
    "Open the start page in a moment: if it is not in the list, submit it again. "
    "What you typed is still in your browser."
)


def register_errors(blueprint: Blueprint) -> None:
    """Answer errors of this blueprint's routes with a page."""
    blueprint.register_error_handler(Problem, _of_problem)
    blueprint.register_error_handler(Gone, lambda e: page_of(410, "Deleted", _sentence(e)))
    blueprint.register_error_handler(Corrected, lambda e: page_of(409, "Corrected", _sentence(e)))
    blueprint.register_error_handler(
        Unreadable, lambda e: page_of(409, "This cannot be read", _sentence(e))
    )
    blueprint.register_error_handler(
        NotExtracted, lambda e: page_of(409, "Not read yet", _sentence(e))
    )
    blueprint.register_error_handler(
        NoReader, lambda e: page_of(409, "No second reader", _sentence(e))
    )
    blueprint.register_error_handler(
        NoVerdict, lambda e: page_of(409, "No verdict yet", _sentence(e))
    )
    blueprint.register_error_handler(
        ReviewRefused, lambda e: page_of(409, "Not allowed in this review", _sentence(e))
    )
    blueprint.register_error_handler(
        VersionChanged, lambda e: page_of(412, "Changed meanwhile", _sentence(e))
    )
    blueprint.register_error_handler(NotFound, lambda _: page_of(404, "Not found", _NOTHING_HERE))
    blueprint.register_error_handler(
        InvalidInput, lambda e: page_of(422, "This cannot be used", e.message)
    )
    blueprint.register_error_handler(
        QueueFull, lambda _: page_of(503, "The queue is full", _TRY_LATER)
    )
    blueprint.register_error_handler(
        QueueShareFull,
        lambda e: page_of(429, "Your share of the queue is full", f"{_TRY_LATER} {e}."),
    )
    blueprint.register_error_handler(StoreUnavailable, _of_silent_store)
    blueprint.register_error_handler(
        StoreMisconfigured, lambda _: page_of(503, "The store is not safe", _TRY_LATER)
    )
    blueprint.register_error_handler(HTTPException, _of_http_error)


def answer_unknown_address(_: Exception) -> Response:
    """A page for a person who mistyped an address, a problem for a program."""
    return _answer_by_accept(Problem("not-found"), _NOTHING_HERE)


def answer_wrong_method(error: MethodNotAllowed) -> AnyResponse:
    """A problem; a browser that reloads the address of a sent form goes to the form's page.

    That is the address above: /claims/c_1 for /claims/c_1/recheck, the first page for /claims.
    """
    if request.method in SAFE_METHODS and _is_for_a_person():
        return redirect(request.path.rpartition("/")[0] or "/", 303)
    headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))}
    return respond(Problem("method-not-allowed", headers=headers))


def answer_refused(error: Refused) -> Response:
    """A page or a problem for a request that is refused before any view, from any client."""
    return _answer_by_accept(error.problem, error.problem.detail)


def answer_silent_store(error: StoreUnavailable) -> Response:
    """A page or a problem for a store that does not answer or is full, also while signing in."""
    problem = problem_of_store(error)
    is_full = isinstance(error, StoreFull)
    return _answer_by_accept(problem, problem.detail if is_full else _LOAD_AGAIN)


def _answer_by_accept(problem: Problem, words: str) -> Response:
    if not _is_for_a_person():
        return respond(problem)
    response = page_of(problem.status, problem.kind.title, words)
    response.headers.update(problem.headers)
    return response


def _is_for_a_person() -> bool:
    wanted = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return wanted == "text/html" and not request.path.startswith("/v1/")


def page_of(status: int, title: str, detail: str) -> Response:
    """The page of one error."""
    values: dict[str, str] = {"title": title, "detail": detail}
    template = "error.html"
    if request.blueprint == "public_pages":  # without links to the dashboard
        template = "public_error.html"
        values["publisher"] = get_context().settings.publisher
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = str(STORE_RETRY_S)
    return response


def _sentence(error: AssayError) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def _of_silent_store(error: StoreUnavailable) -> Response:
    if isinstance(error, StoreFull):
        return _of_problem(problem_of_store(error))
    detail = _LOAD_AGAIN if request.method in SAFE_METHODS else _LOOK_FIRST
    return page_of(503, "The store does not answer", detail)


def _of_problem(problem: Problem) -> Response:
    response = page_of(problem.status, problem.kind.title, problem.detail)
    response.headers.update(problem.headers)
    return response


def _of_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    detail = {404: _NOTHING_HERE, 413: "This is larger than 3 MiB. Submit less."}
    return page_of(status, error.name, detail.get(status, "The request could not be answered."))
