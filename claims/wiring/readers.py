"""Builds the second reader that the settings name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from claims.settings import CHAT, Settings
from claims.types import ReaderName

if TYPE_CHECKING:
    from claims.ports import Reader, TokenLedger
    from claims.reader.endpoint import ChatEndpoint

# Where the user of this machine keeps the certificates that are trusted, in this order; the library
# that sends requests reads them too.
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


def build_reader(settings: Settings, *, ledger: TokenLedger | None = None) -> Reader | None:
    """The reader that the settings name; None without one. `ledger` counts its tokens."""
    if not settings.reader:
        return None
    from claims.reader.chat import ChatReader

    return ChatReader(_find_endpoint(settings), ledger=ledger)


def get_answer_s(settings: Settings) -> float:
    """Maximum seconds for an answer of the reader of the settings."""
    from claims.reader.chat import REQUESTS_MAX

    # Each request may rest for as long again (Retry-After).
    return 2 * REQUESTS_MAX * settings.chat_timeout_s


def check_reader(settings: Settings) -> str | None:
    """A warning, which names the setting, when the reader of the settings cannot be used now:
    because of its endpoint, its test in the data folder of the settings, or both.

    The endpoint gets no request that costs money. This is no error: without its reader the service
    judges alone.
    """
    if not settings.reader:
        return None
    found = (_warn_of_endpoint(settings), _warn_of_readable_test(settings))
    return "; ".join(filter(None, found)) or None


def _warn_of_endpoint(settings: Settings) -> str | None:
    from claims.errors import ReaderNotAnswering
    from claims.reader.endpoint import ChatClient, describe_models

    endpoint = _find_endpoint(settings)
    try:
        names = ChatClient(endpoint).list_models()
    except ReaderNotAnswering as error:
        return f"ASSAY_READER: {error}; until it answers, the judge decides alone"
    if names and not any(_is_named(endpoint.model, name) for name in names):
        return (
            f"ASSAY_READER: {endpoint.place} lists no model {endpoint.model}; it has "
            f"{describe_models(names)}"
        )
    return None


def _warn_of_readable_test(settings: Settings) -> str | None:
    """The warning of `warn_of_test`, or that its results cannot be read."""
    from claims.errors import InvalidInput

    try:
        return warn_of_test(settings)
    except InvalidInput as error:
        return f"ASSAY_READER: {error}"


def warn_of_test(settings: Settings) -> str | None:
    """A warning, which names the setting, when the reader of the settings is refused by its test,
    or was tested at another endpoint only; None without a reader.

    Raises InvalidInput for results that cannot be read.
    """
    name = name_reader(settings)
    if name is None:
        return None
    from claims.reader.results import describe_elsewhere, find_result

    folder = settings.find_data_folder()
    result = find_result(folder, name)
    if result is not None and result.refusal:
        return f"ASSAY_READER: {result.refusal}; the judge decides alone: {result.refused_advice}"
    found = describe_elsewhere(folder, name)
    return f"ASSAY_CHAT_URL: {found}" if found else None


def name_reader(settings: Settings) -> ReaderName | None:
    """The name of the reader of the settings, by which its answers and tests are kept.

    None without a reader. Raises InvalidInput for an invalid address.
    """
    if not settings.reader:
        return None
    from claims.reader.question import INSTRUCTION_VERSION

    endpoint = _find_endpoint(settings)
    return ReaderName(endpoint.model, INSTRUCTION_VERSION, endpoint.identity)


def _is_named(model: str, name: str) -> bool:
    """Whether a name in the endpoint's list is that of the model; Ollama adds ":latest"."""
    return model in (name, name.removesuffix(":latest"))


def _find_endpoint(settings: Settings) -> ChatEndpoint:
    from claims.reader.endpoint import ChatEndpoint

    named = next(filter(None, map(os.environ.get, _CERTIFICATES)), None)
    return ChatEndpoint(
        url=settings.chat_url,
        model=settings.reader.removeprefix(CHAT),
        key=settings.chat_key.get_secret_value() if settings.chat_key else "",
        timeout_s=settings.chat_timeout_s,
        ca_bundle=Path(named) if named else None,
    )
