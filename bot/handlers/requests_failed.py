"""What a request that failed says of where its sender looks. Nothing in it is trusted to be there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.actors import Team


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """A request we could not serve: `kind` is Slack's type, "command" for a command.

    `response_url` and `trigger_id` are empty where there is none; `in_modal` when they acted in a modal, on which
    another can lie: the Home is none.
    """

    kind: str
    team: Team
    response_url: str = ""
    trigger_id: str = ""
    in_modal: bool = False


def parse_failed(body: Mapping[str, Any]) -> FailedRequest:
    """The request of any body whatsoever."""
    team, enterprise, view = (_object(body.get(key)) for key in ("team", "enterprise", "view"))
    return FailedRequest(
        kind="command" if "command" in body else _text(body.get("type")),
        team=Team(_text(body.get("team_id") or team.get("id")), _text(enterprise.get("id")) or None),
        response_url=_text(body.get("response_url")),
        trigger_id=_text(body.get("trigger_id")),
        in_modal=view.get("type") == "modal",
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
