"""The statements that bring staged rows into their table, made from what storage/merges.py says of it."""

from collections.abc import Sequence

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from storage.crm.layouts import Layout
from storage.merges import Merge, Parent


def staging_table(layout: Layout) -> Identifier:
    """The temporary table of a file's rows."""
    return Identifier(f"staged_{layout.name}")


def insert_batch(merge: Merge) -> Composed:
    """Inserts the rows staged after a line that name all parents they must, none of which is stored."""
    # The first parent is joined.
    named = SQL("").join(
        SQL(" AND (s.{0} IS NULL OR {1})").format(Identifier(p.column), is_there(p)) for p in merge.parents[1:]
    )
    return SQL("""
        INSERT INTO {table} (workspace_id, {names})
        SELECT %(workspace)s, {names} FROM (
            SELECT {values} FROM {source} WHERE s.line > %(after)s{named}
        ) ready""").format(**_parts(merge), named=named)


def is_there(parent: Parent) -> Composed:
    """Whether the parent that the staged row `s` names is stored."""
    record = SQL(" AND named.record = {}").format(Literal(parent.record)) if parent.record else SQL("")
    return SQL("""EXISTS (
            SELECT FROM {table} named WHERE named.workspace_id = %(workspace)s AND named.source = %(source)s
            AND named.external_id = s.{column}{record})""").format(
        table=Identifier(parent.table), column=Identifier(parent.column), record=record
    )


def find_pending(merge: Merge) -> Composed:
    """Makes the table of the rows to write: those that aren't stored, or not as they are given."""
    names = list(merge.values)
    return SQL("""
        CREATE TEMP TABLE pending ON COMMIT DROP AS
        SELECT t.{link} AS stored_link, ready.* FROM (SELECT {values} FROM {source}) ready
        LEFT JOIN {table} t ON t.workspace_id = %(workspace)s AND {found}
        WHERE t.{link} IS NULL OR ({stored}) IS DISTINCT FROM ({given})""").format(
        **_parts(merge), found=_found(merge, "ready"), stored=_listed("t.{}", names), given=_listed("ready.{}", names)
    )


def update_pending(merge: Merge) -> Composed:
    """Updates the stored rows that differ, notes both contacts of a moved one, and counts them."""
    return SQL("""
        WITH written AS (
            UPDATE {table} t SET ({names}) = ROW({given}) FROM pending d
            WHERE t.workspace_id = %(workspace)s AND {found} AND d.stored_link IS NOT NULL
            RETURNING t.{link} AS link, d.stored_link
        ), done AS (SELECT link FROM written UNION SELECT stored_link FROM written),
        noted AS (INSERT INTO touched {contacts})
        SELECT count(*) FROM written""").format(
        **_parts(merge), found=_found(merge, "d"), given=_listed("d.{}", list(merge.values))
    )


def insert_pending(merge: Merge) -> Composed:
    """Inserts the rows that aren't stored, notes their contacts, and counts them."""
    return SQL("""
        WITH written AS (
            INSERT INTO {table} (workspace_id, {names})
            SELECT %(workspace)s, {names} FROM pending WHERE stored_link IS NULL
            RETURNING {link} AS link
        ), done AS (SELECT DISTINCT link FROM written),
        noted AS (INSERT INTO touched {contacts})
        SELECT count(*) FROM written""").format(**_parts(merge))


def _parts(merge: Merge) -> dict[str, Composable]:
    return {
        "values": SQL(", ").join(SQL("{} AS {}").format(SQL(v), Identifier(n)) for n, v in merge.values.items()),
        "names": _listed("{}", list(merge.values)),
        "source": SQL(merge.source),
        "table": Identifier(merge.table),
        "link": Identifier(merge.link),
        "contacts": SQL(merge.contacts),
    }


def _found(merge: Merge, given: str) -> Composed:
    return SQL(" AND ").join(SQL("t.{0} = {1}.{0}").format(Identifier(n), Identifier(given)) for n in merge.key)


def _listed(form: str, names: Sequence[str]) -> Composed:
    return SQL(", ").join(SQL(form).format(Identifier(name)) for name in names)
