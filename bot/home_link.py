"""Where the app's Home opens in a workspace's Slack."""

from urllib.parse import urlencode

import structlog

from bot.slack_calls import SlackCalls
from persona.errors import DeliveryError

_log = structlog.get_logger(__name__)


async def home_link(calls: SlackCalls, workspace_id: int) -> str | None:
    """The deep link (docs.slack.dev/interactivity/deep-linking), None while Slack doesn't say who we are there.

    An organisation's token belongs to no team, and so has none.
    """
    try:
        us = await calls.call(workspace_id, "auth.test")
        bot = (await calls.call(workspace_id, "bots.info", bot=us.get("bot_id")))["bot"]
    except DeliveryError as error:
        _log.warning("home_link_unknown", workspace_id=workspace_id, error=error.answer)
        return None
    team_id, app_id = str(us.get("team_id") or ""), str(bot.get("app_id") or "")
    if not app_id or not team_id.startswith("T"):
        return None
    return f"slack://app?{urlencode({'team': team_id, 'id': app_id, 'tab': 'home'})}"
