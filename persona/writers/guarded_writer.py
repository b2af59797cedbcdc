"""Keeps a model's server from being asked too much: so many at once, and not while it keeps failing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from persona.errors import (
    ModelBusyError,
    ModelCrowdedError,
    ModelError,
    ModelPausedError,
    ModelTimeoutError,
    ModelUnreachableError,
)
from persona.model import Brief, Draft
from persona.ports import Clock, ModelWriter, Repair

_SERVER_FAILED: Final = (ModelBusyError, ModelTimeoutError, ModelUnreachableError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls may run at once and how long another waits for its turn; when and for how long asking pauses.

    The pause doubles each time the one call made after it fails too, up to the longest.
    """

    at_once: int = 4
    wait_s: float = 20.0
    failures: int = 3
    first_pause: timedelta = timedelta(seconds=30)
    longest_pause: timedelta = timedelta(minutes=15)


class Breaker:
    """Opens after so many failures of the server in a row; after a pause lets one call try, which closes or reopens it.

    It is this process's own: where several run, each finds out for itself.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits, self._clock = limits, clock
        self._failures, self._pause, self._trying = 0, limits.first_pause, False
        self._until: datetime | None = None

    def check(self) -> None:
        """Raises ModelPausedError while open, or half open with the one call under way."""
        if self._until and (self._trying or self._clock() < self._until):
            raise ModelPausedError(f"{max(self._until, self._clock()):%H:%M} UTC")

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watches one call: what it raises, if anything, opens or closes the breaker. Raises as `check`."""
        self.check()
        trial = self._trying = self._until is not None
        try:
            yield
            self._close()
        except ModelError as error:
            if not isinstance(error, _SERVER_FAILED):
                self._close()
            elif trial or self._until is None:
                self._count(error)
            raise
        finally:
            if trial:
                self._trying = False

    def _close(self) -> None:
        self._failures, self._pause, self._until = 0, self._limits.first_pause, None

    def _count(self, error: ModelError) -> None:
        """One more failure of the server; a 429 that asks for a long wait opens at once."""
        self._failures += 1
        asked = timedelta(seconds=(error.retry_after_s or 0.0) if isinstance(error, ModelBusyError) else 0.0)
        if self._failures >= self._limits.failures or asked >= self._limits.first_pause:
            self._until = self._clock() + min(self._limits.longest_pause, max(self._pause, asked))
            self._pause = min(self._limits.longest_pause, self._pause * 2)


class GuardedWriter:
    """A persona.ports.ModelWriter that asks another one within limits."""

    def __init__(self, writer: ModelWriter, *, clock: Clock, limits: Limits | None = None) -> None:
        self.name = writer.name
        self._writer, self._limits = writer, limits or Limits()
        self._breaker = Breaker(self._limits, clock)
        self._turns = asyncio.Semaphore(self._limits.at_once)

    async def write(self, brief: Brief, *, variant: str = "default", repair: Repair | None = None) -> Draft:
        """See persona.ports.ModelWriter; raises ModelPausedError or ModelCrowdedError when it isn't to be asked."""
        self._breaker.check()
        async with self._turn():
            with self._breaker.watch():
                return await self._writer.write(brief, variant=variant, repair=repair)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limits.wait_s):
                await self._turns.acquire()
        except TimeoutError as error:
            raise ModelCrowdedError from error
        try:
            yield
        finally:
            self._turns.release()
