"""A client of API v1, which the commands, the demo and scripts use instead of raw HTTP.

Answers are records, read from the JSON of docs/reference/api.md. Problems are raised as the errors
of claims/errors.py. The guide is docs/guides/client.md.
"""

from __future__ import annotations

from service.client.administration import Administration
from service.client.articles import ArticleFilters, Articles
from service.client.changes import Changes, verify_webhook
from service.client.claims import ClaimFilters, Claims
from service.client.error_answers import ServiceUnreachable
from service.client.reviews import Reviews
from service.client.schedules import TagScheduling
from service.client.sources import Sources

__all__ = ["ArticleFilters", "ClaimFilters", "Client", "ServiceUnreachable", "verify_webhook"]


class Client(Articles, Claims, TagScheduling, Reviews, Changes, Sources, Administration):
    """Talks to one service. Keeps no connection and no state; safe to share between threads.

    A field that a record of this release does not have is left out. An answer that lacks a
    required field, or has an unknown value in one, raises ServiceUnreachable.

    Every method raises ServiceUnreachable, StoreUnavailable, InvalidInput (with the detail of the
    problem and its pointer; also for a missing or wrong key), NotPermitted when the key lacks a
    scope, and NotFound if it takes an id: Gone, which is a NotFound, if that was deleted.
    """
