"""Slack's request bodies as dicts, refused when they are nothing Slack sends."""

import json
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl

from pydantic import BaseModel, StringConstraints, model_validator

_Url = Annotated[str, StringConstraints(pattern="^https?://")]


def parse_payload(body: str, content_type: str) -> dict[str, Any]:
    """Slack's body as a dict: an event's JSON, an interaction's JSON inside a form, or a command's form.

    Raises ValueError on anything else.
    """
    try:
        if content_type.startswith("application/json") or body.startswith("{"):
            payload = json.loads(body)
        else:
            form = dict(parse_qsl(body, keep_blank_values=True))
            payload = json.loads(form["payload"]) if "payload" in form else form
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError("the payload is not JSON") from error
    if not isinstance(payload, dict) or not payload:
        raise ValueError("the payload is not an object")
    _Envelope.model_validate(payload)
    return payload


class _Named(BaseModel):
    id: str


class _Action(BaseModel):
    action_id: str


class _View(BaseModel):
    type: str
    callback_id: str = ""


class _Envelope(BaseModel):
    """The outer shape of what Slack sends, as far as Bolt and our handlers read it. Anything else is not Slack's."""

    type: (
        Literal[
            "block_actions",
            "block_suggestion",
            "message_action",
            "shortcut",
            "view_closed",
            "view_submission",
            "event_callback",
            "url_verification",
            "app_rate_limited",
        ]
        | None
    ) = None
    command: str | None = None
    ssl_check: str | None = None
    team_id: str | None = None
    enterprise_id: str | None = None
    user_id: str | None = None
    response_url: _Url | None = None
    action_id: str | None = None
    callback_id: str | None = None
    team: _Named | None = None
    enterprise: _Named | None = None
    user: _Named | None = None
    actions: list[_Action] | None = None
    view: _View | None = None
    event: dict[str, Any] | None = None
    authorizations: list[dict[str, Any]] | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.type is None and self.command is None and self.ssl_check is None:
            raise ValueError("the payload is neither a command, an interaction nor an event")
        if self.command is not None and not (self.team_id and self.user_id and self.response_url):
            raise ValueError("the payload of a command names its team, its user and where to answer")
        needed = {"block_actions": self.actions and self.user, "view_submission": self.view, "view_closed": self.view}
        if not needed.get(self.type or "", True):
            raise ValueError(f"the payload of {self.type} lacks a part")
        return self
