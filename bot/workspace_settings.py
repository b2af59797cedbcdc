"""The settings form: an admin opens it from their Home, and what they choose is kept and audited."""

from collections.abc import Mapping
from typing import Any

from blocks.refusals import ADMINS_SET
from blocks.settings_modal import TEXTS, VARIANTS, SettingsShown, refused, settings_form, settings_modal
from bot.actors import Actor
from bot.choices import choices, live
from bot.desk import Desk
from bot.digesting import begin_digests
from bot.handlers.requests_settings import SettingsAsked, SettingsSubmitted
from bot.home import HomeTab
from bot.ladder import just
from bot.posting import Poster, Reply
from bot.reviewing import review_all
from persona.errors import NotForYouError
from persona.ports import Clock
from persona.preferences import Preferences
from persona.templates import prompt_variants
from persona.visibility import MemberRole
from persona.writers.request import LANGUAGES
from storage.database import Database
from storage.workspaces import audit_settings, change_settings, load_preferences


class WorkspaceSettings:
    """Shows a workspace's settings to its admins and changes them."""

    def __init__(self, desk: Desk, *, database: Database, home: HomeTab, poster: Poster, clock: Clock) -> None:
        self._desk, self._database, self._home, self._poster = desk, database, home, poster
        self._clock = clock

    async def open(self, asked: SettingsAsked) -> None:
        """Opens the form with what is chosen now; raises NotForYouError for who is no admin."""
        workspace_id = await self._admin(asked.actor)
        async with self._database.workspace(workspace_id) as connection:
            known = await load_preferences(connection, workspace_id)
        await self._poster.open_view(
            workspace_id, asked.trigger_id, settings_modal(), just(settings_form(_shown(known)))
        )

    async def submit(self, form: SettingsSubmitted) -> Mapping[str, str]:
        """Keeps all of it, or nothing: then what is wrong, by setting. Raises NotForYouError for who is no admin."""
        workspace_id = await self._admin(form.actor)
        async with self._database.workspace(workspace_id) as connection:
            before = await load_preferences(connection, workspace_id, lock=True)
            changes, wrong = _read(form, before)
            if wrong:
                return wrong
            after = await change_settings(connection, workspace_id, changes)
            await audit_settings(connection, workspace_id, by=form.actor.user_id, before=before, after=after)
            await begin_digests(connection, before, after, now=self._clock())
        self._desk.audience.forget_all(workspace_id)
        if after.visibility is not before.visibility:
            await review_all(self._desk.promises, self._database, workspace_id)
        await self._home.redraw(Reply(workspace_id, form.actor.user_id))
        return {}

    async def _admin(self, actor: Actor) -> int:
        """The workspace of an admin, who is asked for anew: a role taken a second ago counts."""
        workspace_id = await self._desk.tenants.workspace(actor.team)
        self._desk.audience.forget(workspace_id, actor.user_id)
        viewer = await self._desk.audience.viewer(workspace_id, actor)
        if viewer.role is not MemberRole.ADMIN:
            raise NotForYouError(ADMINS_SET)
        return workspace_id


def _shown(known: Preferences) -> SettingsShown:
    values = known.model_dump(mode="json")
    return SettingsShown(
        visibility=known.visibility,
        language=known.language,
        refresh=known.refresh,
        refresh_calls=known.refresh_calls,
        digest_channel=known.digest_channel,
        digest_weekday=known.digest_weekday,
        digest_hour=known.digest_hour,
        texts={name: "" if values[name] is None else str(values[name]) for name in TEXTS},
        live=live(known.variants),
        variants=sorted(prompt_variants()),
        languages=LANGUAGES,
    )


def _read(form: SettingsSubmitted, before: Preferences) -> tuple[dict[str, Any], dict[str, str]]:
    """The changes, None putting a setting back, and what is wrong. What stands as it stood is no change."""
    changes: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    known = choices()
    for name, text in {**form.texts, VARIANTS: _shares(form, before)}.items():
        value = known[name].read(text) if text or name == VARIANTS else None
        if value is None and (text or name == VARIANTS):
            wrong[name] = refused(known[name].takes)
        elif value != getattr(before, name):
            changes[name] = value
    return changes, wrong


def _shares(form: SettingsSubmitted, before: Preferences) -> str:
    """The variants ticked, each with the share it had; one that was not live gets 1. The same ones stay as they are."""
    if form.variants == live(before.variants):
        return " ".join(f"{name}={share!r}" for name, share in before.variants.items())
    return " ".join(f"{name}={before.variants.get(name) or 1.0!r}" for name in sorted(form.variants))
