"""What the clock knows, and how workspaces stood."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Double, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text

from storage.tables.columns import metadata, time

# The newest period of each chore that the clock handed out; done when its chore ended well.
periods = Table(
    "periods",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("chore", Text, nullable=False),
    Column("period", Text, nullable=False),
    time("due_at", required=True),
    time("handed_out_at", now=True),
    time("done_at"),
    PrimaryKeyConstraint("workspace_id", "chore"),
)

# One row: when a clock last looked at what is due.
clock_ticks = Table(
    "clock_ticks",
    metadata,
    Column("id", Boolean, primary_key=True, server_default="true"),
    time("ticked_at", required=True),
)

# How many personas are out of date, as the clock counted last.
staleness = Table(
    "staleness",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), primary_key=True),
    Column("personas", Integer, nullable=False),
    Column("out_of_date", Integer, nullable=False),
    time("counted_at", required=True),
)

# How a workspace stood at the end of a week, known by its Monday.
weekly_figures = Table(
    "weekly_figures",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("week", Date, nullable=False),
    Column("contacts", Integer, nullable=False),
    Column("with_persona", Integer, nullable=False),
    Column("measured", Integer, nullable=False),
    Column("quality", Double),
    PrimaryKeyConstraint("workspace_id", "week"),
)
