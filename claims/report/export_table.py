"""Claims as rows of CSV, in a form from which no spreadsheet runs a formula. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from claims.ports import ExportedClaim
from claims.report.csv_cells import write_row
from claims.shapes import to_json
from claims.text import fold, fold_spaces
from claims.types import Evidence, Reading, Verdict
from claims.verdicts.explain_days import describe_archived

COLUMNS = (
    *("id", "draft", "claim", "label", "confidence", "support", "status", "created_at"),
    *("checked_at", "article_id", "article_title", "tags", "claimant", "claimed_at", "explanation"),
    *("quotations", "addresses", "hashes", "sources", "corrected_by", "strength", "reader"),
    *("review", "review_label", "review_by", "review_at", "review_reason", "stale"),
    *("as_of_statement", "archived"),
)
"""The columns in their order; docs/reference/commands.md says what is in each."""
_OF_VERDICT = ("label", "confidence", "support", "checked_at", "explanation", "strength")


def write_table(claims: Iterable[ExportedClaim], *, with_head: bool) -> Iterator[bytes]:
    """The rows in UTF-8, after the names of the columns if it has a head."""
    if with_head:
        yield write_row(COLUMNS)
    for claim in claims:
        cells = _write_cells(claim)
        yield write_row(cells[name] for name in COLUMNS)


def _write_cells(claim: ExportedClaim) -> dict[str, object]:
    """The cells of a claim by column, together with the other fields of its JSON form."""
    shape: dict[str, object] = to_json(claim)
    given = shape["verdict"]
    verdict = given if isinstance(given, dict) else {}
    review = to_json(claim.review)
    evidence = claim.verdict.evidence if claim.verdict else ()
    return shape | {
        "claim": claim.text,
        **{name: verdict.get(name) for name in _OF_VERDICT},
        "draft": claim.review.draft,
        "tags": ";".join(list_tags(claim)),
        "quotations": "\n".join(f"{one.stance}: {fold_spaces(one.quote)}" for one in evidence),
        "addresses": "\n".join(one.page.url for one in evidence),
        "hashes": "\n".join(one.page.sha256 for one in evidence),
        "archived": "\n".join(list_archived(evidence)),
        "sources": "\n".join(claim.sources),
        "reader": write_reader(claim.verdict),
        "review": claim.review.state,
        **{f"review_{name}": review[name] for name in ("label", "by", "at", "reason")},
        "stale": claim.review.stale,
    }


def list_tags(claim: ExportedClaim) -> tuple[str, ...]:
    """The tags of the claim, then those of its article that it does not have itself."""
    own = set(map(fold, claim.tags))
    return (*claim.tags, *(tag for tag in claim.article_tags if fold(tag) not in own))


def list_archived(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The pages that were read from an archive, each once, with day and address of the copy."""
    pages = dict.fromkeys(one.page for one in evidence if one.page.archived)
    return tuple(
        f"{page.url}: {describe_archived(page)}, {page.archived.address}"
        for page in pages
        if page.archived
    )


def write_reader(verdict: Verdict | None) -> str:
    """The second reader with its label, or the code of the reason why there is no reading; "" if no
    reader is set up."""
    said = verdict.reader if verdict else None
    if isinstance(said, Reading):
        return f"{said.model}: {said.label}"
    return said.skipped if said else ""
