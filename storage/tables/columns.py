"""What tables are made of: times, workspaces, parents."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    func,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def time(name: str, *, required: bool = False, now: bool = False) -> Column[object]:
    """A moment; `now` is the database's when a row comes in."""
    return Column(
        name, DateTime(timezone=True), nullable=not (required or now), server_default=func.now() if now else None
    )


def workspace_id(*items: SchemaItem) -> Column[int]:
    """The workspace of a row. Where a row has a parent, the parent's key leads to the workspace: one check a row."""
    has_parent = any(isinstance(item, ForeignKeyConstraint) and item.ondelete for item in items)
    references = () if has_parent else (ForeignKey("workspaces.workspace_id", ondelete="CASCADE"),)
    return Column("workspace_id", BigInteger, *references, nullable=False)


def tenant(name: str, *items: SchemaItem, checked: bool = True) -> Table:
    """A tenant table with its own id: key (workspace_id, id).

    Where `checked` is False no foreign key looks at each row that is inserted: an import joins its rows to their parent
    set-wise, and triggers delete them with it (migration 0005).
    """
    return Table(
        name,
        metadata,
        workspace_id(*items) if checked else Column("workspace_id", BigInteger, nullable=False),
        Column("id", BigInteger, Identity(always=True), nullable=False),
        *items,
        PrimaryKeyConstraint("workspace_id", "id"),
    )


def belongs_to(parent: str, *, column: str, cascade: bool = True) -> ForeignKeyConstraint:
    """A row's parent in its own workspace; with `cascade` it goes when its parent goes."""
    return ForeignKeyConstraint(
        ["workspace_id", column], [f"{parent}.workspace_id", f"{parent}.id"], ondelete="CASCADE" if cascade else None
    )
