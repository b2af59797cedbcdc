"""The double's Web API: channels with members, messages, modals and Homes, held to Slack's limits."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.block_limits import message_errors, view_errors
from tests.doubles.slack_people import People, RefusedError

TRIGGER_LIFE_S = 3.0
STACK = 3
Answer = dict[str, Any]


@dataclass
class Channel:
    """A conversation: who is in it, the bot included when it is, and its messages by ts."""

    channel_id: str
    members: set[str] = field(default_factory=lambda: {"UBOT", "U1"})
    private: bool = False
    shared: bool = False
    messages: dict[str, Answer] = field(default_factory=dict)
    whispers: list[Answer] = field(default_factory=list)


@dataclass
class View:
    """An open modal or a Home."""

    view_id: str
    view: Answer
    hash: str


class WebApi(People):
    """State and methods. `methods` are looked up by Slack's names with dots as underscores."""

    def __init__(self) -> None:
        super().__init__()
        self.native = True
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.triggers: dict[str, float] = {}
        self._made = 0

    def channel(self, channel_id: str, **fields: Any) -> Channel:
        """The channel of that id, made when there is none."""
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(channel_id, **fields)
        return self.channels[channel_id]

    def new_trigger(self) -> str:
        """A trigger_id, good for three seconds and one use."""
        self._made += 1
        trigger_id = f"{self._made}.2.t"
        self.triggers[trigger_id] = time.monotonic()
        return trigger_id

    def answer(self, method: str, arguments: Answer) -> Answer:
        """What Slack answers to a call."""
        made: Callable[[Answer], Answer] | None = getattr(self, f"_{method.replace('.', '_')}", None)
        if made is None:
            return {"ok": False, "error": "unknown_method"}
        try:
            return {"ok": True, **made(arguments)}
        except RefusedError as error:
            return {"ok": False, "error": str(error)}

    def _chat_postMessage(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self._open_channel(given)
        self._checked(given)
        ts = self._next_ts()
        channel.messages[ts] = dict(given)
        return {"channel": channel.channel_id, "ts": ts, "message": {"text": given.get("text"), "ts": ts}}

    def _chat_update(self, given: Answer) -> Answer:
        channel = self._open_channel(given)
        if given.get("ts") not in channel.messages:
            raise RefusedError("message_not_found")
        self._checked(given)
        channel.messages[given["ts"]] = {**channel.messages[given["ts"]], **given}
        return {"channel": channel.channel_id, "ts": given["ts"]}

    def _chat_postEphemeral(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self._open_channel(given)
        if given.get("user") not in channel.members:
            raise RefusedError("user_not_in_channel")
        self._checked(given)
        channel.whispers.append(dict(given))
        return {"message_ts": self._next_ts()}

    def _views_open(self, given: Answer) -> Answer:
        return self._opened(given, [])

    def _views_push(self, given: Answer) -> Answer:
        return self._opened(given, self.stacks.get("U1", []))

    def _views_update(self, given: Answer) -> Answer:
        view = self.views.get(str(given.get("view_id")))
        if view is None:
            raise RefusedError("not_found")
        if given.get("hash") and given["hash"] != view.hash:
            raise RefusedError("hash_conflict")
        self._fits(given["view"], "modal")
        view.view, view.hash = given["view"], self._next_ts()
        return {"view": {"id": view.view_id, "hash": view.hash}}

    def _views_publish(self, given: Answer) -> Answer:
        self._fits(given["view"], "home")
        self.homes[given["user_id"]] = View(f"V{given['user_id']}", given["view"], self._next_ts())
        return {"view": {"id": f"V{given['user_id']}"}}

    def _opened(self, given: Answer, stack: list[str]) -> Answer:
        made_at = self.triggers.pop(str(given.get("trigger_id")), None)
        if made_at is None:
            raise RefusedError("exchanged_trigger_id")
        if time.monotonic() - made_at > TRIGGER_LIFE_S:
            raise RefusedError("expired_trigger_id")
        if len(stack) >= STACK:
            raise RefusedError("push_limit_reached")
        self._fits(given["view"], "modal")
        view = View(f"V{len(self.views) + 1}", given["view"], self._next_ts())
        self.views[view.view_id] = view
        self.stacks["U1"] = [*stack, view.view_id]
        return {"view": {"id": view.view_id, "hash": view.hash}}

    def _open_channel(self, given: Answer) -> Channel:
        channel_id = str(given.get("channel"))
        if channel_id.startswith(("U", "W")):
            return self.channel(f"D{channel_id[1:]}", members={"UBOT", channel_id})
        channel = self.channels.get(channel_id)
        if channel is None:
            raise RefusedError("channel_not_found")
        if "UBOT" not in channel.members:
            raise RefusedError("channel_not_found" if channel.private else "not_in_channel")
        return channel

    def _checked(self, message: Answer) -> None:
        errors = message_errors(message, native=self.native)
        if errors:
            raise RefusedError("msg_blocks_too_long" if any("too_long" in e for e in errors) else "invalid_blocks")

    def _fits(self, view: Answer, kind: str) -> None:
        if view_errors(view, kind, native=self.native):
            raise RefusedError("invalid_blocks")

    def _next_ts(self) -> str:
        self._made += 1
        return f"1763800000.{self._made:06d}"
