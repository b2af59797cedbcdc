"""A stored persona over HTTP at 16 connections, beside a bare Bolt acknowledgement and one with a query, same run.

`python -m tests.bench.bench_persona_http`
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bot.importing import import_sample
from bot.settings import Settings
from bot.wiring import open_services
from tests.bench.http_servers import SECRET
from tests.doubles.slack_server import SlackDouble

CONNECTIONS = 16
SECONDS = 4.0
ROUNDS = 3
KINDS = ("bare", "query", "ours")
TARGET_RATIO, TARGET_P95_MS, TARGET_MB = 0.10, 60.0, 300.0


async def prepare(home: Path) -> None:
    """A database with the sample CRM and Jane Doe's persona written."""
    settings = Settings(persona_home=home, database_url=None, openai_api_key=None, openai_base_url=None)
    async with open_services(settings) as services:
        await import_sample(services, console=Console(quiet=True))
        engine = services.engine(await services.default_workspace())
        await engine.write((await engine.resolve("jane.doe@northwind.example")).key)


@contextmanager
def server(kind: str, home: Path, port: int) -> Iterator[psutil.Process]:
    """A server process of one kind, ended after the block."""
    environment = {**os.environ, "PERSONA_HOME": str(home), "SLACK_SIGNING_SECRET": SECRET, "DATABASE_URL": ""}
    environment.pop("OPENAI_API_KEY", None)
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.http_servers", kind, str(port)], env=environment)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def signed_request() -> bytes:
    """`/persona Jane Doe` as Slack sends it."""
    slack = SlackDouble(signing_secret=SECRET)
    body = slack.command_body("Jane Doe", response_url="http://127.0.0.1:9/r")
    head = "".join(f"{k}: {v}\r\n" for k, v in slack.sign(body).items())
    return f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n{head}\r\n{body}".encode()


async def drive(port: int, request: bytes, until: float, latencies: list[float]) -> None:
    """One keep-alive connection, one request after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:40]
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        latencies.append(time.perf_counter() - started)
    writer.close()


async def load(port: int) -> list[float]:
    """Latencies in seconds of all requests of one round."""
    request, latencies = signed_request(), list[float]()
    warm = time.perf_counter() + 0.5
    await asyncio.gather(*(drive(port, request, warm, []) for _ in range(CONNECTIONS)))
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(drive(port, request, until, latencies) for _ in range(CONNECTIONS)))
    return latencies


async def wait_for(port: int) -> None:
    """Until a server listens."""
    for _ in range(400):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError(f"no server on {port}")


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pb-bench-") as folder:
        home = Path(folder)
        await prepare(home)
        rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
        p95s: dict[str, list[float]] = {kind: [] for kind in KINDS}
        memory = 0.0
        for round_ in range(ROUNDS):
            for at, kind in enumerate(KINDS):
                port = 18_000 + round_ * 10 + at
                with server(kind, home, port) as process:
                    await wait_for(port)
                    latencies = await load(port)
                    if kind == "ours":
                        memory = max(memory, process.memory_info().rss / 2**20)
                rates[kind].append(len(latencies) / SECONDS)
                p95s[kind].append(statistics.quantiles(latencies, n=20)[18] * 1000)
    report(rates, p95s, memory)


def report(rates: dict[str, list[float]], p95s: dict[str, list[float]], memory: float) -> None:
    table = Table(title=f"Stored persona over HTTP, {CONNECTIONS} connections, median of {ROUNDS} rounds")
    for name in ("server", "requests/s", "of bare", "p95 ms", "target"):
        table.add_column(name, justify="right")
    bare = statistics.median(rates["bare"])
    names = {"bare": "bare Bolt ack", "query": "with one query", "ours": "stored persona"}
    for kind in KINDS:
        rate, p95 = statistics.median(rates[kind]), statistics.median(p95s[kind])
        target = f">= {TARGET_RATIO:.2f}, p95 <= {TARGET_P95_MS:.0f}" if kind == "ours" else ""
        table.add_row(names[kind], f"{rate:,.0f}", f"{rate / bare:.3f}", f"{p95:.1f}", target)
    Console().print(table, f"web process {memory:.0f} MB (target under {TARGET_MB:.0f})")


if __name__ == "__main__":
    asyncio.run(main())
