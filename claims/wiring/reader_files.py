"""The second reader of one process, with its answers and its test in files of the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claims.settings import Settings
from claims.types import ReaderName
from claims.wiring.readers import build_reader, get_answer_s

if TYPE_CHECKING:
    from claims.ports import Reader
    from claims.reader.answer_file import AnswerFile
    from claims.reader.results import Result


def build_own_reader(settings: Settings) -> Reader | None:
    """The reader that the settings name, without a store; None without one.

    Its answers, and the tokens of the day, are kept in the data folder. An endpoint that fails is
    not asked for a while. The reason for a failure is given in full, because the caller is the
    operator.
    """
    from claims.reader.breaker import BreakingReader
    from claims.reader.held import HoldingRecords
    from claims.reader.remembering import RememberingReader

    records = HoldingRecords(open_answer_file(settings))
    reader = build_reader(settings, ledger=records)
    if reader is None:
        return None
    # A stored answer needs no endpoint, so the cache comes before the breaker.
    return RememberingReader(
        BreakingReader(reader), records, wait_s=get_answer_s(settings), names_endpoint=True
    )


def open_answer_file(settings: Settings) -> AnswerFile:
    """The answers and tokens of readers in the data folder of the settings."""
    from claims.reader.answer_file import AnswerFile

    folder = settings.find_data_folder()
    return AnswerFile(folder, tokens_per_day=settings.reader_tokens_per_day)


def find_test(settings: Settings, name: ReaderName) -> Result | None:
    """The latest test of a reader (`assay reader test`); None if it was not tested.

    Raises InvalidInput for results that cannot be read.
    """
    from claims.reader.results import find_result

    return find_result(settings.find_data_folder(), name)
