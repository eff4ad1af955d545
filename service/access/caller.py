"""Who makes the current request (set by auth.py), and the scope that each route needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from flask import Flask, g

from claims.access import LOCAL, Actor, Scope

View = TypeVar("View", bound=Callable[..., object])

_NEEDS = "assay_needs"
_IN_ADDRESS = "assay_in_address"
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The actor that makes a request, and its scopes."""

    actor: Actor
    scopes: frozenset[Scope]


def needs(scope: Scope, *, in_address: Scope | None = None) -> Callable[[View], View]:
    """Declare the scope that a caller of this view must have; put it under the route's decorator.

    A key with only the scope `in_address` may call the view too, and may be in its address. A view
    without a declaration needs `admin`, so that a forgotten declaration gives no access.
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
    """The scope of the keys that may be in the address of this view, None if none may."""
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
    """The caller of the current request; None before it is known, and for routes open to all."""
    return cast("Caller | None", g.get("caller"))


def current_actor() -> Actor:
    """The caller as the audit log records it."""
    caller = get_caller()
    return caller.actor if caller else LOCAL


def may(scope: str) -> bool:
    """Whether the caller has this scope: templates offer only what the caller may do."""
    caller = get_caller()
    return caller is not None and scope in caller.scopes


def find_author(given: str | None) -> str | None:
    """The author to store with a change: the given name, else the name of the caller's key.

    None without a given name and without a key.
    """
    actor = current_actor()
    return given or (actor.name if actor.key_id else None)
