"""Contacts of a workspace: by key, and by a name, email or company as somebody typed it."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    any_,
    column,
    exists,
    false,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.errors import ContactNotFoundError
from persona.model import Contact, ContactMatch, Fit
from storage.database import Database
from storage.likeness import fit, likeness
from storage.tables import behavioral_patterns, companies, contacts, customer_personas, interactions

MAX_QUERY: Final = 200
# Below this a contact isn't even worth a "did you mean".
NEAR_ENOUGH: Final = 0.35
_BEST_FIRST: Final = (Fit.EXACT, Fit.WHOLE, Fit.NEAR, Fit.PART)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

# The bits of every contact are compared, 0.4 ms a thousand; only the nearest 50 are read and judged word by word.
_CANDIDATES: Final = (
    text("""
    WITH asked AS MATERIALIZED (SELECT search_form(:query) AS form, trigram_bits(search_form(:query)) AS bits),
    near AS (
        (SELECT id FROM contacts WHERE workspace_id = :workspace
        ORDER BY bit_count(search_bits & (SELECT bits FROM asked)) DESC, id LIMIT 50)
        UNION
        (SELECT id FROM contacts WHERE workspace_id = :workspace AND name_key = (SELECT form FROM asked) LIMIT 50)
        UNION
        (SELECT id FROM contacts WHERE workspace_id = :workspace AND email_key = lower(:query) LIMIT 50)
    )
    SELECT near.id, asked.form AS asked FROM near, asked""")
    .columns(column("id", BigInteger), column("asked", Text))
    .subquery("candidates")
)


@cache
def select_contacts() -> Select[Any]:
    """The columns `contact_from` needs, of contacts left-joined to their companies."""
    return select(
        contacts.c.id,
        contacts.c.external_id,
        contacts.c.name,
        contacts.c.email,
        contacts.c.title,
        companies.c.name.label("company"),
        contacts.c.industry,
        contacts.c.company_size,
        contacts.c.owner_email,
        contacts.c.time_zone,
        contacts.c.do_not_profile,
        contacts.c.created_at,
    ).outerjoin_from(
        contacts,
        companies,
        and_(companies.c.workspace_id == contacts.c.workspace_id, companies.c.id == contacts.c.company_id),
    )


def among(column: ColumnElement[int], keys: Sequence[int]) -> ColumnElement[bool]:
    """Whether a column is one of these keys."""
    return column == any_(literal(list(keys), ARRAY(BigInteger)))


_NEAREST: Final = (
    select_contacts()
    .add_columns(
        contacts.c.last_interaction_at,
        contacts.c.name_key,
        contacts.c.email_key,
        func.search_form(companies.c.name).label("company_key"),
        _CANDIDATES.c.asked,
    )
    .join(_CANDIDATES, _CANDIDATES.c.id == contacts.c.id)
)


async def load_contact(connection: AsyncConnection, workspace_id: int, contact_key: int) -> Contact:
    """The contact; raises ContactNotFoundError when this workspace has none of that key."""
    found = select_contacts().where(contacts.c.workspace_id == workspace_id, contacts.c.id == contact_key)
    row = (await connection.execute(found)).one_or_none()
    if row is None:
        raise ContactNotFoundError(str(contact_key))
    return contact_from(row)


async def contact_of_id(connection: AsyncConnection, workspace_id: int, contact_id: str) -> Contact | None:
    """The contact the CRM knows by that id; None when there is none, or when two CRMs each have one."""
    found = select_contacts().where(contacts.c.workspace_id == workspace_id, contacts.c.external_id == contact_id)
    rows = (await connection.execute(found.limit(2))).all()
    return contact_from(rows[0]) if len(rows) == 1 else None


async def has_contacts(connection: AsyncConnection, workspace_id: int) -> bool:
    """Whether the workspace has any contact at all."""
    return bool(await connection.scalar(select(exists().where(contacts.c.workspace_id == workspace_id))))


async def contacts_to_measure(database: Database, workspace_id: int, *, model: str) -> list[int]:
    """Keys of the contacts without a snapshot of this embedding model, or changed since it was made.

    Those not to be profiled are left out.
    """
    measured = and_(
        behavioral_patterns.c.workspace_id == contacts.c.workspace_id,
        behavioral_patterns.c.contact_id == contacts.c.id,
    )
    current = and_(behavioral_patterns.c.model == model, behavioral_patterns.c.measured_at >= contacts.c.changed_at)
    due = (
        select(contacts.c.id)
        .outerjoin(behavioral_patterns, measured)
        .where(contacts.c.workspace_id == workspace_id, ~contacts.c.do_not_profile)
        .where(func.coalesce(current, false()).is_(False))
        .order_by(contacts.c.id)
    )
    async with database.workspace(workspace_id) as connection:
        return list(await connection.scalars(due))


async def contacts_with_personas(connection: AsyncConnection, workspace_id: int, keys: Sequence[int]) -> list[int]:
    """Those of these contacts that a persona was written of, in order of their keys."""
    columns = customer_personas.c
    written = select(columns.contact_id).where(columns.workspace_id == workspace_id, among(columns.contact_id, keys))
    return list(await connection.scalars(written.distinct().order_by(columns.contact_id)))


async def visible_contacts(connection: AsyncConnection, workspace_id: int, keys: Sequence[int]) -> frozenset[int]:
    """Those of these contacts that the transaction sees."""
    asked = select(contacts.c.id).where(contacts.c.workspace_id == workspace_id, among(contacts.c.id, keys))
    return frozenset(await connection.scalars(asked))


async def list_contacts(database: Database, workspace_id: int) -> list[Contact]:
    """All contacts of a workspace in the order they came in, those not to be profiled too."""
    found = select_contacts().where(contacts.c.workspace_id == workspace_id).order_by(contacts.c.id)
    async with database.workspace(workspace_id) as connection:
        return [contact_from(row) for row in (await connection.execute(found)).all()]


async def newest_contact(connection: AsyncConnection, workspace_id: int) -> Contact | None:
    """The contact something happened with last, of those that may be profiled."""
    found = select_contacts().where(
        contacts.c.workspace_id == workspace_id,
        ~contacts.c.do_not_profile,
        contacts.c.last_interaction_at.is_not(None),
    )
    row = (await connection.execute(found.order_by(contacts.c.last_interaction_at.desc()).limit(1))).one_or_none()
    return contact_from(row) if row else None


async def newest_interaction(database: Database, workspace_id: int) -> datetime | None:
    """When anything last happened with any contact, or None when nothing has; what is only planned doesn't count."""
    newest = select(func.max(interactions.c.occurred_at)).where(
        interactions.c.workspace_id == workspace_id, interactions.c.status.is_distinct_from("scheduled")
    )
    async with database.workspace(workspace_id) as connection:
        moment: datetime | None = await connection.scalar(newest)
    return moment


