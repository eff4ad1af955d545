"""Chat completions of any OpenAI-compatible endpoint, within a deadline.

Shapes: https://platform.openai.com/docs/api-reference/chat, which llama.cpp, vLLM and Ollama serve
as well. The address is the operator's and is never taken from an answer; no redirect is followed,
no proxy used. The deadline holds for all tries of a question together, however slowly a server
sends, and an answer has a maximum size. No message of this module has the key.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from pydantic import ValidationError

from claims.errors import EndpointFault, InvalidInput, ReaderNotAnswering, SourceError
from claims.reader.completion import Completion, count_tokens
from claims.reader.parameters import Message, Parameters
from claims.reader.refusals import Reply, drop_refused, explain, read_refusal, show_message
from claims.reader.shared_rest import SharedRest
from claims.reader.visible import visible_line
from claims.sources.address import host_and_port, parse_source_url, write_place
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode
from claims.sources.pacing import read_retry_after
from claims.sources.providers.endpoint import trust
from claims.sources.transport import get, open_session, post, read_body

TRIES = 3
"""Maximum tries of one request while the endpoint is busy or breaks off."""
_NO_TIME = "no time is left, see ASSAY_CHAT_TIMEOUT_S"
# Maximum bytes of an answer, with the thoughts that some endpoints send beside it.
_MOST_BYTES = 2_000_000
# Maximum seconds for the list of models, which costs nothing.
_LOOK_S = 5.0
# Minimum characters of a part of the address that may be a secret; "v1" and "openai" are none.
_SECRET_CHARS = 8
# Maximum names of models that are shown.
_SHOWN_MODELS = 8
# Failures after which another try may help.
_PASSING = frozenset(
    {
        FailureCode.BAD_RESPONSE,
        FailureCode.DNS_FAILED,
        FailureCode.TIMEOUT,
        FailureCode.UNREACHABLE,
    }
)


@dataclass(frozen=True, slots=True)
class ChatEndpoint:
    """Where to ask, as which model. `url` is the base, such as http://127.0.0.1:8080/v1.

    `timeout_s` is for one question, with all its tries. `ca_bundle` replaces the trusted
    certificates. Raises InvalidInput for an invalid address, and for a key that cannot be sent in a
    header.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 60.0
    ca_bundle: Path | None = None

    def __post_init__(self) -> None:
        """Raise InvalidInput for an address or key that cannot be used; the message has no key."""
        parse_source_url(self.url)
        if not (self.key.isascii() and self.key.isprintable()):
            raise InvalidInput("the key of the endpoint must be printable ASCII characters")

    @property
    def place(self) -> str:
        """Host and port, for messages: the rest of the address may be a secret."""
        return write_place(*host_and_port(self.url))

    @property
    def identity(self) -> str:
        """The address under which answers and tests are stored: without the query, and with a
        digest in place of each part of the path that may be a secret."""
        base = urlsplit(self.url)
        parts = [
            f"~{hashlib.sha256(part.encode()).hexdigest()[:8]}"
            if len(unquote(part)) >= _SECRET_CHARS
            else part
            for part in base.path.rstrip("/").split("/")
        ]
        return f"{base.scheme}://{self.place}{'/'.join(parts)}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that no message may contain: the key, the query, and possible keys in the path."""
        base = urlsplit(self.url)
        values = (value for _, value in parse_qsl(base.query))
        parts = [*base.path.split("/"), *base.query.split("&"), *values]
        parts += [unquote(part) for part in parts]
        return (self.key, *(part for part in parts if len(part) >= _SECRET_CHARS))

    @property
    def has_version(self) -> bool:
        """Whether a part of the path is a version of the API, such as "v1"."""
        return any(re.fullmatch(r"v[0-9]\w*", part) for part in urlsplit(self.url).path.split("/"))

    def address(self, path: str) -> str:
        """The address of a resource, with the query of the base."""
        base = urlsplit(self.url)
        return urlunsplit(base._replace(path=f"{base.path.rstrip('/')}/{path}"))


class Written(NamedTuple):
    """What a model wrote, "" for nothing; `is_cut`: whether it ended at `limit`, the most tokens
    that were asked for (None without a limit), or at the end of the context."""

    text: str
    is_cut: bool
    limit: int | None


