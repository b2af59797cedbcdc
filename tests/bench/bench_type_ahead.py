"""How long a search as one types waits, over signed HTTP in the big database: `python -m tests.bench.bench_type_ahead`.

With a FOLDER the big database is made there once and kept; without one it is made anew in a temporary folder.
"""

import asyncio
import json
import sys
import tempfile
from itertools import cycle
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr
from sqlalchemy import text

from blocks.ids import SEEK_ACTION
from bot.settings import Settings
from bot.wiring import Services
from storage.database import Database
from tests.bench.bench_lookup import Call, measure
from tests.bench.big_database import CONTACTS, INTERACTIONS, BigDatabase, big_database
from tests.doubles.slack_requests import block_suggestion, from_view, user_of
from tests.doubles.slack_server import SlackDouble

TYPED: Final = ("ma", "mana", "mana mü", "kana.m", "jonathn pe", "berg company 3", "qwz")
TARGET_MS: Final = 300


async def bench(big: BigDatabase) -> None:
    """Prints the table."""
    async with SlackDouble().serve() as slack:
        known = {"database_url": None, "slack_signing_secret": SecretStr(slack.signing_secret)}
        more = {"slack_bot_token": SecretStr("xoxb-bench"), "slack_api_url": f"{slack.url}/api/"}
        services = Services(Settings.model_validate({**known, **more}), await Database.open(big.app_url))
        print(f"{CONTACTS:,} contacts, {INTERACTIONS:,} interactions; milliseconds of one request after another")
        print(f"{'':44}{'p50':>9}{'p95':>9}{'cpu p50':>9}{'target':>8}")

        async def select_1() -> None:
            async with services.database.workspace(big.workspace_id) as connection:
                await connection.execute(text("SELECT 1"))

        transport = httpx.ASGITransport(app=services.web())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as app:
            await measure("baseline: SELECT 1 through the same pool", select_1)
            for typed in TYPED:
                await measure(f"options for {typed!r}", _options(slack, app, (typed,)), target_ms=TARGET_MS)
            await measure("options, all of these in turn", _options(slack, app, TYPED), target_ms=TARGET_MS)
        await services.close()


def _options(slack: SlackDouble, app: httpx.AsyncClient, typed: tuple[str, ...]) -> Call:
    in_turn = cycle(typed)
    action = {"block_id": SEEK_ACTION, "action_id": SEEK_ACTION}

    async def ask() -> None:
        origin, user = from_view({"id": "V1", "type": "modal"}), user_of("U1", slack.team_id)
        payload = block_suggestion(slack.space, user, action, next(in_turn), origin)
        answer = await slack.send(app, urlencode({"payload": json.dumps(payload)}))
        assert "options" in answer.json()

    return ask


def main() -> None:
    """Runs the bench in the folder named on the command line, or in a temporary one."""
    with tempfile.TemporaryDirectory(prefix="pb-bench-") as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        with big_database(folder) as big:
            asyncio.run(bench(big))


if __name__ == "__main__":
    main()
