"""What Slack shows somebody, and their hands on it: pressing, choosing and typing by what is written."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.doubles import slack_requests
from tests.doubles.slack_filling import chosen, pressed, state_values
from tests.doubles.slack_server import SlackDouble
from tests.doubles.slack_sight import Block, Found, elements_of, option_of, words_of
from tests.doubles.slack_state import Channel, Ephemeral, View

MAX_OPTIONS = 100


@dataclass
class Shown:
    """A message, an ephemeral, a modal or a Home on somebody's screen."""

    content: dict[str, Any]
    channel_id: str = ""
    ts: str = ""
    origin: Ephemeral | View | None = None

    @property
    def text(self) -> str:
        """What a screen reader says of a message."""
        return str(self.content.get("text") or "")

    @property
    def says(self) -> str:
        """Everything that is written on it."""
        return words_of(self.content.get("blocks") or []) or self.text

    @property
    def labels(self) -> list[str]:
        """What can be pressed or chosen, each by the first thing written on it."""
        return [(found.labels or ("?",))[0] for found in self.elements]

    @property
    def elements(self) -> list[Found]:
        """What can be pressed or chosen."""
        return list(elements_of(self.content.get("blocks") or []))


class Screen:
    """Somebody's screen. `here` is the conversation they are in."""

    def __init__(self, slack: SlackDouble, app: httpx.AsyncClient, user_id: str = "U1", *, here: str = "C1") -> None:
        self.slack, self.app, self.user_id, self.here = slack, app, user_id, here
        self._suggested: dict[str, list[Block]] = {}

    @property
    def user(self) -> dict[str, Any]:
        """Who acts, as payloads say it."""
        return slack_requests.user_of(self.user_id, self.slack.web.team_of(self.user_id))

    @property
    def sees(self) -> list[Shown]:
        """Messages of their conversations and their ephemerals, oldest first."""
        web = self.slack.web
        found = [Shown(e.message, e.channel_id, e.ts, e) for e in web.ephemerals if e.user_id == self.user_id]
        for channel in web.channels.values():
            if self.user_id in channel.members:
                found += [Shown(message, channel.channel_id, ts) for ts, message in channel.messages.items()]
        return sorted(found, key=lambda shown: shown.ts)

    @property
    def modal(self) -> Shown | None:
        """The modal they look at."""
        view = self.slack.web.top(self.user_id)
        return Shown(view.view, origin=view) if view else None

    @property
    def home(self) -> Shown | None:
        """The app's Home tab, once published for them."""
        view = self.slack.web.homes.get(self.user_id)
        return Shown(view.view, origin=view) if view else None

    async def press(self, label: str, on: Shown | None = None) -> None:
        """Presses a button, or one of a pair of feedback buttons, and confirms when asked."""
        shown, found = self._find(label, on)
        assert found.element["type"] in {"button", "feedback_buttons", "icon_button"}, found.element["type"]
        await self._act(shown, pressed(found))

    async def pick(self, option: str, on: Shown | None = None) -> None:
        """Picks an option of the menu or select that offers it, outside of an input."""
        for shown in [on] if on else self._places():
            for found in shown.elements:
                if option_of(found.element, option) and found.dispatches:
                    await self._choose(shown, found, option)
                    return
        raise AssertionError(f"no menu offers {option!r}")

    async def choose(self, label: str, choice: Any, on: Shown | None = None) -> None:
        """Chooses in the select or input with this label: an option's label, an id, a date. It is sent if it acts."""
        shown, found = self._find(label, on)
        await self._choose(shown, found, choice)

    async def fill(self, label: str, text: str) -> None:
        """Types into an input of the modal."""
        await self.choose(label, text)

    async def suggest(self, label: str, typed: str, on: Shown | None = None) -> list[str]:
        """Types into a select that asks the app; the options it offers, 100 at most."""
        shown, found = self._find(label, on)
        assert found.element["type"] in {"external_select", "multi_external_select"}
        action = {**found.element, "block_id": found.block_id}
        payload = slack_requests.block_suggestion(self.slack.space, self.user, action, typed, self._origin(shown))
        answer = await self.slack.send(self.app, urlencode({"payload": json.dumps(payload)}))
        body = json.loads(answer.text)
        groups = body.get("option_groups") or [{"options": body["options"]}]
        assert len(groups) <= MAX_OPTIONS, "too many groups"
        options = [option for group in groups for option in group["options"]]
        assert len(options) <= MAX_OPTIONS, f"{len(options)} options"
        assert all(1 <= len(o["text"]["text"]) <= 75 and 1 <= len(o["value"]) <= 150 for o in options), (
            "option too long"
        )
        self._suggested[found.element["action_id"]] = options
        return [option["text"]["text"] for option in options]

    def room(self, channel_id: str = "") -> Channel:
        """The conversation, which they must be in."""
        room = self.slack.web.channel(channel_id or self.here)
        assert self.user_id in room.members, f"{self.user_id} isn't in {room.channel_id}"
        return room

    def _places(self) -> list[Shown]:
        """Where they can press: the modal when one is open, else the newest message first, then the Home."""
        modal, home = self.modal, self.home
        return [modal] if modal else [*reversed(self.sees), *([home] if home else [])]

    def _find(self, label: str, on: Shown | None) -> tuple[Shown, Found]:
        for shown in [on] if on else self._places():
            for found in shown.elements:
                if label in found.labels:
                    return shown, found
        seen = [shown.labels for shown in ([on] if on else self._places())]
        raise AssertionError(f"nothing is called {label!r} among {seen}")

    def _origin(self, shown: Shown) -> dict[str, Any]:
        """Where an interaction comes from, as Slack says it."""
        if isinstance(shown.origin, View):
            view = shown.origin.as_slack()
            return slack_requests.from_view({**view, "state": {"values": state_values(shown.origin, here=self.here)}})
        if isinstance(shown.origin, Ephemeral):
            return slack_requests.from_ephemeral(shown.channel_id, shown.ts)
        return slack_requests.from_message(shown.channel_id, shown.content)

    async def _choose(self, shown: Shown, found: Found, choice: Any) -> None:
        action_id = found.element["action_id"]
        action = chosen(found, choice, self._suggested.get(action_id))
        kept = {key: value for key, value in action.items() if key not in {"action_id", "block_id", "action_ts"}}
        if isinstance(shown.origin, View) and found.element["type"] != "overflow":
            shown.origin.state.setdefault(found.block_id, {})[action_id] = kept
        if found.dispatches:
            await self._act(shown, action, {found.block_id: {action_id: kept}})

    async def _act(self, shown: Shown, action: Block, values: dict[str, Any] | None = None) -> None:
        more: dict[str, Any] = {}
        if not isinstance(shown.origin, View):
            origin = shown.origin if isinstance(shown.origin, Ephemeral) else shown.ts
            url = self.slack.new_response_url(shown.channel_id, self.user_id, origin)
            more = {"response_url": url, "state": {"values": values or {}}}
        dated = {**action, "action_ts": self.slack.web.next_ts()}
        payload = slack_requests.block_actions(self.slack.space, self.user, dated, self._origin(shown), **more)
        body = await self.slack.interact(self.app, payload)
        assert not body, f"Slack ignores what a press is answered: {body}"
