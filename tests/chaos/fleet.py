"""Real processes of the product on one PostgreSQL, started again when they end, as systemd or a platform does."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
_MAIN = "from bot.cli import main; main()"
_LOOK_S = 0.1
_START_S = 60
ACK_WINDOW_S = 3.0


@dataclass
class Member:
    """One process of the fleet. `port` of a web process."""

    role: str
    number: int
    port: int | None
    process: subprocess.Popen[bytes]
    told: bool = False


@dataclass
class Fleet:
    """All processes. `fell` counts those that ended though nobody told them to."""

    environment: Mapping[str, str]
    folder: Path
    members: list[Member] = field(default_factory=list)
    fell: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def running(self, roles: Mapping[str, int]) -> AsyncIterator["Fleet"]:
        """So many of each role, as long as the block runs."""
        for role, count in roles.items():
            for number in range(count):
                port = _free_port() if role == "web" else None
                self.members.append(Member(role, number, port, self._start(role, number, port)))
        keeper = asyncio.create_task(self._keep())
        try:
            await self.serving()
            yield self
        finally:
            keeper.cancel()
            await asyncio.to_thread(self._end)

    def hit(self, role: str, number: signal.Signals, dice: random.Random) -> None:
        """Sends a signal to one of that role."""
        member = dice.choice([m for m in self.members if m.role == role])
        if member.process.poll() is None:
            member.told = True
            member.process.send_signal(number)

    async def serving(self) -> None:
        """Until every web process answers."""
        async with asyncio.timeout(_START_S), httpx.AsyncClient() as client:
            for port in self.ports:
                while not await _answers(client, port):
                    await asyncio.sleep(_LOOK_S)

    async def reachable(self) -> None:
        """Until at least one web process answers: chaos among people who are all turned away shows nothing."""
        async with asyncio.timeout(_START_S), httpx.AsyncClient() as client:
            while not any([await _answers(client, port) for port in self.ports]):
                await asyncio.sleep(_LOOK_S)

    @property
    def ports(self) -> list[int]:
        """Where the web processes serve."""
        return [member.port for member in self.members if member.port is not None]

    def _start(self, role: str, number: int, port: int | None) -> subprocess.Popen[bytes]:
        where = ["--port", str(port)] if port else []
        with (self.folder / f"{role}{number}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", _MAIN, role, *where],
                env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT)},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    async def _keep(self) -> None:
        while True:
            for member in self.members:
                if member.process.poll() is not None:
                    if not member.told:
                        self.fell[member.role] += 1
                    member.told, member.process = False, self._start(member.role, member.number, member.port)
            await asyncio.sleep(_LOOK_S)

    def _end(self) -> None:
        for member in self.members:
            member.process.terminate()
        for member in self.members:
            try:
                member.process.wait(30)
            except subprocess.TimeoutExpired:
                member.process.kill()
                member.process.wait()


class Front:
    """The load balancer before the web processes, with httpx's `post`: one that refuses the connection is passed by.

    What was sent once is not sent again: whoever sent it sees the failure.
    """

    def __init__(self, fleet: Fleet, dice: random.Random) -> None:
        self._fleet, self._dice = fleet, dice
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(timeout=ACK_WINDOW_S, limits=limits)

    async def post(self, path: str, *, content: str, headers: Mapping[str, str]) -> httpx.Response:
        """The answer; raises httpx.HTTPError or TimeoutError when there is none in three seconds."""
        until = time.monotonic() + ACK_WINDOW_S
        async with asyncio.timeout(ACK_WINDOW_S):
            while True:
                for port in self._dice.sample(self._fleet.ports, len(self._fleet.ports)):
                    try:
                        return await self._client.post(
                            f"http://127.0.0.1:{port}{path}", content=content, headers=dict(headers)
                        )
                    except httpx.ConnectError:
                        if time.monotonic() > until - 2 * _LOOK_S:
                            raise
                await asyncio.sleep(_LOOK_S / 2)

    async def close(self) -> None:
        await self._client.aclose()


async def _answers(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])
