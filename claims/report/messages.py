"""Codes and the text that a reader sees instead, as data; formatting.py builds sentences."""

from __future__ import annotations

from collections.abc import Mapping

from claims.access import Action
from claims.types import (
    Cause,
    Decision,
    EventType,
    Fault,
    FindingResult,
    LookReason,
    ReviewState,
    StaleReason,
    Unread,
)

STATUSES: Mapping[str, str] = {
    "queued": "Waiting",
    "gathering": "Reading the sources",
    "judging": "Weighing the evidence",
    "reading": "Being read by the second reader",
    "judged": "Judged",
    "extracted": "Checking the claims",
    "done": "Done",
    "failed": "Failed",
}
"""The statuses of articles and claims."""

EVENTS: Mapping[str, str] = {
    EventType.VERDICT_CREATED: "First verdict of a claim",
    EventType.VERDICT_CHANGED: "Changed verdict",
    EventType.PAGE_VANISHED: "Page of the evidence that is gone",
    EventType.CLAIM_FAILED: "Check that failed",
    EventType.CLAIM_CORRECTED: "Wording of a claim corrected",
    EventType.CLAIM_RETURNED: "Signed-off claim that came back",
    EventType.CLAIM_DELETED: "Claim deleted",
    EventType.CLAIM_PUBLISHED: "Claim published after review",
    EventType.REVIEW_ADDED: "Step of a review",
    EventType.REVIEW_STALE: "Sign-off that is stale",
    EventType.ARTICLE_DONE: "All claims of an article checked",
    EventType.ARTICLE_FAILED: "Article that could not be read",
    EventType.ARTICLE_DELETED: "Article deleted",
    EventType.SCHEDULE_CHANGED: "Schedule of re-checks changed",
    EventType.TAG_SCHEDULED: "Schedule of a tag changed",
    EventType.WEBHOOK_DISABLED: "Webhook switched off",
    EventType.WEBHOOK_PING: "Test",
}
"""The types of events."""

ACTIONS: Mapping[Action, str] = {
    Action.ARTICLE_SUBMITTED: "Article submitted",
    Action.CLAIM_SUBMITTED: "Claim submitted",
    Action.CLAIM_CORRECTED: "Claim corrected",
    Action.ARTICLE_DELETED: "Article deleted",
    Action.CLAIM_DELETED: "Claim deleted",
    Action.CHECK_REQUESTED: "Another check requested",
    Action.READING_REQUESTED: "Reading by the second reader requested",
    Action.CHECKS_CANCELLED: "Checks cancelled",
    Action.FAILED_RETRIED: "Failed work tried again",
    Action.SCHEDULE_SET: "Schedule set",
    Action.SCHEDULE_DELETED: "Schedule removed",
    Action.SOURCES_ADDED: "Sources added",
    Action.SOURCES_REMOVED: "Sources removed",
    Action.TAGS_SET: "Tags saved",
    Action.REVIEW_ADDED: "Step of a review",
    Action.SOURCE_PUT: "Source registered or changed",
    Action.SOURCE_DELETED: "Source removed from the registry",
    Action.KEY_CREATED: "Key created",
    Action.KEY_REVOKED: "Key revoked",
    Action.KEY_ROTATED: "New secret for a key",
    Action.SESSION_STARTED: "Signed in",
    Action.SESSION_ENDED: "Signed out",
    Action.ACCESS_REFUSED: "Wrong key or token refused",
    Action.WEBHOOK_CREATED: "Webhook created",
    Action.WEBHOOK_CHANGED: "Webhook changed",
    Action.WEBHOOK_ROTATED: "New secret for a webhook",
    Action.WEBHOOK_DELETED: "Webhook deleted",
    Action.WEBHOOK_PINGED: "Test of a webhook requested",
    Action.WEBHOOK_REDELIVERED: "Event sent again to a webhook",
    Action.ALERT_CREATED: "Alert added",
    Action.ALERT_DELETED: "Alert deleted",
    Action.ALERT_PINGED: "Test of an alert requested",
    Action.ALERT_UNSUBSCRIBED: "Alert unsubscribed",
}
"""What the audit log records."""

FAULTS: Mapping[str, str] = {
    Fault.SERVICE: "The service failed, not the submission: check again, or run "
    "assay retry --failed.",
}
"""Advice by the fault of an error, if trying again helps."""

