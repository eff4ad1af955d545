"""The labelled claims that ship, on which a second reader is tested: `assay reader test`.

`labelled_claims.jsonl` has a claim a line, with the label that its passages give it:

    {"claim", "label", "kind", "event", "side",
     "pages": [{"url", "title", "publisher", "published_at", "origin"}, ...],
     "passages": [{"page", "start", "text"}, ...]}

The passages are those that the service would show a reader, the best first; `page` is the number of
a page from 0, `start` where the passage begins on it. Each claim is in the file twice, one after
the other: with the pages of its event, and with other pages (side "mirror"), in which the facts
are different, so that the label is another. Events and people are invented.
`python -m evaluation.labelled_claims --write` takes the claims from the events for fitting.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from claims.ports import Question
from claims.types import PageReference, Passage, Span, VerdictLabel

FILE = Path(__file__).with_name("labelled_claims.jsonl")
# Number of labelled claims in the file, and the number that a test asks about by default.
LABELLED = 120
ASKED = 60
_READ_AT = datetime(2026, 1, 1, tzinfo=UTC)


# The pages of a question: those of the claim's event, or those of the mirror of the event.
EVENT, MIRROR = "event", "mirror"
ClaimKey = tuple[str, str, str]
"""Event, side and text of a labelled claim, which are unique."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledClaim:
    """A question with the label that is right.

    `kind` is the property that decides the claim (training/data/events/README.md); `event` names
    its event, whose other claims are asked with the same pages; `side` is EVENT or MIRROR.
    """

    question: Question
    label: VerdictLabel
    kind: str
    event: str
    side: str

    @property
    def key(self) -> ClaimKey:
        """The key of this labelled claim, unique among them."""
        return self.event, self.side, self.question.claim


def read_labelled_claims(path: Path = FILE) -> list[LabelledClaim]:
    """All labelled claims, in an order in which the first few have all labels."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_read(json.loads(line)) for line in lines]


def _read(row: Mapping[str, Any]) -> LabelledClaim:
    pages = [
        PageReference(
            **page,
            fetched_at=_READ_AT,
            sha256=hashlib.sha256(page["url"].encode()).hexdigest(),
        )
        for page in row["pages"]
    ]
    passages = tuple(
        Passage(
            text=one["text"],
            span=Span(one["start"], one["start"] + len(one["text"])),
            page=pages[one["page"]],
        )
        for one in row["passages"]
    )
    question = Question(claim=row["claim"], claimant=None, claimed_at=None, passages=passages)
    return LabelledClaim(
        question=question,
        label=VerdictLabel(row["label"]),
        kind=row["kind"],
        event=row["event"],
        side=row["side"],
    )


def write_labelled_claim(one: LabelledClaim) -> str:
    """The line of a labelled claim."""
    passages = one.question.passages
    pages = list(dict.fromkeys(passage.page for passage in passages))
    fields = ("url", "title", "publisher", "published_at", "origin")
    row = {
        "claim": one.question.claim,
        "label": one.label,
        "kind": one.kind,
        "event": one.event,
        "side": one.side,
        "pages": [{name: getattr(page, name) for name in fields} for page in pages],
        "passages": [
            {"page": pages.index(passage.page), "start": passage.span.start, "text": passage.text}
            for passage in passages
        ],
    }
    return json.dumps(row, ensure_ascii=False) + "\n"
