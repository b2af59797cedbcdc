"""The routing table: which Slack request goes to which handler."""

from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp

from blocks.ids import PRESS_ACTIONS
from bot.handlers.buttons import handle_button
from bot.handlers.commands import handle_persona
from bot.handlers.mentions import handle_mention

if TYPE_CHECKING:
    from bot.answers import Answers
    from bot.mentions import Mentions


def register_handlers(app: AsyncApp, answers: "Answers", mentions: "Mentions") -> None:
    """Gives the app every listener it has."""
    app.command("/persona")(handle_persona(answers))
    app.action(PRESS_ACTIONS)(handle_button(answers))
    app.event("app_mention")(handle_mention(mentions))