UNREAD: Mapping[Unread, str] = {
    Unread.NOT_ASKED: "No second reader was asked",
    Unread.BUDGET: "Not read by the second reader, because of the budget of tokens",
    Unread.NO_ANSWER: "The second reader gave no answer",
    Unread.BAD_ANSWER: "The answer of the second reader was discarded",
}
"""Why a second reader did not read a claim; the detail follows."""

STANCES: Mapping[str, str] = {
    "SUPPORTS": "Supports",
    "REFUTES": "Refutes",
    "NEUTRAL": "Neither supports nor refutes",
}

FINDINGS: Mapping[str, str] = {
    "quotation": "Quotation",
    "name": "Name",
    FindingResult.DIFFERS: "Differs",
    FindingResult.ABSENT: "Not in the passage",
    FindingResult.VERBATIM: "Verbatim",
    FindingResult.ALTERED: "Altered",
    FindingResult.CUT: "Cut",
    FindingResult.OTHER_SPEAKER: "Said by someone else",
    FindingResult.OTHER_ROLE: "In another role",
}
"""Kinds and results of findings."""

REASONS: Mapping[str, str] = {
    "heading": "A heading, not a statement.",
    "byline": "Says who wrote it, or when.",
    "caption": "Describes a picture.",
    "boilerplate": "Belongs to the page, not to the article.",
    "too-short": "Too short to check.",
    "too-long": "Too long for one claim.",
    "not-english": "Not in English.",
    "question": "A question.",
    "instruction": "Tells the reader what to do.",
    "personal": "Speaks about the writer, or to the reader.",
    "opinion": "An opinion.",
    "prediction": "A prediction: it cannot be checked yet.",
    "no-speaker": "A quotation without a clear speaker.",
    "no-checkable-content": "Says nothing that a source could confirm.",
    "beyond-limit": "Beyond the limit of claims for one article; others are more worth checking.",
    "left-out": "Not among the claims that were listed for the check.",
}
"""Why a sentence is not checked."""

SOURCE_KINDS: Mapping[str, str] = {
    "page": "Page or site",
    "feed": "Feed (RSS, Atom)",
    "sitemap": "Sitemap",
    "mediawiki": "Wiki (MediaWiki)",
    "searxng": "Search (SearXNG)",
    "shelf": "Shelf",
}
"""Kinds of registered sources."""

TIES: Mapping[str, str] = {
    "same-address": "they name the same canonical address",
    "same-text": "most of the shorter text is in the longer one",
    "same-family": "their sources are registered as one publisher",
    "same-wire": "they credit the same agency or original, and their texts are similar",
    "rewritten": "they give the same report in other words",
}
"""Why several pages are one origin."""

CODES: Mapping[str, str] = {
    "not-on-shelf": "The shelf has no such document now.",
    "shelf-damaged": "The files of the shelf cannot be read.",
    "bad-url": "Its address is not written correctly.",
    "address-blocked": "Its address is private or reserved, so it is not fetched; the operator of "
    "the service can allow it (ASSAY_FETCH_ALLOW).",
    "port-blocked": "Its port is not a port of the web, so it is not fetched; the operator of the "
    "service can allow it (ASSAY_FETCH_ALLOW).",
    "robots-denied": "The site asks programs not to read this page (robots.txt).",
    "dns-failed": "No address was found for its host name.",
    "unreachable": "The site did not accept the connection.",
    "tls-error": "No secure connection could be made.",
    "timeout": "The site took too long to answer.",
    "bad-response": "The answer of the site was incomplete or malformed.",
    "redirect-loop": "It redirects in a circle.",
    "too-many-redirects": "It redirects too often.",
    "redirect-refused": "It redirects to an address that may not be fetched.",
    "too-large": "It is larger than the limit for one page.",
    "not-text": "It is neither HTML nor plain text nor PDF.",
    "no-text": "The page has no main text.",
    "blocked": "The site shows a test for robots instead of the page.",
    "consent-wall": "The site shows a question about cookies instead of the page.",
    "paywall": "The site shows only the beginning to readers who have not paid.",
    "login-required": "The site shows a sign-in form instead of the page.",
    "not-found": "The site says that there is no such page.",
    "site-error": "The site says that it does not work, or not from here.",
    "no-article": "It is a front page, a list of articles or a domain for sale, not an article.",
    "encrypted": "The PDF asks for a password.",
    "too-complex": "It could not be read within the limits of time and memory.",
    "unreadable": "The file could not be opened.",
    "rate-limited": "It takes no more queries for now.",
    "host-busy": "Too many pages of its site were waiting to be read, one after another.",
    "host-resting": "Its site is not asked for now: it did not answer, or asked to be left alone.",
    "not-json": "Its answer is not a search result.",
    "not-feed": "Its answer is neither a feed nor a sitemap.",
    "unsafe-xml": "Its XML declares entities or is nested too deep, so it is not read.",
    "no-engine": "None of its search engines answered.",
    "copy-of-article": "Its text is nearly the article's own, which is no evidence for it.",
    "language": "It is not in English, and only English is read.",
    "after-as-of": "It was published after the last day that is allowed for evidence.",
    "own-site": "It belongs to the article's own site, which is no evidence for the article.",
}
"""Why a source could not be used, by coverage code; HTTP_STATUSES has http-NNN."""

