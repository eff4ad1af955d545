"""The second reader of one process, with its answers and its test in files of the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claims.settings import Settings
from claims.types import ReaderName
from claims.wiring.readers import build_reader

if TYPE_CHECKING:
    from claims.ports import Reader
    from claims.verdicts.two_readers import Table


def build_own_reader(settings: Settings) -> Reader | None:
    """The reader that the settings name, without a store; None without one.

    Its answers, and the tokens of the day, are kept in the data folder.
    """
    if not settings.reader:
        return None
    from claims.reader.answer_file import AnswerFile

    folder = settings.find_data_folder()
    file = AnswerFile(folder, tokens_per_day=settings.reader_tokens_per_day)
    return build_reader(settings, cache=file, ledger=file)


def find_table(settings: Settings, name: ReaderName) -> Table | None:
    """What the test of a reader found (`assay reader test`); None if it was not tested.

    Raises InvalidInput for a reader that reads no better than the judge and is not forced.
    """
    from claims.errors import InvalidInput
    from claims.reader.results import find_result

    result = find_result(settings.find_data_folder(), name)
    if result is None:
        return None
    if result.is_refused:
        raise InvalidInput(
            f"{name.model} is not used as a second reader: it was right about {result.read.right}"
            f" of {result.claims} labelled claims, the judge alone about {result.judged.right};"
            " use another model, none, or assay reader test --force"
        )
    return result.table
