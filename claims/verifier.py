"""Checks articles and claims in this process, without a server: the library, and `assay check`.

    with Verifier() as verifier:
        result = verifier.check(Path("article.html"), sources=["https://a.example/", Path("pages")])
        verdict = verifier.verify("Eleven people died.", sources=["https://a.example/report"])
        verdict = verifier.verify("Eleven people died.", passages=["Eleven people died in Kelm."])

It calls the stages of claims/pipeline/ in the same order as the workers, with a page cache in
memory and the registry of a file. docs/guides/library.md has worked examples.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Self

from claims.claim_reader import ClaimReader, JudgedClaim
from claims.entailment.stances import CalibratedJudge
from claims.errors import InvalidInput, SourceError
from claims.extraction import check_checkable, read_claim
from claims.limits import check_claim, check_sources
from claims.pipeline import (
    PASSAGES,
    extract_article,
    gather_evidence,
    judge_claim,
    leave_unread,
    verify_passages,
)
from claims.pipeline.replay import Replay, replay_check
from claims.pipeline.searching import Providers
from claims.ports import DayOfTokens, NewArticle, Progress, Reader, StoredClaim
from claims.registry import Registry
from claims.settings import Settings
from claims.shapes import list_fields, open_record
from claims.shelves.fetch import SourceFetcher
from claims.sources.address import is_url, parse_source
from claims.sources.cache import MemoryPageCache, RememberingFailures
from claims.sources.files import LocalSources, read_article, read_sources
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    CheckOptions,
    CheckRecord,
    CheckResult,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Gathered,
    Link,
    Page,
    Passage,
    ReaderChoice,
    ReaderWhen,
    Verdict,
)
from claims.wiring import (
    build_fetcher,
    build_judge,
    build_own_reader,
    build_providers,
    find_test,
    now,
    open_answer_file,
    read_registry,
)

_NO_READER = "no second reader: set ASSAY_READER=chat:MODEL, or give an object as reader"


def _report_nothing(what: str, done: int, of: int) -> None:
    """The default progress function: shows nothing."""


class Verifier:
    """Checks articles and claims; a context manager that closes its connections at the end.

    The judge is loaded once, at the first verdict. Pages that were fetched less than five minutes
    ago are used again. Raises InvalidInput for an invalid argument or setting, JudgeUnavailable
    for a judge that cannot be loaded. A source that cannot be read is not an error: it is listed
    in the coverage of the verdict, with a code. Neither is a second reader that does not answer:
    `Verdict.reader` says why.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        progress: Progress = _report_nothing,
        reader: Reader | bool | None = None,
    ) -> None:
        """`settings` default to the ASSAY_... variables; `progress` is called with the name of a
        step, the number of its parts that are done, and the number of all its parts. `reader` is
        the second reader: by default that of the settings, if they name one (ASSAY_READER); True
        requires one; False is none; or any object that is a claims.ports.Reader, which is asked
        about one claim after the other. That of the settings reads several at a time
        (ASSAY_READER_REQUESTS).
        """
        self._settings = settings or Settings()
        self._progress = progress
        self._pages = MemoryPageCache()
        if reader is True and not self._settings.reader:
            raise InvalidInput(_NO_READER)
        self._given_reader = reader

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to sources and drop cached pages; the next call starts fresh."""
        self._pages = MemoryPageCache()
        if (fetcher := self.__dict__.pop("_fetcher", None)) is not None:
            fetcher.close()

    @cached_property
    def judge(self) -> CalibratedJudge:
        """The judge that the settings name."""
        return build_judge(self._settings)

    @property
    def _has_reader(self) -> bool:
        if isinstance(self._given_reader, bool | None):
            return self._given_reader is not False and bool(self._settings.reader)
        return True

    @cached_property
    def _reader(self) -> ClaimReader:
        """The second reader with its test; that of the settings has the answers of the data folder.

        Raises InvalidInput without one.
        """
        reader: Reader | None
        if isinstance(self._given_reader, bool | None):
            reader, threads = build_own_reader(self._settings), self._settings.reader_requests
        else:
            reader, threads = self._given_reader, 1
        if reader is None:
            raise InvalidInput(_NO_READER)
        return ClaimReader(
            reader=reader,
            test=find_test(self._settings, reader.name),
            when=ReaderWhen(self._settings.reader_when),
            passages_max=self._settings.reader_passages,
            threads=threads,
        )

    @property
    def _passages_max(self) -> int:
        return self._settings.reader_passages if self._has_reader else PASSAGES

    @cached_property
    def _fetcher(self) -> SourceFetcher:
        return build_fetcher(self._settings)

    @cached_property
    def _registry(self) -> Registry:
        return read_registry(self._settings)

    @cached_property
    def _providers(self) -> Providers:
        return build_providers(self._settings, self._registry)

    def check(
        self,
        article: str | bytes | Path | None,
        *,
        claims: Sequence[str] = (),
        sources: Sequence[str | Path] = (),
        published_at: date | None = None,
        as_of: date | None = None,
        force: bool = False,
        reader: ReaderChoice | str = ReaderChoice.AUTO,
    ) -> CheckResult:
        """Check all claims of an article, and the `claims` submitted with it, against the sources.

        `article` is a file (Path), an address or the text itself (str; an address has no white
        space), or the bytes of a text or of HTML; None checks only the claims. `sources` are
        addresses, files and folders. The article's links, the shelves, the sources of the
        registry and the providers of the settings are also read. `published_at` defaults to the
        date that the article states; pages published after `as_of` are left out. `reader`: whether
        a second reader reads the evidence: "auto" as the settings say (ASSAY_READER_WHEN),
        "always", or "never".

        Raises InvalidInput for an article that cannot be read or has no text, for an invalid
        address, and for a file or folder that does not exist; and NotCheckable for `claims` that
        are questions or not in English, unless `force` is True; InvalidInput for "always" without a
        second reader.
        """
        asked = self._choose(reader)
        moment = now()
        if article is None and not claims:
            raise InvalidInput("nothing to check: give an article or claims")
        _check_claims({f"/claims/{place}": claim for place, claim in enumerate(claims)}, force)
        options = CheckOptions(sources=_list_addresses(sources), as_of=as_of)
        self._prepare()
        record, found = self._read_article(
            article, claims, published_at=published_at, options=options, moment=moment
        )
        local = self._read_files(sources, article=article, as_of=as_of)
        verdicts = self._judge(found, article=record, options=options, local=local, asked=asked)
        judged = tuple(
            replace(claim, verdict=verdict) for claim, verdict in zip(found, verdicts, strict=True)
        )
        if record is None:
            return CheckResult(article=None, claims=judged)
        summary = dict(Counter(str(verdict.label) for verdict in verdicts))
        return CheckResult(
            article=replace(record, claims=judged, summary=summary),
            claims=judged,
            not_checked=record.not_checked,
        )

    def verify(
        self,
        claim: str,
        *,
        sources: Sequence[str | Path] = (),
        passages: Sequence[str | Passage | Page] | None = None,
        claimed_at: date | None = None,
        as_of: date | None = None,
        force: bool = False,
        reader: ReaderChoice | str = ReaderChoice.AUTO,
    ) -> Verdict:
        """The verdict on one claim, from sources as in `check`, or from passages alone.

        With `passages`, even if empty, nothing is fetched or searched: they are all the
        evidence. Passages given as str count as one origin, and of a long one the parts nearest to
        the claim are judged; a Passage names its page and origin; of Pages, as of those that are
        fetched, the passages nearest to the claim are judged. `claimed_at` is the time when the
        claim was made; pages published after `as_of` are left out; `reader` is as in `check`.

        Raises InvalidInput and NotCheckable as `check` does, and InvalidInput when both sources and
        passages are given.
        """
        asked = self._choose(reader)
        if passages is not None and sources:
            raise InvalidInput("give sources or passages, not both")
        if isinstance(passages, str):
            raise InvalidInput("passages: give a list of them, not a single text")
        _check_claims({"/claim": claim}, force)
        options = CheckOptions(sources=_list_addresses(sources), as_of=as_of)
        if passages is not None:
            return verify_passages(
                claim,
                passages,
                judge=self.judge,
                now=now(),
                claimed_at=claimed_at,
                as_of=as_of,
                passages_max=self._passages_max,
                read=partial(self._read_one, asked=asked),
            )
        read = read_claim(claim, article_text=None, claimed_at=claimed_at)
        record = _open(read, place=0, article_id=None, options=options)
        self._prepare()
        local = self._read_files(sources, article=None, as_of=as_of)
        (verdict,) = self._judge([record], article=None, options=options, local=local, asked=asked)
        return verdict

    def find_passages(
        self,
        claim: str,
        *,
        sources: Sequence[str | Path] = (),
        claimed_at: date | None = None,
        as_of: date | None = None,
    ) -> Gathered:
        """The passages nearest to one claim, nearest first, with the coverage: the evidence of
        `verify` before it is judged. Raises InvalidInput as `verify` does.
        """
        check_claim(claim)
        options = CheckOptions(sources=_list_addresses(sources), as_of=as_of)
        read = read_claim(claim, article_text=None, claimed_at=claimed_at)
        record = _open(read, place=0, article_id=None, options=options)
        self._prepare()
        local = self._read_files(sources, article=None, as_of=as_of)
        (gathered,) = self._gather([_store(record, options)], article=None, local=local)
        return gathered

    def replay(self, claim: ClaimRecord, check: CheckRecord, texts: Mapping[str, str]) -> Replay:
        """Judge the passages of a check of the service again, without any fetch.

        `texts` has the text of each page that `claims.pipeline.replay.list_pages` names, by sha256.
        Raises InvalidInput for a text that is not the one that was read then.
        """
        return replay_check(claim, check, texts, judge=self.judge)

    def read_tokens(self) -> DayOfTokens:
        """The tokens that the reader of the settings used today (UTC), in all processes with this
        data folder. Raises StoreUnavailable."""
        return open_answer_file(self._settings).read_today()

    def _prepare(self) -> None:
        """Build the objects that read sources. Raises InvalidInput for an invalid setting."""
        _ = self._registry, self._providers, self._fetcher

    def _judge(
        self,
        claims: Sequence[ClaimRecord],
        *,
        article: ArticleRecord | None,
        options: CheckOptions,
        local: LocalSources,
        asked: ReaderChoice,
    ) -> list[Verdict]:
        """Gather evidence for all claims, then judge and read it; the verdicts are in order."""
        stored = [
            _store(claim, options, article_url=article.url if article else None) for claim in claims
        ]
        gathered = self._gather(stored, article=article, local=local)
        verdicts = []
        for place, (one, evidence) in enumerate(zip(stored, gathered, strict=True)):
            self._progress("judging", place, len(stored))
            verdicts.append(self._conclude(one, evidence))
        self._progress("judging", len(stored), len(stored))
        judged = map(JudgedClaim, claims, gathered, verdicts)
        return self._read(list(judged), asked=asked)

    def _gather(
        self,
        stored: Sequence[StoredClaim],
        *,
        article: ArticleRecord | None,
        local: LocalSources,
    ) -> list[Gathered]:
        """The evidence of each claim, in order."""
        fetcher = RememberingFailures(self._fetcher)
        gathered = []
        for place, one in enumerate(stored):
            self._progress("reading sources", place, len(stored))
            gathered.append(
                gather_evidence(
                    one,
                    pages=self._pages,
                    fetcher=fetcher,
                    providers=self._providers,
                    registry=self._registry,
                    article_text=article.text if article else None,
                    local=local,
                    passages_max=self._passages_max,
                )
            )
        self._progress("reading sources", len(stored), len(stored))
        return gathered

    def _conclude(self, claim: StoredClaim, gathered: Gathered) -> Verdict:
        verdict, _ = judge_claim(claim, gathered, judge=self.judge, now=now(), before=None)
        return verdict

    def _choose(self, choice: ReaderChoice | str) -> ReaderChoice:
        """The reader option, checked. Raises InvalidInput, also if the reader cannot be built."""
        try:
            asked = ReaderChoice(choice)
        except ValueError:
            allowed = ", ".join(ReaderChoice)
            raise InvalidInput(f"reader: {choice!r} is none of {allowed}") from None
        if asked is ReaderChoice.ALWAYS and not self._has_reader:
            raise InvalidInput(_NO_READER)
        if asked is not ReaderChoice.NEVER and self._has_reader:
            _ = self._reader  # an error of the reader is raised before any page is read
        return asked

    def _read(self, judged: Sequence[JudgedClaim], *, asked: ReaderChoice) -> list[Verdict]:
        """The verdicts of both readers, in order; those of the judge without a second reader."""
        verdicts = [one.verdict for one in judged]
        if not self._has_reader:
            return verdicts
        if asked is ReaderChoice.NEVER:
            when = ReaderWhen(self._settings.reader_when)
            return [leave_unread(verdict, when=when, asked=asked) for verdict in verdicts]
        return self._reader.read(judged, asked=asked, judge=self.judge, progress=self._progress)

    def _read_one(
        self, claim: ClaimRecord, gathered: Gathered, verdict: Verdict, *, asked: ReaderChoice
    ) -> Verdict:
        (read,) = self._read([JudgedClaim(claim, gathered, verdict)], asked=asked)
        return read

    def _read_article(
        self,
        article: str | bytes | Path | None,
        claims: Sequence[str],
        *,
        published_at: date | None,
        options: CheckOptions,
        moment: datetime,
    ) -> tuple[ArticleRecord | None, list[ClaimRecord]]:
        """The article as read, without claims, and the claims to check."""
        if article is None:
            read = (read_claim(one, article_text=None, claimed_at=published_at) for one in claims)
            return None, [
                _open(claim, place=place, article_id=None, options=options)
                for place, claim in enumerate(read)
            ]
        new = NewArticle(
            # The id of a local check is derived from the text, which is not known yet.
            id=ArticleId(""),
            published_at=published_at.isoformat() if published_at else None,
            claims=tuple(claims),
            options=options,
        )
        try:
            new, links = self._open_article(new, article)
            reading = extract_article(
                new,
                pages=self._pages,
                fetcher=self._fetcher,
                now=moment,
                links=links,
                claims_max=self._settings.article_claims,
            )
        except SourceError as error:
            raise InvalidInput(f"the article cannot be read: {error}") from error
        article_id = ArticleId(_make_id("a", reading.text))
        record = ArticleRecord(
            id=article_id,
            status=ArticleStatus.DONE,
            title=reading.title,
            url=reading.url,
            published_at=reading.published_at,
            **list_fields(options),
            text=reading.text,
            not_checked=reading.extraction.not_checked,
        )
        return record, [
            _open(claim, place=place, article_id=article_id, options=options)
            for place, claim in enumerate(reading.extraction.claims)
        ]

    def _open_article(
        self, new: NewArticle, article: str | bytes | Path
    ) -> tuple[NewArticle, Sequence[Link]]:
        """The article, and its links if it was read from a file. Raises SourceError."""
        if isinstance(article, str) and is_url(article) and len(article.split()) == 1:
            return replace(new, url=parse_source(article)), ()
        # Half a surrogate pair is no text: it is replaced, as in bytes that are no UTF-8.
        content = article.encode(errors="replace") if isinstance(article, str) else article
        local = read_article(content, reader=self._fetcher)
        new = replace(
            new,
            text=local.text,
            title=local.title,
            published_at=new.published_at or local.published_at,
        )
        return new, local.links

    def _read_files(
        self,
        sources: Sequence[str | Path],
        *,
        article: str | bytes | Path | None,
        as_of: date | None,
    ) -> LocalSources:
        """Read the files and folders, which may include the article. Raises InvalidInput."""
        own = article if isinstance(article, Path) else None
        found = [
            read_sources(source, reader=self._fetcher, article=own, as_of=as_of)
            for source in sources
            if isinstance(source, Path)
        ]
        return LocalSources(
            tuple(page for local in found for page in local.pages),
            tuple(failure for local in found for failure in local.failed),
        )


def _check_claims(claims: Mapping[str, str], force: bool) -> None:
    """Raise InvalidInput for an invalid claim, NotCheckable for one that cannot be checked."""
    for pointer, claim in claims.items():
        check_claim(claim, pointer=pointer)
    if not force:
        check_checkable(claims.items())


def _list_addresses(sources: Sequence[str | Path]) -> tuple[str, ...]:
    """The sources that are not files. Raises InvalidInput for too many, or an invalid address."""
    if isinstance(sources, str):
        raise InvalidInput("sources: give a list of them, not a single address")
    check_sources(sources)
    return tuple(parse_source(source) for source in sources if isinstance(source, str))


def _store(
    record: ClaimRecord, options: CheckOptions, *, article_url: str | None = None
) -> StoredClaim:
    """The claim in the form that the stages use, at its first check, requested now."""
    return StoredClaim(
        record=record,
        version=1,
        check=1,
        requested_at=now(),
        options=options,
        context=None,
        article_url=article_url,
    )


def _open(
    claim: Claim, *, place: int, article_id: ArticleId | None, options: CheckOptions
) -> ClaimRecord:
    return open_record(
        claim,
        claim_id=ClaimId(_make_id("c", f"{article_id}:{place}:{claim.text}")),
        article_id=article_id,
        status=ClaimStatus.JUDGED,
        options=options,
    )


def _make_id(kind: str, content: str) -> str:
    """The id of a local check depends only on the content: the same input gives the same output."""
    return f"{kind}_{hashlib.sha256(content.encode()).hexdigest()[:32]}"
