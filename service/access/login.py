"""The pages where a browser exchanges a key or ASSAY_API_TOKEN for a session, and ends it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Actor
from service.access.auth import get_gate
from service.access.browser_sessions import SESSION_COOKIE, SESSION_LIFE_S, find_session_id
from service.access.caller import current_actor
from service.context import get_context
from service.problems.problem_answers import Problem

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def show_login() -> Response:
    """The sign-in form."""
    return _login_page()


@blueprint.post("/login")
def log_in() -> AnyResponse:
    """Exchange a key or the token for a session."""
    given = request.form.get("token", "").strip().encode("utf-8", "replace")
    try:
        caller = get_gate().check_secret(given)
    except Problem as refusal:
        return _login_page(refusal)
    _end_session(caller.actor)
    response = redirect(_place_after_login(), 303)
    response.set_cookie(
        SESSION_COOKIE,
        get_gate().start_session(caller),
        max_age=SESSION_LIFE_S,
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    """End the session of this browser, for every copy of its cookie."""
    _end_session(current_actor())
    response = redirect("/login", 303)
    response.delete_cookie(
        SESSION_COOKIE, secure=request.is_secure, httponly=True, samesite="Strict"
    )
    return response


def _end_session(actor: Actor) -> None:
    session_id = find_session_id()
    if session_id is not None:
        get_context().store.acting_as(actor).sessions.end(session_id)


def _login_page(refusal: Problem | None = None) -> Response:
    page = render_template("login.html", after=_place_after_login(), refusal=refusal)
    response = make_response(page, refusal.status if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    if refusal is not None:
        response.headers.update(refusal.headers)
    return response


def _place_after_login() -> str:
    """A path on this site: browsers read // and /\\ as the start of another host."""
    place = request.values.get("next", "/")
    is_path = place.startswith("/") and not place.startswith(("//", "/\\"))
    return place if is_path and place.isprintable() else "/"
