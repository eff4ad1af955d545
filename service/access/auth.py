"""Authentication: by a key, by ASSAY_API_TOKEN, by a browser session, or from this machine.

Programs send a key or the token as Bearer. Feed readers, which send no header, have a key in the
address of the feed; that key gives access to nothing else
(docs/adr/0036-a-key-in-the-address-of-a-feed.md). Browsers exchange a key or the token at /login
for a session. The cookie has only the session's random id; the store has its owner, the id of the
key or a digest of the token. So revoking a key or replacing the token ends its sessions, and
signing out ends a session for every copy of the cookie. Scopes limit what a caller may do: each
view declares the scope that it needs (service/access/caller.py). The form token of a session:
service/access/browser_sessions.py.

Until there is a key, requests from this machine need none, if the service listens on loopback and
none of ASSAY_API_TOKEN, ASSAY_REQUIRE_KEY and ASSAY_TRUSTED_PROXIES is set. The address of a
request proves little: a proxy on this machine sends the requests of all its clients from loopback,
and may not mark them. So a key is required as soon as there is one. Programs of the user who runs
the service send the key of the data folder (service/access/local_key.py).
"""

from __future__ import annotations

import hmac
import math
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import (
    LOCAL,
    TOKEN,
    UNKNOWN,
    Actor,
    KeyStatus,
    Scope,
    StoredKey,
    digest_secret,
    parse_key,
)
from claims.errors import AssayError, NotFound, StoreMisconfigured, StoreUnavailable
from claims.settings import Settings
from service.access.browser_sessions import (
    SESSION_LIFE_S,
    check_not_forged,
    find_session_id,
    form_token,
    is_signed_in,
    name_session_owner,
    signed_in_name,
)
from service.access.caller import Caller, find_need, find_scope_in_address, may
from service.access.shown_by_request import (
    find_bearer,
    find_key_in_address,
    has_loopback_name,
    is_from_this_machine,
)
from service.access.tokens import (
    WrongTokens,
    attach_wrong_tokens,
    get_wrong_tokens,
    is_token,
)
from service.context import get_context
from service.http.security import is_loopback, name_client
from service.problems.problem_answers import Problem, respond

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="assay"'}
EXTENSION = "assay.gate"
NOT_IN_ADDRESS = (
    "A key in an address must have the scope feed and no other, because addresses are "
    "kept in logs and lists: make one with assay keys create NAME --scope feed."
)

# Code and style are not secret, and the sign-in page needs its style before anyone is signed in.
# Who unsubscribes has no key: the token in the address says which alert it is.
# The public pages exist only while ASSAY_PUBLIC_PAGE is set.
_OPEN = frozenset(
    {
        *("health.livez", "login.show_login", "login.log_in", "static"),
        *("alert_pages.show_unsubscribe", "alert_pages.end_alert"),
        *("public_pages.list_published", "public_pages.show_published"),
        "public_pages.get_published_feed",
    }
)
# For every caller, whatever its scopes.
_FOR_ALL = frozenset({"health.explain_problem", "openapi.spec", "login.log_out"})
# They say nothing of what is stored, and with the store down they say what is wrong.
_OPEN_WITHOUT_STORE = _FOR_ALL | {"health.readyz"}
_ALL_SCOPES = frozenset(Scope)
_ACTORS = {actor.id: actor for actor in (TOKEN, LOCAL)}
_WORDS = {KeyStatus.REVOKED: "was revoked", KeyStatus.EXPIRED: "has expired"}


