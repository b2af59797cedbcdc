"""Progress of a persona being written, shown where its card will stand: only of slow ones, and not too often."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from persona.errors import DeliveryError
from persona.ports import Step, Tell

Show = Callable[[Step, int], Awaitable[None]]
AFTER_S: Final = 1.0
"""What is written sooner shows its card and no progress."""
_EVERY_S: Final = 2.0
_MOST: Final = 3  # a response_url serves five times; the card and a failure need one each


@asynccontextmanager
async def shown_progress(show: Show, *, after_s: float = AFTER_S) -> AsyncIterator[Tell]:
    """What is told in the block is shown, the newest step each time; what can't be shown is left.

    When the block ends nothing more is shown, and nothing is on its way that could cover the card that follows.
    """
    watch = _Watch(show)
    task = asyncio.ensure_future(watch.run(after_s))
    try:
        yield watch
    finally:
        watch.ended.set()
        await task


class _Watch:
    """Hears of steps and shows the newest."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._newest: tuple[Step, int] | None = None
        self.ended = asyncio.Event()

    def __call__(self, step: Step, interactions: int) -> None:
        self._newest = (step, interactions)

    async def run(self, after_s: float) -> None:
        """Shows at most three steps."""
        shown: list[tuple[Step, int]] = []
        wait_s = after_s
        while len(shown) < _MOST and not await self._ends_within(wait_s):
            newest, wait_s = self._newest, _EVERY_S
            if newest is not None and newest not in shown:
                shown.append(newest)
                try:
                    await self._show(*newest)
                except DeliveryError:
                    return

    async def _ends_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.ended.wait()
        except TimeoutError:
            return False
        return True
