"""The double's Web API: every method it knows, by Slack's name."""

from collections.abc import Callable

from tests.doubles.slack_messages import Messages
from tests.doubles.slack_people import People
from tests.doubles.slack_state import Answer, Channel, RefusedError, View
from tests.doubles.slack_views import Views

__all__ = ["Channel", "View", "WebApi"]


class WebApi(People, Messages, Views):
    """Methods are looked up by Slack's names with dots as underscores."""

    def answer(self, method: str, arguments: Answer) -> Answer:
        """What Slack answers to a call."""
        made: Callable[[Answer], Answer] | None = getattr(self, f"_{method.replace('.', '_')}", None)
        if made is None:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True, **made(arguments)}
        except RefusedError as error:
            return {"ok": False, "error": str(error), **error.details}
