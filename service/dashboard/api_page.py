"""The page of the API: Swagger UI on /openapi.json, with a form for each route."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, make_response, render_template

from claims.access import Scope
from service.access.caller import needs
from service.dashboard.errors import register_errors

blueprint = Blueprint(
    "api_page",
    __name__,
    static_folder=Path(flask_swagger_ui.__file__).parent / "dist",
    static_url_path="/swagger-ui",
)
register_errors(blueprint)


@blueprint.get("/docs")
@needs(Scope.READ)
def show_api() -> Response:
    """The routes with their shapes and examples, and a form to send each request."""
    return make_response(render_template("api.html"))
