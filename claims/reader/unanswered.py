"""No answer because of a fault of the endpoint, with what the process needs to handle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from claims.errors import EndpointFault
from claims.types import NotRead, Reading, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFailed(NotRead):
    """A NotRead that a fault of the endpoint caused. It is stored as a NotRead: its own fields stay
    in the process.

    `detail` is for the operator: it names the endpoint and repeats its message. `plain` is the
    reason for everybody else. `fault` says whether and when another request may succeed.
    """

    plain: str
    fault: EndpointFault


def find_fault(said: NotRead) -> EndpointFault:
    """What the endpoint did: it is silent where nothing else is known."""
    return said.fault if isinstance(said, EndpointFailed) else EndpointFault.SILENT


def was_asked(said: Reading | NotRead) -> bool:
    """Whether a request reached for the endpoint."""
    unasked = (Unread.BUDGET, Unread.NOT_ASKED)
    return isinstance(said, Reading) or said.skipped not in unasked or said.tokens > 0


def is_failure(said: Reading | NotRead) -> TypeGuard[NotRead]:
    """Whether the endpoint failed. One that refuses this question alone has answered."""
    return (
        isinstance(said, NotRead)
        and said.skipped is Unread.NO_ANSWER
        and find_fault(said) is not EndpointFault.REFUSED
    )
