"""A hundred stars a second on messages that are no cards, among 100,000 that are: what they take of a core.

Beside it what a bare Bolt acknowledgement takes at the same rate, which looks nothing up.

`python -m tests.bench.bench_reactions`
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from rich.console import Console
from sqlalchemy import text

from bot.settings import Settings
from bot.wiring import open_services
from storage.workspaces import claim_default_workspace
from tests.bench.bench_persona_http import prepare, server, signed_request, wait_for
from tests.bench.http_servers import SECRET
from tests.doubles import slack_events
from tests.doubles.slack_requests import event_callback
from tests.doubles.slack_server import SlackDouble

PORT = 18_090
PER_SECOND, SECONDS, CARDS = 100, 10, 100_000
TARGET = 0.20
_POSTS = """
    INSERT INTO persona_posts (workspace_id, persona_id, contact_id, channel_id, message_ts, posted_by)
    SELECT workspace_id, id, contact_id, 'C1', '1763' || lpad(i::text, 6, '0') || '.000100', 'U1'
    FROM customer_personas, generate_series(1, :cards) i"""


async def fill(home: Path) -> None:
    """The sample CRM for the team T1, and many cards."""
    await prepare(home)
    settings = Settings(persona_home=home, database_url=None, openai_api_key=None, openai_base_url=None)
    async with open_services(settings) as services:
        workspace_id = await claim_default_workspace(services.database, "T1", None)
        async with services.database.workspace(workspace_id) as connection:
            await connection.execute(text(_POSTS), {"cards": CARDS})


def reaction(number: int) -> bytes:
    """A star on a message of another app's, as Slack sends it."""
    slack = SlackDouble(signing_secret=SECRET)
    item = slack_events.message_item("C1", f"1763900000.{number:06d}")
    event = slack_events.reaction("reaction_added", "U1", "star", item, f"1763900001.{number:06d}")
    body = json.dumps(event_callback(slack.space, event, f"Ev{number}", 1763900001))
    head = "".join(f"{name}: {value}\r\n" for name, value in slack.sign(body, json_body=True).items())
    return f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n{head}\r\n{body}".encode()


async def send(port: int, requests: Iterable[bytes]) -> list[float]:
    """Sends each at its time over one connection; the acknowledgements' latencies in seconds."""
    latencies, started = list[float](), time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for at, request in enumerate(requests):
        await asyncio.sleep(max(0.0, started + at / PER_SECOND - time.perf_counter()))
        sent = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:40]
        await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        latencies.append(time.perf_counter() - sent)
    writer.close()
    return latencies


@contextmanager
def cpu_of(processes: list[psutil.Process], taken: list[float]) -> Iterator[None]:
    """Appends the processor seconds that they take while the block runs."""
    before = [sum(process.cpu_times()[:2]) for process in processes]
    yield
    taken.append(sum(sum(p.cpu_times()[:2]) - was for p, was in zip(processes, before, strict=True)))


async def main() -> None:
    sent = PER_SECOND * SECONDS
    with tempfile.TemporaryDirectory(prefix="pb-bench-", ignore_cleanup_errors=True) as folder:
        home, taken = Path(folder), list[float]()
        await fill(home)
        with server("bare", home, PORT) as bare:
            await wait_for(PORT)
            await send(PORT, [signed_request()] * PER_SECOND)
            with cpu_of([bare], taken):
                await send(PORT, [signed_request()] * sent)
        with server("ours", home, PORT + 1) as web:
            await wait_for(PORT + 1)
            await send(PORT + 1, map(reaction, range(PER_SECOND)))
            postmaster = int(next(home.rglob("postmaster.pid")).read_text().splitlines()[0])
            requests = [reaction(PER_SECOND + number) for number in range(sent)]
            with cpu_of([web], taken), cpu_of(psutil.Process(postmaster).children(), taken):
                latencies = await send(PORT + 1, requests)
    of_bare, of_database, of_web = (seconds / SECONDS for seconds in taken)
    p95 = statistics.quantiles(latencies, n=20)[18] * 1000
    Console(width=200).print(
        f"{PER_SECOND} stars a second on no cards: the web process takes {of_web:.1%} of a core (target under "
        f"{TARGET:.0%}; a bare Bolt acknowledgement {of_bare:.1%}), the database {of_database:.1%}; p95 {p95:.1f} ms"
    )


if __name__ == "__main__":
    asyncio.run(main())
