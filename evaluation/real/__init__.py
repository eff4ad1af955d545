"""Evaluation of the whole pipeline: claims against several full pages of an invented event."""

from __future__ import annotations

from pathlib import Path

# Events for measuring: nothing is ever fitted or trained on them.
MEASURING = Path(__file__).parent / "events.jsonl"
