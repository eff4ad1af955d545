"""The page about this instance: how it judges, its limits, its sources, what it keeps."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from claims.access import Scope
from service.access.caller import needs
from service.context import get_context
from service.dashboard.errors import register_errors
from service.operations.instance import describe_instance

blueprint = Blueprint("about_page", __name__)
register_errors(blueprint)

READS = {
    "always": "It reads every claim.",
    "undecided": "It reads claims that the judge leaves open, and 3 in 100 of the others.",
    "asked": "It reads only claims for which somebody asks.",
}
"""When a second reader reads, by the setting."""


@blueprint.get("/about")
@needs(Scope.READ)
def show_about() -> Response:
    """What the service says about itself; the ETag is a digest of the page."""
    about = describe_instance(get_context())
    response = make_response(render_template("about.html", about=about, reads=READS))
    response.add_etag()
    response.make_conditional(request)
    return response
