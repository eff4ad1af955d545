"""Examples of answers, by the name of their schema in /openapi.json. A test parses each of them."""

from __future__ import annotations

from service.api.example_records import (
    ALERT,
    ANSWER,
    CLAIM,
    CLAIM_TEXT,
    DIFFERENCE,
    KEY,
    PAGE,
    QUEUED,
    REVIEW,
    SOURCE,
    VERDICT,
    WEBHOOK,
)

_TAG_SCHEDULE: dict[str, object] = {
    "tag": "City",
    "every": "P1D",
    "until": None,
    "adaptive": None,
    "at": "09:00",
    "zone": "Europe/Berlin",
    "quiet": None,
    "paused": False,
}

_EVENT_DATA: dict[str, object] = {
    **dict.fromkeys(
        (
            *("label", "before", "check", "support", "confidence", "explanation", "diff", "error"),
            *("schedule", "tag_schedule", "corrected_by", "same_as", "webhook_id", "by"),
            *("decision", "signed", "stale"),
        )
    ),
    "labels": {},
    "causes": [],
    "turned_by": [],
    "stale_because": [],
}
"""The details that an event of another type has."""

_ACCEPTED_CLAIM: dict[str, object] = {
    "id": CLAIM["id"],
    "status": "queued",
    "links": {
        "self": f"/v1/claims/{CLAIM['id']}",
        "history": f"/v1/claims/{CLAIM['id']}/history",
        "recheck": f"/v1/claims/{CLAIM['id']}/recheck",
        "schedule": f"/v1/claims/{CLAIM['id']}/schedule",
        "repeats": "/v1/claims/c_90817263544a3b2c1d0e9f8a7b6c5d4e",
    },
    "repeats": "c_90817263544a3b2c1d0e9f8a7b6c5d4e",
}

