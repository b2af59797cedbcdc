"""The cards that a worker makes: a persona written, a tab shown, a slow command answered; each as who asked may see."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from blocks.ids import Tab
from blocks.insights_card import insights_card
from blocks.persona_card import persona_card
from blocks.sheet import progress_line, superseded
from bot.desk import Desk
from bot.ladder import Render, just
from bot.posting import Poster, Reply
from bot.progress import shown_progress
from bot.promises import Task
from persona.engine import Engine
from persona.model import Method, Profile
from persona.ports import Clock, Step
from persona.rewriting import SAME

WRITE, SHOW_TAB = "write_persona", "show_tab"


def writing_lock(workspace_id: int, contact_key: int) -> str:
    """Two personas of one contact are never written at once: the second finds what the first has stored."""
    return f"persona:{workspace_id}:{contact_key}"


class Showing:
    """Keeps the promises of buttons and commands."""

    def __init__(self, desk: Desk, *, poster: Poster, clock: Clock) -> None:
        self._desk, self._poster, self._clock = desk, poster, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {WRITE: self.write, SHOW_TAB: self.show_tab}

    async def write(
        self, *, reply: Reply, contact_key: int, method: str | None, after: int | None, asked_at: str = ""
    ) -> Render:
        """The persona tab, written now unless what is stored will do: a fresh one, or one newer than `after`.

        One that was confirmed since `asked_at` will do as well: a refresh that is tried again, or pressed twice, is so
        written once. Raises NotForYouError.
        """
        seen = await self._desk.seen(reply.workspace_id, reply.user_id, contact_key)
        profile = await _since(seen, contact_key, after, asked_at) if after is not None else None
        if profile is None:
            # Written from everything there is, then shown with what this viewer may see of it.
            wanted = Method(method) if method else None
            whole = self._desk.engine_of(reply.workspace_id, None)
            if after is None:  # the card that stands there says that it is being written
                written = await whole.ask(contact_key, method=wanted)
            else:
                async with shown_progress(partial(self._tell, reply, seen, contact_key)) as tell:
                    written = await whole.ask(contact_key, method=wanted, fresh=True, tell=tell)
            shown = written.persona.method if written.persona else wanted
            stored = await seen.stored(contact_key, method=shown)
            profile = replace(stored, kept=written.kept) if stored else written
        return just(persona_card(profile, now=self._clock()))

    async def show_tab(self, *, reply: Reply, contact_key: int, tab: str, version: int = 0) -> Render:
        """A tab of the card of that version, which says so when a newer one is stored; of the newest when it is 0."""
        seen, now, asked = (
            await self._desk.seen(reply.workspace_id, reply.user_id, contact_key),
            self._clock(),
            Tab(tab),
        )
        shown = await seen.version(contact_key, version) if version else None
        newer = await seen.newer_than(contact_key, version) if shown else None
        notice = superseded(shown, newer) if shown and newer else ""
        profile = shown or await seen.stored(contact_key) or await seen.measure(contact_key)
        if asked is Tab.INSIGHTS:
            return lambda rung: insights_card(profile, now=now, rung=rung, notice=notice)
        return just(persona_card(profile, now=now, notice=notice, pending=False))

    async def _tell(self, reply: Reply, seen: Engine, contact_key: int, step: Step, interactions: int) -> None:
        """Shows the card there is, with what is being done for the next one."""
        profile = await seen.stored(contact_key) or await seen.measure(contact_key)
        notice = progress_line(step, interactions)
        await self._poster.tell(reply, just(persona_card(profile, now=self._clock(), notice=notice)))


async def _since(seen: Engine, contact_key: int, after: int, asked_at: str) -> Profile | None:
    """The version newer than `after`, or the one that a refresh asked for at the same time has confirmed; or None."""
    newer = await seen.newer_than(contact_key, after)
    if newer is not None:
        return newer
    stored = await seen.stored(contact_key)
    confirmed = stored.confirmed_at if stored else None
    same = confirmed is not None and asked_at and confirmed >= datetime.fromisoformat(asked_at)
    return replace(stored, kept=SAME) if stored and same else None
