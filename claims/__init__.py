"""What a claim is and how it is judged; useful on its own: ``from claims import verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claims.wiring import verify as verify

__all__ = ["verify"]


def __getattr__(name: str) -> Any:
    """Load `verify` on first use, so that importing the package builds and loads nothing."""
    if name == "verify":
        from claims.wiring import verify

        return verify
    raise AttributeError(name)