EXAMPLES: dict[str, object] = {
    "ClaimRecord": CLAIM,
    "CheckRecord": {
        "check": 1,
        "gathered": {
            "pages": [PAGE | {"answer": ANSWER}],
            "passages": [{"page": 0, "span": [98, 157], "rank_score": 2.71, "page_number": None}],
            "coverage": VERDICT["coverage"],
            "prior_checks": VERDICT["prior_checks"],
            "further": [],
        },
        "verdict": VERDICT,
    },
    "Page": {
        "url": "https://library.example.org/history",
        "canonical_url": "https://library.example.org/history",
        "title": "History of the library",
        "publisher": "Norrbeck Library",
        "published_at": "2024-03-01",
        "modified_at": None,
        "fetched_at": "2026-01-05T09:30:00Z",
        "sha256": "9fd7a95fa9e3b2f028ccce1c4ad2019e8ef24115c081a8e9df0e0ce4585af79c",
        "text": "The library opened its doors in 1978.",
        "language": "en",
        "etag": None,
        "last_modified": None,
        "links": [],
        "credits": [],
        "original_url": None,
        "archived": None,
        "answer": ANSWER,
    },
    "ArticleRecord": {
        "id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
        "status": "done",
        "title": "A library turns forty",
        "url": None,
        "published_at": "2026-01-04",
        "as_of": "2026-01-05",
        "sources": ["https://library.example.org/history"],
        "every": "P1D",
        "priority": None,
        "reader": None,
        "created_at": "2026-01-05T09:29:58Z",
        "text": f"{CLAIM_TEXT} What a fine place it is!",
        "claims": [CLAIM],
        "not_checked": [
            {"sentence": "What a fine place it is!", "span": [45, 69], "reason": "opinion"}
        ],
        "summary": {"REFUTED": 1},
        "error": None,
        "waiting": None,
        "tags": ["City"],
        "only_listed": False,
        "repeats": None,
        "tokens": 0,
        "unreadable": [],
    },
    "ArticlePreview": {
        "claims": [
            {
                "text": CLAIM_TEXT,
                "sentence": CLAIM_TEXT,
                "span": [0, 44],
                "claimant": None,
                "claimed_at": "2026-01-04",
                "check_worthiness": 0.91,
                "needs_context": False,
                "known": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8",
            }
        ],
        "not_checked": [
            {"sentence": "What a fine place it is!", "span": [45, 69], "reason": "opinion"}
        ],
    },
    "Accepted": {
        "id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
        "status": "queued",
        "links": {"self": "/v1/articles/a_0c1d2e3f405162738495a6b7c8d9e0f1"},
        "repeats": None,
    },
    "Verdict": VERDICT,
    "AcceptedClaim": _ACCEPTED_CLAIM,
    "AcceptedList": {"items": [_ACCEPTED_CLAIM]},
    "TagSchedule": _TAG_SCHEDULE,
    "TagScheduleList": {"items": [_TAG_SCHEDULE], "next": None},
    "ArticleSchedule": {
        "id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
        "every": "PT6H",
        "until": "2026-12-31T00:00:00Z",
        "claims": 1,
        "adaptive": None,
        "at": None,
        "zone": "Europe/Berlin",
        "quiet": "22:00-07:00",
        "paused": False,
    },
    "Cancelled": {"id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8", "cancelled": 1},
    "CheckList": {
        "items": [{"id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8", "check": 2}],
        "next": None,
    },
    "ExportList": {
        "items": [
            {**CLAIM, "article_title": "A library turns forty", "article_tags": ["City"]},
        ],
        "next": None,
    },
    "GivenSources": {
        "id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8",
        "sources": ["https://library.example.org/history", "https://town.example.org/library"],
    },
    "RegisteredSource": SOURCE,
    "ApiKey": KEY,
    "IssuedKey": {
        "id": KEY["id"],
        "name": KEY["name"],
        "scopes": KEY["scopes"],
        "expires_at": KEY["expires_at"],
        "key": "assay_5f3a91c0_J8kq2VYb0m6cX1tLr7wEoN4dSgHiTzPuAfQvMlKjRx3",
    },
    "KeyList": {"items": [KEY], "next": None},
    "AuditList": {
        "items": [
            {
                "id": "1767605370000-0",
                "at": "2026-01-05T09:29:30Z",
                "actor": "5f3a91c0",
                "actor_name": "nightly job",
                "action": "claim.submitted",
                "object": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8",
                "address": "10.0.0.7",
                "request_id": "6f1c0f9a4f0b4c55",
                "count": 1,
                "objects": [],
            }
        ],
        "next": None,
    },
    "ReaderState": {
        "model": "qwen2.5-72b-instruct",
        "when": "always",
        "passages": 16,
        "tokens_per_day": 2_000_000,
        "measured": {"right": 51, "of": 60},
        "refused": False,
        "tested_elsewhere": None,
        "days": [
            {
                "day": "2026-01-05",
                "tokens": 48_120,
                "requests": 31,
                "estimated": 1_700,
                "keys": {"5f3a91c0": 30_900},
            }
        ],
        "endpoint": {"failures": 0, "detail": None, "rests_until": None},
    },
    "ReviewEntry": REVIEW,
    "ReviewList": {"items": [REVIEW], "next": None},
    "ReviewQueue": {"items": [QUEUED], "next": None},
    "Retried": {"articles": 0, "claims": 12, "next": None},
    "CheckAccepted": {"id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8", "check": 2},
    "Schedule": CLAIM["schedule"],
    "EntryList": {
        "items": [
            {
                "id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
                "title": "A library turns forty",
                "status": "done",
                "created_at": "2026-01-05T09:29:58Z",
                "label": None,
                "summary": {"REFUTED": 1},
                "article_id": None,
                "article_title": None,
                "checked_at": None,
                "support": None,
                "confidence": None,
                "tags": ["City"],
                "corrected_by": None,
                "reader": None,
                "review": "open",
                "assignee": None,
                "stale": None,
                "changed_at": None,
            }
        ],
        "next": None,
    },
    "EventList": {
        "items": [
            {
                "id": "1767605402000-0",
                "type": "verdict.changed",
                "at": "2026-01-05T09:30:02Z",
                "claim_id": CLAIM["id"],
                "article_id": CLAIM["article_id"],
                "data": {
                    **_EVENT_DATA,
                    "text": "Proposal: Refuted (confidence 93 %); it was supported before. "
                    "Other passages bear on the claim. library.example.org said “The library "
                    "opened its doors in 1987.” and now says “The library opened its doors in "
                    "1978.”",
                    "heading": CLAIM_TEXT,
                    "label": "REFUTED",
                    "before": "SUPPORTED",
                    "check": 2,
                    "support": 0.04,
                    "confidence": 0.93,
                    "causes": ["passages"],
                    "explanation": VERDICT["explanation"],
                    "diff": DIFFERENCE,
                    "turned_by": [PAGE["url"]],
                },
            },
            {
                "id": "1767605460000-0",
                "type": "tag.scheduled",
                "at": "2026-01-05T09:31:00Z",
                "claim_id": None,
                "article_id": None,
                "data": {
                    **_EVENT_DATA,
                    "text": "Its claims are checked every day, at 09:00, Europe/Berlin, unless "
                    "they have their own schedule. 120 claims have the tag. Changed by Anna Berg.",
                    "heading": "City",
                    "tag_schedule": {
                        "tag": "City",
                        "before": None,
                        "after": _TAG_SCHEDULE,
                        "claims": 120,
                    },
                    "by": "Anna Berg",
                },
            },
        ],
        "next": "1767605460000-0",
    },
    "Alert": ALERT,
    "AlertList": {"items": [ALERT], "next": None},
    "WebhookList": {"items": [WEBHOOK], "next": None},
    "Webhook": WEBHOOK,
    "IssuedWebhook": {
        **{
            name: WEBHOOK[name]
            for name in ("id", "url", "events", "labels", "tags", "article", "status")
        },
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
    },
    "DeliveryList": {
        "items": [
            {
                "event_id": "1767605402000-0",
                "message_id": f"{WEBHOOK['id']}_1767605402000-0",
                "type": "verdict.changed",
                "status": "waiting",
                "attempts": 1,
                "attempted_at": "2026-01-05T09:30:03Z",
                "next_attempt_at": "2026-01-05T09:30:09Z",
                "status_code": 503,
                "duration_ms": 41,
                "error": "it answered 503",
            }
        ],
        "next": None,
    },
    "DeliveryRequested": {
        "id": WEBHOOK["id"],
        "event_id": "1767605402000-0",
        "links": {"deliveries": f"/v1/webhooks/{WEBHOOK['id']}/deliveries"},
    },
    "TagList": {"tags": ["City", "Budget 2026"]},
    "HistoryList": {
        "items": [
            {
                "check": 2,
                "checked_at": "2026-01-05T09:30:02Z",
                "label": "REFUTED",
                "support": 0.04,
                "confidence": 0.91,
                "changed": True,
                "scored": True,
                "causes": ["passages"],
                "diff": DIFFERENCE,
                "turned_by": [PAGE["url"]],
                "failing": [],
                "archived": [],
            }
        ],
        "next": None,
    },
}
