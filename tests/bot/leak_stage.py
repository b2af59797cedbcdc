"""The stage of the test of leaks: the people at Slack, the cards that exist already, and all that anybody is sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from blocks.quotes import proofs
from blocks.sheet import persona_sheet
from bot.digesting import WEEKLY
from persona.model import Contact, Profile
from storage.workspaces import change_settings
from tests.bot.conftest import work
from tests.bot.leak_people import BY_ID, LOOKERS, STRANGER_TEAM, Looker, Secret, plain, strings
from tests.bot.rig import Rig
from tests.bot.test_audience import choose, put
from tests.doubles import slack_requests
from tests.doubles.slack_filling import chosen, missing, pressed, state_values
from tests.doubles.slack_person import Person, Shown
from tests.doubles.slack_sight import SELECTS, Found
from tests.doubles.slack_state import BOT, View

LINKS = "https://crm.example/contacts/{id}"
WHOM = ("marcus.bell@northwind.example", "jayne.doe@corvid.example", "k.vogel@brennhaus.example")
_EXAMPLE = "Jane Doe"  # the name our own help asks for
_LONG = 20
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Whom:
    """A contact with a persona, and what a manager saw of it while everything was visible, by the name of the place."""

    contact: Contact
    seen: dict[str, Shown]

    @property
    def link(self) -> str:
        """The address of their record."""
        return LINKS.replace("{id}", self.contact.contact_id)


class Stage:
    """Set once; `act_as` begins each example anew, with nothing on any screen."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.slack, self.services = rig, rig.slack, rig.services
        self.visibility = "everyone"
        self.offered: list[tuple[str, list[str]]] = []
        self.typed: list[str] = []
        self.whom: list[Whom] = []
        self.secrets: list[Secret] = []
        self._weeks = count(1)

    async def set_up(self) -> None:
        """Makes the people, writes the personas, and lets a manager look at everything there is."""
        self.workspace_id = await self.services.default_workspace()
        await self._make_people()
        async with self.services.database.workspace(self.workspace_id) as connection:
            await change_settings(connection, self.workspace_id, {"record_url": LINKS})
        manager = self.begin("UMAN", (), "everyone")
        await choose(self.services, self.workspace_id, "everyone")
        profiles = []
        for email in WHOM:
            engine = self.services.engine(self.workspace_id)
            profiles.append(await engine.ask((await engine.resolve(email)).key))
            self.whom.append(Whom(profiles[-1].contact, await self._look(manager, email)))
        self.secrets = await self._secrets(profiles)
        shared = {"home": await self._home(manager), "digest": await self._digest(manager)}
        for whom in self.whom:
            whom.seen.update(shared)

    def begin(self, user_id: str, beside: tuple[str, ...], visibility: str) -> Person:
        """A person in a channel with others; all screens are empty."""
        web = self.slack.web
        for shown in (
            web.ephemerals,
            web.views,
            web.stacks,
            web.homes,
            web.channels,
            web.unfurls,
            web.prompts,
            web.files,
        ):
            shown.clear()  # type: ignore[attr-defined]
        self.slack.response_urls.clear()
        self.offered.clear()
        self.typed.clear()
        members = {BOT, user_id, *beside}
        web.channel("C1", members=members, shared="UELSE" in members)
        self.visibility = visibility
        for looker in LOOKERS:
            self.services.audience.forget(self.workspace_id, looker.user_id)
        return Person(self.slack, self.rig.app, user_id)

    async def act_as(self, user_id: str, beside: tuple[str, ...], visibility: str) -> Person:
        """Begins an example under that visibility."""
        await choose(self.services, self.workspace_id, visibility)
        return self.begin(user_id, beside, visibility)

    def leaks(self) -> list[tuple[str, str, str]]:
        """(who, of whom, what) for each secret that somebody was sent and may not see."""
        return sorted(
            {
                (looker.user_id, secret.of, secret.text)
                for looker, said in self._sent()
                for secret in self.secrets
                if secret.text in said and secret.hidden_from(looker, self.visibility)
            }
        )

    def told(self, user_id: str) -> str:
        """All that somebody was sent."""
        return " ".join(said for looker, said in self._sent() if looker.user_id == user_id)

    async def post_digest(self) -> None:
        """The digest of one more week comes to the channel, where it may."""
        async with self.services.database.workspace(self.workspace_id) as connection:
            await change_settings(connection, self.workspace_id, {"digest_channel": "C1"})
        week = f"2026-W{next(self._weeks)}"
        await self.services.chore_tasks[WEEKLY](workspace_id=self.workspace_id, period=week)

    async def press_all(self, person: Person, shown: Shown) -> None:
        """Presses and picks everything on what others were shown, as if it stood on this person's screen."""
        done = set()
        for found in shown.elements:
            kind = re.sub(r"[0-9]+", "", f"{found.element.get('action_id')}")
            if not found.in_input and kind not in done:
                done.add(kind)
                for action in _actions(found):
                    await self._press(person, shown, action)

    async def _press(self, person: Person, shown: Shown, action: dict[str, Any]) -> None:
        web = self.slack.web
        web.stacks.pop(person.user_id, None)  # what was open stays to be filled
        more: dict[str, Any] = {}
        if isinstance(shown.origin, View) and shown.content["type"] == "home":
            origin = slack_requests.from_view(shown.origin.as_slack())
        elif isinstance(shown.origin, View):
            frame = {**shown.content, "blocks": [{"type": "divider"}]}
            origin = slack_requests.from_view(web.open_over(person.user_id, frame).as_slack())
        else:
            real = "ts" in shown.content
            origin = (
                slack_requests.from_message("C1", shown.content) if real else slack_requests.from_ephemeral("C1", "1.1")
            )
            more = {"response_url": self.slack.new_response_url("C1", person.user_id)}
        payload = slack_requests.block_actions(self.slack.space, person.user, action, origin, **more)
        await self.slack.interact(self.rig.app, payload)
        await self.submit(person)

    async def submit(self, person: Person) -> None:
        """Sends the form that is open, if one is, as it stands."""
        view = self.slack.web.top(person.user_id)
        if view and view.view.get("submit") and not missing(view, state_values(view, here="C1")):
            await person.submit()

    def _sent(self) -> Iterator[tuple[Looker, str]]:
        """Everything the bot sent, by who reads it. An answer may repeat in quotation marks what they typed."""
        web = self.slack.web
        for user_id, node in self._private():
            yield BY_ID[user_id], self._unquoted(node)
        for channel in web.channels.values():
            own = [m for m in channel.messages.values() if m.get("user") == BOT or m.get("bot_id")]
            unfurled = [call for call in web.unfurls if call["unfurl_id"].startswith(f"{channel.channel_id}.")]
            offered = [found for (room, _), found in web.prompts.items() if room == channel.channel_id]
            files = [
                (f.content or b"").decode("latin1") for f in web.files.values() if channel.channel_id in f.shared_in
            ]
            said = self._unquoted([own, [call["unfurls"] for call in unfurled], offered, files])
            for user_id in channel.members - {BOT}:
                yield BY_ID[user_id], said

    def _unquoted(self, node: Any) -> str:
        """What is said, less what it repeats in quotation marks of what was typed."""
        said = plain("\n".join(strings(node)))
        for typed in self.typed:
            said = said.replace(f"“{plain(typed)}”", "")
        return said

    def _private(self) -> Iterator[tuple[str, Any]]:
        web = self.slack.web
        yield from self.offered
        for url in self.slack.response_urls.values():
            yield url.user_id, url.posts
        yield from ((shown.user_id, shown.message) for shown in web.ephemerals)
        yield from ((view.user_id, view.view) for view in (*web.views.values(), *web.homes.values()))

    async def _make_people(self) -> None:
        for one in LOOKERS:
            flags = {"is_admin": one.role == "admin", "is_restricted": one.role == "guest"}
            team_id = STRANGER_TEAM if one.role == "stranger" else "T1"
            self.slack.web.person(one.user_id, email=one.email, team_id=team_id, **flags)
            given = {"team": one.team} if one.team else {}
            if one.role == "manager":
                given["role"] = one.role
            if given:
                await put(self.services, self.workspace_id, one.user_id, **given)

    async def _look(self, manager: Person, email: str) -> dict[str, Shown]:
        """What a manager sees of a contact: the card, its tabs, what its buttons open, and the card in a channel."""
        await manager.command(email)
        await work(self.services)
        seen = {"card": Shown(manager.sees[-1].content)}
        for name, label in (("insights", "Behavioural insights"), ("evidence", "Evidence"), ("form", "Share…")):
            await manager.press(label, manager.sees[-1])
            seen[name] = await self._shown(manager)
        for name, option in (("history", "History"), ("similar", "Similar contacts")):
            await manager.pick(option, manager.sees[-1])
            seen[name] = await self._shown(manager)
        await manager.mention(email)
        await work(self.services)
        posted = [m for m in manager.room().messages.values() if m.get("user") == BOT]
        seen["shared"] = Shown(posted[-1], "C1", posted[-1]["ts"])
        return seen

    async def _home(self, manager: Person) -> Shown:
        await manager.open_home()
        await work(self.services)
        home = manager.home
        assert home is not None
        return home

    async def _digest(self, manager: Person) -> Shown:
        await self.post_digest()
        [ts] = [ts for ts, message in manager.room().messages.items() if "The week to" in str(message.get("text"))]
        shown = Shown(manager.room().messages[ts], "C1", ts)
        assert any(whom.contact.name in shown.says for whom in self.whom)
        return shown

    async def _shown(self, manager: Person) -> Shown:
        await work(self.services)
        shown = manager.modal or Shown(manager.sees[-1].content)
        if manager.modal:
            await manager.close(all_of_them=True)
        return shown

    async def _secrets(self, profiles: list[Profile]) -> list[Secret]:
        """Name and address of every contact; of those with a persona quotes and figures too."""
        async with self.services.database.workspace(self.workspace_id) as connection:
            found = await connection.exec_driver_sql(
                "SELECT id, name, email, owner_email, do_not_profile FROM contacts"
            )
            everyone = {row.id: row for row in found}
            bodies = await connection.exec_driver_sql(
                "SELECT contact_id, subject || ' ' || body AS said FROM interactions"
            )
            known = [(everyone[row.contact_id].owner_email, row.said) for row in bodies]
        engine = self.services.engine(self.workspace_id)
        for key, row in everyone.items():
            figures = [] if row.do_not_profile else _figures(await engine.measure(key))
            known += [(row.owner_email, text) for text in (row.name, row.email or "", *figures)]
        texts: dict[str, str] = {}
        for owner, text in known:
            texts[owner] = f"{texts.get(owner, '')}\n{plain(text)}"
        of = [
            (r.name, r.owner_email, t)
            for r in everyone.values()
            for t in (r.name, r.email)
            if t not in {None, _EXAMPLE}
        ]
        of += [(p.contact.name, p.contact.owner_email, t) for p in profiles for t in (*_quotes(p), *_figures(p))]
        return [
            Secret(name, owner, plain(text), frozenset(o for o in texts if o != owner and plain(text) in texts[o]))
            for name, owner, text in of
        ]


def _quotes(profile: Profile) -> list[str]:
    """Quotes of a persona that are long enough to be theirs alone."""
    quotes = (quote for proof in proofs(profile) for quote in proof.quotes)
    return [quote.text for quote in quotes if not quote.measured and len(quote.text) >= _LONG]


def _figures(profile: Profile) -> list[str]:
    """Headline figures with their counts."""
    said = (headline.said for headline in persona_sheet(profile, now=datetime.now(UTC)).headlines)
    return [figure for figure in said if _FIGURE.search(figure) and len(figure) >= _LONG]


def _actions(found: Found) -> list[dict[str, Any]]:
    """What can be done with an element: a press, or the choice of each option of a menu, the first and last of five."""
    element = found.element
    if element["type"] == "button":
        return [pressed(found)]
    if element["type"] == "overflow" or (element["type"] in SELECTS and element.get("options")):
        labels = [option["text"]["text"] for option in element["options"]]
        picked = labels if len(labels) < 5 else [labels[0], labels[-1]]
        return [chosen(found, label) for label in picked]
    return []
