"""OpenAI's Batch API: files of requests, answered within a day for half the price."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import openai
from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict, ValidationError

from persona.batches import BatchEnd, BatchLine, BatchState
from persona.errors import BatchesMissingError
from persona.ports import Clock
from persona.writers.openai_errors import translated

_ENDPOINT: Final = "/v1/chat/completions"
_TITLE: Final = "persona"
_PAGE: Final = 100
_EARLIER: Final = timedelta(hours=1)
"""The server's clock may be this much behind ours."""
_KEPT_S: Final = 3 * 24 * 3600
_TIMEOUT_S: Final = 120.0
_ABSENT: Final = frozenset({404, 405, 501})
_ENDS: Final = {
    "failed": BatchEnd.FAILED,
    "completed": BatchEnd.ENDED,
    "expired": BatchEnd.ENDED,
    "cancelled": BatchEnd.ENDED,
}


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Listed(_Read):
    id: str
    created_at: int = 0
    filename: str = ""
    metadata: dict[str, str] | None = None


class _Page(_Read):
    data: tuple[_Listed, ...] = ()
    has_more: bool = False


class _Fault(_Read):
    code: str | None = None


class _Faults(_Read):
    data: tuple[_Fault, ...] | None = None


class _Batch(_Read):
    id: str
    status: str
    output_file_id: str | None = None
    error_file_id: str | None = None
    errors: _Faults | None = None


class _Response(_Read):
    status_code: int = 0
    body: dict[str, Any] | None = None


class _Answer(_Read):
    custom_id: str
    response: _Response | None = None


class OpenAIBatches:
    """A persona.batches.BatchServer over OpenAI's files and batches."""

    def __init__(self, client: AsyncOpenAI, *, clock: Clock) -> None:
        self._client, self._clock = client.with_options(timeout=_TIMEOUT_S), clock

    async def upload(self, title: str, lines: Sequence[BatchLine]) -> str:
        """See persona.batches.BatchServer."""
        named = (_file_name(title), b"".join(_encoded(lines)), "application/jsonl")
        with self._translated():
            sent = await self._client.files.with_raw_response.create(
                file=named, purpose="batch", expires_after={"anchor": "created_at", "seconds": _KEPT_S}
            )
            return _Listed.model_validate_json(sent.content).id

    async def find_file(self, title: str, *, since: datetime) -> str | None:
        """See persona.batches.BatchServer."""

        async def page(**after: Any) -> bytes:
            listed = await self._client.files.with_raw_response.list(
                purpose="batch", limit=_PAGE, order="desc", **after
            )
            return listed.content

        return await self._find(page, lambda file: file.filename == _file_name(title), since)

    async def start(self, title: str, file_id: str) -> str:
        """See persona.batches.BatchServer."""
        with self._translated():
            made = await self._client.batches.with_raw_response.create(
                input_file_id=file_id,
                endpoint=_ENDPOINT,
                completion_window="24h",
                metadata={_TITLE: title},
                output_expires_after={"anchor": "created_at", "seconds": _KEPT_S},
            )
            return _Batch.model_validate_json(made.content).id

    async def find(self, title: str, *, since: datetime) -> str | None:
        """See persona.batches.BatchServer."""

        async def page(**after: Any) -> bytes:
            return (await self._client.batches.with_raw_response.list(limit=_PAGE, **after)).content

        return await self._find(page, lambda batch: (batch.metadata or {}).get(_TITLE) == title, since)

    async def look(self, batch_id: str) -> BatchState:
        """See persona.batches.BatchServer."""
        with translated(self._clock):
            try:
                found = await self._client.batches.with_raw_response.retrieve(batch_id)
            except openai.NotFoundError:
                return BatchState(batch_id, BatchEnd.FAILED)
            batch = _Batch.model_validate_json(found.content)
        end = _ENDS.get(batch.status, BatchEnd.RUNNING)
        codes = {fault.code for fault in (batch.errors.data or () if batch.errors else ())}
        if end is BatchEnd.FAILED and "token_limit_exceeded" in codes:
            end = BatchEnd.CROWDED
        return BatchState(batch_id, end, tuple(filter(None, (batch.output_file_id, batch.error_file_id))))

    async def answers(self, file_id: str) -> Mapping[str, bytes]:
        """See persona.batches.BatchServer."""
        with translated(self._clock):
            try:
                content = (await self._client.files.content(file_id)).content
            except openai.NotFoundError:
                return {}
        return dict(_answers(content))

    async def cancel(self, batch_id: str) -> None:
        """See persona.batches.BatchServer."""
        with translated(self._clock):
            try:
                await self._client.batches.cancel(batch_id)
            except (openai.NotFoundError, openai.BadRequestError, openai.ConflictError):
                return

    async def delete(self, file_id: str) -> None:
        """See persona.batches.BatchServer."""
        with translated(self._clock):
            try:
                await self._client.files.delete(file_id)
            except openai.NotFoundError:
                return

    async def _find(
        self, page: Callable[..., Awaitable[bytes]], wanted: Callable[[_Listed], bool], since: datetime
    ) -> str | None:
        """The id of the first that is wanted; the newest come first."""
        earliest = (since - _EARLIER).timestamp()
        with self._translated():
            async for listed in _pages(page):
                if wanted(listed):
                    return listed.id
                if listed.created_at < earliest:
                    return None
        return None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """As translated; an address that isn't there, or takes nothing, is a server without batches."""
        with translated(self._clock):
            try:
                yield
            except openai.APIStatusError as error:
                if error.status_code in _ABSENT:
                    raise BatchesMissingError from error
                raise


async def _pages(page: Callable[..., Awaitable[bytes]]) -> AsyncIterator[_Listed]:
    """Everything a list holds, page after page."""
    after: dict[str, str] = {}
    while True:
        found = _Page.model_validate_json(await page(**after))
        for listed in found.data:
            yield listed
        if not found.has_more or not found.data or found.data[-1].id == after.get("after"):
            return
        after = {"after": found.data[-1].id}


def _file_name(title: str) -> str:
    return f"{_TITLE}-{title}.jsonl"


def _encoded(lines: Sequence[BatchLine]) -> Iterator[bytes]:
    for line in lines:
        asked = {"custom_id": line.name, "method": "POST", "url": _ENDPOINT, "body": line.body}
        yield json.dumps(asked, ensure_ascii=False).encode() + b"\n"


def _answers(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The completions of a file; a line that can't be read costs itself, not the others."""
    for line in content.splitlines():
        try:
            answer = _Answer.model_validate_json(line)
        except ValidationError:
            continue
        if answer.response and answer.response.status_code == 200 and answer.response.body is not None:
            yield answer.custom_id, json.dumps(answer.response.body).encode()
