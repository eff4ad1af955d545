"""Errors keep their attributes when pickled; importing the library loads no large package."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from claims import errors
from claims.errors import (
    AssayError,
    HostBusy,
    InvalidFields,
    InvalidInput,
    NotCheckable,
    SourceError,
)


def all_errors(root: type[AssayError] = AssayError) -> list[type[AssayError]]:
    found = [root]
    for kind in root.__subclasses__():
        found += all_errors(kind)
    return [kind for kind in found if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", all_errors())
def test_errors_survive_pickling(kind: type[AssayError]) -> None:
    values: tuple[object, ...] = ("one",)
    if kind in (InvalidFields, NotCheckable):
        values = ((("/text", "this is a question"),),)
    elif issubclass(kind, InvalidInput | SourceError):
        values = ("one", "two")
    elif kind is HostBusy:
        values = ("one", 2.0, "three", "four")
    error = kind(*values)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled here
    assert type(again) is kind
    assert again.args == error.args
    assert vars(again) == vars(error)
    assert str(again) == str(error)


def test_every_error_is_in_the_tree_of_the_docstring() -> None:
    missing = [kind.__name__ for kind in all_errors() if kind.__name__ not in str(errors.__doc__)]
    assert missing == []


def test_importing_the_library_and_its_contracts_loads_no_model_and_no_driver() -> None:
    heavy = "{'onnxruntime', 'trafilatura', 'redis', 'requests', 'celery', 'flask', 'bm25s'}"
    script = (
        "import sys, claims, claims.types, claims.ports, claims.shapes, claims.wiring;"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
