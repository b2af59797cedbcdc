"""The Bolt app: authorize without auth.test, our listeners, and the one error handler."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import explain
from bot.handlers import register_handlers
from bot.handlers.requests import is_private, pressed_response_url
from bot.posting import Poster
from bot.surfaces import Surfaces
from persona.errors import DeliveryError, SetupError

Authorize = Callable[..., Awaitable[AuthorizeResult]]
ErrorHandler = Callable[..., Awaitable[BoltResponse]]


def build_slack_app(*, surfaces: Surfaces, client: AsyncWebClient, bot_token: str | None, poster: Poster) -> AsyncApp:
    """The app with every listener. Requests are verified at the edge (bot/web.py) or come through Socket Mode.

    `process_before_response` holds the response until the listener has answered: Bolt otherwise looks for the answer
    every 10 ms. It fits because no listener does slow work.
    """
    logger = logging.getLogger("persona_bot.slack")
    logger.setLevel(logging.ERROR)  # Bolt's warnings hold request bodies
    app = AsyncApp(
        logger=logger,
        client=client,
        authorize=_authorize_with(bot_token),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    register_handlers(app, surfaces)
    app.error(_explain_with(poster))
    return app


def _authorize_with(bot_token: str | None) -> Authorize:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    return authorize


def _explain_with(poster: Poster) -> ErrorHandler:
    async def answer_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        """The sentence for a failure: in the body of a command's answer, through the response_url of a button.

        Slack shows any status but 200 as its own failure, and ignores the body of a button's acknowledgement.
        """
        card = explain(error)
        if body.get("type") == "event_callback":  # Slack delivers again what it is told could not be taken
            return BoltResponse(status=503 if isinstance(error, SetupError) else 200, body="")
        response_url = pressed_response_url(body)
        if response_url is None:
            return BoltResponse(
                status=200, body={"response_type": "ephemeral", "text": card.text, "blocks": card.blocks}
            )
        try:
            await poster.replace(response_url, lambda _: card, original=is_private(body))
        except DeliveryError as failure:
            explain(failure)
        return BoltResponse(status=200, body="")

    return answer_error
