"""The bodies of Slack's requests to an app: commands, interactions and events, as pure functions."""

from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


@dataclass(frozen=True)
class Workspace:
    """The workspace a request comes from; `org_install` when the app is installed for its whole organisation."""

    team_id: str = "T1"
    enterprise_id: str | None = None
    org_install: bool = False

    def of_payload(self) -> Payload:
        """How an interaction says it."""
        enterprise = {"id": self.enterprise_id, "name": "Acme Org"} if self.enterprise_id else None
        team = {"id": self.team_id, "domain": "acme"} | ({"enterprise_id": self.enterprise_id} if enterprise else {})
        return {
            "team": team,
            "enterprise": enterprise,
            "is_enterprise_install": self.org_install,
            "api_app_id": "A1",
            "token": "legacy",
        }


def command_form(space: Workspace, text: str, **changes: str) -> dict[str, str]:
    """The form of `/persona TEXT`."""
    enterprise = {"enterprise_id": space.enterprise_id, "enterprise_name": "Acme Org"} if space.enterprise_id else {}
    form = {
        "command": "/persona",
        "text": text,
        "team_id": space.team_id,
        "team_domain": "acme",
        "channel_id": "C1",
        "channel_name": "sales",
        "user_id": "U1",
        "user_name": "rep",
        "api_app_id": "A1",
        "is_enterprise_install": str(space.org_install).lower(),
        **enterprise,
    }
    return form | changes


def user_of(user_id: str, team_id: str) -> Payload:
    """Who acts."""
    return {"id": user_id, "username": user_id.lower(), "name": user_id.lower(), "team_id": team_id}


def block_actions(space: Workspace, user: Payload, action: Payload, origin: Payload, **more: Any) -> Payload:
    """A press or a choice. `origin` is `from_message`, `from_ephemeral` or `from_view`."""
    payload = {"type": "block_actions", **space.of_payload(), "user": user, "actions": [action], **origin, **more}
    if "state" not in payload and "view" not in payload:
        payload["state"] = {"values": {}}
    return payload


def from_message(channel_id: str, message: Payload) -> Payload:
    """Where an interaction with a real message comes from."""
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel_id,
        "is_ephemeral": False,
        **({"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}),
    }
    return {"container": container, "channel": channel_of(channel_id), "message": shown_message(message)}


def from_ephemeral(channel_id: str, ts: str) -> Payload:
    """Where an interaction with an ephemeral message comes from: Slack keeps no message of it to send along."""
    container = {"type": "message", "message_ts": ts, "channel_id": channel_id, "is_ephemeral": True}
    return {"container": container, "channel": channel_of(channel_id)}


def from_view(view: Payload) -> Payload:
    """Where an interaction with a modal or a Home comes from: no channel, no response_url."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def view_submission(space: Workspace, user: Payload, view: Payload, response_urls: list[Payload]) -> Payload:
    """A submitted modal."""
    return {"type": "view_submission", **space.of_payload(), "user": user, "view": view, "response_urls": response_urls}


def view_closed(space: Workspace, user: Payload, view: Payload, *, is_cleared: bool = False) -> Payload:
    """A modal closed by its X; Slack sends it only when the view says notify_on_close."""
    return {"type": "view_closed", **space.of_payload(), "user": user, "view": view, "is_cleared": is_cleared}


def block_suggestion(space: Workspace, user: Payload, action: Payload, value: str, origin: Payload) -> Payload:
    """What an external select asks while somebody types."""
    found = {key: action[key] for key in ("block_id", "action_id")}
    return {"type": "block_suggestion", **space.of_payload(), "user": user, **found, "value": value, **origin}


def message_action(space: Workspace, user: Payload, callback_id: str, channel_id: str, message: Payload) -> Payload:
    """A message shortcut."""
    return {
        "type": "message_action",
        **space.of_payload(),
        "user": user,
        "callback_id": callback_id,
        "channel": channel_of(channel_id),
        "message_ts": message["ts"],
        "message": shown_message(message),
        "action_ts": message["ts"],
    }


def shortcut(space: Workspace, user: Payload, callback_id: str) -> Payload:
    """A global shortcut: no channel, no response_url."""
    return {"type": "shortcut", **space.of_payload(), "user": user, "callback_id": callback_id, "action_ts": "1.1"}


def event_callback(space: Workspace, event: Payload, event_id: str, event_time: int) -> Payload:
    """An event around what happened."""
    installed = {
        "enterprise_id": space.enterprise_id,
        "team_id": None if space.org_install else space.team_id,
        "user_id": "UBOT",
        "is_bot": True,
        "is_enterprise_install": space.org_install,
    }
    return {
        "type": "event_callback",
        "token": "legacy",
        "team_id": space.team_id,
        "context_team_id": space.team_id,
        "context_enterprise_id": space.enterprise_id,
        "enterprise_id": space.enterprise_id,
        "api_app_id": "A1",
        "event": event,
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [installed],
        "is_ext_shared_channel": False,
    }


def channel_of(channel_id: str) -> Payload:
    """A channel as payloads name it."""
    return {"id": channel_id, "name": "directmessage" if channel_id.startswith("D") else channel_id.lower()}


def shown_message(message: Payload) -> Payload:
    """A stored message as payloads carry it: without what Slack never sends back."""
    own = {"token", "channel", "unfurl_links", "unfurl_media", "streaming"}
    return {"type": "message", **{key: value for key, value in message.items() if key not in own}}
