"""One claim checked in this process, with all that the settings name: for the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from claims.settings import Settings
from claims.wiring.fetching import build_fetcher
from claims.wiring.judges import build_judge
from claims.wiring.places import now, read_registry
from claims.wiring.providers import build_providers

if TYPE_CHECKING:
    from claims.types import Verdict


def verify(
    claim: str,
    sources: Sequence[str],
    *,
    claimed_at: date | None = None,
    as_of: date | None = None,
    settings: Settings | None = None,
) -> Verdict:
    """Check one claim against sources (URLs), in this process: `from claims import verify`.

    `claimed_at` is when it was made; pages published after `as_of` are left out. Shelves and the
    providers that the settings name are searched as well, and the sources of ASSAY_REGISTRY looked
    at. `claims.to_json` gives the verdict as the API does. Raises InvalidInput for a URL wrong in
    syntax; what cannot be looked at is coverage.
    """
    from claims.extraction import read_claim
    from claims.limits import check_claim, check_sources
    from claims.pipeline import fetch_sources, rank_evidence, weigh_evidence
    from claims.searching import search
    from claims.sources.address import parse_source
    from claims.sources.cache import MemoryPageCache

    settings = settings or Settings()
    urls = [parse_source(source) for source in sources]
    check_claim(claim)
    check_sources(urls)
    read = replace(read_claim(claim, article_text=None, claimed_at=claimed_at), as_of=as_of)
    registry = read_registry(settings)
    urls = [*urls, *registry.addresses()]
    searched = search(read, build_providers(settings, registry), known=urls)
    with build_fetcher(settings) as fetcher:
        pages, failed = fetch_sources(
            [*urls, *searched.urls],
            pages=MemoryPageCache(),
            fetcher=fetcher,
            fresh_after=now(),
            article_url=None,
            as_of=as_of,
        )
    gathered = rank_evidence(
        read.text, pages, failed, searched=searched, registry=registry, as_of=as_of
    )
    return weigh_evidence(read, gathered, judge=build_judge(settings), check=1, now=now())
