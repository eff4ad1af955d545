"""Examples for /openapi.json, by the name of their schema. A test reads each as its type."""

from __future__ import annotations

from typing import Any

_CLAIM_TEXT = "The town library of Norrbeck opened in 1987."

_PAGE: dict[str, Any] = {
    "url": "https://library.example.org/history",
    "title": "History of the library",
    "publisher": "Norrbeck Library",
    "published_at": "2024-03-01",
    "modified_at": None,
    "fetched_at": "2026-01-05T09:30:00Z",
    "sha256": "9f2d5c0e8a7b4416b3f1c2d4e5f60718293a4b5c6d7e8f90123456789abcdef0",
    "origin": "o1",
    "source": "norrbeck-library",
    "credibility": 0.8,
}

_VERDICT: dict[str, Any] = {
    "label": "REFUTED",
    "support": 0.04,
    "confidence": 0.93,
    "strength": "firm",
    "check": 1,
    "checked_at": "2026-01-05T09:30:02Z",
    "explanation": "“The library opened its doors in 1978.” (library.example.org)",
    "coverage": {
        "asked": 2,
        "fetched": 1,
        "origins": 1,
        "failed": [
            {
                "url": "https://old.example.org/",
                "code": "robots-denied",
                "detail": "robots.txt forbids it",
            }
        ],
        "shared_origins": [],
        "maybe_later": 0,
        "searches": [
            {
                "provider": "en.wikipedia.org",
                "query": "Alby library 1987",
                "purpose": "terms",
                "found": 1,
                "code": None,
                "detail": None,
            }
        ],
    },
    "judge": {"name": "judge", "version": "1"},
    "prior_checks": [
        {
            "claim": "The library was opened in 1987.",
            "publisher": "Example Checks",
            "rating": "False",
            "url": "https://checks.example.org/library",
            "title": "When was the library opened?",
            "reviewed_at": "2025-11-03T00:00:00Z",
        }
    ],
    "lost_page": None,
    "reader": {
        "model": "some-model-72b",
        "instruction": "1",
        "label": "REFUTED",
        "quotes": [
            {
                "quote": "The library opened its doors in 1978.",
                "span": [120, 157],
                "stance": "REFUTES",
                "page": _PAGE,
                "page_number": None,
            }
        ],
        "reason": "The history of the library gives another year.",
        "missing": "",
        "tokens": 1480,
        "judged": "REFUTED",
        "agrees": True,
        "measured": {"right": 55, "of": 60},
        "addressed": [],
        "likelihoods": {
            "supported": 0.03,
            "refuted": 0.91,
            "conflicting_evidence": 0.12,
            "not_enough_evidence": 0.03,
        },
    },
    "evidence": [
        {
            "quote": "The library opened its doors in 1978.",
            "span": [120, 157],
            "stance": "REFUTES",
            "probabilities": {"supports": 0.03, "refutes": 0.94, "neutral": 0.03},
            "page": _PAGE,
            "page_number": None,
            "stale": False,
            "quoted_for": "REFUTES",
            "only_quoted": False,
            "findings": [
                {
                    "kind": "name",
                    "claim": "Mayor Ada Holm",
                    "evidence": "",
                    "result": "not in the passage",
                    "rule": "nowhere in the passage or its title",
                }
            ],
        }
    ],
}

_CLAIM: dict[str, Any] = {
    "id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8",
    "article_id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
    "text": _CLAIM_TEXT,
    "span": [0, 44],
    "sentence": _CLAIM_TEXT,
    "claimant": None,
    "claimed_at": None,
    "as_of": "2026-01-05",
    "context": None,
    "sources": ["https://library.example.org/history"],
    "every": "P1D",
    "priority": None,
    "reader": None,
    "created_at": "2026-01-05T09:29:59Z",
    "check_worthiness": 0.81,
    "kinds": ["date", "event"],
    "needs_context": False,
    "links": ["https://www.town.example/library/history"],
    "status": "judged",
    "verdict": _VERDICT,
    "provisional": None,
    "last_change": None,
    "schedule": {"every": "P1D", "next_at": "2026-01-06T09:30:02Z", "until": None},
    "error": None,
    "waiting": None,
    "tags": [],
    "corrects": None,
    "corrected_by": None,
    "repeats": None,
    "tokens": 0,
}

_ANSWER: dict[str, Any] = {
    "status": 200,
    "final_url": "https://library.example.org/history",
    "headers": [
        {"name": "Content-Type", "value": "text/html; charset=utf-8"},
        {"name": "Date", "value": "Mon, 05 Jan 2026 09:30:00 GMT"},
    ],
}

