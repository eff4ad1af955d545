"""Refusals of an endpoint: which parameter caused one, and the explanation. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claims.errors import EndpointFault
from claims.reader.parameters import THINKING_TOKENS, Parameters
from claims.reader.visible import visible_line

# Maximum characters of an endpoint's message that are shown.
_SHOWN_CHARS = 200
_TOO_LONG = ("context length", "context_length", "context size", "context_size", "context window")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of an answer, and the seconds of rest that it asks for."""

    status: int
    body: bytes
    wait_s: float | None = None

    @property
    def is_busy(self) -> bool:
        """Whether another try may help."""
        return self.status in (408, 409, 425, 429) or (self.status >= 500 and not self.is_too_long)

    @property
    def is_timeout(self) -> bool:
        """Whether a server gave up waiting while the model may go on working."""
        return self.status in (408, 504, 524)

    @property
    def fault(self) -> EndpointFault:
        """The fault of the endpoint that an answer without a completion shows."""
        if self.is_busy:
            return EndpointFault.SILENT
        is_of_all = 300 <= self.status < 400 or self.status in (401, 402, 404)
        return EndpointFault.UNUSABLE if is_of_all else EndpointFault.REFUSED

    @property
    def is_too_long(self) -> bool:
        """Whether the question does not fit into the context of the model."""
        said = read_refusal(self.body).get("message", "").lower()
        return any(words in said for words in _TOO_LONG)


def drop_refused(parameters: Parameters, reply: Reply) -> Parameters | None:
    """The parameters to try after a refusal; None if it is not about parameters.

    400 and 422 are the statuses for them, but some endpoints name a parameter with 404, 500 or 501.
    """
    if reply.status in (401, 402, 403, 408, 429) or reply.status < 400:
        return None
    said = read_refusal(reply.body)
    text = said.get("param") or said.get("message", "")
    if any(words in text.lower() for words in _TOO_LONG):
        return None
    return parameters.drop(text, must_be_named=reply.status not in (400, 422))


def explain(reply: Reply, *, parameters: Parameters, secrets: Sequence[str]) -> str:
    """The reason for a refusal of a request with these parameters, in words.

    The endpoint's own message about a wrong key is not shown: it may repeat a part of the key.
    """
    answer = f"it answers {reply.status}"
    if reply.status == 401:
        return f"{answer}; see ASSAY_CHAT_KEY"
    if 300 <= reply.status < 400:
        return f"{answer}, a redirect, which is not followed; see ASSAY_CHAT_URL"
    message = read_refusal(reply.body).get("message", "")
    if reply.is_too_long:
        answer = _explain_length(parameters)
    elif reply.status == 403:
        answer = (
            f"{answer}: a filter has stopped this question, or the key may not use the model, see "
            "ASSAY_CHAT_KEY"
        )
    elif reply.status == 404:
        answer = (
            f"{answer}; check that ASSAY_CHAT_URL ends as the server expects (most: /v1), and the "
            "model's name in ASSAY_READER"
        )
    said = show_message(message, secrets=secrets)
    return f"{answer} ({said})" if said else answer


def _explain_length(parameters: Parameters) -> str:
    """A model that thinks asks for far more tokens than a question has."""
    if parameters.limit is not None and parameters.limit >= THINKING_TOKENS:
        return (
            f"the question and {parameters.limit:,} tokens, in which the model thinks and "
            "answers, do not fit into its context; enlarge the context, or use a model that does "
            "not think"
        )
    return (
        "the question is too long for the context of the model; enlarge the context, or lower "
        "ASSAY_READER_PASSAGES"
    )


def show_message(message: str, *, secrets: Sequence[str]) -> str:
    """The beginning of an endpoint's message, as one line without the secrets.

    The longest secret is removed first, so that no part of it is left if it contains another.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        message = message.replace(secret, "***")
    return visible_line(message, most_chars=_SHOWN_CHARS)


def read_refusal(body: bytes) -> dict[str, str]:
    """`message` and `param` of an error, if it has them."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace").strip()
        return {} if text.startswith("<") else {"message": text}
    error = said.get("error", said) if isinstance(said, dict) else said
    if not isinstance(error, Mapping):
        return {"message": error if isinstance(error, str) else json.dumps(error)}
    message = error.get("message") or error.get("detail") or ""
    found = {"message": message if isinstance(message, str) else json.dumps(message)}
    if isinstance(error.get("param"), str):
        found["param"] = error["param"]
    return found
