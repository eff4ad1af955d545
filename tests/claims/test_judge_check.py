"""The judge named in the settings is checked before the first claim."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Response

from claims.entailment.onnx import SHIPPED_FOLDER
from claims.errors import JudgeUnavailable
from claims.settings import Settings
from claims.wiring import check_judge


def test_judge_that_ships_is_not_loaded_for_that() -> None:
    assert check_judge(Settings(judge="")) is None


def test_folder_with_a_judge_is_loaded_once() -> None:
    assert check_judge(Settings(judge=str(SHIPPED_FOLDER))) is None


def test_folder_that_is_not_there_is_refused_with_the_setting() -> None:
    with pytest.raises(
        JudgeUnavailable, match=r"^ASSAY_JUDGE: '/nowhere' cannot be used: .*No such"
    ):
        check_judge(Settings(judge="/nowhere"))


def test_folder_whose_model_is_broken_is_refused(tmp_path: Path) -> None:
    about = {"name": "x", "version": "1", "max_tokens": 9, "outputs": ["SUPPORTS", "REFUTES"]}
    (tmp_path / "judge.json").write_text(json.dumps(about))
    (tmp_path / "model.onnx").write_text("no model")
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED_FOLDER / "tokenizer.json").read_bytes())
    with pytest.raises(JudgeUnavailable, match=r"^ASSAY_JUDGE: .* cannot be used: cannot load"):
        check_judge(Settings(judge=str(tmp_path)))


@pytest.mark.parametrize("status", [200, 404])
def test_chat_endpoint_that_answers_is_taken(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/v1/models").respond_with_response(Response(status=status))
    settings = Settings(judge="chat:m", chat_url=httpserver.url_for("/v1"))
    assert check_judge(settings) is None
    assert [request.method for request, _ in httpserver.log] == ["GET"]  # no paid call


def test_chat_endpoint_that_refuses_the_key_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/models").respond_with_response(Response(status=401))
    url = httpserver.url_for("/v1")
    settings = Settings(judge="chat:m", chat_url=url, chat_key=SecretStr("wrong-key"))
    with pytest.raises(JudgeUnavailable, match=r"answers 401; see ASSAY_CHAT_KEY") as caught:
        check_judge(settings)
    assert "wrong-key" not in str(caught.value)


def test_chat_endpoint_that_does_not_answer_now_is_a_warning() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = Settings(judge="chat:m", chat_url=f"http://127.0.0.1:{port}/v1")
    warning = check_judge(settings)
    assert warning is not None
    assert warning.startswith(f"ASSAY_CHAT_URL: http://127.0.0.1:{port}/v1/models: ")
    assert "assay retry --failed" in warning
