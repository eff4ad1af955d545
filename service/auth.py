"""Authentication, when ASSAY_API_TOKEN is set: Bearer for programs, a session for browsers.

The session is a signed cookie whose key is derived from the token, so a new token ends all
sessions. It holds the form token, under which the store has the session as open: signing out ends
it there, for every copy of the cookie. Without ASSAY_API_TOKEN this module does nothing:
service/security.py then serves this machine only.
"""

from __future__ import annotations

import hmac
import math
import secrets
from datetime import timedelta
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as AnyResponse

from claims.errors import InvalidInput
from claims.settings import Settings
from service.context import get_context
from service.problems import Problem, respond
from service.security import SAFE_METHODS, check_origin, is_loopback
from service.tokens import (
    MAKE_TOKEN,
    WrongTokens,
    attach_wrong_tokens,
    check_token,
    get_wrong_tokens,
    is_token,
)

SESSION_COOKIE = "assay_session"
SESSION_LIFETIME = timedelta(hours=12)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="assay"'}

# Code and style are not secret, and the sign-in page needs its style before anyone is signed in.
_OPEN = frozenset({"health.livez", "auth.show_login", "auth.log_in", "static"})
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, marked Secure whenever the request came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def check_binding(host: str, settings: Settings) -> None:
    """Raises InvalidInput when `host` is reachable from other machines and no token is set.

    A token that can be guessed is refused on loopback as well: there may be a proxy in front.
    """
    if settings.api_token is not None:
        check_token(settings.api_token.get_secret_value().strip())
    elif not is_loopback(host):
        raise InvalidInput(
            f"{host} can be reached from other machines: listen on 127.0.0.1, or set "
            f"ASSAY_API_TOKEN to what this prints: {MAKE_TOKEN}"
        )


def register_auth(app: Flask, settings: Settings) -> None:
    """If a token is set: require it for every request, and add /login and /logout."""
    app.jinja_env.globals.update(form_token=form_token, signed_in=is_signed_in)
    if settings.api_token is None:
        return
    token = settings.api_token.get_secret_value().strip().encode()
    app.secret_key = hmac.digest(token, b"assay session key, version 1", "sha256")
    app.session_interface = _Sessions()
    app.permanent_session_lifetime = SESSION_LIFETIME
    app.config.update(
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    attach_wrong_tokens(app, WrongTokens())
    app.before_request(lambda: _ask_for_token(token))
    app.register_blueprint(_login_blueprint(token))


def form_token() -> str:
    """The value of `form_token` in a form of a signed-in browser; empty without a session."""
    return str(session.get("form_token", "")) if is_signed_in() else ""


def is_signed_in() -> bool:
    """Whether the request was accepted by its session."""
    return bool(g.get("is_signed_in"))


def _ask_for_token(token: bytes) -> AnyResponse | None:
    """None accepts the request. Raises Problem(forbidden) for a forged form."""
    endpoint = request.endpoint or ""
    if endpoint in _OPEN or endpoint.endswith(".static"):
        return None
    given = _find_bearer()
    if given is not None:
        return None if is_token(given, token) else respond(_refuse_token())
    if "Authorization" not in request.headers and _has_open_session():
        g.is_signed_in = True
        _check_not_forged()
        return None
    if _is_for_page():
        after = request.path if request.method == "GET" else "/"
        return redirect(f"/login?{urlencode({'next': after})}", 303)
    return respond(Problem("unauthorized", headers=CHALLENGE))


def _find_bearer() -> bytes | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # WSGI decodes headers as Latin-1.
    return given.strip().encode("latin-1", "replace") if scheme.lower() == "bearer" else None


def _refuse_token() -> Problem:
    """The answer to a wrong token: 401, or 429 after many, from this address or in total."""
    wait_s = math.ceil(get_wrong_tokens().note(request.remote_addr or ""))
    if wait_s == 0:
        return Problem("unauthorized", headers=CHALLENGE)
    return Problem(
        "too-many-attempts",
        f"Too many wrong tokens: wait {wait_s} seconds before you try another. The right token is "
        "accepted at any time.",
        headers={"Retry-After": str(wait_s)},
    )


def _has_open_session() -> bool:
    """Raises StoreUnavailable: without the store no browser counts as signed in."""
    session_id = session.get("form_token")
    if session_id is None:
        return False
    if get_context().store.sessions.is_open(session_id):
        return True
    session.clear()
    return False


def _check_not_forged() -> None:
    """Check that the request comes from this site: a browser adds the session to any request."""
    if request.method in SAFE_METHODS:
        return
    check_origin(required=True)
    if request.mimetype in _FORMS:
        given = request.form.get("form_token", "").encode()
        if not hmac.compare_digest(given, form_token().encode()):
            raise Problem("forbidden", "The form is outdated; load the page again.")


def _is_for_page() -> bool:
    """Whether a person asks, who is sent to the sign-in form, also when a session has ended."""
    accepted = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return accepted == "text/html" and request.path[:4] != "/v1/"


def _login_blueprint(token: bytes) -> Blueprint:
    blueprint = Blueprint("auth", __name__)

    @blueprint.get("/login")
    def show_login() -> Response:
        """The sign-in form."""
        return _login_page()

    @blueprint.post("/login")
    def log_in() -> AnyResponse:
        """Exchange the token for a session."""
        given = request.form.get("token", "").strip().encode("utf-8", "replace")
        if not is_token(given, token):
            return _login_page(_refuse_token())
        _end_session()
        session_id = secrets.token_urlsafe(32)
        get_context().store.sessions.start(session_id, ttl_s=SESSION_LIFETIME.total_seconds())
        session.permanent = True
        session["form_token"] = session_id
        return redirect(_place_after_login(), 303)

    @blueprint.post("/logout")
    def log_out() -> AnyResponse:
        """End the session of this browser, for every copy of its cookie."""
        _end_session()
        return redirect("/login", 303)

    return blueprint


def _end_session() -> None:
    session_id = session.get("form_token")
    if session_id is not None:
        get_context().store.sessions.end(session_id)
    session.clear()


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
