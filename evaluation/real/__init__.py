"""Evaluation of the whole pipeline: claims against several full pages of an invented event."""

from __future__ import annotations

from pathlib import Path

# Events for measuring: nothing is ever fitted or trained on them.
MEASURING = Path(__file__).parent / "events.jsonl"
# The mirrors of some of these events (training/mirrors.py), also used only for measuring.
MIRRORS_FOR_MEASURING = Path(__file__).parent / "mirrors.jsonl"
