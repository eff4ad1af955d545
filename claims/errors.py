"""Every error Assay raises on purpose.

    AssayError
    |-- TemporaryError            trying again may help
    |   |-- StoreUnavailable      the store does not answer or refuses to write
    |   |   |-- StoreFull         its disk or its memory is full; the message says what to do
    |   |-- QueueFull             too much is waiting
    |   |   |-- QueueShareFull    too much of one key's work is waiting
    |   |-- RateLimited           more requests in a minute than a key may send
    |   |-- PageGone              a page was deleted before its check was kept; read it again
    |   |-- ExtractorCrashed      the extraction child died for a reason of ours
    |   |-- ReaderNotAnswering    the endpoint of a second reader is busy or down, or refuses
    |   |-- ShelfBusy             another process is writing the shelf
    |   |-- HostBusy              the host may only be asked later; says when
    |   |-- NotJudged             no worker judged a claim in time, or none is running
    |-- PermanentError            trying again with the same input will not help
        |-- InvalidInput          the caller must change something; the message says what
        |   |-- InvalidFields     several fields are at fault
        |   |-- NotCheckable      submitted claims that cannot be checked, unless forced
        |-- NotFound              no such article, claim or check
        |   |-- Gone              it was deleted; the message says when
        |-- Corrected             the claim has a corrected wording; the message says which
        |-- NoVerdict             the claim has no verdict yet, so that there is nothing to read
        |-- ReviewRefused         a step of a review is not allowed now; the message says why
        |-- NoReader              no second reader is set up, or its test refuses it
        |-- VersionChanged        the record has another version than the caller knows
        |-- NotExtracted          the claims of an article are not known, or it could not be read
        |-- NotPermitted          the key of the caller may not do this; the message says why
        |-- WebhookDisabled       nothing is delivered to a webhook that is switched off
        |-- IdempotencyMismatch   the key was used before with another body
        |-- EventsGone            events after the given one are no longer kept, or it is unknown
        |-- Unreadable            a stored record has a form that this release cannot read
        |-- StoreMisconfigured    the server would lose data, or has data of a later release
        |-- StoreDamaged          its files are damaged or incomplete; the message says what to run
        |-- DataFolderInUse       another process owns the data folder
        |-- ShelfDamaged          the files of a shelf cannot be read or written
        |-- JudgeUnavailable      the model of a judge cannot be loaded
        |-- StartFailed           a part of the service did not start; the message names its log
        |-- SourceError           a source could not be read; goes to coverage
            |-- SourceNotAsked    the source was not asked, so this is no answer of it

Errors keep their ids as attributes and survive pickling (arguments are passed to super).
"""

from __future__ import annotations

import re
from enum import StrEnum


class AssayError(Exception):
    """The root: catching it catches everything Assay raises on purpose."""


class TemporaryError(AssayError):
    """Trying again may help."""


class PermanentError(AssayError):
    """Trying again with the same input will not help."""


class StoreUnavailable(TemporaryError):
    """The store does not answer or refuses to write; the requested change may have been made."""


class StoreFull(StoreUnavailable):
    """The store's disk or memory has no room; nothing that was accepted before is lost."""


class QueueFull(TemporaryError):
    """As many work items as allowed are waiting; nothing was accepted."""


class RateLimited(TemporaryError):
    """The service refused the request: the key sends more in a minute than it may."""


class QueueShareFull(QueueFull):
    """One key has as many work items waiting as it may; nothing was accepted."""


class PageGone(TemporaryError):
    """A page was deleted before its check was kept; gathering again reads the page again."""


class ExtractorCrashed(TemporaryError):
    """The extraction child died for a reason that is not the page's."""


class EndpointFault(StrEnum):
    """What the endpoint of a second reader did instead of answering, in words for everybody."""

    SILENT = "the endpoint of the reader did not answer"  # it is busy or down
    TIMED_OUT = "the endpoint of the reader did not answer in time"  # its host may bill that
    REFUSED = "the endpoint of the reader refused the question"  # and would do so again
    CUT_OFF = "the endpoint of the reader read only a part of the question"  # its context is small
    UNUSABLE = "the endpoint of the reader refuses every question"  # wrong key, address or model

    @property
    def is_refusal(self) -> bool:
        """Whether it answered, and asking again is of no use until something is changed."""
        return self in (EndpointFault.REFUSED, EndpointFault.CUT_OFF, EndpointFault.UNUSABLE)


