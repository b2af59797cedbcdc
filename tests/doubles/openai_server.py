"""A double of an OpenAI-compatible server over real HTTP: answers well by default, and any way a script says."""

import asyncio
import hashlib
import json
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.doubles.faults import Switchboard
from tests.doubles.openai_batches import MOST_BYTES, BatchesDouble

GOOD_KEY = "sk-good"
_FENCED = re.compile(r"<(crm-data-\w+)>\n(.*)\n</\1>", re.DOTALL)
_MODELS = {"gpt-4o-mini", "gpt-5-mini", "local-model"}
_ALLOWED_KEYWORDS = {
    *("type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "$ref", "$defs", "maxItems"),
    *("minItems", "description", "const"),
}

Request = dict[str, Any]
Content = Callable[[Request], str]


@dataclass(frozen=True)
class Reply:
    """One scripted answer. Without anything set it is a good one."""

    content: Content | str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error_code: str | None = None
    body: bytes | None = None
    delay_s: float = 0.0
    finish_reason: str = "stop"
    refusal: str | None = None
    no_choices: bool = False
    cut: bool = False
    message: str = "scripted"
    in_parts: bool = False


GOOD = Reply()
UNAUTHORIZED = Reply(status=401, error_code="invalid_api_key")
QUOTA_SPENT = Reply(status=429, error_code="insufficient_quota")
SERVER_ERROR = Reply(status=500)
MALFORMED_BODY = Reply(body=b'{"id": "chatcmpl-1", "choices": [')
MALFORMED_CONTENT = Reply(content='{"pain_points": [')
OF_ANOTHER_SCHEMA = Reply(content='{"persona": "The careful champion"}')
EMPTY_CONTENT = Reply(content="")
NO_CHOICES = Reply(no_choices=True)
REFUSAL = Reply(refusal="I can't help with that.")
TRUNCATED = Reply(content='{"pain_points": [', finish_reason="length")
FILTERED = Reply(content="", finish_reason="content_filter")
CUT_CONNECTION = Reply(cut=True)


def busy(retry_after: str) -> Reply:
    """A 429 that names its Retry-After."""
    return Reply(status=429, headers={"Retry-After": retry_after}, error_code="rate_limit_exceeded")


class OpenAIDouble:
    """Chat completions, alone and in batches, and embeddings. Answers from `replies`, one a request, then `usually`.

    Refuses what OpenAI refuses: a wrong key, an unknown model, a schema that isn't strict. Every request's JSON is kept
    in `requests`; `faults` puts a share of them in trouble. `batched` says how batches go; what is
    asked in one is kept there, not in `requests`.
    """

    def __init__(self, *replies: Reply, usually: Reply = GOOD) -> None:
        self.replies, self.usually = list(replies), usually
        self.requests: list[Request] = []
        self.faults = Switchboard(random.Random())
        self.batched = BatchesDouble(authorized=_authorized, answer=self._in_batch)
        self.url = ""

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["OpenAIDouble"]:
        """Serves on a free port of 127.0.0.1 until the block ends; `url` is the base_url for a client."""
        app = web.Application(middlewares=[self.faults.middleware], client_max_size=MOST_BYTES + 1_000_000)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_routes(self.batched.routes())
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        reply = self.replies.pop(0) if self.replies else self.usually
        await asyncio.sleep(reply.delay_s)
        if not _authorized(request):
            reply = UNAUTHORIZED
        if reply.cut:
            return await _cut(request)
        if reply.body is not None:
            return web.Response(body=reply.body, content_type="application/json")
        if reply.status != 200:
            return _error(reply.status, reply.error_code, reply.headers, reply.message)
        return _refused(asked) or web.json_response(_completion(asked, reply))

    def _in_batch(self, asked: Request) -> tuple[int, Request]:
        """A reply without HTTP, as a batch's answers are."""
        reply = self.replies.pop(0) if self.replies else self.usually
        return (200, _completion(asked, reply)) if reply.status == 200 else (reply.status, {"error": {}})

    async def _embeddings(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.requests.append(asked)
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        size = asked.get("dimensions", 1536)
        data = [{"object": "embedding", "index": n, "embedding": _vector(t, size)} for n, t in enumerate(texts)]
        tokens = sum(len(t) for t in texts) // 4
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return web.json_response({"object": "list", "data": data, "model": asked["model"], "usage": usage})


def _authorized(request: web.Request) -> bool:
    return request.headers.get("authorization") == f"Bearer {GOOD_KEY}"


def excerpts_of(asked: Request) -> list[dict[str, str]]:
    """The excerpts a request fences."""
    return list(data_of(asked).get("excerpts", []))


def data_of(asked: Request) -> dict[str, Any]:
    """All a request fences."""
    found = _FENCED.search(asked["messages"][-1]["content"])
    return dict(json.loads(found[2])) if found else {}


def good_content(asked: Request) -> str:
    """An answer of the asked schema: each excerpt's longest sentence as a claim of some facet, quoted verbatim."""
    schema = asked.get("response_format", {}).get("json_schema", {}).get("schema")
    if not schema:
        return "ok"
    claim = schema["properties"]["claims"]["items"]["properties"]
    parts = [part for part in claim["facet"]["enum"] if part not in {"name", "summary"}]
    claims = [_claim_of(excerpt) for excerpt in excerpts_of(asked)][: 2 * len(parts)]
    said = [{"facet": parts[n % len(parts)], **claim} for n, claim in enumerate(claims)]
    if said:
        said += [{**said[0], "facet": "name", "text": "The careful champion"}, {**said[0], "facet": "summary"}]
    return json.dumps({"claims": said})


def _claim_of(excerpt: dict[str, str]) -> dict[str, Any]:
    sentences = re.split(r"(?<=[.!?])\s|\n", excerpt["text"])
    words = " ".join(max(sentences, key=len).split()[:20])
    return {"text": f"Says “{words}”", "quotes": [{"id": excerpt["id"], "quote": words}]}


def _completion(asked: Request, reply: Reply) -> dict[str, Any]:
    made = reply.content if reply.content is not None else good_content
    content = made if isinstance(made, str) else made(asked)
    sent_content: object = [{"type": "text", "text": part} for part in (content[:9], content[9:])]
    sent_content = None if reply.refusal else sent_content if reply.in_parts else content
    message = {"role": "assistant", "content": sent_content, "refusal": reply.refusal}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason, "logprobs": None}
    sent = sum(len(m["content"]) for m in asked["messages"]) // 4
    usage = {"prompt_tokens": sent, "completion_tokens": len(content) // 4, "total_tokens": sent + len(content) // 4}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": asked["model"],
        "choices": [] if reply.no_choices else [choice],
        "usage": usage,
    }


def _refused(asked: Request) -> web.Response | None:
    if asked["model"] not in _MODELS:
        return _error(404, "model_not_found", {})
    declared = asked.get("response_format", {}).get("json_schema", {})
    wrong = list(strict_schema_errors(declared["schema"])) if declared.get("strict") else []
    return _error(400, "invalid_json_schema", {}, "; ".join(wrong)) if wrong else None


def strict_schema_errors(schema: dict[str, Any]) -> Iterator[str]:
    """What OpenAI refuses in a strict schema: optional or additional properties, empty enums, unknown keywords."""
    yield from (f"keyword {word}" for word in schema.keys() - _ALLOWED_KEYWORDS)
    properties = schema.get("properties", {})
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            yield "additionalProperties must be false"
        if set(schema.get("required", [])) != set(properties):
            yield "every property must be required"
    if not 0 < len(schema.get("enum", ["any"])) <= 1000:
        yield "an enum has 1 to 1000 values"
    inner = [*properties.values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    for part in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from strict_schema_errors(part)


def _error(status: int, code: str | None, headers: dict[str, str], message: str = "scripted") -> web.Response:
    return web.json_response(
        {"error": {"message": message, "type": code, "code": code, "param": None}}, status=status, headers=headers
    )


async def _cut(request: web.Request) -> web.StreamResponse:
    """Half a body, then the connection drops."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"id": "chatcmpl-1", ')
    if request.transport:
        request.transport.abort()
    return response


def _vector(text: str, size: int) -> list[float]:
    """A unit vector from the words of a text: texts that share words are near."""
    vector = [0.0] * size
    for word in text.lower().split() or [""]:
        vector[int(hashlib.sha256(word.encode()).hexdigest()[:8], 16) % size] += 1.0
    length = sum(v * v for v in vector) ** 0.5
    return [v / length for v in vector]
