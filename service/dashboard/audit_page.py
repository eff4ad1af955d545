"""The page of the audit log: who changed what, with links to what is still here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from claims.access import ApiKey, AuditEntry, Scope
from claims.ports import AuditPage, Store
from claims.report.messages import ACTIONS
from service.access.caller import needs
from service.api.audit import read_entries
from service.context import get_context
from service.dashboard.errors import register_errors
from service.dashboard.list_forms import AUDIT_LABELS, list_search_problems, read_audit_search
from service.dashboard.list_pages import show_page

LISTED = 50
"""Number of entries of a page."""
ACTORS = {
    "local": "This machine, without a key",
    "token": "The access token",
    "recipient": "A recipient of an alert",
    "unknown": "Unknown: a wrong key or token",
}
"""The words for actors without a key, by their ids."""

blueprint = Blueprint("audit_page", __name__)
register_errors(blueprint)


@dataclass(frozen=True, slots=True)
class Found:
    """What entries are about: its title, and the path of its page."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry in words: by whom, the title of what was changed, the path of its page if it is
    still here, and how many more were changed with it, or how often."""

    entry: AuditEntry
    who: str
    title: str
    path: str | None
    is_gone: bool
    more: str


@blueprint.get("/audit")
@needs(Scope.ADMIN)
def show_audit() -> Response:
    """The entries that match the form, newest first, a page at a time."""
    context = get_context()
    search = read_audit_search(request.args)
    page = AuditPage((), None)
    if not search.errors:
        place = {"limit": LISTED, "cursor": request.args.get("cursor")}
        page = read_entries(search.audit.model_copy(update=place))
    keys = context.store.api_keys.list_keys()
    chosen = search.values["actor"]
    actors = ACTORS | {key.id: f"{key.name} ({key.id})" for key in keys}
    return show_page(
        "audit.html",
        search=search,
        labels=AUDIT_LABELS,
        rows=arrange_entries(page.items, find_objects(context.store, page.items, keys)),
        older=page.next_cursor,
        actors=actors | ({chosen: chosen} if chosen and chosen not in actors else {}),
        actions={action.value: words for action, words in ACTIONS.items()},
        kept_days=context.settings.audit_days,
        wrong=list_search_problems(search, AUDIT_LABELS),
    )


def find_objects(
    store: Store, entries: Sequence[AuditEntry], keys: Sequence[ApiKey]
) -> Mapping[tuple[str, str], Found]:
    """What these entries are about and is still here, by kind and id. Raises StoreUnavailable."""
    wanted = {(_kind_of(entry), entry.object) for entry in entries}
    kinds = {kind for kind, _ in wanted}
    found = dict(_find_records(store, [one for kind, one in wanted if kind == "record"]))
    for key in keys:
        found["key", key.id] = Found(f"Key {key.name}", f"/audit?{urlencode({'object': key.id})}")
    if "source" in kinds:
        for source in store.get_registry().sources:
            found["source", source.name] = Found(source.name, f"/sources/{source.name}")
    if "webhook" in kinds:
        for webhook in store.webhooks.list_webhooks():
            found["webhook", webhook.id] = Found(webhook.url, f"/webhooks/{webhook.id}")
    if "alert" in kinds:
        for alert in store.alerts.list_alerts():
            found["alert", alert.id] = Found(alert.target, "/alerts")
    return found


def arrange_entries(
    entries: Sequence[AuditEntry], found: Mapping[tuple[str, str], Found]
) -> tuple[AuditRow, ...]:
    """The rows of a page, in its order."""
    return tuple(_arrange(entry, found) for entry in entries)


def _arrange(entry: AuditEntry, found: Mapping[tuple[str, str], Found]) -> AuditRow:
    kind = _kind_of(entry)
    about = found.get((kind, entry.object))
    # The caller without a key, or with a key that never was, is no record of its own.
    is_gone = about is None and entry.object not in ACTORS
    title = about.title if about else ACTORS.get(entry.object, entry.object)
    return AuditRow(
        entry,
        who=ACTORS.get(entry.actor, entry.actor_name),
        title=title,
        path=about.path if about else None,
        is_gone=is_gone,
        more=_describe_count(entry),
    )


def _describe_count(entry: AuditEntry) -> str:
    """What the number of an entry means; "" for a single change."""
    if not entry.objects:
        return f"{entry.count} times within an hour" if entry.count > 1 else ""
    if entry.object not in entry.objects:
        return f"with {entry.count} of its claims"
    return f"and {entry.count - 1} more"


def _kind_of(entry: AuditEntry) -> str:
    """The kind of what the entry is about: its names mean something only within a kind."""
    subject = entry.action.partition(".")[0]
    if subject in ("source", "webhook", "alert"):
        return subject
    return "key" if subject in ("key", "session", "access") else "record"


def _find_records(store: Store, ids: Sequence[str]) -> Iterator[tuple[tuple[str, str], Found]]:
    """The articles, claims and tags among `ids`."""
    for record_id, title in store.find_titles(ids).items():
        is_claim = record_id.startswith("c_")
        path = f"/{'claims' if is_claim else 'articles'}/{record_id}"
        yield ("record", record_id), Found(title or "Untitled article", path)
    for record_id in ids:
        if record_id.startswith("tag:"):
            tag = record_id.removeprefix("tag:")
            yield ("record", record_id), Found(f"Tag {tag}", f"/claims?tag={quote(tag)}")
