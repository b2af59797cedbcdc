"""Writes a draft persona with a language model over OpenAI's chat completions; the one file that knows the client."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import openai
from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict, ValidationError

from persona.errors import (
    ModelAnswerError,
    ModelBusyError,
    ModelError,
    ModelKeyError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelTruncatedError,
    ModelUnreachableError,
)
from persona.model import Brief, Draft, WrittenBy
from persona.templates import PersonaPrompts, load_persona_prompts
from persona.writers.answer import draft_of
from persona.writers.prices import cost_usd
from persona.writers.request import PersonaRequest, build_request

MAX_OUTPUT_TOKENS: Final = 900
TEMPERATURE: Final = 0.2
ATTEMPTS: Final = 2
_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 5.0
_NOT_ACCEPTED: Final = "The language model's server did not accept the request. Ask an admin to check OPENAI_MODEL."


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    model_config = ConfigDict(frozen=True)
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    model_config = ConfigDict(frozen=True)
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(BaseModel):
    """What we read of a chat completion. The client itself checks nothing of an answer's shape."""

    model_config = ConfigDict(frozen=True)
    choices: tuple[_Choice, ...]
    usage: _Usage | None = None


class OpenAIWriter:
    """A persona.ports.Writer over a chat completions server.

    One call takes at most `timeout_s`, a second try included: that is made once, after a refused connection, a 5xx or a
    429 whose Retry-After is five seconds or less.
    """

    def __init__(
        self,
        client: AsyncOpenAI,
        *,
        model: str,
        timeout_s: float,
        prompts: PersonaPrompts | None = None,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.name = model
        self._client, self._timeout_s, self._timer = client, timeout_s, timer
        self._prompts = prompts or load_persona_prompts()

    async def write(self, brief: Brief) -> Draft:
        """The draft; raises a ModelError, with what it cost, when the server gives nothing that can be read as one."""
        request = build_request(brief, self._prompts)
        spent = WrittenBy(writer=self.name, model=self.name, prompt_version=self._prompts.version)
        started = self._timer()
        try:
            with _translated():
                async with asyncio.timeout(self._timeout_s):
                    body = await _complete(self._client, **self._parameters(request))
                completion = _Completion.model_validate_json(body)
                spent = self._written_by(completion, started)
                return draft_of(_content(completion), brief, spent)
        except ModelError as error:
            error.spent = spent
            raise

    def _parameters(self, request: PersonaRequest) -> dict[str, Any]:
        return {
            "model": self.name,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "persona", "strict": True, "schema": request.schema},
            },
            "temperature": TEMPERATURE,
            "max_tokens": MAX_OUTPUT_TOKENS,
        }

    def _written_by(self, completion: _Completion, started: float) -> WrittenBy:
        usage = completion.usage or _Usage()
        tokens_in, tokens_out = usage.prompt_tokens, usage.completion_tokens
        return WrittenBy(
            writer=self.name,
            model=self.name,
            prompt_version=self._prompts.version,
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            cost_usd=cost_usd(self.name, input_tokens=tokens_in, output_tokens=tokens_out),
            latency_ms=round((self._timer() - started) * 1000),
        )


def build_client(*, api_key: str, base_url: str | None, timeout_s: float) -> AsyncOpenAI:
    """A client of OpenAI or a compatible server. It doesn't retry by itself: the writer bounds the whole call."""
    return AsyncOpenAI(api_key=api_key, base_url=base_url, timeout=timeout_s, max_retries=0)


async def check_model(client: AsyncOpenAI, model: str) -> None:
    """Asks the model for one token; raises the ModelError that says what is wrong."""
    messages = [{"role": "user", "content": "Answer with: ok"}]
    with _translated():
        _Completion.model_validate_json(await _complete(client, model=model, messages=messages, max_tokens=1))


async def _complete(client: AsyncOpenAI, **parameters: Any) -> bytes:
    """The body of a chat completion, as the server sent it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer = await client.chat.completions.with_raw_response.create(**parameters)
        except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError) as error:
            pause = _pause_before_retry(error)
            if attempt == ATTEMPTS or pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            body: bytes = answer.content
            return body
    raise AssertionError("unreachable")  # the last attempt returns or raises


def _pause_before_retry(error: openai.APIError) -> float | None:
    """Seconds until another try can help, or None when it can't in time."""
    if isinstance(error, openai.APITimeoutError) or error.code == "insufficient_quota":
        return None
    if not isinstance(error, openai.RateLimitError):
        return _PAUSE_S
    try:
        asked = float(error.response.headers.get("retry-after", _PAUSE_S))
    except ValueError:
        return None
    return asked if 0 <= asked <= _LONGEST_PAUSE_S else None


def _content(completion: _Completion) -> str:
    """The answer's text; raises when there is none, or it is cut or refused."""
    if not completion.choices:
        raise ModelAnswerError
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelRefusedError
    if choice.finish_reason == "length":
        raise ModelTruncatedError
    return choice.message.content or ""


@contextmanager
def _translated() -> Iterator[None]:
    """Turns whatever the client or an unreadable answer raises into our ModelErrors."""
    try:
        yield
    except TimeoutError as error:
        raise ModelTimeoutError from error
    except openai.OpenAIError as error:
        raise _model_error(error) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise ModelAnswerError from error


def _model_error(error: openai.OpenAIError) -> ModelError:
    known: tuple[tuple[type[openai.OpenAIError], ModelError], ...] = (
        (openai.APITimeoutError, ModelTimeoutError()),
        (openai.APIConnectionError, ModelUnreachableError()),
        (openai.InternalServerError, ModelUnreachableError()),
        (openai.RateLimitError, ModelBusyError()),
        (openai.AuthenticationError, ModelKeyError()),
        (openai.PermissionDeniedError, ModelKeyError()),
        (openai.APIStatusError, ModelAnswerError(_NOT_ACCEPTED)),
    )
    if isinstance(error, openai.APIError) and error.code in {"content_filter", "content_policy_violation"}:
        return ModelRefusedError()
    return next((ours for theirs, ours in known if isinstance(error, theirs)), ModelError())
