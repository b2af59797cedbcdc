"""People who use the bot all at once: commands, presses, double clicks, shares, mentions, reactions, redeliveries."""

import asyncio
import itertools
import json
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

import httpx

from tests.chaos.fleet import Front
from tests.chaos.ledger import (
    Asked,
    Ledger,
    Reaction,
    after_press,
    at_response_url,
    in_thread,
    is_card,
    is_pending,
    of_share,
)
from tests.chaos.people import address
from tests.doubles import slack_events, slack_requests
from tests.doubles.slack_filling import pressed, state_values
from tests.doubles.slack_person import Person, Shown
from tests.doubles.slack_server import SlackDouble
from tests.doubles.slack_state import Ephemeral

CHANNELS = 24
_KEPT_CARDS = 60
_STARS = {"star": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_AGAIN_S = (0.0, 0.4, 1.0, 2.0, 4.0, 8.0)
"""Slack delivers an event again at once, after a minute and after five; here time is short."""
_FAILED = (httpx.HTTPError, TimeoutError, AssertionError)


class Crowd:
    """Everybody in the workspace. Each act is somebody new; `ledger` notes it before it is sent."""

    def __init__(self, slack: SlackDouble, front: Front, people: int, dice: random.Random) -> None:
        self._slack, self._dice = slack, dice
        self._front = cast(httpx.AsyncClient, front)  # the doubles only post
        self.ledger = Ledger()
        self._people, self._unseen = people, deque(range(people))
        self._known: list[int] = []
        self._cards: deque[tuple[Person, Shown]] = deque(maxlen=_KEPT_CARDS)
        self._shares: list[tuple[str, str, str]] = []
        self._numbers = itertools.count(1)

    async def act(self) -> None:
        """Somebody does something."""
        acts: dict[Callable[[], Awaitable[None]], int] = {
            self._ask_new: 4,
            self._ask_known: 4,
            self._press: 5,
            self._share: 4,
            self._react: 4,
            self._mention: 2,
        }
        await self._dice.choices(list(acts), list(acts.values()))[0]()

    def _somebody(self) -> Person:
        number = next(self._numbers)
        channel = self._slack.web.channel(f"C{1 + number % CHANNELS}")
        person = Person(self._slack, self._front, f"U{number}", here=channel.channel_id)
        channel.members.add(person.user_id)
        return person

    async def _ask_new(self) -> None:
        """`/persona` of a contact without a persona: a promise."""
        if not self._unseen:
            return await self._ask_known()
        number = self._unseen.popleft()
        await self._ask(number)
        self._known.append(number)
        return None

    async def _ask_known(self) -> None:
        if self._known:
            await self._ask(self._dice.choice(self._known))

    async def _ask(self, number: int) -> None:
        person, answered = self._somebody(), []
        url = self._slack.new_response_url(person.here, person.user_id)
        asked = self.ledger.note("command", url, lambda: at_response_url(self._slack, url, answered=bool(answered)))
        body = self._slack.command_body(
            address(number), response_url=url, user_id=person.user_id, channel_id=person.here
        )
        try:
            answer = await self._slack.send(self._front, body)
        except _FAILED as error:
            asked.failure = _failure(error)
            return
        asked.accepted = True
        said = json.loads(answer.text)
        answered.append(said)
        self._slack._show_answer(self._slack._at(url), said)
        if not is_pending(said) and is_card(said):
            origin = self._slack._at(url).origin
            assert isinstance(origin, Ephemeral)
            self._cards.append((person, Shown(origin.message, origin.channel_id, origin.ts, origin)))

    async def _press(self) -> None:
        """A tab or a refresh of somebody's card; now and then twice at once."""
        if not self._cards:
            return await self._ask_known()
        person, shown = self._dice.choice(self._cards)
        label = self._dice.choice(("Behavioural insights", "Refresh", "Refresh"))
        times = 2 if self._dice.random() < 0.4 else 1
        await asyncio.gather(*(self._press_once(person, shown, label) for _ in range(times)))
        return None

    async def _press_once(self, person: Person, shown: Shown, label: str) -> None:
        content = shown.origin.message if isinstance(shown.origin, Ephemeral) else shown.content
        found = next((e for e in Shown(content).elements if label in e.labels), None)
        if found is None:
            return
        url = self._slack.new_response_url(shown.channel_id, person.user_id, shown.origin)  # type: ignore[arg-type]
        asked = self.ledger.note("press", f"{label} {url}", lambda: after_press(self._slack, url))
        action = {**pressed(found), "action_ts": self._slack.web.next_ts()}
        origin = slack_requests.from_ephemeral(shown.channel_id, shown.ts)
        payload = slack_requests.block_actions(self._slack.space, person.user, action, origin, response_url=url)
        await self._interact(asked, payload)

    async def _share(self) -> None:
        """The share form of somebody's card, submitted; now and then twice at once."""
        if not self._cards:
            return await self._ask_known()
        person, shown = self._dice.choice(self._cards)
        try:
            await person.press("Share…", shown)
        except _FAILED:
            return None
        view = self._slack.web.top(person.user_id)
        if view is None or "Note above the card" not in str(view.view):
            return None
        note, channel_id, view_id = f"note-{next(self._numbers)}-", person.here, view.view_id
        with suppress(AssertionError):
            await person.fill("Note above the card", note)
        view.state = state_values(view, here=person.here)
        payload = slack_requests.view_submission(self._slack.space, person.user, view.as_slack(), [])
        self._slack.web.stacks.pop(person.user_id, None)  # the next one opens beside it
        asked = self.ledger.note("share", note, lambda: of_share(self._slack, channel_id, note, view_id))
        times = 2 if self._dice.random() < 0.4 else 1
        before = view.hash
        bodies = await asyncio.gather(*(self._interact(asked, payload) for _ in range(times)))
        said = next((body["view"] for body in bodies if body and "view" in body), None)
        if said and view.hash == before:  # else a worker was quicker than the answer
            self._slack.web.replace_view(view, said)
        if asked.accepted:
            self._shares.append((channel_id, note, view_id))
        return None

    async def _react(self) -> None:
        """A reaction on a card that stands in a channel, delivered once or more; now and then taken back."""
        standing = [found for share in self._shares if (found := self._standing(*share))]
        if not standing:
            return await self._ask_known()
        channel_id, ts = self._dice.choice(standing)
        name = self._dice.choice(list(_STARS))
        reaction = Reaction(f"U{next(self._numbers)}", channel_id, ts, name)
        self._slack.web.channel(channel_id).members.add(reaction.user_id)
        await self._rate(reaction, "reaction_added", _STARS[name])
        if self._dice.random() < 0.2:
            await self._rate(reaction, "reaction_removed", None)
        return None

    async def _rate(self, reaction: Reaction, kind: str, stars: int | None) -> None:
        item = slack_events.message_item(reaction.channel_id, reaction.ts)
        event = slack_events.reaction(kind, reaction.user_id, reaction.name, item, self._slack.web.next_ts())
        before = self.ledger.reactions.pop(reaction, None)
        if await self._deliver(event):
            self.ledger.reactions[reaction] = stars
        elif before is not None:
            self.ledger.unsure.add(reaction)

    async def _mention(self) -> None:
        """`@Persona` in a channel, delivered once or more."""
        if not self._known:
            return await self._ask_new()
        person, ts = self._somebody(), self._slack.web.next_ts()
        self._slack.web.unkept.add(ts)
        text = f"<@UBOT> {address(self._dice.choice(self._known))}"
        event = slack_events.app_mention(person.user_id, text, person.here, ts)
        asked = self.ledger.note("mention", ts, lambda: in_thread(self._slack, person.here, ts))
        asked.accepted = await self._deliver(event)
        asked.failure = "never taken"
        return None

    def _standing(self, channel_id: str, note: str, view_id: str) -> tuple[str, str] | None:
        """Where a shared card stands, once its sharer was told that it does."""
        view = self._slack.web.views.get(view_id)
        if view is None or "The persona is posted" not in json.dumps(view.view):
            return None
        messages = self._slack.web.channel(channel_id).messages.items()
        return next(((channel_id, ts) for ts, message in messages if note in json.dumps(message)), None)

    async def _deliver(self, event: slack_events.Event) -> bool:
        """Delivers an event as Slack does until it is taken, sometimes once more; whether it was."""
        event_id, taken = f"Ev{next(self._numbers)}", False
        for retry, after_s in enumerate(_AGAIN_S):
            await asyncio.sleep(after_s)
            with suppress(*_FAILED):
                await self._slack.deliver(self._front, event, event_id=event_id, retry=retry)
                if taken or self._dice.random() < 0.6:
                    return True
                taken = True
        return taken

    async def _interact(self, asked: Asked, payload: slack_requests.Payload) -> dict[str, Any] | None:
        """Sends an interaction; what it is answered, or None when Slack shows a failure."""
        try:
            body = await self._slack.interact(self._front, payload)
        except _FAILED as error:
            asked.failure = _failure(error)
            return None
        asked.accepted = True
        return body


def _failure(error: Exception) -> str:
    """What Slack would show: no answer in three seconds, a cut connection, or a status."""
    return str(error) if isinstance(error, AssertionError) else type(error).__name__
