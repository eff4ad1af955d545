"""The schemas of all answers in /openapi.json: the shapes of records, and those of problems."""

from __future__ import annotations

from pydantic import TypeAdapter

from claims.access import ApiKey
from claims.alerts import Alert
from claims.ports import Retried
from claims.registry import RegisteredSource
from claims.types import (
    ArticleRecord,
    CheckRecord,
    ClaimRecord,
    Page,
    ReviewEntry,
    Schedule,
    TagSchedule,
    Verdict,
)
from claims.webhooks import Webhook
from service import instance_shapes, shapes
from service.api.openapi_schemas import (
    SCHEMAS,
    Schema,
)
from service.problems.problem_types import PROBLEM_TYPES

SHAPES: tuple[type[object], ...] = (
    Alert,
    ApiKey,
    ArticleRecord,
    CheckRecord,
    ClaimRecord,
    RegisteredSource,
    Page,
    Retried,
    ReviewEntry,
    Schedule,
    TagSchedule,
    instance_shapes.Instance,
    shapes.Accepted,
    shapes.AcceptedList,
    shapes.AlertList,
    instance_shapes.Alive,
    shapes.ArticlePreview,
    shapes.Cancelled,
    shapes.ArticleSchedule,
    shapes.TagScheduleList,
    shapes.AuditList,
    shapes.CheckAccepted,
    shapes.CheckList,
    shapes.DeliveryList,
    shapes.DeliveryRequested,
    shapes.EntryList,
    shapes.EventList,
    shapes.ExportList,
    shapes.GivenSources,
    shapes.HistoryList,
    shapes.IssuedKey,
    shapes.IssuedWebhook,
    shapes.KeyList,
    instance_shapes.ProblemMeaning,
    shapes.PublicKey,
    instance_shapes.ReaderState,
    instance_shapes.Ready,
    instance_shapes.ReadyPart,
    shapes.ReviewList,
    shapes.ReviewQueue,
    shapes.SignedRecord,
    shapes.SourceChangeList,
    shapes.SourceList,
    shapes.TagList,
    shapes.WebhookList,
    Verdict,
    Webhook,
)


TEXT_SCHEMA: Schema = {"type": "string"}


_PROBLEM_SCHEMAS: Schema = {
    "ProblemType": {
        "type": "string",
        "enum": [f"/problems/{name}" for name in PROBLEM_TYPES],
        # Names for generated clients; openapi-python-client and openapi-generator read them.
        "x-enum-varnames": [name.upper().replace("-", "_") for name in PROBLEM_TYPES],
    },
    "FieldError": {
        "type": "object",
        "description": "An error and its place; several parameters together have none.",
        "required": ["detail"],
        "properties": {
            "pointer": {"type": "string", "description": "JSON pointer into the body."},
            "parameter": {"type": "string", "description": "Query parameter or header."},
            "detail": TEXT_SCHEMA,
        },
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457. `type` is stable; `errors` lists the wrong fields.",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"$ref": "#/components/schemas/ProblemType"},
            "title": TEXT_SCHEMA,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT_SCHEMA,
            "instance": {"type": "string", "description": "The request id."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
        },
    },
}


def write_schemas() -> Schema:
    """JSON Schema of every shape, as `claims.shapes.to_json` writes them: with all their fields."""
    _, definitions = TypeAdapter.json_schemas(
        [(kind.__name__, "serialization", TypeAdapter(kind)) for kind in SHAPES],
        ref_template=SCHEMAS + "{model}",
    )
    schemas: Schema = definitions["$defs"]
    for schema in schemas.values():
        if "properties" in schema:
            schema["required"] = list(schema["properties"])
            for field in schema["properties"].values():
                field.pop("default", None)  # an answer has all its fields
    schemas["HistoryEntry"]["required"].remove("diff")  # the first check has none
    return schemas | _PROBLEM_SCHEMAS
