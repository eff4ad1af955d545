"""The Jinja side of the shared templates: where they lie and which filters they need."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment

from claims.report import words
from claims.report.searches import list_asked, tell_contradiction
from claims.report.unseen import reveal, reveal_line
from claims.verdicts.explain import describe_maybe_later

TEMPLATE_FOLDER = Path(__file__).with_name("templates")
STATIC_FOLDER = Path(__file__).with_name("static")


def equip(environment: Environment) -> None:
    """Add the filters that `pieces.html` uses, and refuse to use it without autoescaping."""
    if environment.autoescape is False:
        raise ValueError("the templates print text of strangers: turn autoescape on")
    environment.globals["unsure_words"] = words.UNSURE_WORDS
    environment.globals["describe_lean"] = words.describe_lean
    environment.filters.update(
        reveal=reveal,
        reveal_line=reveal_line,
        web_link=words.web_link,
        host=words.host_of,
        percent=words.percent,
        day=words.describe_day,
        moment=words.describe_moment,
        every=words.describe_every,
        describe_latest=words.describe_latest,
        describe_maybe_later=describe_maybe_later,
        describe_causes=words.describe_causes,
        describe_code=words.describe_code,
        describe_tie=words.describe_tie,
        list_asked=list_asked,
        tell_contradiction=tell_contradiction,
        describe_finding=words.describe_finding,
        describe_reason=words.describe_reason,
        describe_source_kind=words.describe_source_kind,
        describe_stance=words.describe_stance,
        describe_error=words.describe_error,
        describe_progress=words.describe_progress,
        describe_status=words.describe_status,
        tone_of_result=words.tone_of_result,
    )
