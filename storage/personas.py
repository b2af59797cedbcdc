"""Stored personas in versions, and the record of every attempt at writing one."""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, Text, cast, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.documents import dump_profile, load_profile
from persona.errors import ContactNotFoundError
from persona.model import Profile
from persona.ports import Attempt, StoredProfile
from storage.contacts import as_typed
from storage.tables import contacts, customer_personas, persona_generation_history

_INSERT: Final = text("""
    INSERT INTO customer_personas (
        workspace_id, contact_id, version, method, writer, profile, interaction_count, written_at)
    VALUES (
        :workspace, :contact, :version, :method, :writer, CAST(:document AS jsonb), :interactions, :written_at)""")

_ANSWER: Final = text("""
    SELECT c.id, c.do_not_profile, p.id, p.version, c.interaction_count - p.interaction_count
    FROM contacts c LEFT JOIN LATERAL (
        SELECT id, version, interaction_count FROM customer_personas
        WHERE workspace_id = c.workspace_id AND contact_id = c.id ORDER BY version DESC LIMIT 1
    ) p ON true
    WHERE c.workspace_id = :workspace AND (c.name_key = search_form(:query) OR c.email_key = lower(:query))
    LIMIT 2""")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """Which persona is the newest of the one contact meant, and how much happened since.

    A stored persona never changes, so what is made of it may be kept by `persona_key`.
    """

    contact_key: int
    persona_key: int
    version: int
    newer_interactions: int


async def answer_stored(connection: AsyncConnection, workspace_id: int, query: str) -> StoredAnswer | None:
    """Which persona is stored for a contact asked for by their exact name or email, in one query.

    None when not exactly one contact fits, none is stored, or the contact is not to be profiled.
    """
    parameters = {"workspace": workspace_id, "query": as_typed(query)}
    rows = (await connection.execute(_ANSWER, parameters)).all()
    if len(rows) != 1:
        return None
    contact_key, do_not_profile, persona_key, version, newer = rows[0]
    if do_not_profile or persona_key is None:
        return None
    return StoredAnswer(contact_key, persona_key, version, max(0, newer))


async def newest_persona(connection: AsyncConnection, workspace_id: int, contact_key: int) -> StoredProfile | None:
    """The newest version with how many interactions the contact has gained since, or None."""
    row = (await connection.execute(_newest(workspace_id, contact_key))).one_or_none()
    if row is None:
        return None
    return StoredProfile(load_profile(row.document), persona_key=row.id, newer_interactions=max(0, row.newer))


async def save_persona(connection: AsyncConnection, workspace_id: int, contact_key: int, profile: Profile) -> Profile:
    """Stores the profile's persona as the contact's next version and returns the profile with that number.

    Raises ContactNotFoundError, and ValueError for a profile without a persona.
    """
    if profile.persona is None:
        raise ValueError("a profile without a persona has no version")
    interactions = await _lock_contact(connection, workspace_id, contact_key)
    newest = select(func.max(customer_personas.c.version)).where(
        customer_personas.c.workspace_id == workspace_id, customer_personas.c.contact_id == contact_key
    )
    persona = replace(profile.persona, version=(await connection.scalar(newest) or 0) + 1)
    saved = replace(profile, persona=persona, newer_interactions=0)
    parameters = {
        "workspace": workspace_id,
        "contact": contact_key,
        "version": persona.version,
        "method": persona.method.value,
        "writer": persona.written_by.writer,
        "document": dump_profile(saved),
        "interactions": interactions,
        "written_at": persona.written_at,
    }
    await connection.execute(_INSERT, parameters)
    return saved


async def record_attempt(connection: AsyncConnection, workspace_id: int, attempt: Attempt) -> None:
    """Adds a row to persona_generation_history."""
    by = attempt.written_by
    row = insert(persona_generation_history).values(
        workspace_id=workspace_id,
        contact_id=attempt.contact_key,
        method=attempt.method.value,
        writer=by.writer,
        model=by.model,
        prompt_version=by.prompt_version,
        variant=attempt.variant,
        input_tokens=by.input_tokens,
        output_tokens=by.output_tokens,
        cost_usd=by.cost_usd,
        latency_ms=by.latency_ms,
        outcome=attempt.outcome,
        started_at=attempt.started_at,
    )
    await connection.execute(row)


async def _lock_contact(connection: AsyncConnection, workspace_id: int, contact_key: int) -> int:
    """Makes other writers of this contact's personas wait until we commit; how many interactions the contact has."""
    count: int | None = await connection.scalar(
        select(contacts.c.interaction_count)
        .where(contacts.c.workspace_id == workspace_id, contacts.c.id == contact_key)
        .with_for_update(key_share=True)
    )
    if count is None:
        raise ContactNotFoundError(str(contact_key))
    return count


def _newest(workspace_id: int, contact_key: int) -> Select[Any]:
    newer = (
        select(contacts.c.interaction_count)
        .where(contacts.c.workspace_id == workspace_id, contacts.c.id == contact_key)
        .scalar_subquery()
    )
    return (
        select(
            customer_personas.c.id,
            cast(customer_personas.c.profile, Text).label("document"),
            (newer - customer_personas.c.interaction_count).label("newer"),
        )
        .where(customer_personas.c.workspace_id == workspace_id, customer_personas.c.contact_id == contact_key)
        .order_by(customer_personas.c.version.desc())
        .limit(1)
    )
