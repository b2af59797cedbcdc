"""The Bolt app: authorize without auth.test, our listeners, and the one error handler."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers import Answers
from bot.errors import explain
from bot.handlers import register_handlers

Authorize = Callable[..., Awaitable[AuthorizeResult]]


def build_slack_app(*, answers: Answers, client: AsyncWebClient, bot_token: str | None) -> AsyncApp:
    """The app with every listener. Requests are verified at the edge (bot/web.py) or come through Socket Mode.

    `process_before_response` holds the response until the listener has answered: Bolt otherwise looks for the answer
    every 10 ms. It fits because no listener does slow work.
    """
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)  # its warnings hold request bodies
    app = AsyncApp(
        client=client,
        authorize=_authorize_with(bot_token),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    register_handlers(app, answers)
    app.error(_answer_error)
    return app


def _authorize_with(bot_token: str | None) -> Authorize:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    return authorize


async def _answer_error(error: Exception) -> BoltResponse:
    """Slack shows any other status as its own failure, so a failure we can explain is a 200 with the sentence."""
    card = explain(error)
    body: dict[str, Any] = {"response_type": "ephemeral", "text": card.text, "blocks": card.blocks}
    return BoltResponse(status=200, body=body)
