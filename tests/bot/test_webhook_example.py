"""The example of docs/webhooks.md works as it stands: with a shell, openssl and curl, against a web process."""

import asyncio
import json
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.wiring import Services
from storage.database import Database
from tests.bot.conftest import settings
from tests.bot.crm_sender import SECRET, allow
from tests.doubles.slack_server import SlackDouble

DOCUMENT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
MISSING = [tool for tool in ("sh", "openssl", "curl") if shutil.which(tool) is None]


@asynccontextmanager
async def served(services: Services) -> AsyncIterator[str]:
    """The web app's address while the block runs."""
    bound = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(services.web(), log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
async def test_the_example_is_answered_as_the_document_says(sample_url: str, slack: SlackDouble) -> None:
    known = settings(slack, persona_secret_key=SecretStr(Fernet.generate_key().decode()))
    services = Services(known, await Database.open(sample_url))
    (script,) = re.findall(r"```sh\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    (promised,) = re.findall(r"^answers `(.*)`", DOCUMENT, flags=re.MULTILINE)
    async with services.queue.open_async(), served(services) as url:
        await allow(services, await services.default_workspace())
        shell = await asyncio.create_subprocess_exec(
            "sh",
            "-c",
            script,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOST": url, "SECRET": SECRET},
            stdout=asyncio.subprocess.PIPE,
        )
        answered, _ = await shell.communicate()
    await services.close()
    assert json.loads(answered) == json.loads(promised)
