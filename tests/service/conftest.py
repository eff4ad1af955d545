"""Fixtures: the service on a real embedded store, with a notifier that records ready work items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from claims.ports import WorkItem
from claims.settings import Settings
from claims.store.redis_store import RedisStore, connect
from claims.types import Queue
from service.access.caller import current_actor
from service.access.tokens import WrongTokens, attach_wrong_tokens
from service.api import parameters
from service.api.waiting import Waiters, attach_waiters
from service.app import create_app
from service.context import EXTENSION, attach_context
from tests.contracts.turns import list_ready
from tests.service.live import Live, run_service_and_store
from tests.stack.servers import embedded_server

BuildUrl = Callable[..., tuple[str, str]]

TOKEN = "oPMpQ5xC2Hf8nVd0uJ-wLk3"
"""As a token of the service must be: long and random."""


@dataclass
class Notices:
    """A notifier that records the queues and, at each notification, the items that wait."""

    store: RedisStore
    items: list[WorkItem] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)

    def notify(self, queue: Queue = Queue.FETCH) -> None:
        self.queues.append(queue)
        self.items.extend(list_ready(self.store))


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory; Jinja compiles a template again when its text differs."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket if its template is known."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the template."""
        self._code[bucket.key] = bucket.bytecode_to_string()


def share_compiled(compile_builder: Callable[[Rule, bool], BuildUrl]) -> Callable[..., BuildUrl]:
    """Let Werkzeug compile a function that builds addresses once for all rules with this text."""
    compiled: dict[object, BuildUrl] = {}

    def find(rule: Rule, append_unknown: bool = True) -> BuildUrl:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (*rule._trace, append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    return find


@pytest.fixture(autouse=True, scope="session")
def apps_share_what_is_the_same_in_all() -> Iterator[None]:
    """Let the apps of all tests share compiled templates and routes, and described parameters.

    A test with settings of its own has an app of its own, and each of the three takes longer than
    most tests.
    """
    described: list[Mapping[str, parameters.Takes]] = []
    list_described = parameters._list_described

    def list_once(app: APIFlask) -> Mapping[str, parameters.Takes]:
        if not described:
            described.append(list_described(app))
        return described[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parameters, "_list_described", list_once)
        options = {"bytecode_cache": CompiledTemplates()}
        patch.setattr("service.app._Service.jinja_options", options)
        patch.setattr(Rule, "_compile_builder", share_compiled(Rule._compile_builder))
        yield


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(Path(tmp_path_factory.mktemp("store"))) as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[RedisStore]:
    """An empty store."""
    store = connect(store_url, queue_max=100)
    store.connection.command("FLUSHALL")
    yield store
    store.close()


@pytest.fixture(scope="session")
def usual_settings() -> Settings:
    """Settings without token and further allowed hosts, independent of the environment."""
    return Settings(api_token=None, allowed_hosts="")


@pytest.fixture
def settings(usual_settings: Settings) -> Settings:
    """The settings of `app`; a module may have others."""
    return usual_settings


@pytest.fixture
def notices(store: RedisStore) -> Notices:
    return Notices(store)


@pytest.fixture
def make_app(store: RedisStore, notices: Notices) -> Callable[..., APIFlask]:
    """Return a function that builds an app on `store` with the given settings and host."""

    def make(settings: Settings, *, host: str = "127.0.0.1") -> APIFlask:
        return create_app(settings, store=store, notify=notices.notify, host=host)

    return make


@pytest.fixture(scope="session")
def usual_app(usual_settings: Settings, store_url: str) -> APIFlask:
    """The app with the usual settings; to make one takes longer than most tests."""
    store = connect(store_url, queue_max=100)
    return create_app(usual_settings, store=store, notify=lambda queue=None: None)


@pytest.fixture
def app(
    make_app: Callable[..., APIFlask],
    settings: Settings,
    usual_app: APIFlask,
    store: RedisStore,
    notices: Notices,
) -> APIFlask:
    """An app with the state of no earlier test: one that all tests with the usual settings share.

    No route can be added to it; for that, call `make_app`.
    """
    context = usual_app.extensions[EXTENSION]
    if settings is not context.settings:
        return make_app(settings)
    bound = store.acting_as(current_actor, notify=notices.notify)
    attach_context(usual_app, replace(context, store=bound))
    attach_wrong_tokens(usual_app, WrongTokens())
    attach_waiters(usual_app, Waiters())
    return usual_app


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def guarded(make_app: Callable[..., APIFlask]) -> APIFlask:
    """An app that needs a key on loopback as well; wrong keys are never slowed down."""
    app = make_app(Settings(require_key=True, allowed_hosts=""))
    attach_wrong_tokens(app, WrongTokens(clock=iter(range(0, 10**9, 3600)).__next__))
    return app


@pytest.fixture
def stranger(guarded: APIFlask) -> FlaskClient:
    """A client without cookies."""
    return guarded.test_client(use_cookies=False)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A running service without workers, on a store of its own."""
    with run_service_and_store(tmp_path_factory.mktemp("live")) as service:
        yield service


@pytest.fixture
def live(service: Live) -> Live:
    """The running service, with an empty store."""
    service.store.connection.command("FLUSHALL")
    return service
