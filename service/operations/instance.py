"""What this service says about itself: how it judges, its limits, its sources, what it keeps."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version

from claims.limits import ARTICLE_CHARS, CLAIM_CHARS, SOURCES, TAGS
from claims.registry import SourceKind
from claims.settings import CHAT, Settings, split_list
from claims.types import LEAST_CONFIDENCE, LEAST_FIRM, JudgeName
from claims.verdicts.track_record import load_track_record
from claims.wiring import name_judge
from service.context import ServiceContext
from service.instance_shapes import (
    Instance,
    JudgeAbout,
    KeptAbout,
    LimitsAbout,
    ReaderAbout,
    RightShare,
    RuleAbout,
    SourcesAbout,
)
from service.monitoring.reader_state import is_asked
from service.operations.recording import get_public_key

MODEL_CARD = "docs/reference/model-card.md"
CANNOT = (
    "It reads English only, cannot count, and may take an altered quotation for the original. It "
    "knows nothing beyond the passage it is shown, and says nothing about whether the passage is "
    "true."
)
"""The limits of the judge that ships, as its model card has them; a test compares the two."""
MEASURED_IN = "docs/reference/quality.md"
BRAVE = "brave"
FACT_CHECKS = "fact-checks"


def describe_instance(context: ServiceContext) -> Instance:
    """This service, as its settings and its registered sources are now."""
    settings = context.settings
    judge = name_judge(settings)
    return Instance(
        release=version("assay"),
        publisher=settings.publisher or None,
        judge=_describe_judge(settings, judge),
        reader=_describe_reader(settings),
        rule=_describe_rule(settings, judge),
        limits=_describe_limits(settings),
        sources=_describe_sources(context),
        kept=_describe_kept(settings),
        signing_key=get_public_key(context).id,
    )


def _describe_judge(settings: Settings, judge: JudgeName) -> JudgeAbout:
    ships = not settings.judge
    return JudgeAbout(
        name=judge.name,
        version=judge.version or None,
        model_card=MODEL_CARD if ships else None,
        cannot=CANNOT if ships else None,
    )


def _describe_reader(settings: Settings) -> ReaderAbout | None:
    if not settings.reader:
        return None
    return ReaderAbout(
        model=settings.reader.removeprefix(CHAT),
        when=settings.reader_when,
        passages=settings.reader_passages,
        tokens_per_day=settings.reader_tokens_per_day or None,
        refused=not is_asked(settings),
    )


def _describe_rule(settings: Settings, judge: JudgeName) -> RuleAbout:
    known = load_track_record()
    holds = judge == known.judge and settings.min_confidence == LEAST_CONFIDENCE
    measured = tuple(
        RightShare(strength, one.verdicts, one.right / max(1, one.verdicts))
        for strength, one in known.strengths.items()
    )
    return RuleAbout(
        least_confidence=settings.min_confidence,
        least_firm=LEAST_FIRM,
        measured=measured if holds else (),
        measured_in=MEASURED_IN if holds else None,
    )


def _describe_limits(settings: Settings) -> LimitsAbout:
    return LimitsAbout(
        article_chars=ARTICLE_CHARS,
        article_claims=settings.article_claims,
        claim_chars=CLAIM_CHARS,
        sources=SOURCES,
        tags=TAGS,
        waiting=settings.queue_max,
        reads_per_minute=settings.reads_per_minute or None,
        writes_per_minute=settings.writes_per_minute or None,
    )


def _describe_sources(context: ServiceContext) -> SourcesAbout:
    settings = context.settings
    kinds = Counter(source.kind.value for source in context.store.get_registry().sources)
    searched = {
        SourceKind.MEDIAWIKI.value: len(list(split_list(settings.mediawiki))),
        SourceKind.SEARXNG.value: int(bool(settings.searxng)),
        SourceKind.FEED.value: len(list(split_list(settings.feeds))),
        SourceKind.SITEMAP.value: len(list(split_list(settings.sitemaps))),
        BRAVE: int(settings.brave_key is not None),
        FACT_CHECKS: int(settings.factcheck_key is not None),
    }
    return SourcesAbout(
        registered={kind.value: kinds[kind.value] for kind in SourceKind if kinds[kind.value]},
        searched={kind: count for kind, count in searched.items() if count},
        shelves=_list_shelves(settings.shelves),
    )


def _list_shelves(named: str) -> tuple[str, ...] | None:
    """The shelves of the setting; None for all."""
    if not named.strip():
        return None
    return tuple(name for name in split_list(named) if name != "none")


def _describe_kept(settings: Settings) -> KeptAbout:
    return KeptAbout(
        checks=settings.keep_days or None,
        events=settings.event_days or None,
        audit_changes=settings.audit_days or None,
        audit_access=settings.access_days or None,
        sign_offs=settings.sign_off_days or None,
        raw_pages=bool(settings.keep_raw),
    )
