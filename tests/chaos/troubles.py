"""What goes wrong in a round: processes and servers killed, Slack and the model in trouble, a full disk."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.fleet import Fleet
from tests.chaos.server import Server
from tests.doubles.faults import Fault, Switchboard
from tests.doubles.openai_server import OpenAIDouble
from tests.doubles.slack_server import SlackDouble

Trouble = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Stage:
    """All that can be troubled."""

    server: Server
    fleet: Fleet
    slack: SlackDouble
    model: OpenAIDouble
    dice: random.Random
    database_mends: asyncio.Lock


def troubles_of(stage: Stage) -> dict[str, tuple[int, Trouble]]:
    """Every trouble by name, how often it comes, and how it is made and ended."""
    found: dict[str, tuple[int, Trouble]] = {}
    for role in ("web", "worker", "clock"):
        found[f"kill -9 {role}"] = (3 if role == "worker" else 2, _signal(stage, role, signal.SIGKILL))
        found[f"SIGTERM {role}"] = (1, _signal(stage, role, signal.SIGTERM))
    found["kill -9 PostgreSQL"] = (2, _database(stage, stage.server.kill))
    found["kill -9 a backend"] = (1, _database(stage, lambda: stage.server.kill_backend(stage.dice)))
    found["database read-only"] = (1, _database(stage, stage.server.read_only))
    if stage.server.small_disk:
        found["disk full"] = (1, _database(stage, stage.server.fill_disk))
    for name, board in (("Slack", stage.slack.faults), ("model", stage.model.faults)):
        for fault in Fault:
            found[f"{name} {fault}"] = (1, _switched(stage, board, fault))
    found["model out"] = (1, _out(stage))
    return found


def _signal(stage: Stage, role: str, number: signal.Signals) -> Trouble:
    async def send() -> None:
        stage.fleet.hit(role, number, stage.dice)

    return send


def _database(stage: Stage, break_it: Callable[[], None]) -> Trouble:
    async def break_and_mend() -> None:
        async with stage.database_mends:
            await asyncio.to_thread(break_it)
            await asyncio.sleep(stage.dice.uniform(0.3, 2.5))
            await asyncio.to_thread(stage.server.mend)

    return break_and_mend


def _switched(stage: Stage, board: Switchboard, fault: Fault) -> Trouble:
    async def trouble() -> None:
        board.on(fault, share=stage.dice.uniform(0.3, 1.0))
        await asyncio.sleep(stage.dice.uniform(0.5, 3.0))
        board.off()

    return trouble


def _out(stage: Stage) -> Trouble:
    async def out() -> None:
        stage.model.faults.on(Fault.BROKEN)
        await asyncio.sleep(stage.dice.uniform(4.0, 10.0))
        stage.model.faults.off()

    return out