_ACCEPTED_CLAIM: dict[str, Any] = {
    "id": _CLAIM["id"],
    "status": "queued",
    "links": {
        "self": f"/v1/claims/{_CLAIM['id']}",
        "history": f"/v1/claims/{_CLAIM['id']}/history",
        "recheck": f"/v1/claims/{_CLAIM['id']}/recheck",
        "schedule": f"/v1/claims/{_CLAIM['id']}/schedule",
        "repeats": "/v1/claims/c_90817263544a3b2c1d0e9f8a7b6c5d4e",
    },
    "repeats": "c_90817263544a3b2c1d0e9f8a7b6c5d4e",
}

_SOURCE: dict[str, Any] = {
    "name": "statistics-office",
    "kind": "page",
    "address": None,
    "domains": ["stats.example.org"],
    "include": [],
    "exclude": [],
    "family": None,
    "language": None,
    "credibility": 0.9,
    "reason": "Publishes its methods and corrects errors openly.",
}

_KEY: dict[str, Any] = {
    "id": "5f3a91c0",
    "name": "nightly job",
    "scopes": ["read", "write"],
    "status": "active",
    "created_at": "2026-01-02T08:00:00Z",
    "created_by": "desk",
    "expires_at": "2027-01-01T00:00:00Z",
    "revoked_at": None,
    "last_used_at": "2026-01-05T09:29:30Z",
    "previous_until": None,
}

_WEBHOOK: dict[str, Any] = {
    "id": "w_3f9a1c0d5b7e4826a1f0c9d8e7b6a594",
    "url": "https://cms.example.org/hooks/assay",
    "events": ["verdict.created", "verdict.changed"],
    "labels": ["REFUTED"],
    "tags": ["City", "Budget 2026"],
    "article": None,
    "status": "active",
    "created_at": "2026-01-05T09:00:00Z",
    "created_by": "desk",
    "previous_until": None,
    "failing_since": None,
    "disabled_at": None,
    "disabled_why": None,
}

