"""A double of OpenAI's files and batches over real HTTP, with its limits and the states a batch goes through."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

MOST_REQUESTS: Final = 50_000
MOST_BYTES: Final = 200_000_000
_STATES: Final = ("validating", "in_progress", "finalizing", "completed")
_OVER: Final = frozenset({"failed", "completed", "expired", "cancelled"})
Answer = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


@dataclass
class Uploaded:
    """A file. One with purpose "batch" is requests, one with "batch_output" is what came of them."""

    file_id: str
    filename: str
    purpose: str
    content: bytes
    created_at: int

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its lines, read."""
        return [json.loads(line) for line in self.content.splitlines()]

    def told(self) -> dict[str, Any]:
        """As the API tells of it."""
        told = {"id": self.file_id, "object": "file", "bytes": len(self.content), "created_at": self.created_at}
        return {**told, "filename": self.filename, "purpose": self.purpose, "status": "processed"}


@dataclass
class Batch:
    """A batch: where it stands, and how it is to end."""

    batch_id: str
    input_file_id: str
    metadata: dict[str, str]
    created_at: int
    ends_as: str
    status: str = "validating"
    errors: list[dict[str, Any]] = field(default_factory=list)
    output_file_id: str | None = None
    error_file_id: str | None = None
    counts: dict[str, int] = field(default_factory=lambda: {"total": 0, "completed": 0, "failed": 0})

    def told(self) -> dict[str, Any]:
        """As the API tells of it."""
        return {
            "id": self.batch_id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "input_file_id": self.input_file_id,
            "status": self.status,
            "created_at": self.created_at,
            "metadata": self.metadata,
            "errors": {"object": "list", "data": self.errors} if self.errors else None,
            "output_file_id": self.output_file_id,
            "error_file_id": self.error_file_id,
            "request_counts": self.counts,
        }


