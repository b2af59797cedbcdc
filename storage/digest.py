"""What a week's digest is made of. Each query joins `contacts`, which row-level security narrows to who may be seen."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from persona.digest import MOST, Digest, Kind, Named
from storage.dashboard import use_of
from storage.ratings import accuracy
from storage.trends import active_members, compared_industries, last_weeks

_WEEK: Final = timedelta(days=7)

_WRITTEN: Final = text("""
    SELECT c.id, c.name, concat_ws(', ', c.title, k.name) AS role, p.profile #>> '{persona,changes}' AS changes,
        count(*) OVER () AS n
    FROM (
        SELECT DISTINCT ON (contact_id) contact_id, version, profile FROM customer_personas
        WHERE workspace_id = :workspace AND written_at >= :since AND written_at < :until
        ORDER BY contact_id, version DESC
    ) p JOIN contacts c ON c.workspace_id = :workspace AND c.id = p.contact_id AND NOT c.do_not_profile
    LEFT JOIN companies k ON k.workspace_id = :workspace AND k.id = c.company_id
    WHERE (:anew AND EXISTS (
        SELECT FROM customer_personas o
        WHERE o.workspace_id = :workspace AND o.contact_id = p.contact_id AND o.written_at < :since))
    OR (NOT :anew AND NOT EXISTS (
        SELECT FROM customer_personas o
        WHERE o.workspace_id = :workspace AND o.contact_id = p.contact_id AND o.written_at < :since))
    ORDER BY c.last_interaction_at DESC NULLS LAST, c.id LIMIT :most""")
_QUIET: Final = text("""
    SELECT b.contact_id, c.name, CAST(b.insights ->> 'last_own_action' AS timestamptz) AS last_own_action,
        d.name AS deal, d.amount, d.currency, count(*) OVER () AS n
    FROM behavioral_patterns b
    JOIN contacts c ON c.workspace_id = b.workspace_id AND c.id = b.contact_id AND NOT c.do_not_profile
    LEFT JOIN LATERAL (
        SELECT name, amount, currency FROM deals
        WHERE workspace_id = :workspace AND contact_id = b.contact_id AND outcome = 'open'
        ORDER BY amount DESC NULLS LAST, id LIMIT 1) d ON true
    WHERE b.workspace_id = :workspace AND b.quiet_from >= :since AND b.quiet_from < :until
    ORDER BY d.amount DESC NULLS LAST, c.last_interaction_at DESC NULLS LAST, b.contact_id LIMIT :most""")
_WRONG: Final = text("""
    SELECT c.id, c.name, r.claim_text, r.kind, count(*) OVER () AS n
    FROM corrections r
    JOIN contacts c ON c.workspace_id = r.workspace_id AND c.id = r.contact_id AND NOT c.do_not_profile
    WHERE r.workspace_id = :workspace AND r.corrected_at >= :since AND r.corrected_at < :until
        AND r.withdrawn_at IS NULL
    ORDER BY r.corrected_at DESC, r.id DESC LIMIT :most""")
_SINGLE: Final = text("""
    SELECT d.contact_id, min(c.name), min(d.name), max(d.amount), min(d.currency), count(*) OVER () AS n
    FROM deals d JOIN contacts c ON c.workspace_id = d.workspace_id AND c.id = d.contact_id AND NOT c.do_not_profile
    WHERE d.workspace_id = :workspace AND d.outcome = 'open' AND c.company_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM contacts o WHERE o.workspace_id = :workspace AND o.company_id = c.company_id AND o.id <> c.id
        AND o.last_interaction_at >= :lately)
    GROUP BY d.id, d.contact_id ORDER BY max(d.amount) DESC NULLS LAST, d.id LIMIT :most""")
_REMEMBER: Final = text("""
    INSERT INTO weekly_figures (workspace_id, week, contacts, with_persona, measured, quality)
    VALUES (:workspace, :week, :contacts, :with_persona, :measured, :quality)
    ON CONFLICT (workspace_id, week) DO UPDATE SET contacts = excluded.contacts,
        with_persona = excluded.with_persona, measured = excluded.measured, quality = excluded.quality""")
_KINDS: Final = {
    "wrong": "is wrong",
    "outdated": "is outdated",
    "wrong_person": "is about another person",
    "not_useful": "is not useful",
    "right_text": "was put right",
}


async def digest_of(connection: AsyncConnection, workspace_id: int, *, until: datetime, most: int = MOST) -> Digest:
    """The seven days before `until` (aware), of each kind the first `most`.

    The connection's viewer decides which contacts there are.
    """
    since = until - _WEEK
    bound = {"workspace": workspace_id, "since": since, "until": until, "most": most}
    use = await use_of(connection, workspace_id)
    return Digest(
        until=until.date(),
        new=await _written(connection, {**bound, "anew": False}),
        changed=await _written(connection, {**bound, "anew": True}),
        quiet=await _quiet(connection, bound),
        wrong=await _wrong(connection, bound),
        single=await _single(connection, bound),
        contacts=use.contacts,
        with_persona=use.with_persona,
        active=await active_members(connection, workspace_id, since=since, until=until),
        quality=use.quality,
        measured=use.measured,
        accuracy=(await accuracy(connection, workspace_id, since=since))[0],
        so_far=(await accuracy(connection, workspace_id))[0],
        weeks=await last_weeks(connection, workspace_id, until=until),
        industries=await compared_industries(connection, workspace_id),
    )


async def remember_week(connection: AsyncConnection, workspace_id: int, *, at: datetime) -> None:
    """Keeps the figures of the week of `at`, as they are now."""
    use = await use_of(connection, workspace_id)
    week = at.date() - timedelta(days=at.weekday())
    figures = {"contacts": use.contacts, "with_persona": use.with_persona, "measured": use.measured}
    await connection.execute(_REMEMBER, {"workspace": workspace_id, "week": week, "quality": use.quality, **figures})


async def _written(connection: AsyncConnection, bound: dict[str, Any]) -> Kind:
    rows = (await connection.execute(_WRITTEN, bound)).all()
    said = [(changes if bound["anew"] else "") for *_, changes, _ in rows]
    told = ("; ".join(json.loads(changes)) if changes else "" for changes in said)
    named = (Named(key, name, what or role) for (key, name, role, *_), what in zip(rows, told, strict=True))
    return Kind(tuple(named), rows[0].n if rows else 0)


async def _quiet(connection: AsyncConnection, bound: dict[str, Any]) -> Kind:
    """Whose silence became longer than usual in these days, the largest open deal first."""
    rows = (await connection.execute(_QUIET, bound)).all()
    named = []
    for key, name, last, deal, amount, currency, _ in rows:
        days = (bound["until"] - last).days
        at_stake = f"; open deal “{deal}”{_worth(amount, currency)}" if deal else ""
        silent = f"{days:,} {'day' if days == 1 else 'days'}"
        named.append(Named(key, name, f"silent for {silent}, longer than usual{at_stake}"))
    return Kind(tuple(named), rows[0].n if rows else 0)


async def _wrong(connection: AsyncConnection, bound: dict[str, Any]) -> Kind:
    rows = (await connection.execute(_WRONG, bound)).all()
    named = (Named(key, name, f"“{claim}” {_KINDS[kind]}") for key, name, claim, kind, _ in rows)
    return Kind(tuple(named), rows[0].n if rows else 0)


async def _single(connection: AsyncConnection, bound: dict[str, Any]) -> Kind:
    rows = (await connection.execute(_SINGLE, {**bound, "lately": bound["until"] - timedelta(days=90)})).all()
    named = []
    for key, name, deal, amount, currency, _ in rows:
        named.append(Named(key, name, f"the only one we talk to about “{deal}”{_worth(amount, currency)}"))
    return Kind(tuple(named), rows[0].n if rows else 0)


def _worth(amount: float | None, currency: str | None) -> str:
    return f", {amount:,.0f} {currency or ''}".rstrip() if amount else ""
