"""The Bolt app: authorize without auth.test, our listeners, and the one error handler (bot/failing.py)."""

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.failing import answer_failures
from bot.handlers import register_handlers
from bot.posting import Poster
from bot.surfaces import Surfaces
from bot.tenants import Tenants

Authorize = Callable[..., Awaitable[AuthorizeResult]]


def build_slack_app(
    *, surfaces: Surfaces, client: AsyncWebClient, bot_token: str | None, poster: Poster, tenants: Tenants
) -> AsyncApp:
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
    app.error(answer_failures(poster, tenants))
    return app


def _authorize_with(bot_token: str | None) -> Authorize:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    return authorize
