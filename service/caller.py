"""Who makes the current request (set by service/auth.py), and the scope that each route needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, g

from claims.access import LOCAL, Actor, Scope

View = TypeVar("View", bound=Callable[..., Any])

_NEEDS = "assay_needs"
_IN_ADDRESS = "assay_in_address"
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who makes a request, and what it may do."""

    actor: Actor
    scopes: frozenset[Scope]


def needs(scope: Scope, *, in_address: Scope | None = None) -> Callable[[View], View]:
    """Declare the scope that a caller of this view must have; put it under the route's decorator.

    A key with the scope `in_address` and no other opens the view as well, and may stand in its
    address. A view without a declaration needs `admin`, so that a forgotten one opens nothing.
    """

    def declare(view: View) -> View:
        setattr(view, _NEEDS, scope)
        setattr(view, _IN_ADDRESS, in_address)
        return view

    return declare


def find_need(app: Flask, endpoint: str) -> Scope | None:
    """The scope that the view of `endpoint` declares, if it declares one."""
    return cast("Scope | None", getattr(app.view_functions.get(endpoint), _NEEDS, None))


def find_scope_in_address(app: Flask, endpoint: str) -> Scope | None:
    """The scope of the keys that may stand in the address of this view, if any may."""
    return cast("Scope | None", getattr(app.view_functions.get(endpoint), _IN_ADDRESS, None))


def list_needs(app: Flask) -> dict[tuple[str, str], Scope]:
    """The declared scopes by path, with its parameters in braces, and method in lower case."""
    return {
        (_CONVERTED.sub(r"{\1}", rule.rule), method.lower()): scope
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if (scope := find_need(app, rule.endpoint)) is not None
    }


def get_caller() -> Caller | None:
    """The caller of the current request; None before it is known, and for what is open to all."""
    return cast("Caller | None", g.get("caller"))


def current_actor() -> Actor:
    """The caller as the audit log has it."""
    caller = get_caller()
    return caller.actor if caller else LOCAL


def may(scope: str) -> bool:
    """Whether the caller has this scope, for templates: what it may not do is not offered."""
    caller = get_caller()
    return caller is not None and scope in caller.scopes


def find_author(given: str | None) -> str | None:
    """Who makes a change that is kept with a name: who was named, else the name of the key.

    None when nobody was named and the caller has no key.
    """
    actor = current_actor()
    return given or (actor.name if actor.key_id else None)
