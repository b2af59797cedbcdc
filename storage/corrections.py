"""What people said of a contact's claims: kept one by one, withdrawn but never deleted."""

from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Text, cast, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.corrections import Correction
from persona.model import CorrectionKind, Evidence
from storage.tables import contacts, corrections

_EVIDENCE: Final = TypeAdapter(tuple[Evidence, ...])
# The version corrected is the contact's newest: an older one is shown nowhere.
_NEWEST: Final = text("""(
    SELECT id FROM customer_personas WHERE workspace_id = :workspace AND contact_id = :contact
    ORDER BY version DESC LIMIT 1)""")


async def add_correction(
    connection: AsyncConnection, workspace_id: int, contact_key: int, correction: Correction
) -> None:
    """Stores a correction of a claim of the contact's newest persona, unless one of that claim stands.

    Two who correct it at once wait for each other.
    """
    of_contact = (contacts.c.workspace_id == workspace_id, contacts.c.id == contact_key)
    await connection.execute(select(contacts.c.id).where(*of_contact).with_for_update(key_share=True))
    standing = select(corrections.c.id).where(
        corrections.c.workspace_id == workspace_id,
        corrections.c.contact_id == contact_key,
        corrections.c.facet == correction.place,
        corrections.c.claim_text == correction.claim_text,
        corrections.c.withdrawn_at.is_(None),
    )
    if await connection.scalar(standing) is not None:
        return
    row = insert(corrections).values(
        workspace_id=workspace_id,
        contact_id=contact_key,
        persona_id=_NEWEST.bindparams(workspace=workspace_id, contact=contact_key),
        facet=correction.place,
        claim_text=correction.claim_text,
        kind=correction.kind.value,
        right_text=correction.right_text or None,
        evidence=cast(literal(_EVIDENCE.dump_json(correction.evidence).decode(), Text), JSONB),
        corrected_by=correction.by,
        corrected_at=correction.at,
    )
    await connection.execute(row)


async def load_corrections(connection: AsyncConnection, workspace_id: int, contact_key: int) -> list[Correction]:
    """The contact's corrections that were not withdrawn, oldest first."""
    found = (
        select(corrections)
        .where(
            corrections.c.workspace_id == workspace_id,
            corrections.c.contact_id == contact_key,
            corrections.c.withdrawn_at.is_(None),
        )
        .order_by(corrections.c.corrected_at, corrections.c.id)
    )
    return [
        Correction(
            place=row.facet,
            claim_text=row.claim_text,
            evidence=_EVIDENCE.validate_python(row.evidence),
            kind=CorrectionKind(row.kind),
            by=row.corrected_by,
            at=row.corrected_at,
            right_text=row.right_text or "",
            key=row.id,
        )
        for row in await connection.execute(found)
    ]


async def withdraw_correction(
    connection: AsyncConnection, workspace_id: int, contact_key: int, key: int, *, by: str, at: datetime
) -> bool:
    """Takes a correction back; whether there was one that stood."""
    withdrawn = (
        update(corrections)
        .where(
            corrections.c.workspace_id == workspace_id,
            corrections.c.contact_id == contact_key,
            corrections.c.id == key,
            corrections.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_by=by, withdrawn_at=at)
    )
    return (await connection.execute(withdrawn)).rowcount > 0
