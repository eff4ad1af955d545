"""The second reader of the settings: built, and looked at before the first claim needs it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from claims.ports import RequestUsage
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import FILE_NAME, keep_result
from claims.settings import Settings
from claims.types import NotRead, ReaderName, Reading, Unread
from claims.wiring import build_reader, check_reader, name_reader
from tests.claims.reader.questions import ask
from tests.claims.reader.test_results import RESULT
from tests.stack.chat_server import Act, ChatServer, encrypt, serve_chat


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serve_chat() as running:
        yield running


def test_without_the_setting_no_reader_is_built() -> None:
    assert build_reader(Settings()) is None
    assert check_reader(Settings()) is None


def test_reader_from_settings_sends_the_key_to_the_endpoint(server: ChatServer) -> None:
    settings = Settings(reader="chat:small", chat_url=server.url, chat_key=SecretStr("sk-secret"))
    reader = build_reader(settings)
    assert reader is not None
    assert reader.name.model == "small"
    assert isinstance(reader.read(ask()), Reading)
    assert server.asked[0]["model"] == "small"
    assert server.headers[0]["Authorization"] == "Bearer sk-secret"


def test_tokens_are_counted_where_the_caller_wants_it(server: ChatServer) -> None:
    spent: list[RequestUsage] = []

    class Ledger:
        allows = staticmethod(lambda: len(spent) < 1)
        spend = staticmethod(spent.append)

    settings = Settings(reader="chat:small", chat_url=server.url)
    reader = build_reader(settings, ledger=Ledger())
    assert reader is not None
    assert isinstance(reader.read(ask()), Reading)
    assert [usage.tokens for usage in spent] == [4020]
    other = reader.read(ask(claim="Another claim is made."))
    assert isinstance(other, NotRead)
    assert other.skipped is Unread.BUDGET
    assert len(server.asked) == 1


def test_timeout_of_the_settings_applies(server: ChatServer) -> None:
    server.play(Act(hangs=True))
    reader = build_reader(Settings(reader="chat:m", chat_url=server.url, chat_timeout_s=0.3))
    assert reader is not None
    answer = reader.read(ask())
    assert isinstance(answer, NotRead)
    assert answer.skipped is Unread.NO_ANSWER


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificate_authorities_of_the_machine_are_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    for other in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(other, raising=False)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with serve_chat(encrypt(authority, tmp_path)) as server:
        settings = Settings(reader="chat:small", chat_url=server.url)
        refused = check_reader(settings)
        assert refused is not None
        assert "TLS" in refused
        monkeypatch.setenv(name, str(tmp_path / "ca.pem"))
        assert check_reader(settings) is None


# --- the look at the start ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "models",
    [
        Act(body=b'{"data": [{"id": "other"}, {"id": "small"}]}'),
        Act(body=b'{"data": [{"id": "small:latest"}]}'),
        Act(body=b'{"data": []}'),
        Act(status=404),
    ],
)
def test_check_of_a_working_endpoint_spends_no_tokens(server: ChatServer, models: Act) -> None:
    server.models = models
    assert check_reader(Settings(reader="chat:small", chat_url=server.url)) is None
    assert (server.paths, server.asked) == (["/v1/models"], [])


def test_address_without_a_version_at_which_nothing_is_found_is_a_warning(
    server: ChatServer,
) -> None:
    server.models = Act(status=404)
    address = server.url.removesuffix("/v1")
    warning = check_reader(Settings(reader="chat:small", chat_url=address))
    assert warning is not None
    assert "check that ASSAY_CHAT_URL ends as the server expects (most: /v1)" in warning
    assert (server.paths, server.asked) == (["/models"], [])


def test_model_missing_from_the_list_of_the_endpoint_is_a_warning(server: ChatServer) -> None:
    warning = check_reader(Settings(reader="chat:large", chat_url=server.url))
    assert warning is not None
    assert warning.endswith("lists no model large; it has small")


def test_refused_key_is_a_warning_that_does_not_show_the_key(server: ChatServer) -> None:
    server.models = Act(status=401, body=b'"wrong-key"')
    settings = Settings(reader="chat:m", chat_url=server.url, chat_key=SecretStr("wrong-key"))
    warning = check_reader(settings)
    assert warning is not None
    assert "it answers 401; see ASSAY_CHAT_KEY; until it answers, the judge decides" in warning
    assert "wrong-key" not in warning


def test_silent_endpoint_is_a_warning() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    warning = check_reader(Settings(reader="chat:m", chat_url=f"http://127.0.0.1:{port}/v1"))
    assert warning is not None
    assert warning.startswith(f"ASSAY_READER: 127.0.0.1:{port}: the server cannot be reached")


def test_a_reader_that_answers_and_is_refused_by_its_test_is_a_warning(
    server: ChatServer, tmp_path: Path
) -> None:
    settings = Settings(reader="chat:small", chat_url=server.url, data_folder=str(tmp_path))
    assert check_reader(settings) is None
    name = name_reader(settings)
    assert name == ReaderName("small", INSTRUCTION_VERSION, server.url)
    poor = replace(RESULT, reader=name, judged=RESULT.read)
    keep_result(tmp_path, poor)
    warning = check_reader(settings)
    assert warning is not None
    assert warning.startswith("ASSAY_READER: the model small is not used as a second reader:")
    keep_result(tmp_path, replace(poor, forced=True))
    assert check_reader(settings) is None
    (tmp_path / FILE_NAME).write_text("{")
    warning = check_reader(settings)
    assert warning is not None
    assert "cannot be read" in warning
