"""The types of problems: each with its status, its title and its advice.

`type` is "/problems/<name>" and stable; docs/reference/api.md and GET /problems/<name> explain
each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One type of problem: the last part of its `type`, its status, its title and its advice."""

    name: str
    status: int
    title: str
    advice: str


def _by_name(*types: ProblemType) -> dict[str, ProblemType]:
    return {one.name: one for one in types}


PROBLEM_TYPES: Mapping[str, ProblemType] = _by_name(
    ProblemType("bad-request", 400, "Bad request", "The request is not well-formed HTTP."),
    ProblemType("malformed-json", 400, "Malformed JSON", "Send one JSON object in UTF-8."),
    ProblemType("invalid-cursor", 400, "Invalid cursor", "Start the list again without a cursor."),
    ProblemType(
        "unknown-host",
        400,
        "Unknown host",
        "Use a host name that the service knows, or add yours to ASSAY_ALLOWED_HOSTS.",
    ),
    ProblemType(
        "unauthorized",
        401,
        "Unauthorized",
        "Send 'Authorization: Bearer <key>' with a valid key, or sign in at /login.",
    ),
    ProblemType(
        "forbidden", 403, "Forbidden", "The request comes from an origin that is not allowed."
    ),
    ProblemType(
        "insufficient-scope",
        403,
        "Not allowed to this key",
        "Use a key that has the scope which `detail` names.",
    ),
    ProblemType("not-found", 404, "Not found", "No such resource: check the path and the id."),
    ProblemType("method-not-allowed", 405, "Method not allowed", "See the Allow header."),
    ProblemType("request-timeout", 408, "Request timeout", "The request did not arrive in time."),
    ProblemType(
        "not-extracted",
        409,
        "Not extracted",
        "The claims of this article are not known: wait until it is `extracted` or `done`.",
    ),
    ProblemType(
        "corrected",
        409,
        "Corrected",
        "This claim has a corrected wording, which is checked in its place: see `corrected_by`.",
    ),
    ProblemType(
        "no-reader",
        409,
        "No second reader",
        "No language model is set up to read claims, or its test refuses it: see ASSAY_READER.",
    ),
    ProblemType(
        "no-verdict",
        409,
        "No verdict yet",
        "There is no evidence to read, and no proposal to accept: wait for the first verdict.",
    ),
    ProblemType(
        "review-refused",
        409,
        "Not allowed in this review",
        "A step of a review has to come before, or another person has to take this one: `detail` "
        "says which.",
    ),
    ProblemType(
        "claim-review-incomplete",
        409,
        "Incomplete ClaimReview",
        "Do what `errors` lists, or ask for the draft with `unreviewed=1`.",
    ),
    ProblemType(
        "webhook-disabled",
        409,
        "Webhook switched off",
        "Nothing is delivered to this webhook: switch it on with PATCH and `status`: `active`.",
    ),
    ProblemType(
        "unreadable",
        409,
        "Not readable",
        "What is stored under this id has a form that this release cannot read: another release "
        "wrote it, or it is damaged. The log says more; everything else is not affected.",
    ),
    ProblemType("gone", 410, "Gone", "It was deleted; only its id is still known."),
    ProblemType(
        "events-gone",
        410,
        "Events no longer kept",
        "Start again without `since`, from the oldest event that is kept; or read the lists for "
        "the current state, and continue with `since=now`.",
    ),
    ProblemType(
        "precondition-failed",
        412,
        "Changed meanwhile",
        "The version in If-Match, or the check that was seen, is no longer the current one: get "
        "the article or claim again, and send its ETag, or the number of its last check.",
    ),
    ProblemType(
        "too-large",
        413,
        "Too large",
        "A body may have at most 3 MiB, a batch of claims at most 5 MiB.",
    ),
    ProblemType(
        "uri-too-long", 414, "URI too long", "The request line may have at most 4,094 bytes."
    ),
    ProblemType(
        "unsupported-media",
        415,
        "Unsupported media type",
        "Send the body as application/json in UTF-8, without Content-Encoding.",
    ),
    ProblemType("header-too-large", 431, "Header too large", "The header may have at most 16 KiB."),
    ProblemType(
        "invalid-request", 422, "Invalid request", "Correct the fields that `errors` names."
    ),
    ProblemType(
        "not-checkable",
        422,
        "Not checkable",
        "Correct the claims that `errors` names; or, to check them anyway, send them with `force`: "
        "true.",
    ),
    ProblemType(
        "idempotency-mismatch",
        422,
        "Idempotency-Key used before",
        "The key was used before with another body; use a new key.",
    ),
    ProblemType(
        "too-many-attempts",
        429,
        "Too many wrong keys",
        "Wait as many seconds as Retry-After says. The right key or token is accepted at any time.",
    ),
    ProblemType(
        "rate-limited",
        429,
        "Too many requests",
        "Wait as many seconds as Retry-After says; the RateLimit header says how many are left.",
    ),
    ProblemType(
        "share-full",
        429,
        "Your share of the queue is full",
        "Nothing was accepted: wait until some of what this key submitted was checked.",
    ),
    ProblemType("request-failed", 400, "Request failed", "See the status."),
    ProblemType("internal", 500, "Internal error", "The log has the error under this request id."),
    ProblemType(
        "store-down",
        503,
        "Store unavailable",
        "The store does not answer at present: try again later. Repeat a submission with the same "
        "Idempotency-Key, so that it is not stored twice.",
    ),
    ProblemType(
        "store-unsafe",
        503,
        "Store not safe",
        "The store would lose accepted data; the operator must change its settings.",
    ),
    ProblemType(
        "store-full",
        503,
        "Store full",
        "The store has no space for new data: the operator must free some. Nothing that was "
        "accepted before is lost.",
    ),
    ProblemType(
        "not-ready",
        503,
        "Not ready",
        "Submissions are kept, but not checked, until the parts that `errors` names are ready.",
    ),
    ProblemType("queue-full", 503, "Queue full", "Nothing was accepted; try again later."),
    ProblemType(
        "not-judged",
        503,
        "Not judged",
        "No worker judged the claim in time: try again, or submit it to /v1/claims.",
    ),
    ProblemType(
        "too-many-connections",
        503,
        "Too many connections",
        "Close some connections, or raise ASSAY_CLIENT_CONNECTIONS on the server.",
    ),
)

NAME_OF_STATUS: Mapping[int, str] = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    413: "too-large",
    414: "uri-too-long",
    415: "unsupported-media",
    422: "invalid-request",
    431: "header-too-large",
    500: "internal",
}
"""The type of a problem of which only the status is known."""

EXAMPLE_DETAILS: Mapping[str, Mapping[str, object]] = {
    "gone": {"detail": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8 was deleted on 2026-01-05."},
    "insufficient-scope": {
        "detail": "This needs a key with the scope write; yours has: read.",
    },
    "not-checkable": {
        "detail": "/text: this is not in English, the only language that the judge reads; to check "
        "it anyway, use `force`",
        "errors": [
            {
                "pointer": "/text",
                "detail": "this is not in English, the only language that the judge reads",
            }
        ],
    },
    "invalid-request": {
        "detail": "/sources/0: the address must begin with http:// or https://",
        "errors": [
            {
                "pointer": "/sources/0",
                "detail": "the address must begin with http:// or https://",
            },
            {
                "parameter": "limit",
                "detail": "this must be at most 200",
            },
        ],
    },
}
"""The fields in which the example of a problem differs from its advice, by name."""
