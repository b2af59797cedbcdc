"""Exports a persona as a file that comes to who asked, in their direct messages."""

import asyncio
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from blocks.export_form import Format, export_form, export_modal, exported
from blocks.refusals import PERSONA_GONE
from bot.deliveries import Deliveries
from bot.desk import Desk
from bot.handlers.requests_claims import CardAsked
from bot.handlers.requests_exports import ExportSubmitted
from bot.ladder import Render, just
from bot.once import once
from bot.posting import Poster, Reply
from bot.promises import Task
from persona.errors import NotForYouError
from persona.export import export_claims, export_profile
from persona.model import Profile
from persona.ports import Clock
from storage.database import Database

EXPORT: Final = "export_persona"


class Exporting:
    """Opens the form and makes the file."""

    def __init__(self, desk: Desk, *, database: Database, deliveries: Deliveries, poster: Poster, clock: Clock) -> None:
        self._desk, self._database, self._deliveries = desk, database, deliveries
        self._poster, self._clock = poster, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {EXPORT: self.export}

    async def open(self, asked: CardAsked) -> None:
        """Opens the form; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(asked.actor)
        modal = export_modal(asked.opened.contact_key, asked.opened.version)
        show = self._poster.push_view if asked.in_modal else self._poster.open_view
        await show(workspace_id, asked.trigger_id, modal, just(export_form()))

    async def submit(self, form: ExportSubmitted) -> None:
        """Promises the file, once for a form however often it is sent; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(form.actor)
        reply = Reply(workspace_id, form.actor.user_id, view_id=form.view_id)
        async with once(self._database, workspace_id, f"export:{form.view_id}") as first:
            if first:
                key, version, wanted = form.contact_key, form.version, form.format.value
                what: dict[str, Any] = {"contact_key": key, "version": version, "wanted": wanted}
                await self._desk.promises.make(EXPORT, reply, within=first, **what)

    async def export(self, *, reply: Reply, contact_key: int, version: int, wanted: str) -> Render:
        """Uploads the file to who asked, once. Raises NotForYouError and MaybeSentError."""
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, contact_key)
        profile = await engine.version(contact_key, version) or await engine.stored(contact_key)
        if profile is None or profile.persona is None:
            raise NotForYouError(PERSONA_GONE)
        content = await asyncio.to_thread(render, profile, Format(wanted), now=self._clock())
        filename = file_name(profile, Format(wanted))

        async def send() -> str:
            return await self._poster.upload(reply.workspace_id, reply.user_id, filename, content)

        await self._deliveries.send(reply.workspace_id, f"export:{reply.view_id}", send)
        return just(exported(filename))


def render(profile: Profile, wanted: Format, *, now: datetime) -> bytes:
    """The file's content."""
    if wanted is Format.PDF:
        from blocks.pdf import render_pdf  # its fonts take a second to load, which no start must wait for

        return render_pdf(profile, now=now)
    if wanted is Format.CSV:
        return export_claims(profile).encode()
    return json.dumps(export_profile(profile), ensure_ascii=False, indent=1).encode() + b"\n"


def file_name(profile: Profile, wanted: Format) -> str:
    """ "persona-jane-doe-v4.pdf", in plain letters."""
    plain = unicodedata.normalize("NFKD", profile.contact.name).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or f"contact-{profile.contact.key}"
    version = profile.persona.version if profile.persona else 0
    return f"persona-{name}-v{version}.{wanted.value}"
