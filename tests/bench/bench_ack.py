"""Acknowledgements of a mix of all interactions over 64 connections, beside a bare Bolt acknowledgement in one run.

First each connection sends one after the other, as fast as it is answered; then all together send 100 a second, more
than a sales floor of thousands does. `python -m tests.bench.bench_ack`
"""

import asyncio
import itertools
import json
import logging
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table

from blocks.claim_ids import EVIDENCE_ACTION, MORE_ACTION
from blocks.ids import RATE_ACTION, SEEK_ACTION
from bot.settings import Settings
from bot.wiring import open_services
from storage.workspaces import claim_default_workspace
from tests.bench.bench_persona_http import prepare, server, signed_request, wait_for
from tests.bench.http_servers import SECRET
from tests.doubles import slack_events, slack_requests
from tests.doubles.slack_server import SlackDouble

CONNECTIONS, SECONDS, PER_SECOND, PORT = 64, 6.0, 100, 18_300
TARGET_P95_MS: Final = 100.0


async def fill(home: Path) -> int:
    """The sample CRM with Jane's persona, for the team T1; her key."""
    await prepare(home)
    settings = Settings(persona_home=home, database_url=None, openai_api_key=None, openai_base_url=None)
    async with open_services(settings) as services:
        workspace_id = await claim_default_workspace(services.database, "T1", None)
        return (await services.engine(workspace_id).resolve("jane.doe@northwind.example")).key


def mix(slack: SlackDouble, key: int) -> Iterator[tuple[str, bytes]]:
    """Kinds and requests without end: half commands, the rest presses, choices, type-ahead, mentions and reactions."""
    user, numbers, dice = slack_requests.user_of("U1", "T1"), itertools.count(1), random.Random(7)
    url = f"{slack.url}/response/none"

    def action(action_id: str, value: str, kind: str = "button") -> bytes:
        chosen = {"value": value} if kind == "button" else {"selected_option": {"value": value}}
        pressed = {"type": kind, "action_id": action_id, "block_id": "b", "action_ts": "1763800000.000300", **chosen}
        origin = slack_requests.from_ephemeral("C1", "1.1")
        more = {"response_url": url, "trigger_id": slack.web.new_trigger("U1")}
        return form(slack, slack_requests.block_actions(slack.space, user, pressed, origin, **more))

    def event(made: dict[str, Any]) -> bytes:
        wrapped = slack_requests.event_callback(slack.space, made, f"EvB{next(numbers)}", int(time.time()))
        return http(slack, json.dumps(wrapped), json_body=True)

    def suggestion() -> bytes:
        asked = {"block_id": "b", "action_id": SEEK_ACTION}
        origin = slack_requests.from_ephemeral("C1", "1.1")
        return form(slack, slack_requests.block_suggestion(slack.space, user, asked, "Jane", origin))

    item = slack_events.message_item("C1", "1763900000.000001")
    made = {
        "command": (50, signed_request),
        "tab": (15, lambda: action(f"press:insights:{key}", f"{key}:1:insights")),
        "evidence": (8, lambda: action(EVIDENCE_ACTION, f"{key}:1")),
        "history": (4, lambda: action(MORE_ACTION, f"history:{key}:1", "overflow")),
        "rating": (5, lambda: action(RATE_ACTION, f"{key}:1:5:persona", "static_select")),
        "type-ahead": (6, suggestion),
        "mention": (4, lambda: event(slack_events.app_mention("U1", "<@UBOT> Jane Doe", "C1", "1763900000.000100"))),
        "reaction": (
            8,
            lambda: event(slack_events.reaction("reaction_added", "U1", "star", item, "1763900001.000100")),
        ),
    }
    kinds, weights = list(made), [weight for weight, _ in made.values()]
    while True:
        kind = dice.choices(kinds, weights)[0]
        yield kind, made[kind][1]()


def form(slack: SlackDouble, payload: dict[str, Any]) -> bytes:
    """An interaction as HTTP."""
    return http(slack, urlencode({"payload": json.dumps(payload)}), json_body=False)


def http(slack: SlackDouble, body: str, *, json_body: bool) -> bytes:
    """A signed request as it goes over the wire."""
    head = "".join(f"{name}: {value}\r\n" for name, value in slack.sign(body, json_body=json_body).items())
    return f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n{head}\r\n{body}".encode()


async def drive(
    port: int, requests: Iterator[tuple[str, bytes]], until: float, found: dict[str, list[float]], rate: float
) -> None:
    """One keep-alive connection; with a `rate` it sends so many a second, else as fast as it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = time.perf_counter() + random.random() / (rate or 1_000)
    while time.perf_counter() < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        due += 1 / rate if rate else 0.0
        kind, request = next(requests)
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), (kind, head[:40])
        await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        found.setdefault(kind, []).append(time.perf_counter() - started)
    writer.close()


async def load(port: int, requests: Iterator[tuple[str, bytes]], *, per_second: float = 0.0) -> dict[str, list[float]]:
    """Latencies in seconds by kind."""
    found: dict[str, list[float]] = {}
    rate = per_second / CONNECTIONS
    await asyncio.gather(*(drive(port, requests, time.perf_counter() + 1, {}, rate) for _ in range(CONNECTIONS)))
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(drive(port, requests, until, found, rate) for _ in range(CONNECTIONS)))
    return found


async def main() -> None:
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    table = Table(title=f"Acknowledgements over {CONNECTIONS} connections, p95 in ms (target {TARGET_P95_MS:.0f})")
    for name in ("sent", "server", "requests/s", "all", "slowest kinds"):
        table.add_column(name, justify="right")
    with tempfile.TemporaryDirectory(prefix="pb-bench-") as folder:
        home = Path(folder)
        key = await fill(home)
        async with SlackDouble(signing_secret=SECRET).serve() as slack:
            os.environ |= {"SLACK_API_URL": f"{slack.url}/api/", "SLACK_BOT_TOKEN": "xoxb-test"}
            slack.web.channel("C1")
            for at, (said, rate) in enumerate((("as fast as answered", 0.0), (f"{PER_SECOND} a second", PER_SECOND))):
                for kind in ("bare", "ours"):
                    port = PORT + 10 * at + (kind == "ours")
                    requests = mix(slack, key) if kind == "ours" else itertools.repeat(("command", signed_request()))
                    with server(kind, home, port):
                        await wait_for(port)
                        table.add_row(said, kind, *row(await load(port, requests, per_second=rate)))
    Console(width=150).print(table)


def row(found: dict[str, list[float]]) -> list[str]:
    """Requests a second, p95 of all, and p95 of each kind."""
    every = [latency for latencies in found.values() for latency in latencies]
    worst = sorted(((p95(latencies), kind) for kind, latencies in found.items() if len(latencies) > 1), reverse=True)
    return [
        f"{len(every) / SECONDS:,.0f}",
        f"{p95(every):.0f}",
        ", ".join(f"{kind} {ms:.0f}" for ms, kind in worst[:4]),
    ]


def p95(latencies: list[float]) -> float:
    """In milliseconds."""
    return statistics.quantiles(latencies, n=20)[18] * 1000


if __name__ == "__main__":
    asyncio.run(main())
