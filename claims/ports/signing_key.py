"""The key with which a service signs evidence records, kept for all its processes."""

from __future__ import annotations

from typing import Protocol


class SigningKey(Protocol):
    """One private key for the whole service; a backup has it, too."""

    def keep_first(self, private_key: str) -> str:
        """The kept private key; the given one is kept if there is none. Of two callers at once
        both get the same."""
        ...
