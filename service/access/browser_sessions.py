"""Sessions of browsers: the cookie of a session, and the token of its forms.

The cookie has only a random id; the store has the session's owner (claims/ports/sessions.py).
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from flask import g, request

from service.access.caller import get_caller
from service.http.security import SAFE_METHODS, check_origin
from service.problems.problem_answers import Problem

SESSION_COOKIE = "assay_session"
SESSION_LIFE_S = 12 * 3600
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def form_token() -> str:
    """The value of `form_token` in a form of a signed-in browser; empty without a session.

    It is computed from the id of the session; the id cannot be computed from it.
    """
    session_id = find_session_id() if is_signed_in() else None
    return "" if session_id is None else sha256(f"form token {session_id}".encode()).hexdigest()


def is_signed_in() -> bool:
    """Whether the request was accepted by its session."""
    return bool(g.get("is_signed_in"))


def signed_in_name() -> str | None:
    """The name of the key by which the browser is signed in; None with the token or no session."""
    caller = get_caller() if is_signed_in() else None
    return caller.actor.name if caller and caller.actor.key_id else None


def find_session_id() -> str | None:
    """The session id in the request's cookie, whether or not the session is open."""
    session_id = request.cookies.get(SESSION_COOKIE, "")
    return session_id if _SESSION_ID.fullmatch(session_id) else None


def name_session_owner(actor_id: str, secret: bytes) -> str:
    """The owner id of sessions opened with this secret; a new secret gives a new owner."""
    return f"{actor_id}:{hmac.digest(secret, b'owner of sessions', 'sha256').hex()}"


def check_not_forged() -> None:
    """Check that the request comes from this site: a browser adds the session to any request."""
    if request.method in SAFE_METHODS:
        return
    check_origin(required=True)
    if request.mimetype in _FORMS:
        given = request.form.get("form_token", "").encode()
        if not hmac.compare_digest(given, form_token().encode()):
            raise Problem("forbidden", "The form is outdated; load the page again.")
