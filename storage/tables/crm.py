"""What a CRM holds."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Double,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import BIT, JSONB

from storage.tables.columns import belongs_to, metadata, tenant, time

companies = tenant(
    "companies",
    Column("name", Text, nullable=False),
    Column("domain", Text),
    UniqueConstraint("workspace_id", "name"),
)

contacts = tenant(
    "contacts",
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("phone", Text),
    Column("title", Text),
    Column("company_id", BigInteger),
    # As the contact's own row says: rows of one company disagree, and nobody else's word counts for this contact.
    Column("industry", Text),
    Column("company_size", Integer),
    Column("owner_email", Text),
    Column("time_zone", Text),
    Column("do_not_profile", Boolean, nullable=False, server_default="false"),
    Column("attributes", JSONB, nullable=False, server_default="{}"),
    time("created_at"),
    # What a name look-up compares: unaccented, lower-case name, email and company, written by the importer's merge.
    Column("search_text", Text, nullable=False, server_default=""),
    Column("interaction_count", Integer, nullable=False, server_default="0"),
    time("last_interaction_at"),
    # When an import last changed anything of the contact: a snapshot measured earlier is out of date.
    time("changed_at", now=True),
    # Row-level security lets an index serve only leakproof operators: equality of columns, not lower() or trigrams.
    Column("name_key", Text, Computed(r"left(search_form(regexp_replace(btrim(name), '\s+', ' ', 'g')), 200)")),
    Column("email_key", Text, Computed("left(lower(btrim(email)), 200)")),
    Column("search_bits", BIT(512), Computed("trigram_bits(left(search_text, 500))"), nullable=False),
    UniqueConstraint("workspace_id", "source", "external_id"),
    belongs_to("companies", column="company_id", cascade=False),
    Index("ix_contacts_name_key", "workspace_id", "name_key"),
    Index("ix_contacts_email_key", "workspace_id", "email_key"),
    # A look-up compares the bits of every contact: they are read from this narrow index, not from the wide rows.
    Index("ix_contacts_search_bits", "workspace_id", "id", postgresql_include=["search_bits"]),
)

interactions = tenant(
    "interactions",
    Column("contact_id", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    # The import file a row is from: two files may use one external id for different things.
    Column("record", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("direction", Text, nullable=False),
    time("occurred_at", required=True),
    Column("subject", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False, server_default=""),
    Column("own_words", Text, nullable=False, server_default=""),
    Column("auto_reply", Boolean, nullable=False, server_default="false"),
    Column("thread_id", Text),
    Column("in_reply_to", Text),
    Column("tracked", Boolean, nullable=False, server_default="false"),
    Column("status", Text),
    Column("duration_minutes", Integer),
    Column("initiated_by_contact", Boolean, nullable=False, server_default="false"),
    Column("owner_email", Text),
    Column("deal_external_id", Text),
    Column("email_external_id", Text),
    time("file_opened_at"),
    Column("attributes", JSONB, nullable=False, server_default="{}"),
    # An external id differs from row to row: compared first, it settles nearly every comparison.
    UniqueConstraint("workspace_id", "external_id", "source", "record"),
    Index("ix_interactions_contact_time", "workspace_id", "contact_id", "occurred_at"),
    checked=False,
)

email_events = Table(
    "email_events",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    Column("interaction_id", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    time("occurred_at", required=True),
    Column("url", Text),
    Column("user_agent", Text),
    Column("ip", Text),
    PrimaryKeyConstraint("workspace_id", "interaction_id", "id"),
    UniqueConstraint("workspace_id", "external_id", "source"),
)

deals = tenant(
    "deals",
    Column("contact_id", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("amount", Double),
    Column("currency", Text),
    Column("stage", Text),
    Column("outcome", Text, nullable=False),
    time("created_at", required=True),
    time("closed_at"),
    Column("owner_email", Text),
    Column("attributes", JSONB, nullable=False, server_default="{}"),
    UniqueConstraint("workspace_id", "source", "external_id"),
    belongs_to("contacts", column="contact_id"),
    Index("ix_deals_contact", "workspace_id", "contact_id"),
)

deal_stage_changes = tenant(
    "deal_stage_changes",
    Column("deal_id", BigInteger, nullable=False),
    Column("stage", Text, nullable=False),
    Column("position", Integer, nullable=False),
    time("entered_at", required=True),
    UniqueConstraint("workspace_id", "deal_id", "stage", "entered_at"),
    belongs_to("deals", column="deal_id"),
)
