"""Changes of the sources of a claim, or of an article with its claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from claims.access import Action
from claims.limits import check_sources
from claims.ports import NewArticle
from claims.shapes import from_text
from claims.sources.address import canonical_url, list_once
from claims.store import encoding, keys
from claims.types import CheckOptions, Stage


def locate_options(stage: Stage, record_id: str) -> tuple[str, str]:
    """The key and the field with the options of a claim, or of an article as submitted."""
    if stage is Stage.EXTRACT:
        return keys.ARTICLE + record_id, "new"
    return keys.CLAIM + record_id, "options"


@dataclass(frozen=True, slots=True)
class SourceChange:
    """Sources to add and to remove; addresses of one page are the same source. Writes nothing."""

    add: Sequence[str]
    remove: Sequence[str]

    @property
    def actions(self) -> str:
        """The actions for the audit log, separated by spaces."""
        added = [Action.SOURCES_ADDED] if self.add else []
        removed = [Action.SOURCES_REMOVED] if self.remove else []
        return " ".join(added + removed)

    def apply(self, stage: Stage, text: str) -> tuple[str, tuple[str, ...]]:
        """The new options of a claim, or submission of an article, as text; and their sources."""
        if stage is Stage.EXTRACT:
            new = from_text(NewArticle, text)
            options = self._change(new.options)
            return encoding.write(replace(new, options=options)), options.sources
        options = self._change(from_text(CheckOptions, text))
        return encoding.write(options), options.sources

    def _change(self, options: CheckOptions) -> CheckOptions:
        """The changed options. Raises InvalidInput for more sources than a claim may have."""
        removed = set(map(canonical_url, self.remove))
        left = [url for url in options.sources if canonical_url(url) not in removed]
        together = list_once([*left, *self.add])
        check_sources(together)
        return replace(options, sources=together)
