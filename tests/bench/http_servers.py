"""Web servers to measure: a bare Bolt acknowledgement, the same with one query, and ours. Run as a module."""

import asyncio
import sys
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.settings import load_settings
from bot.wiring import open_services
from storage.database import Database

SECRET = "bench"


def bolt_app(database: Database | None) -> Starlette:
    """A Bolt app that acknowledges, after one query when it has a database."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-bench")

    client = AsyncWebClient(base_url="http://127.0.0.1:9/api/")
    app = AsyncApp(signing_secret=SECRET, client=client, authorize=authorize, process_before_response=True)

    async def persona(ack: Any) -> None:
        if database is not None:
            async with database.directory() as connection:
                await connection.execute(text("SELECT 1"))
        await ack("ok")

    app.command("/persona")(persona)
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


async def serve(kind: str, port: int) -> None:
    """Serves one kind until killed."""
    async with open_services(load_settings()) as services:
        app = services.web() if kind == "ours" else bolt_app(services.database if kind == "query" else None)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
        async with services.queue.open_async():
            await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