DECISIONS: Mapping[Decision, str] = {
    Decision.ACCEPT: "Accepted",
    Decision.CORRECT: "Corrected",
    Decision.REJECT: "Rejected",
    Decision.PUBLISH: "Published",
}
"""What a person has decided about the proposal."""

REVIEW_STATES: Mapping[ReviewState, str] = {
    ReviewState.OPEN: "Not reviewed",
    ReviewState.IN_REVIEW: "In review",
    ReviewState.SIGNED: "Signed off",
    ReviewState.PUBLISHED: "Published",
}
"""How far the review of a claim has come."""

STALE_REASONS: Mapping[StaleReason, str] = {
    StaleReason.VERDICT_TURNED: "the proposal has another label than the one that was signed",
    StaleReason.QUOTATION_GONE: "the deciding quotation is gone",
    StaleReason.CLAIM_CHANGED: "the claim has another wording",
    StaleReason.UNCONFIRMED: "a change of the verdict waits for the check that confirms it",
    StaleReason.PROPOSAL_AGREES: "the proposal has changed to the label that was signed",
    StaleReason.EVIDENCE_CHANGED: "the proposal has other evidence or another strength",
    StaleReason.PAGE_CHANGED: "the page around the deciding quotation has changed",
    StaleReason.READERS_CHANGED: "another judge or another second reader has concluded",
    StaleReason.OLD: "the sign-off is older than this service allows",
}
"""Why a sign-off is stale, as a part of a sentence."""

LOOK_REASONS: Mapping[LookReason, str] = {
    LookReason.DOES_NOT_HOLD: "what was signed does not hold any more",
    LookReason.DISAGREEMENT: "the judge and the second reader disagree",
    LookReason.LOW_CONFIDENCE: "the verdict is not firm",
    LookReason.FRESH_CHANGE: "the verdict has changed in the last seven days",
    LookReason.SOMETHING_CHANGED: "something has changed since it was signed",
}
"""Why a claim is worth a look by a person, as a part of a sentence."""

CAUSES: Mapping[Cause, str] = {
    Cause.FIRST_CHECK: "",
    Cause.NOTHING_KEPT: "The evidence of the previous check is no longer stored.",
    Cause.JUDGE: "The judge is another one, or another release.",
    Cause.PASSAGES: "The passages changed.",
    Cause.ORIGINS: "Pages belong to other independent sources, or these have other numbers.",
    Cause.SOURCES: "A source has another name or rating.",
    Cause.PAGE_DETAILS: "A page has another title or day.",
    Cause.STALE: "Other evidence is too old for the claim.",
    Cause.READER: "The second reader, its address, its instruction or its test has changed, or it "
    "has read the evidence only now.",
    Cause.RULE: "The rule for verdicts, or its threshold, has changed.",
}
"""Why a check judged its claim again."""

HTTP_STATUSES: Mapping[str, str] = {
    "401": "It asks for a login",
    "403": "The site refused access",
    "404": "There is no such page",
    "410": "The page was removed",
    "429": "The site asks to slow down",
    "451": "The page is withheld for legal reasons",
}
"""Texts for the codes http-NNN, by NNN."""
