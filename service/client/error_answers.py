"""The errors that the client raises for the problems with which the service answers."""

from __future__ import annotations

from collections.abc import Mapping

from claims.errors import (
    AssayError,
    Corrected,
    EventsGone,
    Gone,
    IdempotencyMismatch,
    InvalidInput,
    NoReader,
    NotCheckable,
    NotExtracted,
    NotFound,
    NotJudged,
    NotPermitted,
    NoVerdict,
    QueueFull,
    QueueShareFull,
    RateLimited,
    ReviewRefused,
    StoreFull,
    StoreUnavailable,
    TemporaryError,
    Unreadable,
    VersionChanged,
    WebhookDisabled,
)

_NO_ENTRY = ("unauthorized", "too-many-attempts")
_PLAIN: Mapping[str, type[AssayError]] = {
    "events-gone": EventsGone,
    "corrected": Corrected,
    "gone": Gone,
    "not-extracted": NotExtracted,
    "not-found": NotFound,
    "not-judged": NotJudged,
    "no-reader": NoReader,
    "no-verdict": NoVerdict,
    "precondition-failed": VersionChanged,
    "review-refused": ReviewRefused,
    "idempotency-mismatch": IdempotencyMismatch,
    "insufficient-scope": NotPermitted,
    "queue-full": QueueFull,
    "share-full": QueueShareFull,
    "rate-limited": RateLimited,
    "unreadable": Unreadable,
    "webhook-disabled": WebhookDisabled,
    "store-down": StoreUnavailable,
    "store-full": StoreFull,
}


class ServiceUnreachable(TemporaryError):
    """The service does not answer, answers with an error of its own server, or in a form that this
    release cannot read."""


def make_error(status: int, problem: object, *, url: str, has_token: bool) -> AssayError:
    """The error for a problem of the service at `url`; the error page of another server is none.

    `has_token` says whether the caller gave a key or token.
    """
    fields = problem if isinstance(problem, dict) else {}
    kind = str(fields.get("type", ""))
    if not kind.startswith("/problems/"):
        return ServiceUnreachable(
            f"the server at {url} answered with status {status}, but not as Assay does: "
            "is this the address of the service?"
        )
    name = kind.removeprefix("/problems/")
    detail = str(fields.get("detail", name))
    if name in _NO_ENTRY:
        return InvalidInput(_explain_refusal(detail, url=url, has_token=has_token))
    if name in _PLAIN:
        return _PLAIN[name](detail)
    if status >= 500:
        return ServiceUnreachable(f"{detail} (request {fields.get('instance')})")
    errors = fields.get("errors") or [{}]
    if name == "not-checkable":
        return NotCheckable(
            tuple((str(one.get("pointer", "")), str(one.get("detail", ""))) for one in errors)
        )
    return InvalidInput(detail, str(errors[0].get("pointer", "")))


def _explain_refusal(detail: str, *, url: str, has_token: bool) -> str:
    if not has_token:
        return (
            f"the service at {url} asks for a key: set ASSAY_API_KEY to one that "
            "`assay keys create` made, or ASSAY_API_TOKEN to the token of the service; or, as "
            "the user who runs it on this machine, ASSAY_DATA_FOLDER to its data folder"
        )
    return (
        f"the service at {url} refuses this key or token: {detail} Set ASSAY_API_KEY or "
        "ASSAY_API_TOKEN to one that it accepts."
    )
