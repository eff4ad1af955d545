"""No answer because of a fault of the endpoint, with what the process needs to handle it."""

from __future__ import annotations

from dataclasses import dataclass

from claims.errors import EndpointFault
from claims.types import NotRead


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFailed(NotRead):
    """A NotRead that a fault of the endpoint caused. It is stored as a NotRead: its own fields stay
    in the process.

    `detail` is for the operator: it names the endpoint and repeats its message. `plain` is the
    reason for everybody else. `fault` says whether and when another request may succeed.
    """

    plain: str
    fault: EndpointFault
