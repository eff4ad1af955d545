"""Example records, which the examples of answers and request bodies contain."""

from __future__ import annotations

CLAIM_TEXT = "The town library of Norrbeck opened in 1987."

PAGE: dict[str, object] = {
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
    "failing": None,
    "archived": None,
}

VERDICT: dict[str, object] = {
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
                "page": PAGE,
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
        "endpoint_digest": "5d41402abc4b2a76",
    },
    "evidence": [
        {
            "quote": "The library opened its doors in 1978.",
            "span": [120, 157],
            "stance": "REFUTES",
            "probabilities": {"supports": 0.03, "refutes": 0.94, "neutral": 0.03},
            "page": PAGE,
            "page_number": None,
            "stale": False,
            "quoted_for": "REFUTES",
            "only_quoted": False,
            "party": False,
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

DIFFERENCE: dict[str, object] = {
    "appeared": [],
    "vanished": [],
    "changed": [
        {
            "url": PAGE["url"],
            "before": "The library opened its doors in 1987.",
            "after": "The library opened its doors in 1978.",
            "deciding": True,
        }
    ],
    "further": 0,
    "gone": [],
}

CLAIM: dict[str, object] = {
    "id": "c_5b0f3a1c9d2e4f60718293a4b5c6d7e8",
    "article_id": "a_0c1d2e3f405162738495a6b7c8d9e0f1",
    "text": CLAIM_TEXT,
    "span": [0, 44],
    "sentence": CLAIM_TEXT,
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
    "verdict": VERDICT,
    "provisional": None,
    "last_change": None,
    "unconfirmed": None,
    "schedule": {
        "every": "P1D",
        "next_at": "2026-01-06T09:30:00Z",
        "until": None,
        "adaptive": None,
        "reason": None,
        "at": "09:30",
        "zone": "UTC",
        "quiet": None,
        "paused": False,
        "tag": None,
        "stretched": None,
        "budget": None,
    },
    "error": None,
    "waiting": None,
    "tags": [],
    "corrects": None,
    "corrected_by": None,
    "repeats": None,
    "same_as": {
        "id": "c_90817263544a3b2c1d0e9f8a7b6c5d4e",
        "text": "Norrbeck has had a town library since 1987.",
        "label": "REFUTED",
        "checked_at": "2025-11-20T08:12:44Z",
        "review": "published",
        "signed": "REFUTED",
        "linked_at": "2026-01-05T09:30:00Z",
    },
    "tokens": 0,
    "review": {
        "state": "published",
        "decision": "publish",
        "label": "REFUTED",
        "by": "J. Holm",
        "at": "2026-01-05T11:02:40Z",
        "reason": None,
        "assignee": "A. Berg",
        "second_look": False,
        "published": {"label": "REFUTED", "by": "J. Holm", "at": "2026-01-05T11:02:40Z"},
        "stale": "yellow",
        "stale_because": ["page-changed"],
        "draft": None,
    },
    "notices": ["one-origin"],
    "as_of_statement": (
        "Refuted by a page of 1 March 2024 (last looked at 5 January 2026; no page after 5 January"
        " 2026 counts)."
    ),
}

QUEUED: dict[str, object] = {
    "id": CLAIM["id"],
    "title": CLAIM_TEXT,
    "status": "judged",
    "created_at": "2026-01-05T09:29:59Z",
    "label": "REFUTED",
    "summary": {},
    "article_id": CLAIM["article_id"],
    "article_title": "A library turns forty",
    "checked_at": "2026-01-05T09:30:02Z",
    "support": 0.04,
    "confidence": 0.74,
    "tags": ["City"],
    "corrected_by": None,
    "reader": "disagrees",
    "review": "open",
    "assignee": None,
    "stale": None,
    "changed_at": None,
    "because": ["disagreement", "low-confidence"],
}

REVIEW: dict[str, object] = {
    "id": "r_4f1d2c3b5a697887",
    "at": "2026-01-05T10:12:03Z",
    "by": "A. Berg",
    "decision": "accept",
    "label": "REFUTED",
    "reason": None,
    "note": None,
    "assignee": "A. Berg",
    "second_look": False,
    "state": "signed",
    "check": 1,
    "proposal": "REFUTED",
    "sign_off": {
        "label": "REFUTED",
        "by": "A. Berg",
        "at": "2026-01-05T10:12:03Z",
        "check": 1,
        "proposal": "REFUTED",
        "claim": "5d1c1cf0a9be0a3f7fd6e0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5",
        "verdict": "a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f55d1c1cf0a9be0a3f7fd6",
        "quotation": "0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f55d1c1cf0a9be0a3f7fd6e",
        "page": "9fd7a95fa9e3b2f028ccce1c4ad2019e8ef24115c081a8e9df0e0ce4585af79c",
        "judge": "c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f55d1c1cf0a9be0a3f7fd6e0b1",
    },
}

ANSWER: dict[str, object] = {
    "status": 200,
    "final_url": "https://library.example.org/history",
    "headers": [
        {"name": "Content-Type", "value": "text/html; charset=utf-8"},
        {"name": "Date", "value": "Mon, 05 Jan 2026 09:30:00 GMT"},
    ],
}

SOURCE: dict[str, object] = {
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

KEY: dict[str, object] = {
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

WEBHOOK: dict[str, object] = {
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

ALERT: dict[str, object] = {
    "id": "n_5b8e2c7a9d104f63b2c1e0f9a8d7c6b5",
    "kind": "mail",
    "target": "desk@example.org",
    "events": ["verdict.changed", "page.vanished", "review.stale"],
    "labels": [],
    "tags": ["City", "Budget 2026"],
    "article": None,
    "when": "07:30 Europe/Berlin",
    "status": "active",
    "created_at": "2026-01-05T09:00:00Z",
    "created_by": "desk",
    "failing_since": None,
    "disabled_at": None,
    "disabled_why": None,
}