class ReaderNotAnswering(TemporaryError):
    """The endpoint of a second reader is busy or down, or refuses; the message says why.

    The message is for the operator: it names the endpoint and repeats what that says. `fault` is
    for everybody.
    """

    def __init__(self, message: str, fault: EndpointFault = EndpointFault.SILENT) -> None:
        super().__init__(message, fault)
        self.message = message
        self.fault = fault

    def __str__(self) -> str:
        return self.message


class ShelfBusy(TemporaryError):
    """Another process is writing the shelf."""


class HostBusy(TemporaryError):
    """A host may be asked for `url` in `wait_s` seconds.

    `code` and `detail` go to coverage if the caller does not wait that long.
    """

    def __init__(self, url: str, wait_s: float, code: str, detail: str) -> None:
        super().__init__(url, wait_s, code, detail)
        self.url = url
        self.wait_s = wait_s
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class NotJudged(TemporaryError):
    """No worker judged a claim in the time of its request; the message says why."""


class InvalidInput(PermanentError):
    """The caller must change something; `pointer` is the JSON pointer of the field at fault.

    `faults` has the pointer of each field at fault and what is wrong with it, this one first.
    """

    faults: tuple[tuple[str, str], ...]

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message, pointer)
        self.message = message
        self.pointer = pointer
        self.faults = ((pointer, message),)

    def __str__(self) -> str:
        return self.message


class InvalidFields(InvalidInput):
    """One or more fields are at fault; the message is that of the first."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        pointer, what = faults[0]
        super().__init__(what, pointer)
        self.args = (faults,)
        self.faults = faults


class NotCheckable(InvalidInput):
    """Submitted claims that cannot be checked as they are; with `force` they are checked anyway.

    `faults` has, for one or more claims, the JSON pointer and what is wrong.
    """

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        pointer, what = faults[0]
        number = re.match(r"/(?:only_)?claims/(\d+)", pointer)
        place = f"claim {int(number[1]) + 1}: " if number else ""
        super().__init__(f"{place}{what}; to check it anyway, use `force`", pointer)
        self.args = (faults,)
        self.faults = faults


class NotFound(PermanentError):
    """No such article, claim or check."""


class Gone(NotFound):
    """The article or claim was deleted; the message says when."""


class Corrected(PermanentError):
    """The claim has a corrected wording, which is checked in its place; the message says which."""


class NoVerdict(PermanentError):
    """The claim has no verdict yet, so that no evidence is kept for a second reader."""


class ReviewRefused(PermanentError):
    """A step of a review is not allowed now; the message says what has to be done first."""


class NoReader(PermanentError):
    """No second reader is set up, or its test refuses it; the message says what to do."""


class VersionChanged(PermanentError):
    """The article or claim has another version than the caller knows."""


class NotExtracted(PermanentError):
    """The claims of an article are not known yet, or it could not be read."""


class NotPermitted(PermanentError):
    """The key of the caller may not do this; the message says why."""


class WebhookDisabled(PermanentError):
    """Nothing is delivered to a webhook that is switched off; the message says which."""


class IdempotencyMismatch(PermanentError):
    """The Idempotency-Key was used before with another body."""


class EventsGone(PermanentError):
    """Events after the given one are no longer kept, or this store never had that event.

    A reader that continued from there would miss events. The message says which case it is.
    """


class Unreadable(PermanentError):
    """One stored record has a form that this release cannot read; the message says which."""


class StoreMisconfigured(PermanentError):
    """The server would lose accepted data, or its data was upgraded by a later release.

    The message says what to change.
    """


class StoreDamaged(PermanentError):
    """The embedded store's files are damaged; the message names the command that repairs them."""


class DataFolderInUse(PermanentError):
    """Another process owns the data folder."""


class ShelfDamaged(PermanentError):
    """The files of a shelf cannot be read or written; the message says which and why."""


class JudgeUnavailable(PermanentError):
    """The model of a judge cannot be loaded."""


class StartFailed(PermanentError):
    """A part of the service did not start; the message names its log."""


class SourceError(PermanentError):
    """A source could not be read.

    `code` is one of docs/reference/api.md, "Coverage codes".
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class SourceNotAsked(SourceError):
    """A source was not asked, for a reason that is soon over: its host is resting, or this process
    had no time for it. This failure is not cached, so that the next caller may ask."""
