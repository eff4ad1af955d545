"""Claims against several whole pages of a real-looking event, through the pipeline as it serves."""

from __future__ import annotations

from pathlib import Path

# Events that nothing is ever fitted or trained on.
MEASURING = Path(__file__).parent / "events.jsonl"