class BatchesDouble:
    """Files and batches. Each look at a batch takes it one state on, unless it is `held`.

    `ends_as` is how the next ones end: "completed", "expired" (half of it answered), "failed" (as one with too many
    tokens waiting where `failed_code` says so). `unanswered` are custom_ids that get an error; `paid` are the requests
    answered, which cost. `lost_answers` names calls ("file", "batch") that are done but whose answer is lost once;
    those in `hanging` are done, set `hung` and never answer.
    """

    def __init__(self, *, authorized: Callable[[web.Request], bool], answer: Answer) -> None:
        self._authorized, self._answer = authorized, answer
        self.files: dict[str, Uploaded] = {}
        self.batches: dict[str, Batch] = {}
        self.uploads: list[str] = []
        self.paid: list[str] = []
        self.unanswered: set[str] = set()
        self.lost_answers: set[str] = set()
        self.hanging: set[str] = set()
        self.hung = asyncio.Event()
        self.absent = self.held = False
        self.ends_as, self.failed_code = "completed", "invalid_request"
        self._made = 0

    def routes(self) -> list[web.RouteDef]:
        """What it serves."""
        return [
            web.post("/v1/files", self._checked(self._upload)),
            web.get("/v1/files", self._checked(self._list_files)),
            web.get("/v1/files/{id}/content", self._checked(self._content)),
            web.delete("/v1/files/{id}", self._checked(self._delete)),
            web.post("/v1/batches", self._checked(self._start)),
            web.get("/v1/batches", self._checked(self._list_batches)),
            web.get("/v1/batches/{id}", self._checked(self._look)),
            web.post("/v1/batches/{id}/cancel", self._checked(self._cancel)),
        ]

    def _checked(self, handle: Any) -> Any:
        async def checked(request: web.Request) -> web.StreamResponse:
            if self.absent:
                return web.Response(status=404, text="Not Found")
            if not self._authorized(request):
                return _error(401, "invalid_api_key")
            response: web.StreamResponse = await handle(request)
            return response

        return checked

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        sent = form["file"]
        if form["purpose"] != "batch" or not isinstance(sent, web.FileField):
            return _error(400, "invalid_purpose")
        with sent.file as file:
            content = file.read()
        if len(content) > MOST_BYTES:
            return _error(413, "file_too_large")
        kept = Uploaded(self._id("file"), sent.filename, "batch", content, int(time.time()))
        self.files[kept.file_id] = kept
        self.uploads.append(kept.file_id)
        return await self._told(kept.told(), "file")

    async def _list_files(self, request: web.Request) -> web.StreamResponse:
        wanted = [file for file in self.files.values() if file.purpose == request.query.get("purpose", file.purpose)]
        return _page([file.told() for file in reversed(wanted)], request)

    async def _content(self, request: web.Request) -> web.StreamResponse:
        file = self.files.get(request.match_info["id"])
        return web.Response(body=file.content) if file else _error(404, "not_found")

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        file = self.files.pop(request.match_info["id"], None)
        return web.json_response({"id": file.file_id, "deleted": True}) if file else _error(404, "not_found")

    async def _start(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        right = {"endpoint": "/v1/chat/completions", "completion_window": "24h"}
        if {name: asked.get(name) for name in right} != right or asked.get("input_file_id") not in self.files:
            return _error(400, "invalid_request")
        metadata, now = asked.get("metadata") or {}, int(time.time())
        made = Batch(self._id("batch"), asked["input_file_id"], metadata, now, self.ends_as)
        self.batches[made.batch_id] = made
        return await self._told(made.told(), "batch")

    async def _list_batches(self, request: web.Request) -> web.StreamResponse:
        return _page([batch.told() for batch in reversed(self.batches.values())], request)

    async def _look(self, request: web.Request) -> web.StreamResponse:
        batch = self.batches.get(request.match_info["id"])
        if batch is None:
            return _error(404, "not_found")
        if not self.held:
            self._go_on(batch)
        return web.json_response(batch.told())

    async def _cancel(self, request: web.Request) -> web.StreamResponse:
        batch = self.batches.get(request.match_info["id"])
        if batch is None:
            return _error(404, "not_found")
        if batch.status in _OVER:
            return _error(409, "invalid_state")
        batch.status = "cancelling"
        return web.json_response(batch.told())

    async def _told(self, answer: dict[str, Any], call: str) -> web.StreamResponse:
        if call in self.hanging:
            self.hung.set()
            await asyncio.Event().wait()
        if call in self.lost_answers:
            self.lost_answers.remove(call)
            return _error(500, "lost")
        return web.json_response(answer)

    def _go_on(self, batch: Batch) -> None:
        if batch.status == "validating":
            batch.errors = list(self._faults(batch))
            batch.status = "failed" if batch.errors else "in_progress"
            batch.counts["total"] = 0 if batch.errors else len(self.files[batch.input_file_id].lines)
        elif batch.status == "cancelling":
            self._end(batch, "cancelled")
        elif batch.status == "in_progress":
            batch.status = "finalizing"
        elif batch.status == "finalizing":
            self._end(batch, batch.ends_as)

    def _faults(self, batch: Batch) -> Iterator[dict[str, Any]]:
        """What fails the validation of a batch."""
        lines = self.files[batch.input_file_id].lines
        wrong = {
            "empty_file": not lines,
            "too_many_tasks": len(lines) > MOST_REQUESTS,
            "duplicate_custom_id": len({line["custom_id"] for line in lines}) < len(lines),
            "mismatched_model": len({line["body"]["model"] for line in lines}) > 1,
            "invalid_url": any((line["method"], line["url"]) != ("POST", "/v1/chat/completions") for line in lines),
            self.failed_code: batch.ends_as == "failed",
        }
        yield from ({"code": code, "message": code, "line": None, "param": None} for code, so in wrong.items() if so)

    def _end(self, batch: Batch, status: str) -> None:
        """Answers what the end lets it answer: all, or the first half, the rest being errors."""
        lines = self.files[batch.input_file_id].lines
        answered = lines if status == "completed" else lines[: len(lines) // 2]
        good, bad = [], []
        for line in lines:
            name = line["custom_id"]
            if line not in answered:
                code = f"batch_{status}"
                bad.append({"custom_id": name, "response": None, "error": {"code": code, "message": code}})
                continue
            code, body = (500, {"error": {}}) if name in self.unanswered else self._answer(line["body"])
            response = {"status_code": code, "request_id": f"req_{name}", "body": body}
            (good if code == 200 else bad).append({"custom_id": name, "response": response, "error": None})
            if code == 200:
                self.paid.append(name)
        batch.output_file_id, batch.error_file_id = self._output(good), self._output(bad)
        batch.counts.update(completed=len(good), failed=len(bad))
        batch.status = status

    def _output(self, lines: list[dict[str, Any]]) -> str | None:
        if not lines:
            return None
        content = b"".join(json.dumps({"id": f"r{n}", **line}).encode() + b"\n" for n, line in enumerate(lines))
        made = Uploaded(self._id("file"), "output.jsonl", "batch_output", content, int(time.time()))
        self.files[made.file_id] = made
        return made.file_id

    def _id(self, kind: str) -> str:
        self._made += 1
        return f"{kind}_{self._made}"


def _page(listed: list[dict[str, Any]], request: web.Request) -> web.Response:
    """A page of a list: `limit` at most, behind `after`."""
    limit, after = int(request.query.get("limit", "20")), request.query.get("after")
    ids = [one["id"] for one in listed]
    begins = ids.index(after) + 1 if after in ids else 0
    data = listed[begins : begins + limit]
    return web.json_response({"object": "list", "data": data, "has_more": begins + limit < len(listed)})


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"message": code, "type": code, "code": code, "param": None}}, status=status)
