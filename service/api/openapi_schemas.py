"""The schemas of /openapi.json in the form that client generators read best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCHEMAS = "#/components/schemas/"

Schema = dict[str, Any]
"""A schema, or another object of the document: JSON whose form depends on its place."""


def share_schemas(schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """The schemas with each enum and each nested body only once: APIFlask repeats them for each
    body and query that has one, as `KeyBody.Scope`."""
    return {name.rpartition(".")[2]: schema for name, schema in schemas.items()}


def shorten_references(value: dict[str, object] | list[object]) -> None:
    """Make references point to shared schemas: to `Scope` instead of `KeyBody.Scope`."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(SCHEMAS):
            name = reference.removeprefix(SCHEMAS)
            value["$ref"] = SCHEMAS + name.rpartition(".")[2]
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            shorten_references(inner)


def describe_defaults(schemas: Mapping[str, Schema]) -> None:
    """Put the default of each field into its description.

    A `default` would mean that the field is always present: openapi-typescript makes such a field
    required, in bodies as well. A default of null is left out.
    """
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            default = field.pop("default", None)
            if default not in (None, [], ""):
                words = (field.get("description"), f"Default: {default}.")
                field["description"] = " ".join(filter(None, words))
