"""Merges staged rows into their table set-wise: which rows name nothing, which repeat, which are new, which changed.

Runs in one transaction of the workspace, as the app's role: row-level security holds for every statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection, AsyncCursor
from psycopg.sql import SQL, Composed, Identifier, Literal

from persona.errors import ImportFolderError
from storage.crm.folder import Skipped
from storage.crm.layouts import CONTACTS, Layout
from storage.merge_sql import find_pending, insert_batch, insert_pending, is_there, staging_table, update_pending
from storage.merges import Merge, Parent
from storage.shaping import Batch
from storage.withdrawals import withdraw_cards

# A batch may take longer than the statements of a request may.
_SETTINGS: Final = {"statement_timeout": "0"}
_FOLDER_SETTINGS: Final = {
    **_SETTINGS,
    "work_mem": "64MB",
    "jit": "off",
    # A table filled a moment ago has no statistics yet. The planner then takes it for small and compares every row with
    # every other: 45 s for 36,640 emails, where a hash join takes 0.1 s.
    "enable_nestloop": "off",
    # A rough picture at once; autovacuum draws the fine one.
    "default_statistics_target": "10",
}
_COMPANIES: Final = SQL("""
    WITH given AS (
        SELECT company AS name,
            (array_agg(company_domain ORDER BY line DESC) FILTER (WHERE company_domain IS NOT NULL))[1] AS domain
        FROM staged_contacts WHERE company IS NOT NULL GROUP BY company
    ), differing AS (
        SELECT g.name, coalesce(g.domain, c.domain) AS domain
        FROM given g LEFT JOIN companies c ON c.workspace_id = %(workspace)s AND c.name = g.name
        WHERE c.id IS NULL OR coalesce(g.domain, c.domain) IS DISTINCT FROM c.domain
    ), done AS (
        INSERT INTO companies (workspace_id, name, domain)
        SELECT %(workspace)s, name, domain FROM differing
        ON CONFLICT (workspace_id, name) DO UPDATE SET domain = excluded.domain
        RETURNING id
    )
    INSERT INTO touched
    SELECT id FROM contacts WHERE workspace_id = %(workspace)s AND company_id IN (SELECT id FROM done)""")

_COUNT_INTERACTIONS: Final = SQL("""
    WITH counted AS (
        SELECT t.contact_id, count(i.id) AS n, max(i.occurred_at) FILTER (WHERE i.occurred_at <= now()) AS latest
        FROM (SELECT DISTINCT contact_id FROM touched) t
        LEFT JOIN interactions i ON i.workspace_id = %(workspace)s AND i.contact_id = t.contact_id
        GROUP BY t.contact_id
    )
    UPDATE contacts SET interaction_count = counted.n, last_interaction_at = counted.latest,
        changed_at = clock_timestamp()
    FROM counted WHERE contacts.workspace_id = %(workspace)s AND contacts.id = counted.contact_id""")

_OF_SOURCE: Final = SQL("SELECT id FROM contacts WHERE workspace_id = %(workspace)s AND source = %(source)s")
_NOT_PROFILED: Final = SQL("""
    SELECT id FROM contacts WHERE workspace_id = %(workspace)s AND do_not_profile
        AND id IN (SELECT contact_id FROM touched)""")
_MADE_OF_CONTACTS: Final = ("behavioral_patterns", "customer_personas", "interaction_embeddings")


async def forget_contacts(raw: AsyncConnection, workspace_id: int, contacts: Sequence[int]) -> None:
    """Deletes what we made of these contacts: snapshots, personas, vectors. Their shared cards are to be withdrawn."""
    await withdraw_cards(raw, workspace_id, contacts)
    for table in _MADE_OF_CONTACTS if contacts else ():
        statement = SQL("DELETE FROM {} WHERE workspace_id = %s AND contact_id = ANY(%s)").format(Identifier(table))
        await raw.execute(statement, [workspace_id, list(contacts)])


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did, in rows."""

    inserted: int
    changed: int
    unchanged: int


