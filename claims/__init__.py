"""What a claim is and how it is judged; useful on its own: ``from claims import Verifier``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claims.errors import AssayError as AssayError
    from claims.errors import InvalidInput as InvalidInput
    from claims.errors import JudgeUnavailable as JudgeUnavailable
    from claims.errors import NotCheckable as NotCheckable
    from claims.library.verifier import Verifier as Verifier
    from claims.settings import Settings as Settings
    from claims.shapes import to_json as to_json
    from claims.types import ArticleRecord as ArticleRecord
    from claims.types import CheckResult as CheckResult
    from claims.types import ClaimRecord as ClaimRecord
    from claims.types import Evidence as Evidence
    from claims.types import PageReference as PageReference
    from claims.types import Passage as Passage
    from claims.types import Span as Span
    from claims.types import Stance as Stance
    from claims.types import Verdict as Verdict
    from claims.types import VerdictLabel as VerdictLabel

# Where each public name is defined.
_MODULES = {
    "AssayError": "claims.errors",
    "InvalidInput": "claims.errors",
    "JudgeUnavailable": "claims.errors",
    "NotCheckable": "claims.errors",
    "Settings": "claims.settings",
    "to_json": "claims.shapes",
    "ArticleRecord": "claims.types",
    "CheckResult": "claims.types",
    "ClaimRecord": "claims.types",
    "Evidence": "claims.types",
    "PageReference": "claims.types",
    "Passage": "claims.types",
    "Span": "claims.types",
    "Stance": "claims.types",
    "Verdict": "claims.types",
    "VerdictLabel": "claims.types",
    "Verifier": "claims.library.verifier",
}

__all__ = [*_MODULES]


def __getattr__(name: str) -> Any:
    """Load a name on first use, so that importing the package builds and loads nothing."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(_MODULES[name]), name)
