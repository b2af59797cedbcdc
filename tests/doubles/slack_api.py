"""The double's Web API: every method it knows, by Slack's name, for a token that may call it."""

from collections.abc import Callable

from tests.doubles.slack_files import Files
from tests.doubles.slack_installs import Installs
from tests.doubles.slack_people import People
from tests.doubles.slack_state import Answer, Channel, RefusedError, View
from tests.doubles.slack_streams import Streams
from tests.doubles.slack_views import Views

__all__ = ["Channel", "View", "WebApi"]


class WebApi(People, Streams, Files, Views, Installs):
    """Methods are looked up by Slack's names with dots as underscores."""

    def answer(self, method: str, arguments: Answer, *, token: str = "xoxb-test") -> Answer:
        """What Slack answers to a call with this token."""
        try:
            install = self.checked(token, method)
            self.caller_team = (install.team_id if install else None) or str(arguments.get("team_id") or "T1")
            return {"ok": True, **self._made_of(method, token)(arguments)}
        except RefusedError as error:
            return {"ok": False, "error": str(error), **error.details}

    def _made_of(self, method: str, token: str) -> Callable[[Answer], Answer]:
        if method == "auth.test":
            return lambda _: self.auth_test(token)
        if method == "auth.revoke":
            return lambda _: self.revoke(token)
        made: Callable[[Answer], Answer] | None = getattr(self, f"_{method.replace('.', '_')}", None)
        if made is None:
            raise RefusedError("unknown_method")
        return made
