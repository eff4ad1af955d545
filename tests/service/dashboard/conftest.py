"""Fixtures: a client that requests HTML pages as a browser does, and parses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

Show = Callable[..., BeautifulSoup]


@pytest.fixture
def browser(client: FlaskClient) -> FlaskClient:
    client.environ_base["HTTP_ACCEPT"] = "text/html,application/xhtml+xml,*/*;q=0.8"
    return client


@pytest.fixture
def show(browser: FlaskClient) -> Show:
    """Return a function that gets a page, asserts its status, and parses its HTML."""

    def get(path: str, *, status: int = 200) -> BeautifulSoup:
        answer = browser.get(path)
        assert answer.status_code == status, answer.text
        assert answer.mimetype == "text/html"
        return BeautifulSoup(answer.text, "lxml")

    return get
