"""Registered sources as YAML, for people to write; errors name the entry that is wrong.

- name: statistics-office
  kind: page
  domains: [stats.example.org]
  credibility: 0.9
  reason: Publishes its methods and corrects errors openly.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from claims.errors import InvalidInput
from claims.registry import SOURCES_MAX, RegisteredSource, Registry
from claims.sources.registering import check_source

FILE_BYTES_MAX = 2_000_000
_FIELDS = tuple(RegisteredSource.__dataclass_fields__)
_ADAPTER: TypeAdapter[RegisteredSource] = TypeAdapter(RegisteredSource)


class _PlainLoader(yaml.SafeLoader):
    """YAML without aliases, because a few lines of aliases can expand to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not supported: write the value")
        return super().compose_node(parent, index)


def read_registry(path: Path) -> Registry:
    """The sources of a YAML file, by name. Raises InvalidInput that names the wrong entry."""
    try:
        with path.open("rb") as file:
            body = file.read(FILE_BYTES_MAX + 1)
        text = body.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not text in UTF-8") from error
    if len(body) > FILE_BYTES_MAX:
        raise InvalidInput(f"{path}: larger than {FILE_BYTES_MAX / 1e6:g} MB")
    try:
        return parse_registry(text)
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.message}") from None


def parse_registry(text: str) -> Registry:
    """The sources of YAML text, by name; raises InvalidInput like `read_registry`."""
    try:
        # A safe loader: it reads plain values only and never creates or calls other objects.
        entries = yaml.load(text, Loader=_PlainLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidInput(f"this is not YAML: {_one_line(error)}") from None
    if entries is None:
        return Registry()
    if not isinstance(entries, list) or len(entries) > SOURCES_MAX:
        raise InvalidInput(f"write a list of at most {SOURCES_MAX:,} sources: - name: ...")
    sources = [_read_entry(entry, place) for place, entry in enumerate(entries, start=1)]
    names = [source.name for source in sources]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InvalidInput(f"{twice} is the name of two sources: give each source a different name")
    registry = Registry(tuple(sorted(sources, key=lambda source: source.name)))
    registry.check_pages()
    return registry


def write_registry(sources: Sequence[RegisteredSource]) -> str:
    """The sources as YAML text; fields without a value are left out."""
    shapes = [_ADAPTER.dump_python(source, mode="json") for source in sources]
    rows = [
        {key: value for key, value in shape.items() if value not in (None, [])} for shape in shapes
    ]
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=100) if rows else ""


def _read_entry(entry: object, place: int) -> RegisteredSource:
    if not isinstance(entry, dict):
        raise InvalidInput(f"entry {place} is not a source: write its fields, - name: ...")
    which = f"{str(entry.get('name', f'entry {place}'))[:60]}"
    if unknown := [str(key)[:40] for key in entry if key not in _FIELDS]:
        raise InvalidInput(
            f"{which}: no such field: {unknown[0]}; the fields are {', '.join(_FIELDS)}"
        )
    try:
        return check_source(_ADAPTER.validate_python(entry))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][:2])
        raise InvalidInput(f"{which}: {where}: {first['msg'].lower()}") from None
    except InvalidInput as error:
        raise InvalidInput(f"{which}: {error.pointer.strip('/')}: {error.message}") from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
