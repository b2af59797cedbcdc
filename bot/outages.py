"""What runs for months goes on through an outage, and says in the log when it begins and when it is over, no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from bot.errors import described
from persona.errors import DatabaseRefusesError, DatabaseUnreachableError
from storage.failures import as_ours

if TYPE_CHECKING:
    from storage.embedded import EmbeddedServer

_log = structlog.get_logger(__name__)
_AGAIN_S: Final = 1.0
_START_WITHIN_S: Final = 60
_STEADY_S: Final = 12
"""Longer than the queue waits for a connection: what has run so long works."""

T = TypeVar("T")


class Trouble:
    """Whether one thing that goes on for ever is failing, and why."""

    def __init__(self, of: str) -> None:
        self._of, self._why = of, ""

    def begin(self, error: BaseException) -> None:
        """It failed: logged unless it did so before in the same way. Never with the error's text, which may quote."""
        ours = as_ours(error) or error
        why = f"{type(ours).__name__} {ours}"
        if why != self._why:
            self._why = why
            _log.error("failing", of=self._of, **described(ours))

    def end(self) -> None:
        """It works: logged when it didn't before."""
        if self._why:
            self._why = ""
            _log.warning("works_again", of=self._of)


def steady(name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """The work, never raising: the next time it is due is its next try."""
    trouble = Trouble(name)

    async def run() -> None:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the clock goes on; it is told in the log
            trouble.begin(error)
        else:
            trouble.end()

    return run


async def without_end(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Does what should never end, and again a second after it ended or failed, until cancelled."""
    trouble, loop, us = Trouble(name), asyncio.get_running_loop(), asyncio.current_task()
    while us is not None and not us.cancelling():  # its end may fail too, when the database is gone
        works = loop.call_later(_STEADY_S, trouble.end)
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the work goes on; it is told in the log
            trouble.begin(error)
        finally:
            works.cancel()
        await asyncio.sleep(_AGAIN_S)


async def when_there(
    stack: AsyncExitStack, opened: Callable[[], AbstractAsyncContextManager[T]], stop: asyncio.Event
) -> T:
    """Enters what needs the database; tries for a minute where that is only not up yet, then raises."""
    loop, told = asyncio.get_running_loop(), False
    until = loop.time() + _START_WITHIN_S
    while True:
        try:
            return await stack.enter_async_context(opened())
        except DatabaseUnreachableError as error:
            if isinstance(error, DatabaseRefusesError) or stop.is_set() or loop.time() > until:
                raise
            if not told:
                told = True
                _log.warning("database_awaited", seconds=_START_WITHIN_S, reason=error.user_message)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _AGAIN_S)


@asynccontextmanager
async def kept_running(server: EmbeddedServer | None) -> AsyncIterator[None]:
    """Starts an embedded server again that was killed while the block runs; another's is another's to start."""
    if server is None:
        yield
        return
    keeper = asyncio.create_task(_revive(server))
    try:
        yield
    finally:
        keeper.cancel()


async def _revive(server: EmbeddedServer) -> None:
    async def look() -> None:
        if server.pid is None:
            _log.warning("database_started_again")
            await asyncio.to_thread(server.start)

    looked = steady("the embedded database", look)
    while True:
        await asyncio.sleep(_AGAIN_S)
        await looked()


def tell_lost_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Errors of background tasks nobody awaits are a line of ours, not a traceback with the error's text."""

    def tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is None:
            _log.warning("event_loop", told=str(context.get("message"))[:80])
        else:
            _log.warning("task_failed", **described(as_ours(error) or error))

    loop.set_exception_handler(tell)
