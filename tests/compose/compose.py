"""Reads docker-compose.yml as docker compose does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).resolve().parents[2]
_VARIABLE = re.compile(r"\$\{(?P<name>\w+):(?P<how>[-?])(?P<text>[^}]*)\}")


def read_services() -> dict[str, dict[str, Any]]:
    """The services by name, with variables not substituted."""
    return cast(dict[str, dict[str, Any]], _read()["services"])


def list_volumes() -> list[str]:
    """The names of the volumes that docker compose makes."""
    return list(_read()["volumes"])


def _read() -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return cast(dict[str, Any], yaml.safe_load(text))


def find_variables(services: object) -> dict[str, bool]:
    """The names of all ${...} variables, and whether each is required."""
    return {match["name"]: match["how"] == "?" for match in _VARIABLE.finditer(str(services))}


def put_in(text: str, values: Mapping[str, str]) -> str:
    """Substitute variables; KeyError for a required one without a value."""

    def value_of(match: re.Match[str]) -> str:
        given = values.get(match["name"], "")
        if match["how"] == "?" and not given:
            raise KeyError(match["name"])
        return given or match["text"]

    return _VARIABLE.sub(value_of, text)


def find_option(command: list[str], option: str) -> str:
    """The argument after `option`."""
    return command[command.index(option) + 1]
