"""The search index of a shelf: which passages share words with a query (tantivy, BM25).

It contains no text, only numbers of the catalog: a passage is a span of a document. Words match by
their stems. A query is a set of words without syntax, so a query cannot be invalid. Every error or
panic of tantivy becomes ShelfDamaged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claims.errors import ShelfDamaged
from claims.types import Span

if TYPE_CHECKING:
    import tantivy

_ANALYSER = "assay"
_HEAP_BYTES = 96_000_000
_LONGEST_WORD = 40
# Maximum words of a query; more make it slower and not better. A claim has at most a thousand
# characters.
_MOST_WORDS = 60
_PANIC = "PanicException"  # of pyo3, which cannot be imported


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that was found: its document, its position in it, and its BM25 score."""

    document: int
    span: Span
    score: float


class IndexWriter:
    """Adds and removes passages; they count after `commit`. One writer at a time per index."""

    def __init__(self, folder: Path) -> None:
        """Raises ShelfDamaged."""
        import tantivy

        folder.mkdir(exist_ok=True)
        self._tantivy = tantivy
        with _guarded(folder):
            self._schema = _schema()
            index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            index.register_tokenizer(_ANALYSER, _analyser())
            self._writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        self._folder = folder

    def add(self, text: str, *, batch: int, file: int, document: int, span: Span) -> None:
        """Add one passage. Raises ShelfDamaged."""
        entry = self._tantivy.Document()
        entry.add_text("text", _well_formed(text))
        numbers = (("batch", batch), ("file", file), ("document", document))
        for name, number in (*numbers, ("start", span.start), ("end", span.end)):
            entry.add_unsigned(name, number)
        with _guarded(self._folder):
            self._writer.add_document(entry)

    def delete_batch(self, batch: int) -> None:
        """Remove the passages of a batch, committed or not."""
        self._delete("batch", batch)

    def delete_file(self, file: int) -> None:
        """Remove the passages of a file."""
        self._delete("file", file)

    def _delete(self, name: str, number: int) -> None:
        # By query: deletion by term reads the number as a signed one, and finds nothing.
        query = self._tantivy.Query.term_query(self._schema, name, number)
        with _guarded(self._folder):
            self._writer.delete_documents_by_query(query)

    def commit(self) -> None:
        """Make all changes permanent and visible to every reader. Raises ShelfDamaged."""
        with _guarded(self._folder):
            self._writer.commit()

    def close(self) -> None:
        """Close the index after its background work. Uncommitted changes are dropped."""
        with _guarded(self._folder):
            self._writer.wait_merging_threads()


class IndexReader:
    """Searches the last commit of any process. Thread safe; works after a fork."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[object, tantivy.Index] | None = None

    def search(self, text: str, *, limit: int, without: Sequence[int] = ()) -> tuple[Ranked, ...]:
        """The best passages first; none for a text without words. Raises ShelfDamaged.

        `without` are batches that do not count, because the catalog does not have them yet.
        """
        from tantivy import Occur, Query

        if not (self._folder / "meta.json").is_file():
            return ()  # nothing has been committed yet
        with _guarded(self._folder):
            index = self._opened()
            searcher, schema = index.searcher(), index.schema
            words = list(dict.fromkeys(_analyser().analyze(_well_formed(text))))[:_MOST_WORDS]
            terms = [Query.term_query(schema, "text", word, "freq") for word in words]
            query = Query.boolean_query([(Occur.Should, term) for term in terms])
            if without:
                batches = [Query.term_query(schema, "batch", number) for number in without]
                excluded = [(Occur.MustNot, batch) for batch in batches]
                query = Query.boolean_query([(Occur.Must, query), *excluded])
            found = searcher.search(query, limit=limit, count=False).hits if terms else []
            passages = [(score, searcher.doc(address)) for score, address in found]
        return tuple(
            Ranked(
                document=entry["document"][0],
                span=Span(entry["start"][0], entry["end"][0]),
                score=float(score),
            )
            for score, entry in passages
        )

    def count(self) -> int:
        """The number of passages. Raises ShelfDamaged."""
        if not (self._folder / "meta.json").is_file():
            return 0
        with _guarded(self._folder):
            return self._opened().searcher().num_docs

    def _opened(self) -> tantivy.Index:
        """The index as it is now: opened again after a commit and in a forked process."""
        import tantivy

        status = (self._folder / "meta.json").stat()
        stamp = (os.getpid(), status.st_ino, status.st_mtime_ns)
        known = self._open
        if known is None or known[0] != stamp:
            known = (stamp, tantivy.Index.open(str(self._folder)))
            known[1].register_tokenizer(_ANALYSER, _analyser())
            self._open = known
        return known[1]


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name=_ANALYSER, index_option="freq")
    for name in ("batch", "file"):
        builder.add_unsigned_field(name, indexed=True)
    for name in ("document", "start", "end"):
        builder.add_unsigned_field(name, stored=True)
    return builder.build()


def _analyser() -> tantivy.TextAnalyzer:
    """Runs of letters or digits, in lower case, without accents and stop words, by their stems."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stopword("english"))
        .filter(Filter.stemmer("english"))
        .build()
    )


def _well_formed(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    name = folder.parent.name
    try:
        yield
    except (ValueError, OSError, KeyError, IndexError) as error:
        raise ShelfDamaged(f"the index of the shelf {name} cannot be used: {error}") from error
    except BaseException as error:
        # A damaged file can make tantivy panic, and a panic is no Exception.
        if type(error).__name__ != _PANIC:
            raise
        raise ShelfDamaged(f"the index of the shelf {name} is damaged: {error}") from None
