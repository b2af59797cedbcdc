"""A database of the size we promise speed for: 10,000 contacts and 1,000,000 interactions, made in SQL."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from storage.database import Database
from storage.embedded import EmbeddedServer
from storage.schema import migrate
from storage.workspaces import ensure_default_workspace

CONTACTS: Final = 10_000
INTERACTIONS: Final = 1_000_000
BUSY_INTERACTIONS: Final = 500
BUSY_CONTACT: Final = "Mana Müller"

# Names are built from syllables, so that there are many, some are alike and a few people share one.
_CONTACTS = """
WITH syllables AS (SELECT
    '{Jo,Ma,Ka,An,Li,Pe,Su,Da,El,Ro,Ti,Ha,Ni,Vi,Be,Ju,Mi,Sa,Le,Co}'::text[] AS starts,
    '{na,rie,ren,ton,sa,ter,an,vid,len,bert,mo,nah,co,tor,lle,lia,guel,rah,nnart,rinne,nathan,thew}'::text[] AS ends,
    '{Mül,Schmi,Gar,Ander,John,Wil,Nova,Petro,Hoff,Ros,Kowal,Tan,O''Bri,Le,Sal,Berg,Lind,Cart,Dele,Fitz}'::text[]
        AS roots,
    '{ler,dt,cia,son,ston,kov,mann,ski,en,blanc,azar,ström,wright,croix,gerald,vic,ovic,aki,berg,ford}'::text[]
        AS tails
), people AS (
    SELECT i, starts[1 + i %% 20] || ends[1 + (i / 20) %% 22] AS first,
        roots[1 + (i / 7) %% 20] || tails[1 + (i / 140) %% 20]
            || CASE WHEN i %% 3 = 0 THEN tails[1 + (i / 11) %% 20] ELSE '' END AS last,
        1 + i %% 1000 AS company
    FROM syllables, generate_series(1, %(n)s) AS i
)
INSERT INTO contacts
    (workspace_id, source, external_id, name, email, title, company_id, industry, company_size, time_zone, search_text)
SELECT %(workspace)s, 'bench', 'c' || i, first || ' ' || last,
    format('%%s.%%s%%s@company%%s.example', first, i, last, company), 'Buyer', c.id, 'Technology', company,
    'Europe/Berlin',
    search_form(concat_ws(' ', first, last, format('%%s.%%s%%s@company%%s.example', first, i, last, company), c.name))
FROM people JOIN companies c ON c.workspace_id = %(workspace)s AND c.name = 'Company ' || company || ' Logistics'
"""

_ROWS = (
    """INSERT INTO companies (workspace_id, name)
    SELECT %(workspace)s, 'Company ' || i || ' Logistics' FROM generate_series(1, 1000) i""",
    _CONTACTS,
    # The first contact has the busy timeline, the others share the rest.
    """WITH numbered AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM contacts WHERE workspace_id = %(workspace)s
    ), rows AS (
        SELECT i, CASE WHEN i <= %(busy)s THEN 0 ELSE 1 + i %% (%(n)s - 1) END AS place
        FROM generate_series(1, %(interactions)s) i
    )
    INSERT INTO interactions (workspace_id, contact_id, source, record, external_id, kind, direction, occurred_at,
        subject, body, own_words, thread_id, tracked)
    SELECT %(workspace)s, n.id, 'bench', 'emails', 'e' || i, 'email',
        CASE WHEN i %% 3 = 0 THEN 'inbound' ELSE 'outbound' END,
        timestamptz '2024-01-01' + i * interval '1 minute' + (i %% 7) * interval '1 hour',
        'Roll-out of stage ' || i %% 50,
        repeat('We could start with two depots and look at the numbers together. ', 6),
        repeat('We could start with two depots and look at the numbers together. ', 4), 't' || i / 4, i %% 3 <> 0
    FROM rows JOIN numbered n USING (place) ORDER BY i""",
    """INSERT INTO email_events (workspace_id, interaction_id, source, external_id, type, occurred_at)
    SELECT workspace_id, id, 'bench', external_id || '-open', 'open', occurred_at + interval '20 minutes'
    FROM interactions WHERE workspace_id = %(workspace)s AND tracked AND id %% 2 = 0""",
    """INSERT INTO deals
        (workspace_id, contact_id, source, external_id, name, amount, stage, outcome, created_at, closed_at)
    SELECT workspace_id, id, 'bench', 'd' || external_id, 'Roll-out', 10000, 'Proposal',
        (ARRAY['open', 'won', 'lost'])[1 + id %% 3], timestamptz '2024-02-01' + id * interval '1 hour',
        CASE WHEN id %% 3 > 0 THEN timestamptz '2024-06-01' + id * interval '1 hour' END
    FROM contacts WHERE workspace_id = %(workspace)s AND id %% 2 = 0""",
    """INSERT INTO deal_stage_changes (workspace_id, deal_id, stage, position, entered_at)
    SELECT workspace_id, id, (ARRAY['Discovery', 'Demo', 'Proposal'])[p], p, created_at + p * interval '9 days'
    FROM deals, generate_series(1, 3) p WHERE workspace_id = %(workspace)s""",
    """UPDATE contacts c SET interaction_count = counted.n, last_interaction_at = counted.latest
    FROM (SELECT contact_id, count(*) AS n, max(occurred_at) AS latest FROM interactions
        WHERE workspace_id = %(workspace)s GROUP BY contact_id) counted
    WHERE c.workspace_id = %(workspace)s AND c.id = counted.contact_id""",
)


@dataclass(frozen=True, slots=True)
class BigDatabase:
    """Where the big database is, and the workspace that is big in it."""

    app_url: str
    workspace_id: int


@contextmanager
def big_database(home: Path) -> Iterator[BigDatabase]:
    """The big database in an embedded server in `home`, made on first use (under two minutes)."""
    with EmbeddedServer(home) as server:
        migrate(server.owner_url)
        workspace_id = asyncio.run(_default_workspace(server.app_url))
        with psycopg.connect(server.owner_url, autocommit=True) as connection:
            if connection.execute("SELECT FROM contacts LIMIT 1").fetchone() is None:
                _fill(connection, workspace_id)
        yield BigDatabase(server.app_url, workspace_id)


def _fill(connection: psycopg.Connection[tuple[object, ...]], workspace_id: int) -> None:
    other = connection.execute("INSERT INTO workspaces (name) VALUES ('Other') RETURNING workspace_id").fetchone()
    assert other is not None
    with connection.transaction():
        # Foreign keys hold by construction; checking a million of them one by one is the slow part.
        connection.execute("SET LOCAL session_replication_role = replica")
        for workspace, contacts, interactions in ((workspace_id, CONTACTS, INTERACTIONS), (other[0], 500, 5_000)):
            parameters = {
                "workspace": workspace,
                "n": contacts,
                "interactions": interactions,
                "busy": BUSY_INTERACTIONS,
            }
            for statement in _ROWS:
                connection.execute(statement, parameters)
    connection.execute("VACUUM ANALYZE")


async def _default_workspace(url: str) -> int:
    database = await Database.open(url)
    try:
        return await ensure_default_workspace(database)
    finally:
        await database.close()
