"""The routing table: which Slack request goes to which handler."""

from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp

from blocks.ids import PRESS_ACTIONS
from bot.handlers.buttons import handle_button
from bot.handlers.commands import handle_persona

if TYPE_CHECKING:
    from bot.answers import Answers


def register_handlers(app: AsyncApp, answers: "Answers") -> None:
    """Gives the app every listener it has."""
    app.command("/persona")(handle_persona(answers))
    app.action(PRESS_ACTIONS)(handle_button(answers))
