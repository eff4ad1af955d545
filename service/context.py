"""The context of every view: one frozen value per app, under `app.extensions["assay"]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from claims.ports import Clock, Store
from claims.settings import Settings

BrokerCheck = Callable[[], str | None]
"""The reason why no message can be sent to workers now; None if messages can be sent."""

EXTENSION = "assay"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContext:
    """The store, bound to the caller of the current request and to the notifier; the settings, the
    check of the broker and the clock (aware, UTC)."""

    store: Store
    settings: Settings
    find_broker_problem: BrokerCheck
    clock: Clock


def attach_context(app: Flask, context: ServiceContext) -> None:
    """Set the context that `get_context` returns inside this app."""
    app.extensions[EXTENSION] = context


def get_context() -> ServiceContext:
    """The context of the app that handles the current request."""
    return cast(ServiceContext, current_app.extensions[EXTENSION])
