"""The routing table: which Slack request goes to which handler."""

from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp

from blocks.ids import FROM_MESSAGE, POST_ACTION, PRESS_ACTIONS
from bot.handlers.buttons import handle_button
from bot.handlers.commands import handle_persona
from bot.handlers.mentions import handle_mention
from bot.handlers.shortcuts import handle_from_message, handle_post

if TYPE_CHECKING:
    from bot.answers import Answers
    from bot.from_message import MessagePeople
    from bot.mentions import Mentions


def register_handlers(app: AsyncApp, answers: "Answers", mentions: "Mentions", people: "MessagePeople") -> None:
    """Gives the app every listener it has."""
    app.command("/persona")(handle_persona(answers))
    app.action(PRESS_ACTIONS)(handle_button(answers))
    app.action(POST_ACTION)(handle_post(people))
    app.message_shortcut(FROM_MESSAGE)(handle_from_message(people))
    app.event("app_mention")(handle_mention(mentions))
