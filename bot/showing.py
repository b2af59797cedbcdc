"""The cards that a worker makes: a persona written, a tab shown, a slow command answered; each as who asked may see."""

from collections.abc import Callable, Mapping
from typing import Final

from blocks.evidence_card import evidence_card
from blocks.ids import Tab
from blocks.insights_card import insights_card
from blocks.persona_card import persona_card
from blocks.sheet import superseded
from bot.audience import Audience
from bot.ladder import Render, just
from bot.posting import Reply
from bot.promises import Task
from persona.engine import Engine
from persona.errors import ContactNotFoundError, NotForYouError
from persona.model import Method
from persona.ports import Clock

WRITE, SHOW_TAB = "write_persona", "show_tab"
EngineOf = Callable[[int, frozenset[str] | None], Engine]
"""The engine of a workspace that knows only the contacts these addresses own; None is every contact."""
_GONE: Final = "This contact is no longer there, or not yours to see. Ask an admin if you should see it."


def writing_lock(workspace_id: int, contact_key: int) -> str:
    """Two personas of one contact are never written at once: the second finds what the first has stored."""
    return f"persona:{workspace_id}:{contact_key}"


class Showing:
    """Keeps the promises of buttons and commands."""

    def __init__(self, *, engine_of: EngineOf, audience: Audience, clock: Clock) -> None:
        self._engine_of, self._audience, self._clock = engine_of, audience, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {WRITE: self.write, SHOW_TAB: self.show_tab}

    async def write(self, *, reply: Reply, contact_key: int, method: str | None, after: int | None) -> Render:
        """The persona tab, written now unless what is stored will do: a fresh one, or one newer than `after`.

        A refresh that is tried again, or pressed twice, is so written once. Raises NotForYouError.
        """
        seen = await self._seen(reply, contact_key)
        profile = await seen.newer_than(contact_key, after) if after is not None else None
        if profile is None:
            # Written from everything there is, then shown with what this viewer may see of it.
            wanted = Method(method) if method else None
            whole = self._engine_of(reply.workspace_id, None)
            written = await whole.ask(contact_key, method=wanted, fresh=after is not None)
            shown = written.persona.method if written.persona else wanted
            profile = await seen.stored(contact_key, method=shown) or written
        return just(persona_card(profile, now=self._clock()))

    async def show_tab(self, *, reply: Reply, contact_key: int, tab: str, version: int = 0) -> Render:
        """A tab of the card of that version, which says so when a newer one is stored; of the newest when it is 0."""
        seen, now, asked = await self._seen(reply, contact_key), self._clock(), Tab(tab)
        shown = await seen.version(contact_key, version) if version else None
        newer = await seen.newer_than(contact_key, version) if shown else None
        notice = superseded(shown, newer) if shown and newer else ""
        profile = shown or await seen.stored(contact_key) or await seen.measure(contact_key)
        if asked is Tab.INSIGHTS:
            return lambda rung: insights_card(profile, now=now, rung=rung, notice=notice)
        if asked is Tab.EVIDENCE:
            return just(evidence_card(profile, now=now, notice=notice))
        return just(persona_card(profile, now=now, notice=notice, pending=False))

    async def _seen(self, reply: Reply, contact_key: int) -> Engine:
        """The engine as who asked may see; raises NotForYouError when that leaves this contact out."""
        viewer = await self._audience.member(reply.workspace_id, reply.user_id)
        engine = self._engine_of(reply.workspace_id, viewer.owners)
        try:
            await engine.contact(contact_key)
        except ContactNotFoundError:
            raise NotForYouError(_GONE) from None
        return engine
