"""docs/reference/settings.md describes every setting, with its default, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from claims.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_every_setting_is_described_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(ASSAY_\w+)` \| (\S+) \|", DOCUMENT.read_text(), re.MULTILINE))
    written = {None: "unset", "": "empty"}
    assert rows == {
        f"ASSAY_{name.upper()}": written.get(field.default, str(field.default))
        for name, field in Settings.model_fields.items()
    }