EXAMPLES: dict[str, Any] = {
    "ClaimRecord": _CLAIM,
    "CheckRecord": {
        "check": 1,
        "gathered": {
            "pages": [_PAGE | {"answer": _ANSWER}],
            "passages": [{"page": 0, "span": [98, 157], "rank_score": 2.71, "page_number": None}],
            "coverage": _VERDICT["coverage"],
            "prior_checks": _VERDICT["prior_checks"],
            "further": [],
        },
        "verdict": _VERDICT,
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
        "answer": _ANSWER,
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
        "text": f"{_CLAIM_TEXT} What a fine place it is!",
        "claims": [_CLAIM],
        "not_checked": [
            {"sentence": "What a fine place it is!", "span": [45, 69], "reason": "opinion"}
        ],
        "summary": {"REFUTED": 1},
        "error": None,
        "waiting": None,
        "tags": ["City"],
        "repeats": None,
        "tokens": 0,
        "unreadable": [],
    },
    "Accepted": {
        "id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
        "status": "queued",
        "links": {"self": "/v1/articles/a_0c1d2e3f405162738495a6b7c8d9e0f1"},
        "repeats": None,
    },
    "Verdict": _VERDICT,
    "AcceptedClaim": _ACCEPTED_CLAIM,
    "AcceptedList": {"items": [_ACCEPTED_CLAIM]},
    "ArticleSchedule": {
        "id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
        "every": "PT6H",
        "until": "2026-12-31T00:00:00Z",
        "claims": 1,
    },
    "Cancelled": {"id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8", "cancelled": 1},
    "CheckList": {
        "items": [{"id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8", "check": 2}],
        "next": None,
    },
    "ExportList": {
        "items": [
            {**_CLAIM, "article_title": "A library turns forty", "article_tags": ["City"]},
        ],
        "next": None,
    },
    "GivenSources": {
        "id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8",
        "sources": ["https://library.example.org/history", "https://town.example.org/library"],
    },
    "RegisteredSource": _SOURCE,
    "ApiKey": _KEY,
    "IssuedKey": {
        "id": _KEY["id"],
        "name": _KEY["name"],
        "scopes": _KEY["scopes"],
        "expires_at": _KEY["expires_at"],
        "key": "assay_5f3a91c0_J8kq2VYb0m6cX1tLr7wEoN4dSgHiTzPuAfQvMlKjRx3",
    },
    "KeyList": {"items": [_KEY], "next": None},
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
        "days": [
            {"day": "2026-01-05", "tokens": 48_120, "requests": 31, "keys": {"5f3a91c0": 30_900}}
        ],
        "endpoint": {"failures": 0, "detail": None, "rests_until": None},
    },
    "Retried": {"articles": 0, "claims": 12, "next": None},
    "CheckAccepted": {"id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8", "check": 2},
    "Schedule": _CLAIM["schedule"],
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
                "claim_id": _CLAIM["id"],
                "article_id": _CLAIM["article_id"],
                "data": {
                    "text": "Refuted (confidence 93 %); it was supported before. Other passages "
                    "bear on the claim.",
                    "heading": _CLAIM_TEXT,
                    "label": "REFUTED",
                    "before": "SUPPORTED",
                    "labels": {},
                    "check": 2,
                    "support": 0.04,
                    "confidence": 0.93,
                    "causes": ["passages"],
                    "explanation": _VERDICT["explanation"],
                    "error": None,
                    "schedule": None,
                    "corrected_by": None,
                    "webhook_id": None,
                },
            }
        ],
        "next": "1767605402000-0",
    },
    "WebhookList": {"items": [_WEBHOOK], "next": None},
    "Webhook": _WEBHOOK,
    "IssuedWebhook": {
        **{
            name: _WEBHOOK[name]
            for name in ("id", "url", "events", "labels", "tags", "article", "status")
        },
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
    },
    "DeliveryList": {
        "items": [
            {
                "event_id": "1767605402000-0",
                "message_id": f"{_WEBHOOK['id']}_1767605402000-0",
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
        "id": _WEBHOOK["id"],
        "event_id": "1767605402000-0",
        "links": {"deliveries": f"/v1/webhooks/{_WEBHOOK['id']}/deliveries"},
    },
    "TagList": {"tags": ["City", "Budget 2026"]},
    "HistoryList": {
        "items": [
            {
                "check": 1,
                "checked_at": "2026-01-05T09:30:02Z",
                "label": "REFUTED",
                "support": 0.04,
                "confidence": 0.91,
                "changed": False,
                "scored": True,
                "causes": ["first-check"],
            }
        ],
        "next": None,
    },
}

ARTICLE_BODIES: dict[str, Any] = {
    "text": {
        "summary": "A text, with a page as a source",
        "value": {
            "text": f"{_CLAIM_TEXT} What a fine place it is!",
            "title": "A library turns forty",
            "sources": ["https://library.example.org/history"],
        },
    },
    "url": {
        "summary": "An address, checked again every day",
        "value": {"url": "https://news.example.org/library", "every": "P1D"},
    },
    "as of": {
        "summary": "A dated text, with evidence published up to `as_of` only",
        "value": {
            "text": _CLAIM_TEXT,
            "published_at": "2026-01-04",
            "as_of": "2026-01-05",
            "sources": ["https://library.example.org/history"],
        },
    },
}

CLAIM_BODY: dict[str, Any] = {
    "text": _CLAIM_TEXT,
    "claimed_at": "2026-01-04",
    "as_of": "2026-01-05",
    "sources": ["https://library.example.org/history"],
}

BATCH_BODY: dict[str, Any] = {"claims": [CLAIM_BODY, {"text": "It has 40,000 books."}]}

CORRECTION_BODY: dict[str, Any] = {"text": "The town library of Norrbeck opened in 1978."}

SOURCES_BODY: dict[str, Any] = {"sources": ["https://town.example.org/library"]}

VERIFY_BODY: dict[str, Any] = {
    "claim": _CLAIM_TEXT,
    "passages": [
        {
            "text": "The library opened its doors in 1978.",
            "title": "History of the library",
            "published_at": "2024-03-01",
            "url": "https://library.example.org/history",
        }
    ],
    "claimed_at": "2026-01-04",
}

SOURCE_BODY: dict[str, Any] = {
    **{name: _SOURCE[name] for name in ("kind", "domains", "credibility", "reason")},
    "by": "J. Holm",
}

KEY_BODY: dict[str, Any] = {
    "name": "nightly job",
    "scopes": ["read", "write"],
    "expires_at": "2027-01-01T00:00:00Z",
}

WEBHOOK_BODY: dict[str, Any] = {
    "url": "https://cms.example.org/hooks/assay",
    "events": ["verdict.created", "verdict.changed"],
    "labels": ["REFUTED"],
    "tags": ["City", "Budget 2026"],
}

WEBHOOK_CHANGE_BODY: dict[str, Any] = {"events": ["verdict.changed"], "tags": None}

SCHEDULE_BODY: dict[str, Any] = {"every": "PT6H", "until": "2026-12-31T00:00:00Z"}

TAGS_BODY: dict[str, Any] = {"tags": ["City", "Budget 2026"]}
