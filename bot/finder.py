"""The global shortcut: a search as one types, then the persona of who was chosen, all in one modal."""

from typing import Any, Final

from blocks.finder import fetching, finder
from blocks.modal import Modal
from blocks.notices import error_card
from bot.desk import Desk
from bot.handlers.requests_finder import FinderAsked, Sought, Typed
from bot.ladder import just
from bot.posting import Poster, Reply
from bot.showing import WRITE, writing_lock
from persona.errors import NotForYouError
from persona.finding import worth_offering
from persona.model import Contact

_MODAL: Final = Modal("Find a persona")


class Finder:
    """Opens the search, offers contacts and promises the persona of the one chosen."""

    def __init__(self, desk: Desk, *, poster: Poster) -> None:
        self._desk, self._poster = desk, poster

    async def open(self, asked: FinderAsked) -> None:
        """Opens the search. Whoever may see nobody reads why: a shortcut has no other place to answer in."""
        workspace_id = await self._desk.tenants.workspace(asked.actor.team)
        try:
            await self._desk.audience.viewer(workspace_id, asked.actor)
            card = finder()
        except NotForYouError as error:
            card = error_card(error.user_message, None)
        await self._poster.open_view(workspace_id, asked.trigger_id, _MODAL, just(card))

    async def suggest(self, typed: Typed) -> list[Contact]:
        """Whom they may mean by what is typed, as far as they may see, best first; nobody not to be profiled."""
        workspace_id, viewer = await self._desk.admit(typed.actor)
        found = await self._desk.engine_of(workspace_id, viewer.owners).find(typed.text)
        return [match.contact for match in worth_offering(found)]

    async def choose(self, sought: Sought) -> None:
        """Promises the persona in the modal's place; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(sought.actor)
        await self._poster.update_view(workspace_id, sought.view_id, _MODAL, just(fetching()))
        reply = Reply(workspace_id, sought.actor.user_id, view_id=sought.view_id)
        lock = writing_lock(workspace_id, sought.contact_key)
        what: dict[str, Any] = {"contact_key": sought.contact_key, "method": None, "after": None}
        await self._desk.promises.make(WRITE, reply, lock=lock, **what)
