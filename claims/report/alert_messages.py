"""Alerts in words: the mail and the chat message about events, as people read them. Pure functions.

Texts of claims and pages are other people's: each is put on one line, unseen characters are named,
and HTML and the marks of chats are escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from claims.report.events import add_text, find_page, write_headline
from claims.report.formatting import describe_code, describe_verdict, tone_of_label
from claims.report.unseen import reveal_line
from claims.text import fold_spaces
from claims.types import Event, EventData, EventType
from claims.webhooks import DeliveryLease

SUBJECT_MAX = 120
"""Maximum characters of a subject."""
_POLICY = policy.SMTP.clone(max_line_length=500)
"""Lines of a header long enough for an address, which folding would break."""
_NEXT = {
    EventType.VERDICT_CREATED: "Read the evidence, and sign off the verdict.",
    EventType.VERDICT_CHANGED: "Read the changed sentences again. If the claim was signed off, "
    "sign off again or correct the text.",
    EventType.PAGE_VANISHED: "Look for another page that says the same, and read the verdict again "
    "before it is relied on.",
    EventType.REVIEW_STALE: "Read the evidence again, and sign off again or correct the label.",
    EventType.CLAIM_FAILED: "See on the page of the claim what failed, and check it again.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: a heading, what it is about, lines of (label, text), and where to look."""

    headline: str
    about: str
    lines: tuple[tuple[str, str], ...]
    url: str | None
    following: str


def write_mail(lease: DeliveryLease, *, sender: str, public_url: str, at: datetime) -> EmailMessage:
    """The mail about the events of this lease, as plain text with an HTML alternative.

    `List-Unsubscribe` follows RFC 8058. `Message-ID` is the same at each attempt with the same
    events, so that a mail program may show only one of two copies.
    """
    entries, base = _list_entries(lease, public_url), public_url.rstrip("/")
    off = f"{base}/unsubscribe/{lease.webhook_id}/{lease.secrets[0]}"
    last = lease.further[-1].id if lease.further else lease.event.id
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = sender, lease.url
    mail["Subject"] = _write_subject(entries, lease.more)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{lease.message_id}_{last}_{lease.more}@{sender.rpartition('@')[2]}>"
    mail["List-Unsubscribe"] = f"<{off}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    rest = _count_rest(lease.more)
    text = [*map(_write_plain, entries), *([f"{rest}\n{base}/"] if rest else [])]
    mail.set_content("\n\n\n".join([*text, f"-- \nNo more of these: {off}\n"]), cte="base64")
    html = [*map(_write_html, entries), *([f"<p>{_link(f'{base}/', rest)}</p>"] if rest else [])]
    html.append(f"<p><small>{_link(off, 'No more of these')}</small></p>")
    page = f'<!doctype html><meta charset="utf-8"><body>{"<hr>".join(html)}</body>'
    mail.add_alternative(page, subtype="html", cte="base64")
    mail.policy = _POLICY
    return mail


def write_slack(lease: DeliveryLease, *, public_url: str) -> str:
    """The message about the events of this lease as JSON, for a hook that takes Slack's messages.

    No text of a claim or page notifies a channel, makes a link or is formatted.
    """
    rest = _count_rest(lease.more)
    texts = list(map(_write_chat, _list_entries(lease, public_url)))
    texts += [f"{rest} {public_url.rstrip('/')}/"] if rest else []
    message = {"text": "\n\n".join(texts), "mrkdwn": False, "unfurl_links": False}
    return json.dumps(message, ensure_ascii=False)


def _list_entries(lease: DeliveryLease, public_url: str) -> tuple[Entry, ...]:
    return tuple(_make_entry(event, public_url) for event in (lease.event, *lease.further))


def _make_entry(event: Event, public_url: str) -> Entry:
    shown, base = add_text(event), public_url.rstrip("/")
    page = None if event.type.endswith(".deleted") else find_page(event)
    return Entry(
        headline=_line(write_headline(event)),
        about=_line(shown.data.heading),
        lines=tuple((label, _line(text)) for label, text in _list_lines(shown) if text),
        url=None if page is None else f"{base}{page}",
        following=_NEXT.get(EventType(event.type), "") if event.type in set(EventType) else "",
    )


def _list_lines(event: Event) -> Iterator[tuple[str, str]]:
    """The label before and now, the sentences before and now with their pages; else the text."""
    data = event.data
    if event.type == EventType.VERDICT_CHANGED:
        yield "Proposal before", tone_of_label(data.before).word
        yield "Proposal now", describe_verdict(data.label, data.support, data.confidence)
    else:
        yield "", data.text
    yield from _list_pages(data)


def _list_pages(data: EventData) -> Iterator[tuple[str, str]]:
    if data.diff is None:
        return
    for change in data.diff.changed:
        yield "Page", change.url
        yield "It said", f"“{change.before}”" if change.before else ""
        yield "It says", f"“{change.after}”" if change.after else ""
    yield from (("New page", url) for url in data.diff.appeared)
    gone = {one.url: describe_code(one.code) for one in data.diff.gone}
    for url in dict.fromkeys((*gone, *data.diff.vanished)):
        yield "Page gone", f"{url} ({gone[url]})" if url in gone else url


def _line(text: str) -> str:
    return reveal_line(fold_spaces(text))


def _count_rest(more: int) -> str:
    return "" if not more else f"And {more} further {'event' if more == 1 else 'events'}."


def _write_subject(entries: Sequence[Entry], more: int) -> str:
    first, count = entries[0], len(entries) + more
    subject = f"{first.headline}: {first.about}" if first.about else first.headline
    subject = subject if count == 1 else f"{count} changes. {subject}"
    return subject if len(subject) <= SUBJECT_MAX else f"{subject[: SUBJECT_MAX - 1]}…"


def _write_plain(entry: Entry) -> str:
    lines = [entry.headline, *([f"“{entry.about}”"] if entry.about else []), ""]
    lines += [f"{label}: {text}" if label else text for label, text in entry.lines]
    lines += ["", entry.following] if entry.following else []
    return "\n".join([*lines, *([entry.url] if entry.url else [])])


def _write_html(entry: Entry) -> str:
    about = f"<p>“{escape(entry.about)}”</p>" if entry.about else ""
    lines = "<br>".join(
        f"<b>{label}:</b> {escape(text)}" if label else escape(text) for label, text in entry.lines
    )
    following = f"<p>{escape(entry.following)}</p>" if entry.following else ""
    link = f"<p>{_link(entry.url, 'Open it in Assay')}</p>" if entry.url else ""
    return f"<h3>{escape(entry.headline)}</h3>{about}<p>{lines}</p>{following}{link}"


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def _write_chat(entry: Entry) -> str:
    lines = [entry.headline, *([f"“{_escape_chat(entry.about)}”"] if entry.about else [])]
    lines += [
        f"{label}: {_escape_chat(text)}" if label else _escape_chat(text)
        for label, text in entry.lines
    ]
    lines += [entry.following] if entry.following else []
    return "\n".join([*lines, *([entry.url] if entry.url else [])])


def _escape_chat(text: str) -> str:
    """As Slack wants it; a word joiner after @ keeps @channel of other chats from notifying."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"(?<![\w/])@(?=\w)", "@\u2060", text)
