"""Why a source could not be read: the codes of coverage, and the error that carries a code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus

from claims.errors import SourceError


class FailureCode(StrEnum):
    """Every coverage code except `http-<status>`, which `http_failure` makes."""

    BAD_URL = "bad-url"  # the address is wrong in syntax
    ADDRESS_BLOCKED = "address-blocked"  # not an address that may be fetched
    PORT_BLOCKED = "port-blocked"  # not a port that may be fetched
    ROBOTS_DENIED = "robots-denied"  # the site's robots.txt forbids it, or cannot be read
    DNS_FAILED = "dns-failed"  # the host name leads to no address
    UNREACHABLE = "unreachable"  # nobody takes the connection
    TLS_ERROR = "tls-error"  # no valid certificate, or no common protocol
    TIMEOUT = "timeout"  # the server took longer than the fetch may last
    BAD_RESPONSE = "bad-response"  # cut short, or against the protocol
    REDIRECT_LOOP = "redirect-loop"  # a redirect leads back
    TOO_MANY_REDIRECTS = "too-many-redirects"  # more hops than are followed
    REDIRECT_REFUSED = "redirect-refused"  # from https to http, or to no web address
    TOO_LARGE = "too-large"  # more bytes than a page may have
    NOT_TEXT = "not-text"  # neither HTML nor plain text nor PDF
    NO_TEXT = "no-text"  # a page without main text
    ENCRYPTED = "encrypted"  # a PDF that asks for a password
    BLOCKED = "blocked"  # a check for robots stands in front of the page
    CONSENT_WALL = "consent-wall"  # a question about cookies stands in front of it
    PAYWALL = "paywall"  # only its beginning is shown
    LOGIN_REQUIRED = "login-required"  # a form to sign in stands in its place
    NOT_FOUND = "not-found"  # a page that says so, whatever its status
    SITE_ERROR = "site-error"  # a page that says that the site does not work, or not here
    NO_ARTICLE = "no-article"  # a list of other pages, or a domain for sale
    TOO_COMPLEX = "too-complex"  # cannot be read within the limits of time and memory
    UNREADABLE = "unreadable"  # a local file that cannot be opened
    OWN_SITE = "own-site"  # of the article's own site, or the article itself
    COPY_OF_ARTICLE = "copy-of-article"  # nearly the article's own text, wherever it stands
    LANGUAGE = "language"  # in a language that is not read
    AFTER_AS_OF = "after-as-of"  # published after the day that evidence may come from
    RATE_LIMITED = "rate-limited"  # a provider wants no more questions for now
    HOST_BUSY = "host-busy"  # too many fetches of its host wait before it
    HOST_RESTING = "host-resting"  # its host failed several times or asked to be left alone
    NOT_JSON = "not-json"  # a provider answers with a page, or with nothing that can be read
    NOT_FEED = "not-feed"  # a feed or sitemap answers with something that is neither
    UNSAFE_XML = "unsafe-xml"  # XML that declares a document type, or is nested too deep
    NOT_ON_SHELF = "not-on-shelf"  # a shelf has no such document, or there is no such shelf
    SHELF_DAMAGED = "shelf-damaged"  # the files of a shelf cannot be read
    NO_ENGINE = "no-engine"  # a provider that asks others got no answer from any


# Codes of pages that stand in the place of an article, whatever the status of the answer.
OBSTACLES = {
    FailureCode.BLOCKED: "the site shows a test for robots instead of the page",
    FailureCode.CONSENT_WALL: "the site shows a question about cookies instead of the page",
    FailureCode.PAYWALL: "the site shows only the beginning to readers who have not paid",
    FailureCode.LOGIN_REQUIRED: "the site shows a sign-in form instead of the page",
    FailureCode.NOT_FOUND: "the site says that there is no such page",
    FailureCode.SITE_ERROR: "the site says that it does not work, or not from here",
    FailureCode.NO_ARTICLE: "a front page, a list of articles or a domain for sale, not an article",
}


# How long a page cache keeps a failure without an answer of the host. A refusal by a setting is not
# kept: it costs no request, and another process may have other settings.
_KEPT_FOR: Mapping[str, timedelta] = {
    FailureCode.ADDRESS_BLOCKED: timedelta(),
    FailureCode.PORT_BLOCKED: timedelta(),
    FailureCode.DNS_FAILED: timedelta(seconds=30),
    FailureCode.UNREACHABLE: timedelta(seconds=30),
}


def failure_kept_for(code: str) -> timedelta:
    """How long a page cache may raise a failure with this code again instead of asking again.

    timedelta.max for an answer of the host: it is cached like a page, as long as callers accept it.
    """
    return _KEPT_FOR.get(code, timedelta.max)


def http_failure(status: int) -> SourceError:
    """The error for an answer that is no page; its code is `http-<status>`."""
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    return SourceError(f"http-{status}", f"the server answered {status}{phrase}")
