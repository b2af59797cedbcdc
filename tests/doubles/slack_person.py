"""Somebody at Slack, as a person works with it: types, presses, fills, submits, reacts, writes."""

from typing import Any

from tests.doubles import slack_events, slack_requests
from tests.doubles.slack_filling import missing, state_values
from tests.doubles.slack_screen import Screen, Shown
from tests.doubles.slack_state import Channel, Ephemeral, RefusedError, View

__all__ = ["Person", "Shown"]


class Person(Screen):
    """A member, guest or stranger. `errors` is what the app found wrong in the last submission, by block_id."""

    errors: dict[str, str]

    async def command(self, text: str, **changes: str) -> Shown | None:
        """Types `/persona TEXT` here; what Slack shows at once."""
        await self.slack.command(
            self.app,
            text,
            **{"user_id": self.user_id, "channel_id": self.here, "team_id": self.slack.team_id, **changes},
        )
        return self.sees[-1] if self.sees else None

    async def submit(self) -> None:
        """Submits the modal. The app's answer is followed; `errors` holds what it says is wrong, by block_id."""
        view = self._view()
        view.state = state_values(view, here=self.here)
        faults = missing(view, view.state)
        assert not faults, f"Slack asks to fill in {faults}"
        assert "submit" in view.view, "no submit button"
        urls = self._response_urls(view)
        body = await self.slack.interact(
            self.app, slack_requests.view_submission(self.slack.space, self.user, view.as_slack(), urls)
        )
        self._follow(view, body)

    async def close(self, *, all_of_them: bool = False) -> None:
        """Presses Close, or the X that closes all; the app hears of it when the view asks to."""
        view, web = self._view(), self.slack.web
        payload = slack_requests.view_closed(self.slack.space, self.user, view.as_slack(), is_cleared=all_of_them)
        if all_of_them:
            web.close_all(self.user_id)
        else:
            web.close_top(self.user_id)
        if view.view.get("notify_on_close"):
            await self.slack.interact(self.app, payload)

    async def message_shortcut(self, callback_id: str, on: Shown) -> None:
        """Picks the app's shortcut in a message's menu; there is none on ephemerals."""
        assert not isinstance(on.origin, Ephemeral), "no shortcuts on an ephemeral message"
        message = self.slack.web.channels[on.channel_id].messages[on.ts]
        url = self.slack.new_response_url(on.channel_id, self.user_id)
        payload = slack_requests.message_action(self.slack.space, self.user, callback_id, on.channel_id, message)
        await self.slack.interact(self.app, {**payload, "response_url": url})

    async def shortcut(self, callback_id: str) -> None:
        """Picks the app's global shortcut."""
        await self.slack.interact(self.app, slack_requests.shortcut(self.slack.space, self.user, callback_id))

    def say(self, text: str, *, channel: str = "", **more: Any) -> Shown:
        """Writes a message here; nobody but the channel hears of it."""
        room = self.room(channel)
        ts = self.slack.web.place_message(room, {"text": text}, user=self.user_id, **more)
        return Shown(room.messages[ts], room.channel_id, ts)

    async def mention(self, text: str, *, thread_ts: str | None = None) -> Shown:
        """Writes `@Persona TEXT` here, or in a thread."""
        more = {"thread_ts": thread_ts} if thread_ts else {}
        shown = self.say(f"<@UBOT> {text}", **more)
        event = slack_events.app_mention(self.user_id, shown.text, shown.channel_id, shown.ts, **more)
        if "UBOT" in self.room().members:
            await self.slack.event(self.app, event)
        return shown

    async def write_to_bot(self, text: str, *, thread_ts: str | None = None) -> Shown:
        """Writes to the app in its Messages tab."""
        more = {"thread_ts": thread_ts} if thread_ts else {}
        room = self.slack.web.direct_channel(self.user_id)
        shown = self.say(text, channel=room.channel_id, **more)
        event = slack_events.direct_message(self.user_id, text, room.channel_id, shown.ts, **more)
        await self.slack.event(self.app, event)
        return shown

    async def react(self, name: str, on: Shown) -> str:
        """Puts a reaction on a message; the event's id."""
        self.slack.web.react(self._reacted(on), on.ts, name, self.user_id)
        return await self._reaction("reaction_added", name, on)

    async def unreact(self, name: str, on: Shown) -> str:
        """Takes a reaction away; the event's id."""
        self.slack.web.unreact(self._reacted(on), on.ts, name, self.user_id)
        return await self._reaction("reaction_removed", name, on)

    async def open_home(self, tab: str = "home") -> Shown | None:
        """Opens the app's Home or Messages tab; the Home as it stands once the event is acknowledged."""
        view = self.slack.web.homes.get(self.user_id)
        room = self.slack.web.direct_channel(self.user_id)
        shown = view.as_slack() if view else None
        event = slack_events.app_home_opened(self.user_id, room.channel_id, self.slack.web.next_ts(), shown, tab)
        await self.slack.event(self.app, event)
        return self.home

    async def share_link(self, url: str, *, typing: bool = False) -> Shown:
        """Shares a link here, or is still typing it."""
        shown = self.say(f"<{url}>")
        await self.slack.event(
            self.app, slack_events.link_shared(self.user_id, url, shown.channel_id, shown.ts, typing=typing)
        )
        return shown

    def _view(self) -> View:
        view = self.slack.web.top(self.user_id)
        assert view, "no modal is open"
        return view

    def _response_urls(self, view: View) -> list[dict[str, Any]]:
        """One for each conversation chosen in a select that asks for it."""
        urls = []
        for found in Shown(view.view).elements:
            chosen = view.state.get(found.block_id, {}).get(found.element.get("action_id", ""), {})
            channel_id = chosen.get("selected_conversation")
            if found.element.get("response_url_enabled") and channel_id:
                named = {"block_id": found.block_id, "action_id": found.element["action_id"], "channel_id": channel_id}
                urls.append({**named, "response_url": self.slack.new_response_url(channel_id, self.user_id)})
        return urls

    def _follow(self, view: View, body: dict[str, Any]) -> None:
        """Does with the modals what the answer to a submission says; nothing said closes this one."""
        web, action = self.slack.web, body.get("response_action")
        self.errors = dict(body.get("errors") or {})
        known = {found.block_id for found in Shown(view.view).elements}
        assert set(self.errors) <= known, f"errors for blocks that aren't there: {set(self.errors) - known}"
        try:
            if action == "update":
                web.replace_view(view, body["view"])
            elif action == "push":
                web.open_over(self.user_id, body["view"])
            elif action == "clear":
                web.close_all(self.user_id)
            elif not body and web.top(self.user_id) is view:
                web.close_top(self.user_id)
        except RefusedError as error:
            raise AssertionError(f"{error} {error.details}") from error

    def _reacted(self, on: Shown) -> Channel:
        assert not isinstance(on.origin, Ephemeral), "no reactions on an ephemeral message"
        return self.room(on.channel_id)

    async def _reaction(self, kind: str, name: str, on: Shown) -> str:
        item, event_ts = slack_events.message_item(on.channel_id, on.ts), self.slack.web.next_ts()
        author = {"item_user": on.content["user"]} if "user" in on.content else {}
        event = slack_events.reaction(kind, self.user_id, name, item, event_ts)
        event.pop("item_user")
        return await self.slack.event(self.app, {**event, **author})