class Merging:
    """The merging of one folder, in the transaction of `raw`; `skip` hears of every row that is left out.

    File by file: `stage`, `add` each batch, `merge`. Rows of a source that is new go into their table batch by batch,
    while the next ones are read: what is bad with them, and what is left, is looked at when the file is whole.
    """

    def __init__(
        self,
        raw: AsyncConnection,
        *,
        workspace_id: int,
        source: str,
        skip: Callable[[Skipped], None],
        few: bool = False,
    ) -> None:
        """`few` rows are looked up by index in tables whose statistics hold; a folder may be all there is."""
        self._raw, self._skip, self._few = raw, skip, few
        self._analyzed = set[str]()
        self._parameters: dict[str, Any] = {"workspace": workspace_id, "source": source}
        self._source_is_new = False
        self._staged = self._inserted = 0
        self._distinct = True

    async def begin(self) -> None:
        """Waits until no other import of this source is running, and makes the list of touched contacts."""
        # First of all, for the wait may be longer than a request's statements may take.
        for setting, value in (_SETTINGS if self._few else _FOLDER_SETTINGS).items():
            await self._raw.execute(SQL("SET LOCAL {} = {}").format(Identifier(setting), Literal(value)))
        await self._run(
            SQL("SELECT pg_advisory_xact_lock(hashtext(%(source)s), (%(workspace)s %% 2147483648)::integer)")
        )
        await self._raw.execute("CREATE TEMP TABLE touched (contact_id bigint NOT NULL) ON COMMIT DROP")
        # Whatever is stored of a source belongs to a contact of it.
        self._source_is_new = not await self._number(SQL("SELECT EXISTS ({})").format(_OF_SOURCE))

    async def stage(self, layout: Layout) -> None:
        """Makes a temporary table for the file's rows."""
        columns = SQL(", ").join(SQL("{} {}").format(Identifier(n), SQL(kind)) for n, kind in layout.staged)
        await self._raw.execute(SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP").format(staging_table(layout), columns))
        self._staged = self._inserted = 0
        self._distinct = True

    async def add(self, merge: Merge, batch: Batch) -> None:
        """Stages a batch, an empty value being unknown; of a new source it is inserted at once where that is safe."""
        statement = SQL("COPY {} FROM STDIN (FORMAT text, NULL '')").format(staging_table(merge.layout))
        async with self._raw.cursor().copy(statement) as copy:
            await copy.write(batch.text)
        self._staged += batch.rows
        self._distinct = batch.distinct
        # A contact's company is stored before: with the whole file, of whose rows the last counts.
        if merge.layout is not CONTACTS:
            await self._insert_ahead(merge, batch.after_line)

    async def merge(self, merge: Merge) -> Merged:
        """Merges what is staged and drops the staging. Rows that are stored as they are given are not written."""
        if merge.layout is CONTACTS:
            await self._skip_repeated(merge.layout)
            await self._run(_COMPANIES)
            await self._insert_ahead(merge, 0)
        merged = await self._merge_rest(merge)
        await self._raw.execute(SQL("DROP TABLE {}").format(staging_table(merge.layout)))
        if merged.inserted and merge.table not in self._analyzed and not self._few:
            await self._raw.execute(SQL("ANALYZE {}").format(Identifier(merge.table)))
            self._analyzed.add(merge.table)
        return merged

    async def _insert_ahead(self, merge: Merge, after_line: int) -> None:
        """Inserts what was staged after a line, when surely nothing of it is stored. Rows that name nothing stay."""
        if self._source_is_new and self._distinct:
            done = await self._raw.execute(insert_batch(merge), {**self._parameters, "after": after_line})
            self._inserted += done.rowcount

    async def _merge_rest(self, merge: Merge) -> Merged:
        for parent in merge.parents if self._inserted < self._staged else ():
            await self._skip_orphans(merge.layout, parent)
        if self._inserted == self._staged:
            return Merged(self._inserted, 0, 0)
        await self._skip_repeated(merge.layout)
        pending = (await self._run(find_pending(merge))).rowcount
        changed = await self._number(update_pending(merge)) if pending else 0
        inserted = await self._number(insert_pending(merge)) if pending > changed else 0
        await self._raw.execute("DROP TABLE pending")
        if self._source_is_new:
            # What was found stored is of this import: a later row of the same id has taken its place.
            return Merged(self._staged, 0, 0)
        return Merged(inserted, changed, self._staged - pending)

    async def finish(self) -> tuple[int, ...]:
        """Brings the touched contacts' counts up to date and returns their keys, in order.

        What we made of those not to be profiled is deleted: snapshots, personas, vectors. Raises ImportFolderError when
        a touched contact is gone: no foreign key holds its rows, the counting locks it until the commit.
        """
        if self._source_is_new:
            await self._run(SQL("INSERT INTO touched {}").format(_OF_SOURCE))
        await self._forget_not_profiled()
        counted = await self._run(_COUNT_INTERACTIONS)
        touched = await self._raw.execute("SELECT DISTINCT contact_id FROM touched ORDER BY contact_id")
        keys = tuple(key for (key,) in await touched.fetchall())
        if counted.rowcount != len(keys):
            raise ImportFolderError("A contact was deleted while its rows were imported. Nothing is; import again.")
        return keys

    async def _forget_not_profiled(self) -> None:
        hidden = [key for (key,) in await (await self._run(_NOT_PROFILED)).fetchall()]
        await forget_contacts(self._raw, self._parameters["workspace"], hidden)

    async def _skip_orphans(self, layout: Layout, parent: Parent) -> None:
        statement = SQL(
            "DELETE FROM {staging} s WHERE s.{column} IS NOT NULL AND NOT {is_there} RETURNING s.line, s.{column}"
        ).format(staging=staging_table(layout), column=Identifier(parent.column), is_there=is_there(parent))
        noun = parent.column.removesuffix("_id")
        async for line, named in self._raw.cursor().stream(statement, self._parameters):
            reason = f"{parent.column} “{named}” names no {noun} that was imported"
            self._skip(Skipped(layout.file, line, reason, lacks=(noun, named)))
            self._staged -= 1

    async def _skip_repeated(self, layout: Layout) -> None:
        if self._distinct:
            return
        identity = [Identifier(name) for name in layout.identity]
        statement = SQL("""
            DELETE FROM {staging} s
            USING (SELECT {identity}, max(line) AS line FROM {staging} GROUP BY {identity} HAVING count(*) > 1) last
            WHERE {same} AND s.line < last.line RETURNING s.line, last.line""").format(
            staging=staging_table(layout),
            identity=SQL(", ").join(identity),
            same=SQL(" AND ").join(SQL("s.{0} = last.{0}").format(name) for name in identity),
        )
        what = ", ".join(layout.identity)
        async for line, last in self._raw.cursor().stream(statement):
            self._skip(Skipped(layout.file, line, f"the same {what} stands again on line {last}, which counts"))
            self._staged -= 1
        self._distinct = True

    async def _run(self, statement: SQL | Composed) -> AsyncCursor[tuple[Any, ...]]:
        return await self._raw.execute(statement, self._parameters)

    async def _number(self, statement: SQL | Composed) -> int:
        row = await (await self._run(statement)).fetchone()
        return int(row[0]) if row else 0
