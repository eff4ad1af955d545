"""Who may come in, when ASSAY_API_TOKEN is set: Bearer for programs, a session for browsers.

The session is a signed cookie whose key is derived from the token, so a new token ends all
sessions. It holds no secret of its own but the form token. Without ASSAY_API_TOKEN there is
nothing here: service/security.py then serves this machine only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Flask,
    Response,
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
from service.problems import Problem, respond
from service.security import SAFE_METHODS, check_origin, is_loopback

SESSION_COOKIE = "assay_session"
SESSION_LIFETIME = timedelta(hours=12)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="assay"'}

# Code and style are no secret, and the sign-in page needs its style before anyone is signed in.
_OPEN = frozenset({"health.livez", "auth.show_login", "auth.log_in", "static"})
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, marked Secure whenever the request came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def check_binding(host: str, settings: Settings) -> None:
    """Raises InvalidInput when `host` can be reached from elsewhere and no token is set."""
    if settings.api_token is None and not is_loopback(host):
        raise InvalidInput(
            f"{host} can be reached from other machines: set ASSAY_API_TOKEN to a long random "
            "text, or listen on 127.0.0.1"
        )
    if settings.api_token is not None and not settings.api_token.get_secret_value().strip():
        raise InvalidInput("ASSAY_API_TOKEN is empty: set it to a long random text, or unset it")


def register_auth(app: Flask, settings: Settings) -> None:
    """With a token set: ask for it on every request, and add /login and /logout."""
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
    app.before_request(lambda: _ask_for_token(token))
    app.register_blueprint(_login_blueprint(token))


def form_token() -> str:
    """What a form of a signed-in browser sends back as `form_token`; empty without a session."""
    return str(session.get("form_token", "")) if is_signed_in() else ""


def is_signed_in() -> bool:
    """Whether the request carries a valid session."""
    return "form_token" in session


def _ask_for_token(token: bytes) -> AnyResponse | None:
    """None lets the request pass. Raises Problem(forbidden) for a forged form."""
    endpoint = request.endpoint or ""
    if endpoint in _OPEN or endpoint.endswith(".static") or _has_bearer(token):
        return None
    if is_signed_in() and "Authorization" not in request.headers:
        _check_not_forged()
        return None
    if _is_page_view():
        return redirect(f"/login?{urlencode({'next': request.path})}", 303)
    return respond(Problem("unauthorized", headers=CHALLENGE))


def _has_bearer(token: bytes) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # WSGI hands headers over as Latin-1.
    return scheme.lower() == "bearer" and _is_token(
        given.strip().encode("latin-1", "replace"), token
    )


def _is_token(given: bytes, token: bytes) -> bool:
    """Compares digests, so that neither content nor length of the token shows in the time."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(token).digest())


def _check_not_forged() -> None:
    """A browser adds the session by itself, whoever made it ask: see that it was this site."""
    if request.method in SAFE_METHODS:
        return
    check_origin(required=True)
    if request.mimetype in _FORMS:
        given = request.form.get("form_token", "").encode()
        if not hmac.compare_digest(given, form_token().encode()):
            raise Problem("forbidden", "The form is outdated; load the page again.")


def _is_page_view() -> bool:
    accepted = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return request.method == "GET" and accepted == "text/html" and request.path[:4] != "/v1/"


def _login_blueprint(token: bytes) -> Blueprint:
    blueprint = Blueprint("auth", __name__)

    @blueprint.get("/login")
    def show_login() -> Response:
        """The sign-in form."""
        return _login_page(status=200)

    @blueprint.post("/login")
    def log_in() -> AnyResponse:
        """Exchange the token for a session."""
        if not _is_token(request.form.get("token", "").strip().encode("utf-8", "replace"), token):
            return _login_page(status=401)
        session.clear()
        session.permanent = True
        session["form_token"] = secrets.token_urlsafe(32)
        return redirect(_place_after_login(), 303)

    @blueprint.post("/logout")
    def log_out() -> AnyResponse:
        """End the session of this browser."""
        session.clear()
        return redirect("/login", 303)

    return blueprint


def _login_page(*, status: int) -> Response:
    page = render_template("login.html", after=_place_after_login(), refused=status == 401)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers.update(CHALLENGE)
    return response


def _place_after_login() -> str:
    """A path on this site: browsers read // and /\\ as the start of another host."""
    place = request.values.get("next", "/")
    is_path = place.startswith("/") and not place.startswith(("//", "/\\"))
    return place if is_path and place.isprintable() else "/"
