"""The Jinja environment of the shared templates: their folder and the filters they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment

from claims.report import changed_sentences, formatting, messages, reader_words, schedule_words
from claims.report.by_source import describe_side, group_by_source
from claims.report.citing import cite
from claims.report.claim_notes import describe_notice, describe_same
from claims.report.searches import describe_contradiction, list_asked
from claims.report.unseen import reveal, reveal_line
from claims.verdicts.explain_days import describe_maybe_later
from claims.verdicts.track_record import describe_track_record

TEMPLATE_FOLDER = Path(__file__).with_name("templates")
STATIC_FOLDER = Path(__file__).with_name("static")


FILTERS: Mapping[str, Callable[..., object]] = {
    "reveal": reveal,
    "reveal_line": reveal_line,
    "web_link": formatting.web_link,
    "host": formatting.host_of,
    "percent": formatting.percent,
    "day": formatting.describe_day,
    "moment": formatting.describe_moment,
    "every": schedule_words.describe_every,
    "hours": schedule_words.describe_hours,
    "period": schedule_words.describe_period,
    "looks": schedule_words.describe_looks,
    "describe_tag_schedule": schedule_words.describe_tag_schedule,
    "describe_latest": formatting.describe_latest,
    "describe_maybe_later": describe_maybe_later,
    "find_reader": reader_words.find_reader,
    "describe_label": formatting.describe_label,
    "tone_of_label": formatting.tone_of_label,
    "describe_track_record": describe_track_record,
    "describe_reader": reader_words.describe_reader,
    "describe_test": reader_words.describe_test,
    "describe_causes": formatting.describe_causes,
    "describe_judged_again": changed_sentences.describe_judged_again,
    "list_changed_pages": changed_sentences.list_changed_pages,
    "list_unavailable": changed_sentences.list_unavailable,
    "describe_attempt": formatting.describe_attempt,
    "describe_action": messages.ACTIONS.__getitem__,
    "describe_event": formatting.describe_event,
    "describe_code": formatting.describe_code,
    "describe_failing": formatting.describe_failing,
    "describe_lost_page": formatting.describe_lost_page,
    "describe_tie": formatting.describe_tie,
    "cite": cite,
    "describe_origin": formatting.describe_origin,
    "list_asked": list_asked,
    "describe_contradiction": describe_contradiction,
    "describe_finding": formatting.describe_finding,
    "describe_reason": formatting.describe_reason,
    "describe_source_kind": formatting.describe_source_kind,
    "describe_stance": formatting.describe_stance,
    "describe_error": formatting.describe_error,
    "describe_review_state": messages.REVIEW_STATES.__getitem__,
    "describe_stale_reason": messages.STALE_REASONS.__getitem__,
    "describe_look_reason": messages.LOOK_REASONS.__getitem__,
    "label_word": lambda label: formatting.tone_of_label(label).word,
    "describe_progress": formatting.describe_progress,
    "describe_notice": describe_notice,
    "describe_same": describe_same,
    "describe_side": describe_side,
    "describe_status": formatting.describe_status,
    "tone_of_result": formatting.tone_of_result,
}
"""The filters that `pieces.html` and the pages use, by name."""

GLOBALS: Mapping[str, object] = {
    "leans": formatting.leans,
    "group_by_source": group_by_source,
    "split_quoted": reader_words.split_quoted,
    "reader_words": {
        "model": reader_words.MODEL_WORDS,
        "missing": reader_words.MISSING_WORDS,
        "addressed": reader_words.ADDRESSED_WORDS,
    },
}


def equip(environment: Environment) -> None:
    """Add FILTERS and GLOBALS, and refuse to use templates without autoescaping."""
    if environment.autoescape is False:
        raise ValueError("the templates print text of strangers: turn autoescape on")
    environment.globals.update(GLOBALS)
    environment.filters.update(FILTERS)
