"""Waiting for an answer no longer than Slack does, also where what is waited for can't even be broken off."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns or raises; raises TimeoutError when it takes longer, and breaks it off.

    Unlike asyncio.timeout it doesn't wait for that: a statement on a server that is silent ends seconds later.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if done:
        return task.result()
    task.cancel()
    task.add_done_callback(_heard)
    raise TimeoutError


def _heard(task: "asyncio.Task[Any]") -> None:
    """Nobody waits for its error any more."""
    with suppress(asyncio.CancelledError):
        task.exception()
