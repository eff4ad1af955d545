"""Whether the index of lists has each record under the values of its facets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from claims.store import facets, keys
from claims.store.encoding import to_ms
from claims.store.invariant.stored_values import Row, read_scores


def check_index(
    index: Sequence[tuple[str, list[str]]], listed: Sequence[Sequence[Row]]
) -> Iterator[str]:
    """`index`: names of sorted sets and their members with scores; `listed`: articles, claims."""
    expected = {
        (f"{kind}:{name}", row.serial, score)
        for kind, rows in zip(("articles", "claims"), listed, strict=True)
        for row in rows
        for name, score in _list_entries(row)
    }
    present = {
        (name.removeprefix(keys.INDEX), member, score)
        for name, pairs in index
        for member, score in read_scores(pairs).items()
    }
    for name, serial, score in sorted(expected - present):
        yield f"{serial} is not in {name} of the index at {score}"
    for name, serial, score in sorted(present - expected):
        yield f"{serial} is in {name} of the index at {score}, but no record is found there"


def _list_entries(row: Row) -> Iterator[tuple[str, float]]:
    """The sets of the index in which a record must be, and its score there."""
    for facet, values in row.facets.items():
        for value in values:
            yield f"{facet}:{value}", float(row.serial)
    if row.verdict:
        yield "checked", to_ms(row.verdict.checked_at)
        yield "confidence", row.verdict.confidence


def check_facets(articles: Sequence[Row], claims: Sequence[Row]) -> Iterator[str]:
    """Check the facets that follow from other records or from the verdict."""
    tags = {row.id: row.facets["tag"] for row in articles}
    labels: dict[str, set[str]] = {row.id: set() for row in articles}
    for row in claims:
        for article in row.facets["article"]:
            if not row.facets["superseded"]:
                labels[article].update(row.facets["label"])
            if row.facets["article_tag"] != tags[article]:
                yield f"{row.id}: tags of its article {row.facets['article_tag']}"
        cited = (piece.page.url for piece in row.verdict.evidence) if row.verdict else ()
        if "\n".join(row.facets["site"]) != facets.write_sites(cited):
            yield f"{row.id}: sites {row.facets['site']} are not those that its verdict cites"
        said = facets.write_reader(row.verdict.reader) if row.verdict else ""
        if "\n".join(row.facets["reader"]) != said:
            yield f"{row.id}: {row.facets['reader']}, but its verdict was {said or 'not read'}"
    for row in articles:
        if set(row.facets["label"]) != labels[row.id]:
            yield f"{row.id}: labels {row.facets['label']}, but its claims have {labels[row.id]}"
