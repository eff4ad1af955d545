"""What every view needs: one frozen value per app, under `app.extensions["assay"]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from claims.ports import Clock, Store, WorkItem
from claims.settings import Settings

Ring = Callable[[Sequence[WorkItem]], None]
"""Tells the workers of new work items. Best effort: a lost ring is repeated by the sweeper."""

EXTENSION = "assay"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContext:
    """The store, the settings, the doorbell and the clock (aware, UTC) of one app."""

    store: Store
    settings: Settings
    ring: Ring
    clock: Clock


def attach_context(app: Flask, context: ServiceContext) -> None:
    """Make `context` the one that `get_context` gives inside this app."""
    app.extensions[EXTENSION] = context


def get_context() -> ServiceContext:
    """The context of the app that answers the current request."""
    return cast(ServiceContext, current_app.extensions[EXTENSION])
