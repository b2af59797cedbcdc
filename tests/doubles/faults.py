"""A switchboard of faults for the doubles: while one is on, a share of the requests meets it instead of an answer."""

import asyncio
import random
from enum import StrEnum

from aiohttp import web
from aiohttp.typedefs import Handler


class Fault(StrEnum):
    """What a server or the network between does to a request."""

    BUSY = "429"
    BROKEN = "5xx"
    SLOW = "slow"
    LOST = "cut before"
    CUT = "cut after"


_SLOWEST_S = 2.5


class Switchboard:
    """Nothing is wrong until `on`. What is cut "after" had its effect: only the answer is lost."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._fault: Fault | None = None
        self._share = 0.0
        self.met = 0

    def on(self, fault: Fault, *, share: float = 1.0) -> None:
        """From now on this share of the requests meets the fault."""
        self._fault, self._share = fault, share

    def off(self) -> None:
        """All is well again."""
        self._fault = None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Stands before a double's handlers."""
        fault = self._fault if self._dice.random() < self._share else None
        if fault is None:
            return await handler(request)
        self.met += 1
        match fault:
            case Fault.BUSY:
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"}
                )
            case Fault.BROKEN:
                return web.Response(status=self._dice.choice((500, 502, 503)), text="upstream broke")
            case Fault.SLOW:
                await asyncio.sleep(self._dice.uniform(0.3, _SLOWEST_S))
                return await handler(request)
            case Fault.LOST:
                return _cut(request, web.Response())
            case Fault.CUT:
                return _cut(request, await handler(request))


def _cut(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return answer
