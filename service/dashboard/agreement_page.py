"""The page of the agreement of reviewers, with each other and with the proposals."""

from __future__ import annotations

from flask import Blueprint, Response

from claims.access import Scope
from service.access.caller import needs
from service.context import get_context
from service.dashboard.errors import register_errors
from service.dashboard.list_pages import name_labels, show_page
from service.operations.agreement_of_reviewers import COMPARED, read_agreement

FEW = 30
"""Below this number of claims the page says that a share is uncertain."""
PAIRS = 20
"""Maximum pairs of people whose matrix is shown."""

blueprint = Blueprint("agreement_page", __name__)
register_errors(blueprint)


@blueprint.get("/review/agreement")
@needs(Scope.READ)
def show_agreement() -> Response:
    """A matrix for each two people, and one for the proposals."""
    return show_page(
        "agreement.html",
        found=read_agreement(get_context().store),
        labels=name_labels(),
        few=FEW,
        most=PAIRS,
        compared=COMPARED,
    )
