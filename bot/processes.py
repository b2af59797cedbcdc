"""The long-running processes: web, worker, clock, and all of them in one. SIGTERM ends each in order."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from starlette.applications import Starlette

from bot import chores, promises
from bot.clock import build_clock, set_back
from bot.outages import tell_lost_tasks, when_there
from bot.settings import Settings, reveal
from bot.stalled import StalledJobs
from bot.wiring import Services, open_services
from bot.working import GRACE_S, work
from persona.errors import SettingsError
from storage.failures import translated

_log = structlog.get_logger(__name__)
# Platforms kill what is not gone 30 seconds after it was told to end.
_END_WITHIN_S = 27


async def run_web(settings: Settings, *, host: str, port: int) -> None:
    """Serves until told to stop; raises SettingsError without a signing secret."""
    settings.require_slack()
    stop = _stop_signal()
    async with _opened(settings, stop) as services:
        await _first_to_end([_serve(services.web(), stop, host=host, port=port), *_probed(services, stop)])


async def run_worker(settings: Settings) -> None:
    """Works jobs until told to stop; what is under way is finished first."""
    stop = _stop_signal()
    async with _opened(settings, stop) as services:
        _register(services)
        await _until(stop, [work(services.queue, services.database, services.metrics), *_probed(services, stop)])


async def run_clock(settings: Settings) -> None:
    """Runs the schedule until told to stop."""
    stop = _stop_signal()
    async with _opened(settings, stop) as services:
        await _until(stop, [_schedule(services), *_probed(services, stop)])


async def run_all(settings: Settings, *, host: str, port: int) -> None:
    """Web, worker and clock in one process; the first to end, or a signal, ends all."""
    settings.require_slack()
    stop = _stop_signal()
    async with _opened(settings, stop) as services:
        _register(services)
        running: list[Coroutine[Any, Any, None]] = [
            _serve(services.web(), stop, host=host, port=port),
            work(services.queue, services.database, services.metrics),
            _schedule(services),
            *_probed(services, stop),
        ]
        if settings.slack_app_token is not None:
            running.append(_listen(services, settings))
        await _first_to_end(running)


def _clock_of(services: Services) -> AsyncIOScheduler:
    refresh, delete = services.tokens.refresh_due, services.installing.delete_ended
    return build_clock(
        services.queue,
        tick=services.schedule.tick,
        return_stalled=StalledJobs(services.database).give_back,
        refresh_tokens=refresh,
        delete_ended=delete,
    )


async def _schedule(services: Services) -> None:
    """Runs the schedule until cancelled; from its beginning when the machine's clock was set back: it plans by that."""
    while True:
        scheduler = _clock_of(services)
        scheduler.start()
        try:
            await set_back(lambda: datetime.now(UTC))
            _log.warning("clock_set_back")
        finally:
            scheduler.shutdown(wait=False)


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, which end the process before we have closed what is open."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def _bound(host: str, port: int) -> socket.socket:
    """A socket bound to the address; raises SettingsError, with the fix, when it can't be."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(
            f"{host}:{port} can't be served: {reason}. Set PORT or HOST, or stop what uses it."
        ) from error


async def _serve(app: Starlette, stop: asyncio.Event, *, host: str, port: int) -> None:
    """Serves until told to stop; requests under way are finished first. Raises SettingsError when the port is taken."""
    bound = _bound(host, port)
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_S
    )
    server = _Server(config)
    serving, told = asyncio.ensure_future(server.serve(sockets=[bound])), asyncio.ensure_future(stop.wait())
    _log.info("web_starts", host=host, port=port)
    try:
        await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
        server.should_exit = True
        await serving


def _probed(services: Services, stop: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
    """Health and metrics on a port of their own, where one is set: a worker and a clock have no other."""
    known = services.settings
    if known.health_port is None:
        return []
    probes = Starlette(routes=services.probes())
    return [_serve(probes, stop, host=known.health_host, port=known.health_port)]


def _register(services: Services) -> None:
    promises.register_promises(services.queue, services.tasks, poster=services.poster)
    chores.register_chores(services.queue, services.chore_tasks)


async def _until(stop: asyncio.Event, work: list[Coroutine[Any, Any, None]]) -> None:
    """Works until told to stop; raises what the work raises."""

    async def told() -> None:
        await stop.wait()

    await _first_to_end([*work, told()])


async def _listen(services: Services, settings: Settings) -> None:
    """Socket Mode: Slack's requests without a public address, for development."""
    handler = AsyncSocketModeHandler(services.slack_app, reveal(settings.slack_app_token))
    await handler.start_async()  # type: ignore[no-untyped-call]  # slack_bolt has no types here


async def _first_to_end(work: list[Coroutine[Any, Any, None]]) -> None:
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def _stop_signal() -> asyncio.Event:
    """Is set once the process is told to stop; from the first moment on, so that one told while it starts ends too.

    What hangs then, on a database that is silent or a thread that doesn't return, is ended by the alarm.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    tell_lost_tasks(loop)

    def told() -> None:
        stop.set()
        signal.alarm(_END_WITHIN_S)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)
    return stop


@asynccontextmanager
async def _opened(settings: Settings, stop: asyncio.Event) -> AsyncIterator[Services]:
    """The services, the queue open; where the database isn't up yet, as when a machine starts, it is waited for."""
    async with AsyncExitStack() as stack:
        yield await when_there(stack, partial(_services, settings), stop)


@asynccontextmanager
async def _services(settings: Settings) -> AsyncIterator[Services]:
    async with open_services(settings) as services:
        with translated():
            await services.queue.open_async()
        try:
            yield services
        finally:
            await services.queue.close_async()
