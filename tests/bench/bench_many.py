"""Many processes under load: 200 `/persona` a second on 2 web, 3 worker and 2 clock processes, one in twenty a promise.

Beside it, in the same run, as many bare Bolt acknowledgements. `python -m tests.bench.bench_many [MINUTES] [A SECOND]`
"""

import asyncio
import itertools
import logging
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.bench_persona_http import server, wait_for
from tests.chaos.fleet import Fleet
from tests.chaos.people import address
from tests.chaos.run import ROLES, environment, fill, scalar
from tests.chaos.server import Server, made_server
from tests.doubles.openai_server import OpenAIDouble
from tests.doubles.slack_server import SlackDouble

MINUTES, A_SECOND, CONNECTIONS = 5.0, 200, 40
KNOWN, PROMISED = 200, 20
"""Contacts with a stored persona, and of how many commands one asks for a contact without."""
_BARE_S, _LOOK_S, _WARM_S = 20.0, 2.0, 20.0
_BARE_PORT = 18_500
_WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'interactive' AND status IN ('todo', 'doing')"
_OLDEST = """
    SELECT coalesce(extract(epoch FROM now() - min(e.at)) * 1000, 0)::int FROM procrastinate_jobs j
    JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
    WHERE j.queue_name = 'interactive' AND j.status = 'todo'"""


@dataclass
class Watched:
    """Seen every two seconds: megabytes and CPU seconds by process, promises waiting, the wait of the oldest in ms."""

    memory: dict[str, list[float]] = field(default_factory=dict)
    cpu_s: dict[str, list[float]] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    oldest_ms: list[int] = field(default_factory=list)


async def send(ports: list[int], requests: Iterator[bytes], rate: float, seconds: float) -> list[float]:
    """Sends so many a second over connections to all ports; seconds until each was acknowledged, queueing included."""
    found: list[float] = []
    until = time.perf_counter() + seconds

    async def drive(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[number % len(ports)])
        due = time.perf_counter() + random.random() * CONNECTIONS / rate
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(next(requests))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head[:60]
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            found.append(time.perf_counter() - due)
            due += CONNECTIONS / rate
        writer.close()

    await asyncio.gather(*(drive(number) for number in range(CONNECTIONS)))
    return found


def commands(slack: SlackDouble) -> Iterator[bytes]:
    """Commands without end: nineteen for stored personas, one for the next contact that has none."""
    unseen, dice = itertools.count(KNOWN), random.Random(5)
    for number in itertools.count():
        new = number % PROMISED == 0
        yield command(slack, next(unseen) if new else dice.randrange(KNOWN), f"U{dice.randrange(50)}")


def command(slack: SlackDouble, person: int, user_id: str) -> bytes:
    """`/persona` of a contact as Slack sends it."""
    url = slack.new_response_url("C1", user_id)
    body = slack.command_body(address(person), response_url=url, user_id=user_id)
    head = "".join(f"{name}: {value}\r\n" for name, value in slack.sign(body).items())
    return f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n{head}\r\n{body}".encode()


async def watch(fleet: Fleet, database: Server, seen: Watched) -> None:
    """Looks until cancelled."""
    while True:
        for member in fleet.members:
            name, process = f"{member.role} {member.number + 1}", psutil.Process(member.process.pid)
            seen.memory.setdefault(name, []).append(process.memory_info().rss / 2**20)
            used = process.cpu_times()
            seen.cpu_s.setdefault(name, []).append(used.user + used.system)
        seen.waiting.append(await asyncio.to_thread(scalar, database, _WAITING))
        seen.oldest_ms.append(await asyncio.to_thread(scalar, database, _OLDEST))
        await asyncio.sleep(_LOOK_S)


async def drained(database: Server) -> float:
    """Waits until no promise is left; the seconds that took."""
    started = time.perf_counter()
    while await asyncio.to_thread(scalar, database, _WAITING):
        await asyncio.sleep(0.2)
    return time.perf_counter() - started


async def bare(rate: float, slack: SlackDouble, home: Path) -> list[float]:
    """The same load on two processes that only acknowledge."""
    with server("bare", home, _BARE_PORT), server("bare", home, _BARE_PORT + 1):
        ports = [_BARE_PORT, _BARE_PORT + 1]
        for port in ports:
            await wait_for(port)
        request = command(slack, 0, "U1")
        await send(ports, itertools.repeat(request), rate, 2.0)
        return await send(ports, itertools.repeat(request), rate, _BARE_S)


async def main(minutes: float, rate: float) -> None:
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    people = KNOWN + round((minutes * 60 + _WARM_S) * rate / PROMISED) + 100
    with made_server() as database, tempfile.TemporaryDirectory(prefix="pb-bench-") as folder:
        await asyncio.to_thread(fill, database, people)
        slack, model, seen = SlackDouble(signing_secret="bench"), OpenAIDouble(), Watched()
        async with slack.serve(), model.serve():
            plain = await bare(rate, slack, Path(folder))
            async with Fleet(environment(database, slack, model), Path(folder)).running(ROLES) as fleet:
                await send(fleet.ports, iter([command(slack, n, "U1") for n in range(KNOWN)]), 40, KNOWN / 40)
                await drained(database)
                requests = commands(slack)
                await send(fleet.ports, requests, rate, _WARM_S)
                watching = asyncio.create_task(watch(fleet, database, seen))
                loaded = await send(fleet.ports, requests, rate, minutes * 60)
                watching.cancel()
                left_s = await drained(database)
    report(plain, loaded, seen, left_s, minutes=minutes, rate=rate)


def report(
    plain: list[float], loaded: list[float], seen: Watched, left_s: float, *, minutes: float, rate: float
) -> None:
    """The tables."""
    acks = Table(title=f"{rate:.0f} /persona a second for {minutes:g} min, 19 of 20 from stored personas")
    for name in ("server", "sent", "p50 ms", "p95 ms", "p99 ms"):
        acks.add_column(name, justify="right")
    for name, found in (("2 bare Bolt", plain), ("2 web, 3 worker, 2 clock", loaded)):
        cuts = statistics.quantiles(found, n=100)
        acks.add_row(name, f"{len(found):,}", *(f"{cuts[at - 1] * 1000:.1f}" for at in (50, 95, 99)))
    memory = Table(title="Memory in MB (mean of a tenth of the run), and share of a core")
    for name in ("process", "start", "middle", "end", "of a core"):
        memory.add_column(name, justify="right")
    for name, megabytes in seen.memory.items():
        busy = (seen.cpu_s[name][-1] - seen.cpu_s[name][0]) / max(1.0, (len(megabytes) - 1) * _LOOK_S)
        memory.add_row(name, *(f"{part:.0f}" for part in _parts(megabytes)), f"{busy:.0%}")
    queue = (
        f"promises waiting: median {statistics.median(seen.waiting):.0f}, most {max(seen.waiting)}; the oldest not yet "
        f"begun: median {statistics.median(seen.oldest_ms):.0f} ms, most {max(seen.oldest_ms)} ms; "
        f"empty {left_s:.1f} s after the last command"
    )
    Console(width=110).print(acks, memory, queue)


def _parts(values: list[float]) -> Iterator[float]:
    """The mean at the start, in the middle and at the end."""
    size = max(1, len(values) // 10)
    for begin in (0, (len(values) - size) // 2, len(values) - size):
        yield statistics.mean(values[begin : begin + size])


if __name__ == "__main__":
    given = [float(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(given + [MINUTES, A_SECOND][len(given) :])))
