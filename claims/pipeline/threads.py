"""Thread pools whose threads have the context of their caller."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context


def open_pool(threads: int) -> ThreadPoolExecutor:
    """A pool of `threads` threads whose log lines have the same fields as those of the caller."""
    return ThreadPoolExecutor(threads, initializer=_enter, initargs=(copy_context(),))


def _enter(context: Context) -> None:
    for variable, value in context.items():
        variable.set(value)
