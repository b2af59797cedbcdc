"""Writes a draft persona with a language model over OpenAI's chat completions; the one file that knows the client."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import openai
from openai import AsyncOpenAI

from persona.errors import ModelAnswerError, ModelError
from persona.model import Brief, Draft, WrittenBy
from persona.ports import Clock, Repair
from persona.templates import load_answer_prompts, load_persona_prompts
from persona.writers.backoff import RetryPolicy
from persona.writers.completion import Completion
from persona.writers.dialect import Dialect
from persona.writers.openai_errors import asked_by, translated
from persona.writers.prices import cost_usd, output_tokens_for
from persona.writers.reading import read_draft, with_usage
from persona.writers.request import INPUT_TOKENS, PersonaRequest, build_request

MAX_OUTPUT_TOKENS: Final = 650
"""Under the 700 a persona may take, so that the cost leaves room for a repair."""
MAX_COST_USD: Final = 0.001
"""What a persona may cost in all at a model whose price we know; a repair that can't fit into it isn't made."""
TEMPERATURE: Final = 0.0
REPAIR_INPUT_TOKENS: Final = 1_300
_REPAIR_LEAST_OUTPUT: Final = 200


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a writer takes from outside: time, sleep, chance and the fence's name, which nobody may guess."""

    clock: Clock = field(default=lambda: datetime.now(UTC))
    timer: Callable[[], float] = time.perf_counter
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = secrets.SystemRandom().random
    nonce: Callable[[], str] = field(default=lambda: secrets.token_hex(6))


class OpenAIWriter:
    """A persona.ports.ModelWriter over a chat completions server.

    One call takes at most `timeout_s`, its other tries included: they are made by the policy after a refused
    connection, a 5xx or a 429, never after a time-out of the server, a spent quota or an answer.
    """

    def __init__(
        self,
        client: AsyncOpenAI,
        *,
        model: str,
        timeout_s: float,
        policy: RetryPolicy | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.name = model
        self._client, self._timeout_s = client, timeout_s
        self._policy, self._around = policy or RetryPolicy(), surroundings or Surroundings()
        self._dialect = Dialect.of(model)

    async def write(self, brief: Brief, *, variant: str = "default", repair: Repair | None = None) -> Draft:
        """See persona.ports.ModelWriter."""
        prompts = load_answer_prompts() if brief.question else load_persona_prompts(variant)
        spent = WrittenBy(writer=self.name, model=self.name, prompt_version=prompts.version, variant=variant)
        started = self._around.timer()
        try:
            request = build_request(
                brief,
                prompts,
                nonce=self._around.nonce(),
                faults=repair.faults if repair else (),
                max_tokens=REPAIR_INPUT_TOKENS if repair else INPUT_TOKENS,
            )
            completion = await self._ask(request, self._most_output(request, repair))
            spent = self._took(spent, completion, request, started)
            draft = read_draft(completion, brief, spent)
        except ModelError as error:
            error.spent = spent
            raise
        return draft

    def parameters(self, brief: Brief, *, variant: str) -> tuple[dict[str, Any], int]:
        """What the server is asked for a brief, to be sent another way, and its input tokens, estimated."""
        prompts = load_persona_prompts(variant)
        request = build_request(brief, prompts, nonce=self._around.nonce())
        limits = self._dialect.parameters(temperature=TEMPERATURE, most_tokens=MAX_OUTPUT_TOKENS, schema=request.schema)
        return {"model": self.name, "messages": request.messages, **limits}, request.tokens

    def _most_output(self, request: PersonaRequest, repair: Repair | None) -> int:
        """The output tokens the answer may have; raises ModelAnswerError when a repair would cost too much."""
        if repair is None:
            return MAX_OUTPUT_TOKENS
        left = MAX_COST_USD - repair.spent_usd - cost_usd(self.name, input_tokens=request.tokens, output_tokens=0)
        affordable = output_tokens_for(self.name, left, at_most=MAX_OUTPUT_TOKENS)
        if affordable < _REPAIR_LEAST_OUTPUT:
            raise ModelAnswerError(faults=repair.faults)
        return affordable

    async def _ask(self, request: PersonaRequest, most_tokens: int) -> Completion:
        """The server's answer within the time-out; every failure is a ModelError."""
        messages = request.messages
        with translated(self._around.clock):
            async with asyncio.timeout(self._timeout_s):
                body = await self._insist(messages, most_tokens, request)
            return Completion.model_validate_json(body)

    async def _insist(self, messages: list[dict[str, str]], most_tokens: int, request: PersonaRequest) -> bytes:
        """The body of a chat completion, tried again by the policy and in the words the server understands."""
        ends, attempt = self._around.timer() + self._timeout_s, 1
        refused: set[Dialect] = set()
        while True:
            asked = self._dialect.parameters(temperature=TEMPERATURE, most_tokens=most_tokens, schema=request.schema)
            try:
                return await _complete(self._client, model=self.name, messages=messages, **asked)
            except openai.BadRequestError as error:
                refused.add(self._dialect)
                other = self._dialect.without(f"{error.param} {error.message}")
                if other is None or other in refused:
                    raise
                self._dialect = other
            except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError) as error:
                pause = self._pause(error, attempt, left_s=ends - self._around.timer())
                if pause is None:
                    raise
                await self._around.sleep(pause)
                attempt += 1

    def _pause(self, error: openai.APIError, attempt: int, *, left_s: float) -> float | None:
        """Seconds until another try can help, or None when it can't in time."""
        if isinstance(error, openai.APITimeoutError) or error.code == "insufficient_quota":
            return None
        asked = asked_by(error, self._around.clock)
        return self._policy.pause(attempt, asked=asked, left_s=left_s, random=self._around.random)

    def _took(self, by: WrittenBy, completion: Completion, request: PersonaRequest, started: float) -> WrittenBy:
        """Who wrote, with what it took: what the server says, or our estimate when it says nothing."""
        taken = with_usage(by, completion, sent_tokens=request.tokens)
        return replace(taken, latency_ms=round((self._around.timer() - started) * 1000))


def build_client(*, api_key: str, base_url: str | None, timeout_s: float) -> AsyncOpenAI:
    """A client of OpenAI or a compatible server. It doesn't retry by itself: the writer bounds the whole call."""
    return AsyncOpenAI(api_key=api_key, base_url=base_url, timeout=timeout_s, max_retries=0)


async def check_model(client: AsyncOpenAI, model: str) -> None:
    """Asks the model for one token; raises the ModelError that says what is wrong."""
    messages = [{"role": "user", "content": "Answer with: ok"}]
    limit = {Dialect.of(model).limit: 1}
    with translated(lambda: datetime.now(UTC)):
        Completion.model_validate_json(await _complete(client, model=model, messages=messages, **limit))


async def _complete(client: AsyncOpenAI, **parameters: Any) -> bytes:
    """The body of a chat completion, as the server sent it."""
    answer = await client.chat.completions.with_raw_response.create(**parameters)
    body: bytes = answer.content
    return body
