"""A worker process: its health on a port of its own; told to end it writes the card under way, and says goodbye."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx

from bot.posting import Reply
from bot.wiring import Services
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble
from tests.doubles.openai_server import Reply as Answer
from tests.doubles.slack_server import SlackDouble

PROGRAM = [sys.executable, "-c", "from bot.cli import main; main()", "worker"]
WRITING_TAKES_S = 3.0


def worker(url: str, slack: SlackDouble, model: OpenAIDouble, log: Path, **more: str) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_API_URL": f"{slack.url}/api/",
        "OPENAI_API_KEY": GOOD_KEY,
        "OPENAI_BASE_URL": model.url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        **more,
    }
    with log.open("wb") as output:
        return subprocess.Popen(PROGRAM, env=environment, stdout=output, stderr=output, cwd=log.parent)


async def test_the_card_under_way_is_written_before_the_worker_ends(
    services: Services, slack: SlackDouble, sample_url: str, tmp_path: Path
) -> None:
    workspace_id = await services.default_workspace()
    jane = await services.engine(workspace_id).resolve("jane.doe@northwind.example")
    reply = Reply(workspace_id, "U1", response_url=slack.new_response_url())
    async with OpenAIDouble(usually=Answer(delay_s=WRITING_TAKES_S)).serve() as model:
        process = worker(sample_url, slack, model, tmp_path / "log")
        await services.promises.make("write_persona", reply, contact_key=jane.key, method=None, after=None)
        while not model.requests:
            assert process.poll() is None
            await asyncio.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 30)
    cards = [post for post in slack.posts_to(str(reply.response_url)) if "❶" in json.dumps(post, ensure_ascii=False)]
    assert (code, len(cards), (tmp_path / "log").read_text()) == (0, 1, "")


async def test_a_worker_says_how_it_is_on_a_port_of_its_own_and_ends_with_it(
    slack: SlackDouble, sample_url: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with OpenAIDouble().serve() as model, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        process = worker(sample_url, slack, model, tmp_path / "log", HEALTH_PORT=str(port))
        alive = 0
        while not alive:
            assert process.poll() is None
            await asyncio.sleep(0.05)
            with suppress(httpx.TransportError):
                alive = (await client.get("/readyz")).json()["checks"]["workers"]["alive"]
        counted = (await client.get("/metrics")).text
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 30)
    assert (code, alive, "persona_workers 2.0" in counted) == (0, 2, True)
