"""People who use the bot all at once: commands, presses, double clicks, shares, mentions, reactions, redeliveries."""

import asyncio
import itertools
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast

import httpx

from blocks.ids import RATE_ACTION, parse_choice
from tests.chaos.fleet import Front
from tests.chaos.ledger import (
    OPENED,
    Asked,
    Ledger,
    Rating,
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
from tests.doubles.slack_sight import Found
from tests.doubles.slack_state import Ephemeral, View

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
        self._chosen_at: dict[Rating, str] = {}
        # Nobody has two modals opened for them at once.
        self._busy: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._numbers = itertools.count(1)

    async def act(self) -> None:
        """Somebody does something."""
        acts: dict[Callable[[], Awaitable[None]], int] = {
            self._ask_new: 4,
            self._ask_known: 4,
            self._press: 5,
            self._share: 4,
            self._react: 4,
            self._choose_stars: 3,
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
        person, answered = self._somebody(), list[dict[str, Any]]()
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
        await asyncio.gather(*(self._press_once("press", person, shown, label) for _ in range(times)))
        return None

    async def _press_once(self, kind: str, person: Person, shown: Shown, label: str) -> Asked | None:
        found = _element(shown, lambda element: label in element.labels)
        if found is None:
            return None
        return await self._send(kind, person, shown, {**pressed(found), "action_ts": self._slack.web.next_ts()})

    async def _choose_stars(self) -> None:
        """Stars chosen on somebody's card, then perhaps others: the newest count."""
        if not self._cards:
            return await self._ask_known()
        person, shown = self._dice.choice(self._cards)
        found = _element(shown, lambda element: element.element.get("action_id") == RATE_ACTION)
        if found is None:
            return None
        option = self._dice.choice(found.element["options"])
        choice, at = parse_choice(option["value"]), f"{time.time():.6f}"
        action = {"type": "static_select", "action_id": RATE_ACTION, "block_id": found.block_id}
        async with self._busy[person.user_id]:
            asked = await self._send("stars", person, shown, {**action, "selected_option": option, "action_ts": at})
        rating = (person.user_id, f"select:{choice.contact_key}:{choice.version}")
        if at >= self._chosen_at.get(rating, ""):
            self._chosen_at[rating] = at
            refused = asked.look().told > 0  # whoever reads that it wasn't done may find it done all the same
            self.ledger.rated(rating, choice.stars, accepted=asked.accepted and not refused)
        return None

    async def _send(self, kind: str, person: Person, shown: Shown, action: dict[str, Any]) -> Asked:
        """Acts on a card; what comes of it comes to the response_url."""
        url = self._slack.new_response_url(shown.channel_id, person.user_id, cast(Ephemeral, shown.origin))
        asked = self.ledger.note(kind, url, lambda: after_press(self._slack, url))
        origin = slack_requests.from_ephemeral(shown.channel_id, shown.ts)
        payload = slack_requests.block_actions(self._slack.space, person.user, action, origin, response_url=url)
        await self._interact(asked, payload)
        return asked

    async def _fill_form(self, person: Person, shown: Shown, note: str) -> View | None:
        """The share form of a card, filled in and taken off the person's screen: the next one opens beside it."""
        self._slack.web.close_all(person.user_id)
        asked = await self._press_once("form", person, shown, "Share…")
        view = self._slack.web.top(person.user_id)
        if asked is None or view is None or "Note above the card" not in str(view.view):
            return None
        asked.look = lambda: OPENED
        with suppress(AssertionError):
            await person.fill("Note above the card", note)
        view.state = state_values(view, here=person.here)
        self._slack.web.stacks.pop(person.user_id, None)
        return view

    async def _share(self) -> None:
        """The share form of somebody's card, submitted; now and then twice at once."""
        if not self._cards:
            return await self._ask_known()
        person, shown = self._dice.choice(self._cards)
        note, channel_id = f"note-{next(self._numbers)}-", person.here
        async with self._busy[person.user_id]:
            view = await self._fill_form(person, shown, note)
        if view is None:
            return None
        view_id = view.view_id
        payload = slack_requests.view_submission(self._slack.space, person.user, view.as_slack(), [])
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
        user_id, item = f"U{next(self._numbers)}", slack_events.message_item(channel_id, ts)
        self._slack.web.channel(channel_id).members.add(user_id)
        rating = (user_id, f"reaction:{channel_id}:{ts}:{name}")
        acts: list[tuple[str, int | None]] = [("reaction_added", _STARS[name]), ("reaction_removed", None)]
        for kind, stars in acts[: 2 if self._dice.random() < 0.2 else 1]:
            event = slack_events.reaction(kind, user_id, name, item, self._slack.web.next_ts())
            self.ledger.rated(rating, stars, accepted=await self._deliver(event))
        return None

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


def _element(shown: Shown, wanted: Callable[[Found], bool]) -> Found | None:
    """The first such element of a card as it is now."""
    content = shown.origin.message if isinstance(shown.origin, Ephemeral) else shown.content
    return next((element for element in Shown(content).elements if wanted(element)), None)


def _failure(error: Exception) -> str:
    """What Slack would show: no answer in three seconds, a cut connection, or a status."""
    return str(error) if isinstance(error, AssertionError) else type(error).__name__
