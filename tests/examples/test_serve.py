"""The server of the example pages behaves like a small web site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from examples.serve import PageServer, serve_pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "one.html").write_text("<p>one, Bogotá</p>", encoding="utf-8")
    (pages / "two.html").write_text("<p>two</p>", encoding="utf-8")
    (pages / "notes.md").write_text("not served", encoding="utf-8")
    (tmp_path / "secret.html").write_text("not served", encoding="utf-8")
    return pages


@pytest.fixture
def server(folder: Path) -> Iterator[PageServer]:
    with serve_pages(folder) as running:
        yield running


def get(url: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers=named, timeout=10)


def test_page_comes_as_html_with_validators(server: PageServer) -> None:
    answer = get(server.page_url("one.html"))
    assert server.page_url("one.html") == f"http://127.0.0.1:{server.port}/pages/one.html"
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.content.decode() == "<p>one, Bogotá</p>"
    assert answer.headers["ETag"]
    assert answer.headers["Last-Modified"].endswith("GMT")


def test_known_etag_gets_304_without_body(server: PageServer) -> None:
    url = server.page_url("one.html")
    etag = get(url).headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = get(url, If_None_Match=known)
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["ETag"] == etag


def test_known_date_gets_304_and_an_unknown_etag_beats_it(server: PageServer) -> None:
    url = server.page_url("one.html")
    modified = get(url).headers["Last-Modified"]
    assert get(url, If_Modified_Since=modified).status_code == 304
    assert get(url, If_Modified_Since=modified, If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize("date", ["Thu, 01 Jan 2015 00:00:00 GMT", "yesterday", ""])
def test_older_or_unreadable_date_gets_the_page(server: PageServer, date: str) -> None:
    assert get(server.page_url("one.html"), If_Modified_Since=date).status_code == 200


def test_replaced_page_is_new_under_both_validators_and_others_stay(
    server: PageServer, folder: Path, tmp_path: Path
) -> None:
    url = server.page_url("one.html")
    before = get(url).headers
    other = get(server.page_url("two.html")).headers["ETag"]
    changed = tmp_path / "changed.html"
    changed.write_text("<p>corrected</p>", encoding="utf-8")

    server.replace("one.html", changed)

    assert get(url, If_None_Match=before["ETag"]).text == "<p>corrected</p>"
    assert get(url, If_Modified_Since=before["Last-Modified"]).text == "<p>corrected</p>"
    assert get(server.page_url("two.html"), If_None_Match=other).status_code == 304
    assert "one" in (folder / "one.html").read_text(encoding="utf-8")


def test_edited_file_is_served_as_it_is_then(server: PageServer, folder: Path) -> None:
    url = server.page_url("one.html")
    before = get(url).headers["ETag"]
    (folder / "one.html").write_text("<p>edited</p>", encoding="utf-8")
    assert get(url, If_None_Match=before).text == "<p>edited</p>"
    (folder / "three.html").write_text("<p>three</p>", encoding="utf-8")
    assert get(server.page_url("three.html")).text == "<p>three</p>"
    (folder / "one.html").unlink()
    assert get(url).status_code == 404


def test_replacing_a_page_that_is_not_served_is_refused(server: PageServer, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        server.replace("three.html", tmp_path / "secret.html")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/pages/",
        "/one.html",
        "/pages/three.html",
        "/pages/notes.md",
        "/pages/..%2fsecret.html",
        "/pages/%2e%2e/secret.html",
    ],
)
def test_everything_else_is_404(server: PageServer, path: str) -> None:
    assert get(server.url + path).status_code == 404


def test_robots_allow_everything(server: PageServer) -> None:
    answer = get(f"{server.url}/robots.txt")
    assert answer.status_code == 200
    assert answer.text == "User-agent: *\nAllow: /\n"


def test_head_has_the_headers_of_get_and_no_body(server: PageServer) -> None:
    url = server.page_url("two.html")
    with requests.Session() as session:
        session.trust_env = False
        answer = session.head(url, timeout=10)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["Content-Length"] == get(url).headers["Content-Length"]


def test_server_stops_with_its_block_and_its_port_is_free_again(folder: Path) -> None:
    with serve_pages(folder) as first:
        port = first.port
        assert get(first.page_url("one.html")).status_code == 200
    with pytest.raises(requests.ConnectionError):
        get(f"http://127.0.0.1:{port}/pages/one.html")
    with serve_pages(folder, port=port) as second:
        assert second.port == port
        assert get(second.page_url("two.html")).status_code == 200


def test_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no \.html page"), serve_pages(tmp_path):
        pass
