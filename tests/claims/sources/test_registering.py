"""Validation of registered sources, and their YAML form with the position of every error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from claims.errors import InvalidInput
from claims.registry import RegisteredSource, SourceKind
from claims.sources.registering import check_source
from claims.sources.registry_file import parse_registry, read_registry, write_registry

SITE = RegisteredSource(name="site", domains=("example.org",))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": "Site"}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "a/b"}, "/name"),
        ({"domains": ()}, "/domains"),
        ({"domains": ("https://example.org",)}, "/domains/0"),
        ({"domains": ("example.org", "a b")}, "/domains/1"),
        ({"domains": ("x.example",) * 51}, "/domains"),
        ({"kind": SourceKind.FEED}, "/address"),
        ({"kind": SourceKind.SHELF, "address": "../x"}, "/address"),
        ({"kind": SourceKind.MEDIAWIKI, "address": "ftp://a.example"}, "/address"),
        ({"address": "http://user:pass@a.example"}, "/address"),
        ({"credibility": 1.5, "reason": "r"}, "/credibility"),
        ({"credibility": float("nan"), "reason": "r"}, "/credibility"),
        ({"credibility": 0.5}, "/reason"),
        ({"reason": "two\nlines"}, "/reason"),
        ({"family": " "}, "/family"),
        ({"language": "English"}, "/language"),
        ({"include": ("",)}, "/include/0"),
        ({"exclude": ("x" * 400,)}, "/exclude/0"),
        ({"include": ("*",) * 21}, "/include"),
    ],
)
def test_fault_names_its_field(change: dict[str, object], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_source(replace(SITE, **change))
    assert refused.value.pointer == pointer
    assert refused.value.message


def test_all_faults_are_listed_at_once() -> None:
    wrong = replace(SITE, domains=("a b", "c d"), credibility=0.5, language="English")
    with pytest.raises(InvalidInput) as refused:
        check_source(wrong)
    pointers = ["/language", "/reason", "/domains/0", "/domains/1"]
    assert [pointer for pointer, _ in refused.value.faults] == pointers
    assert (refused.value.pointer, str(refused.value)) == ("/language", refused.value.message)


def test_hosts_are_normalised_and_the_domain_defaults_to_the_address() -> None:
    assert check_source(replace(SITE, domains=("Example.ORG.",))).domains == ("example.org",)
    page = RegisteredSource(name="p", address="https://WWW.example.org/a")
    assert check_source(page).domains == ("www.example.org",)
    feed = RegisteredSource(name="f", kind=SourceKind.FEED, address="https://example.org/rss")
    assert check_source(feed).domains == ()  # a feed may link to any domain


def test_registry_survives_its_yaml_file(tmp_path: Path) -> None:
    sources = (
        RegisteredSource(
            name="amt",
            domains=("amt.example",),
            include=("https://amt.example/*",),
            family="Behörde: “Öffentlich”",
            language="de",
            credibility=0.25,
            reason="- sagt: nichts #",
        ),
        RegisteredSource(
            name="wiki", kind=SourceKind.MEDIAWIKI, address="https://w.example/api.php"
        ),
    )
    file = tmp_path / "sources.yaml"
    file.write_text(write_registry(sources), encoding="utf-8")
    assert read_registry(file).sources == tuple(map(check_source, sources))


BAD = {
    "[": "not YAML",
    "name: x": "write a list",
    "- x": "entry 1 is not a source",
    "- {name: a, nme: b}": "a: no such field: nme",
    "- {name: a, domains: example.org}": "a: domains",
    "- {name: a, domains: [[x]]}": "a: domains.0",
    "- {name: a, kind: blog, domains: [x.example]}": "a: kind",
    "- {name: a, domains: [x.example], credibility: high}": "a: credibility",
    "- {name: a, domains: [x.example], credibility: 0.5}": "a: reason: a credibility needs",
    "- {name: a, domains: [x.example]}\n- {name: a, domains: [y.example]}": "a is the name of two",
    "- &a {name: x, domains: [x.example]}\n- *a": "aliases",
    "- !!python/object/apply:os.system ['true']": "not YAML",
    "[" * 2_000: "not YAML",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_mistake_in_a_file_gives_one_line_that_names_it(text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_registry(text)
    assert BAD[text] in refused.value.message
    assert "\n" not in refused.value.message
    file = tmp_path / "sources.yaml"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=r"sources\.yaml: "):
        read_registry(file)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 2_000_001, None])
def test_unreadable_file_is_refused(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"sources\.yaml: "):
        read_registry(file)


def test_a_file_of_more_pages_than_can_be_read_for_every_claim_is_refused() -> None:
    pages = [f"- {{name: p{n}, address: 'https://p{n}.example/'}}" for n in range(51)]
    assert len(parse_registry("\n".join(pages[:50])).addresses()) == 50
    with pytest.raises(InvalidInput, match="more than 50 pages"):
        parse_registry("\n".join(pages))


def test_an_empty_file_registers_nothing() -> None:
    assert parse_registry("").sources == ()
    assert write_registry(()) == ""