async def find_contacts(
    connection: AsyncConnection, workspace_id: int, query: str, *, limit: int
) -> list[ContactMatch]:
    """The contacts nearest to what was asked: the best fitting first, then by likeness, then by their last interaction.

    Those less than NEAR_ENOUGH alike are left out. Of a long query only the first 200 characters are read.
    """
    asked = as_typed(query)
    if not asked:
        return []
    nearest = _NEAREST.where(contacts.c.workspace_id == workspace_id)
    rows = (await connection.execute(nearest, {"workspace": workspace_id, "query": asked})).all()
    near = [match for match in map(_match, rows) if match.score >= NEAR_ENOUGH or match.fit is Fit.WHOLE]
    near.sort(key=lambda match: match.last_contact_at or _NEVER, reverse=True)
    near.sort(key=lambda match: (_BEST_FIRST.index(match.fit), -match.score))
    return near[:limit]


def as_typed(query: str) -> str:
    """A query as it is looked up: composed letters, single spaces, nothing unprintable, 200 characters at most."""
    composed = unicodedata.normalize("NFC", query[: MAX_QUERY * 4])
    printable = "".join(letter if letter.isprintable() else " " for letter in composed)
    return " ".join(printable.split())[:MAX_QUERY]


def contact_from(row: Row[Any]) -> Contact:
    """The contact of a row of `select_contacts`."""
    return Contact(
        key=row.id,
        contact_id=row.external_id,
        name=row.name,
        email=row.email,
        title=row.title,
        company=row.company,
        industry=row.industry,
        company_size=row.company_size,
        owner_email=row.owner_email,
        time_zone=row.time_zone,
        do_not_profile=row.do_not_profile,
        created_at=row.created_at,
    )


def _match(row: Row[Any]) -> ContactMatch:
    theirs = {"name": row.name_key, "email": row.email_key, "company": row.company_key}
    fits = fit(row.asked, **theirs)
    score = 1.0 if fits is Fit.EXACT else likeness(row.asked, **theirs)
    return ContactMatch(contact_from(row), score=score, fit=fits, last_contact_at=row.last_interaction_at)
