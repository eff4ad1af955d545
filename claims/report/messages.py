"""Codes and the text that a reader sees instead, as data; formatting.py builds sentences."""

from __future__ import annotations

from collections.abc import Mapping

from claims.types import Cause, Fault, FindingResult

STATUSES: Mapping[str, str] = {
    "queued": "Waiting",
    "gathering": "Looking at the sources",
    "judging": "Weighing the evidence",
    "judged": "Judged",
    "extracted": "Checking the claims",
    "done": "Done",
    "failed": "Given up",
}
"""Of articles and claims."""

FAULTS: Mapping[str, str] = {
    Fault.SERVICE: "The service was at fault, not what was handed in: check again, or run "
    "assay retry --failed.",
}
"""Whose fault an error is, where trying again helps."""

STANCES: Mapping[str, str] = {
    "SUPPORTS": "Supports",
    "REFUTES": "Refutes",
    "NEUTRAL": "Says nothing either way",
}

FINDINGS: Mapping[str, str] = {
    "quotation": "Quotation",
    "name": "Name",
    FindingResult.DIFFERS: "Differs",
    FindingResult.ABSENT: "Not in the passage",
    FindingResult.VERBATIM: "Verbatim",
    FindingResult.ALTERED: "Altered",
    FindingResult.CUT: "Cut",
    FindingResult.OTHER_SPEAKER: "Said by another",
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
    "personal": "Speaks of the writer, or to the reader.",
    "opinion": "An opinion.",
    "prediction": "A prediction: it cannot be checked yet.",
    "no-speaker": "A quotation without a clear speaker.",
    "no-checkable-content": "Says nothing that a source could confirm.",
    "beyond-limit": "Beyond the limit of claims for one article; others are more worth checking.",
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
    "same-address": "they name the same address as their own",
    "same-text": "most of the shorter text stands in the longer one",
    "same-family": "their sources are registered as one publisher",
    "same-wire": "they carry one agency's mark or name one original, and are alike",
    "rewritten": "the same report in other sentences",
}
"""Why several pages are one origin."""

CODES: Mapping[str, str] = {
    "not-on-shelf": "The shelf has no such document now.",
    "shelf-damaged": "The files of the shelf cannot be read.",
    "bad-url": "Its address is not written correctly.",
    "address-blocked": "Its address is private or reserved, so it is not fetched.",
    "port-blocked": "Its port is not one of the web's, so it is not fetched.",
    "robots-denied": "The site asks programs not to read this page (robots.txt).",
    "dns-failed": "Its host name leads nowhere.",
    "unreachable": "The site did not take the connection.",
    "tls-error": "No secure connection could be made.",
    "timeout": "The site took too long to answer.",
    "bad-response": "The answer was cut short or garbled.",
    "redirect-loop": "It redirects in a circle.",
    "too-many-redirects": "It redirects too often.",
    "redirect-refused": "It redirects to where it may not be followed.",
    "too-large": "It is larger than a page may be.",
    "not-text": "It is not a page of text.",
    "no-text": "The page holds no text to read.",
    "blocked": "A check for robots stands in front of it.",
    "consent-wall": "A question about cookies stands in front of it.",
    "paywall": "Only its beginning is shown to those who have not paid.",
    "login-required": "A form to sign in stands in its place.",
    "not-found": "It says itself that there is no such page.",
    "site-error": "It says itself that the site does not work, or not from here.",
    "no-article": "It is no article: a front page, a list of others, or a domain for sale.",
    "encrypted": "The PDF asks for a password.",
    "too-complex": "It could not be read within the limits of time and memory.",
    "unreadable": "The file could not be opened.",
    "rate-limited": "It wants no more questions for now.",
    "host-busy": "Too many pages of its site were waiting to be read, one after another.",
    "host-resting": "Its site is left alone for now: it did not answer, or asked for that.",
    "not-json": "It answered with something that is no search result.",
    "not-feed": "It answered with something that is neither a feed nor a sitemap.",
    "unsafe-xml": "Its XML declares entities or is nested too deep, so it is not read.",
    "no-engine": "None of the engines behind it answered.",
    "copy-of-article": "Its text is nearly the article's own, which is no evidence for it.",
    "language": "It is written in something else than English, and only English is read.",
    "after-as-of": "It was published after the last day that evidence may be of.",
    "own-site": "It belongs to the article's own site, which is no evidence for the article.",
}
"""Why a source could not be looked at; http-NNN apart."""

CAUSES: Mapping[Cause, str] = {
    Cause.FIRST_CHECK: "",
    Cause.NOTHING_KEPT: "What the check before had read is no longer kept.",
    Cause.JUDGE: "It was weighed by another judge, or another release of it.",
    Cause.PASSAGES: "Other passages bear on the claim.",
    Cause.ORIGINS: "Pages have other origins, or these are numbered anew as pages came or went.",
    Cause.SOURCES: "A source has another name or rating.",
    Cause.PAGE_DETAILS: "A page has another title or day.",
    Cause.STALE: "Other evidence is too old for the claim.",
    Cause.RULE: "The rule for verdicts, or the confidence that it asks for, is another.",
}
"""Why a check weighed its claim again."""

HTTP_STATUSES: Mapping[str, str] = {
    "401": "It asks for a login",
    "403": "The site refused access",
    "404": "There is no such page",
    "410": "The page was removed",
    "429": "The site asks to slow down",
    "451": "The page is withheld for legal reasons",
}
"""Of http-NNN, by NNN."""
