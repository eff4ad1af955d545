"""Checks articles and claims in this process, without a server: the library, and `assay check`.

    with Verifier() as verifier:
        result = verifier.check(Path("article.html"), sources=["https://a.example/", Path("pages")])
        verdict = verifier.verify("Eleven people died.", sources=["https://a.example/report"])
        verdict = verifier.verify("Eleven people died.", passages=["Eleven people died in Kelm."])

It calls the stages of claims/pipeline/ in the same order as the workers, with a page cache in
memory and the registry of a file. docs/guides/library.md has worked examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Self

from claims.entailment.calibration import CalibratedJudge
from claims.errors import InvalidInput
from claims.extraction import read_claim
from claims.library.chosen_reader import ChosenReader
from claims.library.claim_reader import JudgedClaim
from claims.library.local_input import (
    check_claims,
    list_addresses,
    open_claim,
    read_files,
    read_submitted,
)
from claims.limits import check_claim
from claims.pipeline import gather_evidence, judge_claim, verify_passages
from claims.pipeline.replay import Replay, replay_check
from claims.pipeline.searching import Providers
from claims.ports import DayOfTokens, Progress, Reader
from claims.registry import Registry
from claims.settings import Settings
from claims.shapes import open_check
from claims.shelves.fetch import SourceFetcher
from claims.sources.cache import MemoryPageCache, RememberingFailures
from claims.sources.files import LocalSources
from claims.types import (
    ArticleRecord,
    Check,
    CheckOptions,
    CheckRecord,
    CheckResult,
    ClaimId,
    ClaimRecord,
    Gathered,
    Page,
    Passage,
    ReaderChoice,
    Verdict,
)
from claims.wiring import (
    build_fetcher,
    build_judge,
    build_providers,
    now,
    open_answer_file,
    read_registry,
)


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
        self._reader = ChosenReader(self._settings, reader)

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
        asked = self._reader.choose(reader)
        moment = now()
        if article is None and not claims:
            raise InvalidInput("nothing to check: give an article or claims")
        check_claims({f"/claims/{place}": claim for place, claim in enumerate(claims)}, force=force)
        options = CheckOptions(sources=list_addresses(sources), as_of=as_of)
        self._prepare()
        record, found = read_submitted(
            article,
            claims,
            published_at=published_at,
            options=options,
            fetcher=self._fetcher,
            pages=self._pages,
            now=moment,
            claims_max=self._settings.article_claims,
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
        asked = self._reader.choose(reader)
        if passages is not None and sources:
            raise InvalidInput("give sources or passages, not both")
        if isinstance(passages, str):
            raise InvalidInput("passages: give a list of them, not a single text")
        check_claims({"/claim": claim}, force=force)
        options = CheckOptions(sources=list_addresses(sources), as_of=as_of)
        if passages is not None:
            return verify_passages(
                claim,
                passages,
                judge=self.judge,
                now=now(),
                claimed_at=claimed_at,
                as_of=as_of,
                passages_max=self._reader.passages_max,
                read=partial(self._read_one, asked=asked),
            )
        read = read_claim(claim, article_text=None, claimed_at=claimed_at)
        record = open_claim(read, place=0, article_id=None, options=options)
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
        options = CheckOptions(sources=list_addresses(sources), as_of=as_of)
        read = read_claim(claim, article_text=None, claimed_at=claimed_at)
        check = Check(claim=read, options=options, requested_at=now())
        self._prepare()
        local = self._read_files(sources, article=None, as_of=as_of)
        (gathered,) = self._gather([check], article=None, local=local)
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

    def _read_files(
        self,
        sources: Sequence[str | Path],
        *,
        article: str | bytes | Path | None,
        as_of: date | None,
    ) -> LocalSources:
        return read_files(sources, article=article, as_of=as_of, fetcher=self._fetcher)

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
        url = article.url if article else None
        checks = [
            open_check(claim, number=1, requested_at=now(), options=options, article_url=url)
            for claim in claims
        ]
        gathered = self._gather(checks, article=article, local=local)
        judged = []
        for place, (claim, check, found) in enumerate(zip(claims, checks, gathered, strict=True)):
            self._progress("judging", place, len(checks))
            verdict, _ = judge_claim(check, found, judge=self.judge, now=now(), before=None)
            judged.append(JudgedClaim(claim.id, check, found, verdict))
        self._progress("judging", len(checks), len(checks))
        return self._read(judged, asked=asked)

    def _gather(
        self,
        checks: Sequence[Check],
        *,
        article: ArticleRecord | None,
        local: LocalSources,
    ) -> list[Gathered]:
        """The evidence of each claim, in order."""
        fetcher = RememberingFailures(self._fetcher)
        gathered = []
        for place, check in enumerate(checks):
            self._progress("reading sources", place, len(checks))
            gathered.append(
                gather_evidence(
                    check,
                    pages=self._pages,
                    fetcher=fetcher,
                    providers=self._providers,
                    registry=self._registry,
                    article_text=article.text if article else None,
                    local=local,
                    passages_max=self._reader.passages_max,
                    reads_copies=bool(self._settings.archive),
                )
            )
        self._progress("reading sources", len(checks), len(checks))
        return gathered

    def _read(self, judged: Sequence[JudgedClaim], *, asked: ReaderChoice) -> list[Verdict]:
        return self._reader.read(judged, asked=asked, judge=self.judge, progress=self._progress)

    def _read_one(
        self, check: Check, gathered: Gathered, verdict: Verdict, *, asked: ReaderChoice
    ) -> Verdict:
        claim_id = ClaimId(check.claim.text)
        (read,) = self._read([JudgedClaim(claim_id, check, gathered, verdict)], asked=asked)
        return read