class Gate:
    """Finds the caller of each request of one app.

    `is_open` says whether requests from this machine need no key until there is one.
    """

    def __init__(self, settings: Settings, *, host: str, local_key: str | None) -> None:
        """`host` is the address that the server listens on."""
        token = settings.api_token
        self._secrets = {
            actor.id: secret.encode()
            for actor, secret in (
                (TOKEN, None if token is None else token.get_secret_value().strip()),
                (LOCAL, local_key),
            )
            if secret is not None
        }
        self.is_open = (
            token is None
            and not settings.require_key
            and not settings.trusted_proxies
            and is_loopback(host)
        )

    def admit(self) -> AnyResponse | None:
        """None to accept the request. Raises Problem for a forged form and for a missing scope."""
        endpoint = request.endpoint or ""
        if endpoint in _OPEN or endpoint.endswith(".static"):
            return None
        try:
            caller = self._find_caller()
        except Problem as problem:
            return respond(problem)
        if caller is not None:
            g.caller = caller
            if is_signed_in():
                check_not_forged()
            _check_scope(caller)
            return None
        if _is_for_page():
            return redirect(f"/login?{urlencode({'next': _name_page()})}", 303)
        return respond(Problem("unauthorized", self._explain_need(), headers=CHALLENGE))

    def check_secret(self, given: bytes) -> Caller:
        """The caller who has this key or token. Raises Problem(unauthorized, too-many-attempts)."""
        for actor_id, secret in self._secrets.items():
            if is_token(given, secret) and (actor_id == TOKEN.id or is_from_this_machine()):
                return _make_caller(_ACTORS[actor_id])
        parts = parse_key(given.decode("ascii", "replace"))
        stored = None if parts is None else _find_key(parts[0])
        if parts is None or stored is None or not _is_secret(parts[1], stored):
            raise _refuse_secret(stored)
        if stored.key.status is not KeyStatus.ACTIVE:
            # Not counted as a guess: the secret is right.
            words = f"The key “{stored.key.name}” {_WORDS[stored.key.status]}: use another one."
            raise Problem("unauthorized", words, headers=CHALLENGE)
        return _use(stored)

    def start_session(self, caller: Caller) -> str:
        """Open a session of this caller in the store; returns its id, for the cookie."""
        session_id = secrets.token_urlsafe(32)
        actor_id = caller.actor.id
        owner = caller.actor.key_id or name_session_owner(actor_id, self._secrets[actor_id])
        store = get_context().store.acting_as(caller.actor)
        store.sessions.start(session_id, owner=owner, ttl_s=SESSION_LIFE_S)
        return session_id

    def _find_caller(self) -> Caller | None:
        """The caller, None when there is none. Raises Problem for a wrong key or token."""
        given, check = find_bearer(), self.check_secret
        if given is None:
            given, check = find_key_in_address(), self._check_key_in_address
        if given is not None and given.startswith((b"assay_", b"local_")):
            return check(given)
        caller = None if g.is_of_other_site else self._find_without_key()
        return caller if caller is not None or given is None else check(given)

    def _find_without_key(self) -> Caller | None:
        """The caller who is signed in, or a caller on this machine that needs no key."""
        if "Authorization" not in request.headers:
            caller = self._find_signed_in()
            if caller is not None:
                g.is_signed_in = True
                return caller
        return _make_caller(LOCAL) if self._admits_without() else None

    def _check_key_in_address(self, given: bytes) -> Caller:
        """The caller with a key that may be in an address. Raises Problem for any other key."""
        caller = self.check_secret(given)
        if caller.scopes != {find_scope_in_address(current_app, request.endpoint or "")}:
            raise Problem("insufficient-scope", NOT_IN_ADDRESS)
        return caller

    def _find_signed_in(self) -> Caller | None:
        """Raises StoreUnavailable: without the store no browser counts as signed in."""
        session_id = find_session_id()
        owner = None if session_id is None else get_context().store.sessions.find_owner(session_id)
        if owner is None:
            return None
        for actor_id, secret in self._secrets.items():
            if hmac.compare_digest(owner, name_session_owner(actor_id, secret)):
                return _make_caller(_ACTORS[actor_id])
        stored = _find_key(owner)
        return _use(stored) if stored and stored.key.status is KeyStatus.ACTIVE else None

    def _admits_without(self) -> bool:
        """Whether a request without a key is accepted: from this machine, before there is a key.

        A Host other than a loopback name shows a proxy that serves other machines. Raises
        StoreUnavailable and StoreMisconfigured.
        """
        if not self.is_open or not is_from_this_machine() or not has_loopback_name():
            return False
        try:
            return not get_context().store.api_keys.exist()
        except (StoreUnavailable, StoreMisconfigured):
            if request.endpoint in _OPEN_WITHOUT_STORE:
                return True
            raise

    def _explain_need(self) -> str | None:
        """The reason why this request needs a key although this machine needs none yet; None for
        the usual message."""
        if not self.is_open or (is_from_this_machine() and has_loopback_name()):
            return None
        return (
            "A request through a proxy needs a key, or sign in at /login: on the machine of the "
            "service, `assay keys create` makes the first one."
        )


