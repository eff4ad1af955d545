"""No answer because of the endpoint, with what the process does about it."""

from __future__ import annotations

from dataclasses import dataclass

from claims.errors import EndpointFault
from claims.types import NotRead


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFailed(NotRead):
    """A NotRead that its endpoint is to blame for. Written down, it is a NotRead: its own fields
    stay in the process.

    `detail` is for the operator: it names the endpoint and repeats what that says. `plain` is the
    same for everybody. `fault` says whether and when it is worth asking again.
    """

    plain: str
    fault: EndpointFault
