"""Examples of request bodies, for /openapi.json."""

from __future__ import annotations

from service.api.example_records import CLAIM_TEXT, SOURCE

ARTICLE_BODIES: dict[str, object] = {
    "text": {
        "summary": "A text, with a page as a source",
        "value": {
            "text": f"{CLAIM_TEXT} What a fine place it is!",
            "title": "A library turns forty",
            "sources": ["https://library.example.org/history"],
        },
    },
    "url": {
        "summary": "An address, checked again every day",
        "value": {"url": "https://news.example.org/library", "every": "P1D"},
    },
    "only claims": {
        "summary": "Only the claims that are listed, one of them in other words",
        "value": {
            "text": "The library opened in 1978. It has 40,000 books, and a cat.",
            "only_claims": [
                {
                    "text": "The town library of Norrbeck opened in 1978.",
                    "sentence": "The library opened in 1978.",
                },
                {"text": "The library of Norrbeck has a cat.", "claimant": "A. Berg"},
            ],
        },
    },
    "as of": {
        "summary": "A dated text, with evidence published up to `as_of` only",
        "value": {
            "text": CLAIM_TEXT,
            "published_at": "2026-01-04",
            "as_of": "2026-01-05",
            "sources": ["https://library.example.org/history"],
        },
    },
}

PREVIEW_BODY: dict[str, object] = {
    "text": f"{CLAIM_TEXT} What a fine place it is!",
    "published_at": "2026-01-04",
}

CLAIM_BODY: dict[str, object] = {
    "text": CLAIM_TEXT,
    "claimed_at": "2026-01-04",
    "as_of": "2026-01-05",
    "sources": ["https://library.example.org/history"],
}

BATCH_BODY: dict[str, object] = {"claims": [CLAIM_BODY, {"text": "It has 40,000 books."}]}

CORRECTION_BODY: dict[str, object] = {"text": "The town library of Norrbeck opened in 1978."}

SOURCES_BODY: dict[str, object] = {"sources": ["https://town.example.org/library"]}

VERIFY_BODY: dict[str, object] = {
    "claim": CLAIM_TEXT,
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

SOURCE_BODY: dict[str, object] = {
    **{name: SOURCE[name] for name in ("kind", "domains", "credibility", "reason")},
    "by": "J. Holm",
}

KEY_BODY: dict[str, object] = {
    "name": "nightly job",
    "scopes": ["read", "write"],
    "expires_at": "2027-01-01T00:00:00Z",
}

WEBHOOK_BODY: dict[str, object] = {
    "url": "https://cms.example.org/hooks/assay",
    "events": ["verdict.created", "verdict.changed"],
    "labels": ["REFUTED"],
    "tags": ["City", "Budget 2026"],
}

ALERT_BODY: dict[str, object] = {
    "kind": "mail",
    "target": "desk@example.org",
    "tags": ["City", "Budget 2026"],
    "when": "07:30 Europe/Berlin",
}

WEBHOOK_CHANGE_BODY: dict[str, object] = {"events": ["verdict.changed"], "tags": None}

SCHEDULE_BODY: dict[str, object] = {
    "every": "PT6H",
    "until": "2026-12-31T00:00:00Z",
    "zone": "Europe/Berlin",
    "quiet": "22:00-07:00",
}

REVIEW_BODIES: dict[str, object] = {
    "accept": {
        "summary": "Sign the label of the verdict that was seen",
        "value": {"decision": "accept", "check": 1, "by": "A. Berg"},
    },
    "correct": {
        "summary": "Sign another label",
        "value": {
            "decision": "correct",
            "label": "SUPPORTED",
            "reason": "The page gives the year of the second building.",
            "by": "A. Berg",
        },
    },
    "assign": {
        "summary": "Ask a colleague",
        "value": {"assignee": "J. Holm", "note": "Please call the library.", "by": "A. Berg"},
    },
}

TAGS_BODY: dict[str, object] = {"tags": ["City", "Budget 2026"]}
