"""What a claim is and how it is judged; useful on its own: ``from claims import verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claims.shapes import to_json as to_json
    from claims.wiring import verify as verify

__all__ = ["to_json", "verify"]


def __getattr__(name: str) -> Any:
    """Load a name on first use, so that importing the package builds and loads nothing."""
    if name == "verify":
        from claims.wiring import verify

        return verify
    if name == "to_json":
        from claims.shapes import to_json

        return to_json
    raise AttributeError(name)
