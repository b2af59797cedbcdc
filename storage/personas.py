"""Stored personas, in versions."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, Text, and_, cast, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.documents import dump_profile, load_profile
from persona.errors import ContactNotFoundError, DoNotProfileError
from persona.model import Contact, History, Method, Profile, SimilarContact
from persona.ports import StoredProfile
from persona.ratings import UNRATED
from persona.roles import infer_role
from storage.contacts import contact_from, select_contacts
from storage.ratings import ratings_of
from storage.tables import contacts, customer_personas

_INSERT: Final = text("""
    INSERT INTO customer_personas (
        workspace_id, contact_id, version, method, writer, variant, profile, interaction_count, contact_action_count,
        stage_change_count, written_at)
    VALUES (
        :workspace, :contact, :version, :method, :writer, :variant, CAST(:document AS jsonb), :interactions, :actions,
        :stages, :written_at)""")

# What the contact did themselves, and the steps of their deals: what a persona should take notice of.
_MATTERING: Final = text("""
    SELECT (SELECT count(*) FROM interactions WHERE workspace_id = :workspace AND contact_id = :contact
            AND direction = 'inbound' AND NOT auto_reply) AS actions,
        (SELECT count(*) FROM deals d JOIN deal_stage_changes s
            ON s.workspace_id = d.workspace_id AND s.deal_id = d.id
            WHERE d.workspace_id = :workspace AND d.contact_id = :contact) AS stages""")


async def newest_persona(
    connection: AsyncConnection,
    workspace_id: int,
    contact_key: int,
    *,
    method: Method | None = None,
    version: int | None = None,
) -> StoredProfile | None:
    """The newest version, of one method if named, or just that `version`, with how much happened since; or None.

    The contact, and a role the CRM confirms, are as the CRM has them now. Similar contacts that are no longer there or
    not to be profiled are left out.
    """
    wanted = _newest().where(contacts.c.workspace_id == workspace_id, contacts.c.id == contact_key)
    if method is not None:
        wanted = wanted.where(customer_personas.c.method == method.value)
    if version is not None:
        wanted = wanted.where(customer_personas.c.version == version)
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        return None
    profile = _brought_up_to_date(load_profile(row.document), contact_from(row))
    shown = await _may_be_shown(connection, workspace_id, profile.similar)
    actions, stages = await _mattering(connection, workspace_id, contact_key)
    since = replace(
        profile,
        similar=shown,
        newer_interactions=max(0, row.newer),
        newer_from_contact=max(0, actions - row.contact_action_count) if row.contact_action_count is not None else 0,
        newer_stage_changes=max(0, stages - row.stage_change_count) if row.stage_change_count is not None else 0,
        ratings=await ratings_of(connection, workspace_id, row.persona_key),
        confirmed_at=row.confirmed_at,
        failed_at=row.failed_at,
    )
    return StoredProfile(since, persona_key=row.persona_key)


async def list_personas(connection: AsyncConnection, workspace_id: int, contact_key: int) -> list[Profile]:
    """Every version of the contact, newest first, as it was written; similar contacts are left out."""
    versions = (
        select(cast(customer_personas.c.profile, Text))
        .where(customer_personas.c.workspace_id == workspace_id, customer_personas.c.contact_id == contact_key)
        .order_by(customer_personas.c.version.desc())
    )
    return [replace(load_profile(document), similar=()) for document in await connection.scalars(versions)]


async def save_persona(connection: AsyncConnection, workspace_id: int, contact_key: int, profile: Profile) -> Profile:
    """Stores the profile's persona as the contact's next version and returns the profile with that number.

    Raises ContactNotFoundError, DoNotProfileError when that was said meanwhile, and ValueError for a profile without a
    persona.
    """
    if profile.persona is None:
        raise ValueError("a profile without a persona has no version")
    interactions = await _lock_contact(connection, workspace_id, contact_key)
    newest = select(func.max(customer_personas.c.version)).where(
        customer_personas.c.workspace_id == workspace_id, customer_personas.c.contact_id == contact_key
    )
    persona = replace(profile.persona, version=(await connection.scalar(newest) or 0) + 1)
    unchanged = replace(profile, newer_interactions=0, newer_from_contact=0, newer_stage_changes=0)
    saved = replace(unchanged, persona=persona, ratings=UNRATED, confirmed_at=None, failed_at=None, kept="")
    actions, stages = await _mattering(connection, workspace_id, contact_key)
    parameters = {
        "workspace": workspace_id,
        "contact": contact_key,
        "version": persona.version,
        "method": persona.method.value,
        "writer": persona.written_by.writer,
        "variant": persona.written_by.variant,
        "document": dump_profile(saved),
        "interactions": interactions,
        "actions": actions,
        "stages": stages,
        "written_at": persona.written_at,
    }
    await connection.execute(_INSERT, parameters)
    return saved


async def confirm_persona(
    connection: AsyncConnection, workspace_id: int, contact_key: int, version: int, *, at: datetime
) -> None:
    """Remembers that a version needed no newer one at `at`; how much happened since is counted from then."""
    interactions = await _lock_contact(connection, workspace_id, contact_key)
    actions, stages = await _mattering(connection, workspace_id, contact_key)
    rows = customer_personas.c
    await connection.execute(
        update(customer_personas)
        .where(rows.workspace_id == workspace_id, rows.contact_id == contact_key, rows.version == version)
        .values(
            confirmed_at=at, interaction_count=interactions, contact_action_count=actions, stage_change_count=stages
        )
    )


async def remember_failure(
    connection: AsyncConnection, workspace_id: int, contact_key: int, version: int, *, at: datetime
) -> None:
    """Remembers that a model failed to write a newer version at `at`."""
    rows = customer_personas.c
    of_version = (rows.workspace_id == workspace_id) & (rows.contact_id == contact_key) & (rows.version == version)
    await connection.execute(update(customer_personas).where(of_version).values(failed_at=at))


async def _mattering(connection: AsyncConnection, workspace_id: int, contact_key: int) -> tuple[int, int]:
    """How often the contact acted, and how often their deals changed stage."""
    row = (await connection.execute(_MATTERING, {"workspace": workspace_id, "contact": contact_key})).one()
    return int(row.actions), int(row.stages)


async def _lock_contact(connection: AsyncConnection, workspace_id: int, contact_key: int) -> int:
    """Makes other writers of this contact's personas wait until we commit; how many interactions the contact has."""
    found = await connection.execute(
        select(contacts.c.name, contacts.c.do_not_profile, contacts.c.interaction_count)
        .where(contacts.c.workspace_id == workspace_id, contacts.c.id == contact_key)
        .with_for_update(key_share=True)
    )
    row = found.one_or_none()
    if row is None:
        raise ContactNotFoundError(str(contact_key))
    if row.do_not_profile:
        raise DoNotProfileError(row.name)
    return int(row.interaction_count)