class ChatClient:
    """Asks one endpoint, and remembers which parameters it accepts. For several threads."""

    def __init__(
        self,
        endpoint: ChatEndpoint,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds."""
        self._endpoint = endpoint
        self._sleep = sleep
        self._rest = SharedRest(clock)
        self._lock = Lock()
        self._parameters = Parameters()

    def complete(self, messages: Sequence[Message], *, note: Callable[[int], object]) -> Written:
        """The model's answer to `messages`.

        `note` is called with the tokens of each request that was answered. If an answer ends within
        the thinking, it is requested again with a larger limit. Raises ReaderNotAnswering.
        """
        parameters = self._parameters
        with Deadline(self._endpoint.timeout_s) as deadline:
            while True:
                body, parameters = self._ask(messages, parameters, deadline)
                completion = self._read(body)
                note(count_tokens(completion, messages))
                choice = completion.choices[0]
                is_cut = choice.finish_reason == "length"
                larger = parameters.with_thinking() if is_cut and choice.message.thinks else None
                if larger is None:
                    return Written(choice.message.text, is_cut, parameters.limit)
                parameters = larger
                self._remember(parameters)

    def list_models(self) -> tuple[str, ...]:
        """The names of the endpoint's models; not every endpoint has such a list. Costs nothing.

        Raises ReaderNotAnswering when there is no answer, or the key is refused.
        """
        seconds = min(self._endpoint.timeout_s, _LOOK_S)
        try:
            with Deadline(seconds) as deadline:
                reply = self._exchange("models", None, deadline)
        except SourceError as error:
            raise self._fail(error.detail) from None
        # Not every endpoint has such a list, but an address without a version is often wrong.
        if reply.status in (401, 403) or (reply.status == 404 and not self._endpoint.has_version):
            raise self._refuse(reply, self._parameters)
        try:
            names = [item["id"] for item in json.loads(reply.body)["data"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            return ()
        return tuple(name for name in names if isinstance(name, str))

    def _ask(
        self, messages: Sequence[Message], parameters: Parameters, deadline: Deadline
    ) -> tuple[bytes, Parameters]:
        """The body of the first good answer, and the parameters that it was given to.

        Without one, the first refusal says why, since the later ones are about what was left;
        except that the last one ends the tries where the question is too long.
        """
        refusals: list[tuple[Reply, Parameters]] = []
        left: Parameters | None = parameters
        while left:
            body = left.write_body(self._endpoint.model, messages)
            reply = self._ask_patiently(json.dumps(body).encode(), left, deadline)
            if reply.status == 200:
                if refusals:
                    self._remember(left)
                return reply.body, left
            refusals.append((reply, left))
            left = drop_refused(left, reply)
        raise self._refuse(*refusals[-1 if refusals[-1][0].is_too_long else 0])

    def _remember(self, parameters: Parameters) -> None:
        """Use these from now on, with the larger limit of tokens that another thread has found."""
        with self._lock:
            most = max(parameters.most_tokens, self._parameters.most_tokens)
            self._parameters = replace(parameters, most_tokens=most)

    def _ask_patiently(self, body: bytes, parameters: Parameters, deadline: Deadline) -> Reply:
        """The answer to one request, which is sent again while the endpoint is busy or breaks off.

        A failure that names a parameter is no reason to wait. What was not answered in time is not
        sent again: its host may bill each request. A rest that the endpoint asks for is kept by all
        threads, and is none of the tries.
        """
        fault, tries = EndpointFault.SILENT, 0
        while True:
            pause, advice = 2.0**tries, ""
            resting = self._rest.wait(deadline.remaining_s, sleep=self._sleep)
            if resting:
                problem, advice = f"{resting}; {_NO_TIME}", " and ASSAY_READER_REQUESTS"
                break
            try:
                reply = self._exchange("chat/completions", body, deadline)
            except SourceError as error:
                problem = error.detail
                if error.code is FailureCode.TIMEOUT and pause >= deadline.remaining_s:
                    fault = EndpointFault.TIMED_OUT
                if error.code not in _PASSING:
                    break
            else:
                if not reply.is_busy or drop_refused(parameters, reply):
                    return reply
                problem = self._explain(reply, parameters)
                if reply.is_timeout:
                    fault = EndpointFault.TIMED_OUT
                    break
                if reply.status == 429:
                    advice = "; see ASSAY_READER_REQUESTS"
                if reply.wait_s is not None:
                    self._rest.begin(reply.wait_s, problem)
                    continue
            if pause >= deadline.remaining_s:
                problem = f"{problem}; {_NO_TIME}"
                break
            tries += 1
            if tries == TRIES:
                problem = f"{problem}, {TRIES} times"
                break
            self._sleep(pause)
        raise self._fail(f"{problem}{advice}", fault)

    def _exchange(self, path: str, body: bytes | None, deadline: Deadline) -> Reply:
        """One request; GET without a body. Raises SourceError."""
        endpoint = self._endpoint
        url = endpoint.address(path)
        headers = {"Accept": "application/json", **_authorise(endpoint.key)}
        session = open_session(
            allow=trust(url), deadline=deadline, user_agent="Assay", ca_bundle=endpoint.ca_bundle
        )
        read_s = deadline.remaining_s
        with session:
            if body is None:
                answer = get(session, url, deadline=deadline, read_s=read_s, headers=headers)
            else:
                headers["Content-Type"] = "application/json"
                answer = post(session, url, body, deadline=deadline, read_s=read_s, headers=headers)
            with answer as response:
                said = read_body(
                    response, deadline=deadline, wire_bytes=_MOST_BYTES, decoded_bytes=_MOST_BYTES
                )
                wait_s = read_retry_after(
                    response.headers.get("Retry-After", ""), now=datetime.now(UTC)
                )
                return Reply(response.status_code, said, wait_s)

    def _read(self, body: bytes) -> Completion:
        try:
            return Completion.model_validate_json(body)
        except ValidationError:
            message = read_refusal(body).get("message", "")
        said = f": {show_message(message, secrets=self._endpoint.secrets)}" if message else ""
        raise self._fail(f"its answer is no chat completion{said}; see ASSAY_CHAT_URL")

    def _fail(self, detail: str, fault: EndpointFault = EndpointFault.SILENT) -> ReaderNotAnswering:
        return ReaderNotAnswering(f"{self._endpoint.place}: {detail}", fault)

    def _refuse(self, reply: Reply, parameters: Parameters) -> ReaderNotAnswering:
        return self._fail(self._explain(reply, parameters), reply.fault)

    def _explain(self, reply: Reply, parameters: Parameters) -> str:
        return explain(reply, parameters=parameters, secrets=self._endpoint.secrets)


def describe_models(names: Sequence[str]) -> str:
    """Some names of models in one line."""
    shown = ", ".join(visible_line(name, most_chars=60) for name in names[:_SHOWN_MODELS])
    more = len(names) - _SHOWN_MODELS
    return f"{shown} and {more} more" if more > 0 else shown


def _authorise(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}
