"""What the service says about itself over HTTP."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.shapes import to_json
from service.access.caller import needs
from service.api.answers import answer
from service.api.openapi import STORE_FAILURES, failures, success
from service.context import get_context
from service.instance_shapes import Instance
from service.operations.instance import describe_instance

blueprint = APIBlueprint("about", __name__, tag="Service", url_prefix="/v1")


@blueprint.get("/about")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_about",
    responses=success(200, Instance, "The service as it is set up now.")
    | failures(*STORE_FAILURES),
)
def get_about() -> Response:
    """Get what the service says about itself: release, judge, second reader, verdict rule, limits,
    sources, what it keeps, and the id of its signing key."""
    return answer(to_json(describe_instance(get_context())))
