"""What Slack's double keeps: its clock, who asks, channels with their messages, ephemerals, triggers and views."""

import time
from dataclasses import dataclass, field
from typing import Any

Answer = dict[str, Any]
TRIGGER_LIFE_S = 3.0
BOT = "UBOT"


class RefusedError(Exception):
    """Slack's word for why it refuses a call, and what it adds to the answer."""

    def __init__(self, word: str, **details: Any) -> None:
        super().__init__(word)
        self.details = details


class SlackClock:
    """The double's time in seconds since 1970. `forward` lets it pass without waiting."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """The double's time."""
        return time.time() + self._ahead

    def forward(self, seconds: float) -> None:
        """Lets time pass."""
        self._ahead += seconds


@dataclass
class Channel:
    """A conversation: who is in it, the bot included when it is, its messages and their reactions by ts."""

    channel_id: str
    members: set[str] = field(default_factory=lambda: {BOT, "U1"})
    private: bool = False
    shared: bool = False
    direct: bool = False
    team_id: str | None = None
    messages: dict[str, Answer] = field(default_factory=dict)
    whispers: list[Answer] = field(default_factory=list)
    reactions: dict[str, dict[str, list[str]]] = field(default_factory=dict)


@dataclass
class Ephemeral:
    """A message only one person sees. No method reaches it, only the response_url of an interaction with it."""

    ts: str
    channel_id: str
    user_id: str
    message: Answer


@dataclass
class Trigger:
    """A trigger_id: whose, when it was made, and whether it was used."""

    user_id: str
    made_at: float
    used: bool = False


@dataclass
class View:
    """An open modal or a Home. `state` is what was filled in, by block_id and action_id."""

    view_id: str
    view: Answer
    hash: str
    user_id: str = ""
    root_id: str = ""
    previous_id: str | None = None
    state: dict[str, dict[str, Answer]] = field(default_factory=dict)

    def as_slack(self) -> Answer:
        """The view object of Slack's answers and payloads."""
        return {
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            **self.view,
            "id": self.view_id,
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "app_id": "A1",
            "bot_id": "B1",
            "state": {"values": self.state},
        }


class State:
    """The base of the Web API's rooms. `caller_team` is the workspace of the call being answered.

    `base_url` is where it is served. `unkept` are the ts of messages that people wrote and the double doesn't keep.
    """

    def __init__(self) -> None:
        self.clock = SlackClock()
        self.native = True
        self.caller_team = "T1"
        self.users: dict[str, Answer] = {BOT: {"is_bot": True}}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Ephemeral] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.base_url = ""
        self.unkept: set[str] = set()
        self._made = 0

    def channel(self, channel_id: str, **fields: Any) -> Channel:
        """The channel of that id, made when there is none."""
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(channel_id, **fields)
        return self.channels[channel_id]

    def direct_channel(self, user_id: str) -> Channel:
        """The conversation of a person with the bot."""
        return self.channel(f"D{user_id[1:]}", members={BOT, user_id}, direct=True)

    def new_trigger(self, user_id: str = "U1") -> str:
        """A trigger_id of a person, good for three seconds and one use."""
        self._made += 1
        trigger_id = f"{self._made}.2.t"
        self.triggers[trigger_id] = Trigger(user_id, self.clock.now())
        return trigger_id

    def next_ts(self) -> str:
        """A ts no message has."""
        self._made += 1
        return f"1763800000.{self._made:06d}"

    def whisper_to(self, channel_id: str, user_id: str, message: Answer) -> Ephemeral:
        """Shows a message to one person."""
        shown = Ephemeral(self.next_ts(), channel_id, user_id, dict(message))
        self.ephemerals.append(shown)
        return shown

    def place_message(self, channel: Channel, message: Answer, **more: Any) -> str:
        """Puts a message into a channel; its ts."""
        ts = self.next_ts()
        channel.messages[ts] = {**message, "ts": ts, **more}
        return ts

    def exchanged(self, given: Answer) -> str:
        """Whose trigger_id this is; it is used up."""
        trigger = self.triggers.get(str(given.get("trigger_id")))
        if trigger is None:
            raise RefusedError("invalid_trigger_id")
        if trigger.used:
            raise RefusedError("exchanged_trigger_id")
        if self.clock.now() - trigger.made_at > TRIGGER_LIFE_S:
            raise RefusedError("expired_trigger_id")
        trigger.used = True
        return trigger.user_id

    def bot_channel(self, given: Answer) -> Channel:
        """The channel of a call, when the bot may write there. A user's id means the conversation with them."""
        channel_id = str(given.get("channel") or given.get("channel_id") or "")
        if channel_id.startswith(("U", "W")):
            return self.direct_channel(channel_id)
        channel = self.found_channel(given)
        if BOT not in channel.members:
            raise RefusedError("not_in_channel")
        return channel

    def found_channel(self, given: Answer) -> Channel:
        """The channel of a call, when the bot may know of it."""
        channel = self.channels.get(str(given.get("channel") or given.get("channel_id") or ""))
        hidden = channel is None or (channel.private and BOT not in channel.members)
        if channel is None or hidden or (channel.team_id not in {None, self.caller_team} and not channel.shared):
            raise RefusedError("channel_not_found")
        return channel
