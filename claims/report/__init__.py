"""The self-contained HTML report of `assay check --html` and the demo."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from claims.report.article_view import view_article
from claims.report.environment import STATIC_FOLDER, TEMPLATE_FOLDER, equip
from claims.types import CheckResult

__all__ = ["render_report"]


def render_report(result: CheckResult) -> str:
    """One HTML file, without scripts or anything loaded from elsewhere, in UTF-8.

    Without an article the claims are a list. Text of the article and of pages is escaped, and the
    page's content security policy allows nothing but its own style sheet.
    """
    style = "".join(
        (STATIC_FOLDER / name).read_text(encoding="utf-8") for name in ("pieces.css", "report.css")
    )
    verdicts = [claim.verdict for claim in result.claims if claim.verdict]
    return (
        _environment()
        .get_template("report.html")
        .render(
            article=result.article,
            view=view_article(result.article, result.claims, result.not_checked),
            checked_at=max((verdict.checked_at for verdict in verdicts), default=None),
            drafts=Counter(claim.review.draft for claim in result.claims if claim.review.draft),
            judge=verdicts[0].judge if verdicts else None,
            style=style,
            style_hash=_hash_source(style),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER), autoescape=True, undefined=StrictUndefined
    )
    equip(environment)
    return environment


def _hash_source(style: str) -> str:
    """The CSP source expression that allows exactly this style sheet (CSP Level 3, 2.3.1)."""
    digest = hashlib.sha256(style.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
