"""The second reader of a Verifier: that of the settings, an object of the caller, or none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from claims.entailment.calibration import CalibratedJudge
from claims.errors import InvalidInput
from claims.library.claim_reader import ClaimReader, JudgedClaim
from claims.pipeline import PASSAGES, leave_unread
from claims.ports import Progress, Reader
from claims.settings import Settings
from claims.types import ReaderChoice, ReaderWhen, Verdict
from claims.wiring import build_own_reader, find_test

_NO_READER = "no second reader: set ASSAY_READER=chat:MODEL, or give an object as reader"


class ChosenReader:
    """The second reader that settings and caller choose; it is built when a claim may be read."""

    def __init__(self, settings: Settings, given: Reader | bool | None) -> None:
        """`given` None: that of the settings, if they name one; True requires one, False is none.

        Raises InvalidInput for True where the settings name none.
        """
        if given is True and not settings.reader:
            raise InvalidInput(_NO_READER)
        self._settings = settings
        self._given = given
        self._when = ReaderWhen(settings.reader_when)

    @property
    def exists(self) -> bool:
        """Whether there is a second reader."""
        if isinstance(self._given, bool | None):
            return self._given is not False and bool(self._settings.reader)
        return True

    @property
    def passages_max(self) -> int:
        """Maximum passages to gather for a claim: for the judge alone, or for both readers."""
        return self._settings.reader_passages if self.exists else PASSAGES

    @cached_property
    def _reader(self) -> ClaimReader:
        """The second reader with its test; that of the settings has the answers of the data folder.

        Raises InvalidInput without one.
        """
        reader: Reader | None
        if isinstance(self._given, bool | None):
            reader, threads = build_own_reader(self._settings), self._settings.reader_requests
        else:
            reader, threads = self._given, 1
        if reader is None:
            raise InvalidInput(_NO_READER)
        return ClaimReader(
            reader=reader,
            test=find_test(self._settings, reader.name),
            when=self._when,
            passages_max=self._settings.reader_passages,
            threads=threads,
        )

    def choose(self, choice: ReaderChoice | str) -> ReaderChoice:
        """The reader option, checked. Raises InvalidInput, also if the reader cannot be built."""
        try:
            asked = ReaderChoice(choice)
        except ValueError:
            allowed = ", ".join(ReaderChoice)
            raise InvalidInput(f"reader: {choice!r} is none of {allowed}") from None
        if asked is ReaderChoice.ALWAYS and not self.exists:
            raise InvalidInput(_NO_READER)
        if asked is not ReaderChoice.NEVER and self.exists:
            _ = self._reader  # an error of the reader is raised before any page is read
        return asked

    def read(
        self,
        judged: Sequence[JudgedClaim],
        *,
        asked: ReaderChoice,
        judge: CalibratedJudge,
        progress: Progress,
    ) -> list[Verdict]:
        """The verdicts of both readers, in order; those of the judge without a second reader."""
        verdicts = [one.verdict for one in judged]
        if not self.exists:
            return verdicts
        if asked is ReaderChoice.NEVER:
            return [leave_unread(verdict, when=self._when, asked=asked) for verdict in verdicts]
        return self._reader.read(judged, asked=asked, judge=judge, progress=progress)