def register_auth(app: Flask, settings: Settings, *, host: str, local_key: str | None) -> Gate:
    """Find the caller of every request and check its scope. Call before routes are registered."""
    gate = Gate(settings, host=host, local_key=local_key)
    app.extensions[EXTENSION] = gate
    app.jinja_env.globals.update(
        form_token=form_token, signed_in=is_signed_in, signed_in_name=signed_in_name, may=may
    )
    attach_wrong_tokens(app, WrongTokens())
    app.before_request(gate.admit)
    return gate


def get_gate() -> Gate:
    """The gate of the app that answers the current request."""
    return cast(Gate, current_app.extensions[EXTENSION])


def _make_caller(actor: Actor) -> Caller:
    """A caller who may do everything."""
    return Caller(actor=_here(actor), scopes=_ALL_SCOPES)


def _find_key(key_id: str) -> StoredKey | None:
    try:
        return get_context().store.api_keys.get(key_id)
    except NotFound:
        return None


def _is_secret(secret: str, stored: StoredKey) -> bool:
    given = digest_secret(secret)
    return any(hmac.compare_digest(given, digest) for digest in stored.digests)


def _use(stored: StoredKey) -> Caller:
    """The caller with this key; records its use, unless the store is full."""
    if not stored.is_use_noted:
        with suppress(StoreUnavailable):
            get_context().store.api_keys.note_use(stored.key.id)
    actor = Actor(stored.key.id, stored.key.name)
    return Caller(actor=_here(actor), scopes=frozenset(stored.key.scopes))


def _here(actor: Actor) -> Actor:
    return replace(actor, address=request.remote_addr or None, request_id=g.request_id)


def _refuse_secret(stored: StoredKey | None) -> Problem:
    """The answer to a wrong key or token: 401, or 429 after many, from this address or in total.

    The audit log records only those answered with 401, so that guesses put no load on the store.
    `stored` is the key with the given id, if there is one; the secret is not its own.
    """
    address = request.remote_addr or ""
    wait_s = math.ceil(get_wrong_tokens().note(address))
    if wait_s == 0:
        with suppress(AssayError):  # the refusal holds without the store, too
            get_context().store.acting_as(_here(UNKNOWN)).audit.record_refused(
                UNKNOWN.id if stored is None else stored.key.id, network=name_client(address)
            )
        return Problem(
            "unauthorized",
            "This is neither a key of this service nor its token.",
            headers=CHALLENGE,
        )
    return Problem(
        "too-many-attempts",
        f"Too many wrong keys or tokens: wait {wait_s} seconds before you try another. The right "
        "one is accepted at any time.",
        headers={"Retry-After": str(wait_s)},
    )


def _check_scope(caller: Caller) -> None:
    """Raises Problem(insufficient-scope); not for an unknown route, which is answered with 404."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in _FOR_ALL:
        return
    needed = find_need(current_app, endpoint) or Scope.ADMIN
    if not caller.scopes & {needed, find_scope_in_address(current_app, endpoint)}:
        held = ", ".join(scope for scope in Scope if scope in caller.scopes)
        raise Problem(
            "insufficient-scope",
            f"This needs a key with the scope {needed}; yours has: {held}.",
            headers={
                "WWW-Authenticate": f'Bearer realm="assay", error="insufficient_scope", '
                f'scope="{needed}"'
            },
        )


def _name_page() -> str:
    """The path and query of the page that is requested; the first page, if a form was sent."""
    if request.method != "GET":
        return "/"
    return request.full_path if request.query_string else request.path


def _is_for_page() -> bool:
    """Whether a person requests a page, and is sent to the sign-in form if not signed in."""
    accepted = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return accepted == "text/html" and request.path[:4] != "/v1/"
