"""Builds the fetchers, for the open web and the shelves, and the senders of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claims.settings import Settings
from claims.wiring.places import build_archive, find_shelves, now

if TYPE_CHECKING:
    from claims.ports import HostGate
    from claims.shelves.fetch import SourceFetcher
    from claims.sources.fetch import WebFetcher
    from claims.sources.mailing import Mailer
    from claims.sources.posting import Poster


def build_fetcher(settings: Settings, *, gate: HostGate | None = None) -> SourceFetcher:
    """The fetcher for the open web and the shelves; the caller closes it.

    `gate`: see build_web_fetcher.
    """
    from claims.shelves.fetch import SourceFetcher
    from claims.sources.archived_copies import CopyReader
    from claims.sources.vetting import AllowList

    web = build_web_fetcher(settings, gate=gate)
    own = AllowList.parse(settings.fetch_allow)
    copies = CopyReader(web, settings.archive, unsent=own) if settings.archive else None
    return SourceFetcher(web, shelves=find_shelves(settings), clock=now, copies=copies)


def build_web_fetcher(settings: Settings, *, gate: HostGate | None = None) -> WebFetcher:
    """The fetcher for the open web alone; the caller closes it.

    With the `gate` that all workers share, it waits briefly for a host's turn, since its caller
    can retry later; without, it has its own gate and waits as long as needed.
    """
    from claims.sources.fetch import WebFetcher
    from claims.sources.gate import MemoryHostGate
    from claims.sources.pacing import LONG_WAIT_S, SHORT_WAIT_S, Pacing
    from claims.sources.vetting import AllowList

    allow = AllowList.parse(settings.fetch_allow)
    pacing = Pacing(
        gate or MemoryHostGate(),
        every_s=settings.pace_s,
        wait_s=SHORT_WAIT_S if gate else LONG_WAIT_S,
        unpaced=allow,
    )
    return WebFetcher(
        allow=allow, pacing=pacing, contact=settings.contact, archive=build_archive(settings)
    )


def build_poster(settings: Settings) -> Poster:
    """The sender of events to the receivers of webhooks."""
    from claims.sources.fetch import write_user_agent
    from claims.sources.posting import Poster
    from claims.sources.vetting import AllowList

    allow = AllowList.parse(settings.webhook_allow, setting="ASSAY_WEBHOOK_ALLOW")
    return Poster(allow=allow, user_agent=write_user_agent(None, settings.contact))


def build_mailer(settings: Settings) -> Mailer | None:
    """The sender of the mails of alerts; None without ASSAY_SMTP_URL and ASSAY_MAIL_FROM."""
    from claims.sources.mailing import Mailer, parse_smtp_url

    if settings.smtp_url is None or not settings.mail_from:
        return None
    server = parse_smtp_url(settings.smtp_url.get_secret_value())
    return Mailer(server=server, sender=settings.mail_from)
