"""The language of a page that was read: that of its text, whatever the page declares."""

from __future__ import annotations

import json
from pathlib import Path

from claims.sources.fetch import WebFetcher

SAMPLES = Path(__file__).parents[1] / "english" / "languages.jsonl"
TEXTS = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]


def texts_in(code: str) -> list[str]:
    return [one["text"] for one in TEXTS if one["language"] == code]


def test_detected_language_overrides_the_declared_one(fetcher: WebFetcher) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in texts_in("fr"))
    french = fetcher.read_html(f"<html lang='en'><main>{paragraphs}</main></html>", url="")
    assert french.language == "fr"
    english = next(one["text"] for one in TEXTS if one["name"] == "plain")
    page = fetcher.read_html(f"<html lang='fr'><main><p>{english}</p></main></html>", url="")
    assert page.language == "en"
