"""The schemas of /openapi.json in the form that client generators read best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCHEMAS = "#/components/schemas/"


def share_schemas(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas with each enum, and each body inside of another body, once: APIFlask describes
    them again for each body and query that has one, as `KeyBody.Scope`."""
    return {name.rpartition(".")[2]: schema for name, schema in schemas.items()}


def shorten_references(value: Any) -> None:
    """Let references lead to shared schemas: to `Scope` in place of `KeyBody.Scope`."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(SCHEMAS):
            name = reference.removeprefix(SCHEMAS)
            value["$ref"] = SCHEMAS + name.rpartition(".")[2]
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            shorten_references(inner)


def describe_defaults(schemas: Mapping[str, Any]) -> None:
    """Say in the description of a field what it is when it is left out.

    As `default` it would say that the field is always there, and openapi-typescript makes such a
    field required, in bodies as well. Null as the default of a field says nothing.
    """
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            default = field.pop("default", None)
            if default not in (None, [], ""):
                words = (field.get("description"), f"Default: {default}.")
                field["description"] = " ".join(filter(None, words))