def _brought_up_to_date(profile: Profile, contact: Contact) -> Profile:
    """The profile with the contact as the CRM has them now, and with the role the CRM now says when it said so then."""
    before, persona = profile.contact, profile.persona
    same = (before.title, before.company, before.company_size) == (contact.title, contact.company, contact.company_size)
    if persona is not None and persona.role.confirmed and not same:
        persona = replace(persona, role=infer_role(History(contact)))
    return replace(profile, contact=contact, persona=persona)


async def _may_be_shown(
    connection: AsyncConnection, workspace_id: int, similar: tuple[SimilarContact, ...]
) -> tuple[SimilarContact, ...]:
    """Those who are still contacts, whom none of the sources that know their id forbids to profile."""
    if not similar:
        return ()
    allowed = (
        select(contacts.c.external_id)
        .where(contacts.c.workspace_id == workspace_id)
        .where(contacts.c.external_id.in_([one.contact_id for one in similar]))
        .group_by(contacts.c.external_id)
        .having(~func.bool_or(contacts.c.do_not_profile))
    )
    shown = set(await connection.scalars(allowed))
    return tuple(one for one in similar if one.contact_id in shown)


@cache
def _newest() -> Select[Any]:
    of_contact = and_(
        customer_personas.c.workspace_id == contacts.c.workspace_id, customer_personas.c.contact_id == contacts.c.id
    )
    return (
        select_contacts()
        .add_columns(
            customer_personas.c.id.label("persona_key"),
            customer_personas.c.contact_action_count,
            customer_personas.c.stage_change_count,
            customer_personas.c.confirmed_at,
            customer_personas.c.failed_at,
            cast(customer_personas.c.profile, Text).label("document"),
            (contacts.c.interaction_count - customer_personas.c.interaction_count).label("newer"),
        )
        .join(customer_personas, of_contact)
        .order_by(customer_personas.c.version.desc())
        .limit(1)
    )
