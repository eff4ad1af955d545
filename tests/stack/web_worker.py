"""The scripted worker with the real fetcher, which limits the rate of loopback hosts as of others.

    celery -A tests.stack.web_worker worker ...

ASSAY_FETCH_ALLOW and ASSAY_PACE_S are read as in production.
"""

from __future__ import annotations

from claims.ports import Store
from claims.settings import Settings
from claims.sources.fetch import WebFetcher
from claims.sources.pacing import Pacing
from claims.sources.vetting import AllowList
from tests.stack.scripted_worker import build


def build_fetcher(store: Store) -> WebFetcher:
    """The fetcher of claims.wiring, except that no host is exempt from the rate limit."""
    settings = Settings()
    pacing = Pacing(store.gate, every_s=settings.pace_s)
    return WebFetcher(allow=AllowList.parse(settings.fetch_allow), pacing=pacing)


app = build(build_fetcher)
