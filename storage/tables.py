"""The schema: every tenant table has workspace_id first in its key and every index. Migrations make what is here."""

from pgvector.sqlalchemy import HALFVEC, Vector
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    cast,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSONB
from sqlalchemy.schema import SchemaItem

DIMENSIONS = 256

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _time(name: str, *, required: bool = False, now: bool = False) -> Column[object]:
    return Column(
        name, DateTime(timezone=True), nullable=not (required or now), server_default=func.now() if now else None
    )


def _workspace_id(*items: SchemaItem) -> Column[int]:
    """The workspace of a row. Where a row has a parent, the parent's key leads to the workspace: one check a row."""
    has_parent = any(isinstance(item, ForeignKeyConstraint) and item.ondelete for item in items)
    references = () if has_parent else (ForeignKey("workspaces.workspace_id", ondelete="CASCADE"),)
    return Column("workspace_id", BigInteger, *references, nullable=False)


def _tenant(name: str, *items: SchemaItem, checked: bool = True) -> Table:
    """A tenant table with its own id: key (workspace_id, id).

    Where `checked` is False no foreign key looks at each row that is inserted: an import joins its rows to their parent
    set-wise, and triggers delete them with it (migration 0005).
    """
    return Table(
        name,
        metadata,
        _workspace_id(*items) if checked else Column("workspace_id", BigInteger, nullable=False),
        Column("id", BigInteger, Identity(always=True), nullable=False),
        *items,
        PrimaryKeyConstraint("workspace_id", "id"),
    )


def _belongs_to(parent: str, *, column: str, cascade: bool = True) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", column], [f"{parent}.workspace_id", f"{parent}.id"], ondelete="CASCADE" if cascade else None
    )


workspaces = Table(
    "workspaces",
    metadata,
    Column("workspace_id", BigInteger, Identity(always=True), primary_key=True),
    Column("slack_enterprise_id", Text),
    Column("slack_team_id", Text, unique=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("settings", JSONB, nullable=False, server_default="{}"),
    _time("created_at", now=True),
    _time("ended_at"),
)

installations = _tenant(
    "installations",
    Column("slack_app_id", Text, nullable=False),
    Column("bot_user_id", Text),
    Column("bot_id", Text),
    Column("scopes", ARRAY(Text), nullable=False, server_default="{}"),
    Column("bot_token_encrypted", LargeBinary, nullable=False),
    Column("refresh_token_encrypted", LargeBinary),
    _time("token_expires_at"),
    _time("installed_at", now=True),
    Column("installed_by", Text),
    UniqueConstraint("workspace_id", "slack_app_id"),
)

members = _tenant(
    "members",
    Column("slack_user_id", Text, nullable=False),
    Column("email", Text),
    # The address the CRM knows them by as an owner, where it isn't their own.
    Column("owner_email", Text),
    Column("role", Text, nullable=False, server_default="rep"),
    # Whether an admin gave the role; else Slack's own admins are ours.
    Column("role_given", Boolean, nullable=False, server_default="false"),
    Column("team", Text),
    Column("guest", Boolean, nullable=False, server_default="false"),
    _time("asked_at", now=True),
    UniqueConstraint("workspace_id", "slack_user_id"),
    Index("ix_members_team", "workspace_id", "team"),
)

# Where personas may be posted although guests or people of other organisations read there.
allowed_channels = Table(
    "allowed_channels",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("allowed_by", Text, nullable=False),
    _time("allowed_at", now=True),
    PrimaryKeyConstraint("workspace_id", "channel_id"),
)

companies = _tenant(
    "companies",
    Column("name", Text, nullable=False),
    Column("domain", Text),
    UniqueConstraint("workspace_id", "name"),
)

contacts = _tenant(
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
    _time("created_at"),
    # What a name look-up compares: unaccented, lower-case name, email and company, written by the importer's merge.
    Column("search_text", Text, nullable=False, server_default=""),
    Column("interaction_count", Integer, nullable=False, server_default="0"),
    _time("last_interaction_at"),
    # When an import last changed anything of the contact: a snapshot measured earlier is out of date.
    _time("changed_at", now=True),
    # Row-level security lets an index serve only leakproof operators: equality of columns, not lower() or trigrams.
    Column("name_key", Text, Computed(r"left(search_form(regexp_replace(btrim(name), '\s+', ' ', 'g')), 200)")),
    Column("email_key", Text, Computed("left(lower(btrim(email)), 200)")),
    Column("search_bits", BIT(512), Computed("trigram_bits(left(search_text, 500))"), nullable=False),
    UniqueConstraint("workspace_id", "source", "external_id"),
    _belongs_to("companies", column="company_id", cascade=False),
    Index("ix_contacts_name_key", "workspace_id", "name_key"),
    Index("ix_contacts_email_key", "workspace_id", "email_key"),
    # A look-up compares the bits of every contact: they are read from this narrow index, not from the wide rows.
    Index("ix_contacts_search_bits", "workspace_id", "id", postgresql_include=["search_bits"]),
)

interactions = _tenant(
    "interactions",
    Column("contact_id", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    # The import file a row is from: two files may use one external id for different things.
    Column("record", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("direction", Text, nullable=False),
    _time("occurred_at", required=True),
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
    _time("file_opened_at"),
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
    _time("occurred_at", required=True),
    Column("url", Text),
    Column("user_agent", Text),
    Column("ip", Text),
    PrimaryKeyConstraint("workspace_id", "interaction_id", "id"),
    UniqueConstraint("workspace_id", "external_id", "source"),
)

deals = _tenant(
    "deals",
    Column("contact_id", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("amount", Double),
    Column("currency", Text),
    Column("stage", Text),
    Column("outcome", Text, nullable=False),
    _time("created_at", required=True),
    _time("closed_at"),
    Column("owner_email", Text),
    Column("attributes", JSONB, nullable=False, server_default="{}"),
    UniqueConstraint("workspace_id", "source", "external_id"),
    _belongs_to("contacts", column="contact_id"),
    Index("ix_deals_contact", "workspace_id", "contact_id"),
)

deal_stage_changes = _tenant(
    "deal_stage_changes",
    Column("deal_id", BigInteger, nullable=False),
    Column("stage", Text, nullable=False),
    Column("position", Integer, nullable=False),
    _time("entered_at", required=True),
    UniqueConstraint("workspace_id", "deal_id", "stage", "entered_at"),
    _belongs_to("deals", column="deal_id"),
)

interaction_embeddings = Table(
    "interaction_embeddings",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    Column("interaction_id", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    # Hash of the text embedded: a changed text is embedded again, an unchanged one is not.
    Column("text_hash", LargeBinary, nullable=False),
    Column("embedding", Vector(DIMENSIONS), nullable=False),
    PrimaryKeyConstraint("workspace_id", "contact_id", "interaction_id", "model"),
    _belongs_to("interactions", column="interaction_id"),
    Index("ix_interaction_embeddings_interaction", "workspace_id", "interaction_id"),
)

behavioral_patterns = Table(
    "behavioral_patterns",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    _time("as_of", required=True),
    Column("model", Text, nullable=False),
    # persona.model.Insights as JSON.
    Column("insights", JSONB, nullable=False),
    Column("behaviour", Vector(), nullable=False),
    # None when the contact has no words of their own in this model.
    Column("profile", Vector()),
    _time("measured_at", now=True),
    # What the Home sorts by. The note says whether the silence is longer than nine in ten of the contact's own gaps.
    Column("quality", Double, Computed("(insights #>> '{quality,score}'::text[])::double precision", persisted=True)),
    Column(
        "quiet",
        Boolean,
        Computed(
            "coalesce((insights #>> '{metrics,going_quiet_days,note}'::text[]) ~~ '%; quiet'::text, false)",
            persisted=True,
        ),
    ),
    PrimaryKeyConstraint("workspace_id", "contact_id"),
    _belongs_to("contacts", column="contact_id"),
    Index("ix_behavioral_patterns_standing", "workspace_id", "contact_id", postgresql_include=["quality", "quiet"]),
)

# Of the length profiles have today (persona/similarity.py): what is of another length is compared one by one.
Index(
    "ix_behavioral_patterns_nearest",
    cast(behavioral_patterns.c.profile, HALFVEC(268)).label("nearest"),
    postgresql_using="hnsw",
    postgresql_ops={"nearest": "halfvec_cosine_ops"},
    postgresql_with={"m": 16, "ef_construction": 128},
    postgresql_where=func.vector_dims(behavioral_patterns.c.profile) == 268,
)

customer_personas = _tenant(
    "customer_personas",
    Column("contact_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("method", Text, nullable=False),
    Column("writer", Text, nullable=False),
    Column("variant", Text, nullable=False, server_default="default"),
    # persona.model.Profile as JSON: the card as it was written, every claim with its evidence.
    Column("profile", JSONB, nullable=False),
    Column("interaction_count", Integer, nullable=False),
    # How many of them the contact made, and how often their deals had changed stage; unknown of early versions.
    Column("contact_action_count", Integer),
    Column("stage_change_count", Integer),
    _time("written_at", required=True),
    # When it was found last to need no newer version, and when a model last failed to write one.
    _time("confirmed_at"),
    _time("failed_at"),
    # How it was written, to be read without the JSON.
    Column(
        "language", Text, Computed("coalesce(profile #>> '{persona,language}'::text[], 'en'::text)", persisted=True)
    ),
    Column(
        "fell_back",
        Boolean,
        Computed("coalesce(profile #>> '{persona,written_by,fallback}'::text[], ''::text) <> ''::text", persisted=True),
    ),
    UniqueConstraint("workspace_id", "contact_id", "version"),
    _belongs_to("contacts", column="contact_id"),
    Index(
        "ix_customer_personas_newest",
        "workspace_id",
        "contact_id",
        "version",
        postgresql_include=["written_at", "interaction_count"],
    ),
)

persona_generation_history = _tenant(
    "persona_generation_history",
    Column("contact_id", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
    Column("writer", Text, nullable=False),
    Column("model", Text),
    Column("prompt_version", Text),
    Column("variant", Text, nullable=False, server_default="default"),
    Column("input_tokens", Integer, nullable=False, server_default="0"),
    Column("output_tokens", Integer, nullable=False, server_default="0"),
    Column("cost_usd", Double, nullable=False, server_default="0"),
    Column("latency_ms", Integer, nullable=False, server_default="0"),
    Column("outcome", Text, nullable=False),
    Column("withheld", Integer, nullable=False, server_default="0"),
    _time("started_at", required=True),
    _belongs_to("contacts", column="contact_id"),
    Index("ix_persona_generation_history_contact", "workspace_id", "contact_id", "started_at"),
    Index("ix_persona_generation_history_time", "workspace_id", "started_at"),
)

# workspace_id 0 is the shared workspace of the seeded benchmarks: every tenant may read it, none may write it.
industry_benchmarks = _tenant(
    "industry_benchmarks",
    Column("segment", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("low", Double),
    Column("high", Double),
    Column("source", Text, nullable=False),
    Column("source_kind", Text, nullable=False),
    Column("year", SmallInteger, nullable=False),
    Column("n", Integer),
    Column("quantiles", ARRAY(Double), nullable=False, server_default="{}"),
    UniqueConstraint("workspace_id", "segment", "metric", "source"),
)

persona_posts = _tenant(
    "persona_posts",
    Column("channel_id", Text, nullable=False),
    Column("message_ts", Text, nullable=False),
    Column("persona_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    Column("posted_by", Text, nullable=False),
    Column("thread_ts", Text),
    # What the sharer wrote above the card.
    Column("note", Text, nullable=False, server_default=""),
    _time("posted_at", now=True),
    _time("drawn_at", now=True),
    UniqueConstraint("workspace_id", "channel_id", "message_ts"),
    _belongs_to("customer_personas", column="persona_id"),
    _belongs_to("contacts", column="contact_id"),
    Index("ix_persona_posts_contact", "workspace_id", "contact_id"),
    Index("ix_persona_posts_time", "workspace_id", "posted_at"),
)

ratings = _tenant(
    "ratings",
    Column("persona_id", BigInteger, nullable=False),
    Column("slack_user_id", Text, nullable=False),
    # By what they rated: storage.ratings. No stars: taken back. The view standing_ratings has each person's rating.
    Column("source", Text, nullable=False),
    Column("stars", SmallInteger),
    Column("reason", Text),
    _time("rated_at", required=True),
    UniqueConstraint("workspace_id", "persona_id", "slack_user_id", "source"),
    _belongs_to("customer_personas", column="persona_id"),
    Index("ix_ratings_source", "workspace_id", "slack_user_id", "source"),
)

corrections = _tenant(
    "corrections",
    Column("contact_id", BigInteger, nullable=False),
    Column("persona_id", BigInteger, nullable=False),
    Column("facet", Text, nullable=False),
    Column("claim_text", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("right_text", Text),
    # What the claim rested on, persona.model.Evidence as JSON: it doesn't bring the claim back.
    Column("evidence", JSONB, nullable=False, server_default="[]"),
    # A Slack user id, or the user of a command line.
    Column("corrected_by", Text, nullable=False),
    _time("corrected_at", now=True),
    Column("withdrawn_by", Text),
    _time("withdrawn_at"),
    _belongs_to("contacts", column="contact_id"),
    _belongs_to("customer_personas", column="persona_id"),
    Index("ix_corrections_contact", "workspace_id", "contact_id"),
)

audit_log = _tenant(
    "audit_log",
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSONB, nullable=False, server_default="{}"),
    _time("occurred_at", now=True),
    Index("ix_audit_log_time", "workspace_id", "occurred_at"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("thread_ts", Text, nullable=False),
    # Whom it is about, once that is known.
    Column("contact_id", BigInteger),
    # The newest question: its message, its words while it waits for a choice, and the message that answers it.
    Column("asked_ts", Text, nullable=False),
    Column("question", Text, nullable=False, server_default=""),
    Column("stopped_ts", Text),
    Column("answer_ts", Text),
    _time("touched_at", now=True),
    PrimaryKeyConstraint("workspace_id", "channel_id", "thread_ts"),
    _belongs_to("contacts", column="contact_id"),
    Index("ix_conversations_touched", "workspace_id", "channel_id", "touched_at"),
    Index("ix_conversations_contact", "workspace_id", "contact_id"),
)

processed_events = Table(
    "processed_events",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("event_id", Text, nullable=False),
    _time("processed_at", now=True),
    PrimaryKeyConstraint("workspace_id", "event_id"),
)

# What must not be sent twice: begun before Slack is called, done after. Begun and not done, it may have been sent.
deliveries = Table(
    "deliveries",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("message_ts", Text),
    _time("begun_at", now=True),
    _time("done_at"),
    PrimaryKeyConstraint("workspace_id", "key"),
    Index("ix_deliveries_begun", "workspace_id", "begun_at"),
)

# The newest period of each chore that the clock handed out; done when its chore ended well.
periods = Table(
    "periods",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("chore", Text, nullable=False),
    Column("period", Text, nullable=False),
    _time("due_at", required=True),
    _time("handed_out_at", now=True),
    _time("done_at"),
    PrimaryKeyConstraint("workspace_id", "chore"),
)

# One row: when a clock last looked at what is due.
clock_ticks = Table(
    "clock_ticks",
    metadata,
    Column("id", Boolean, primary_key=True, server_default="true"),
    _time("ticked_at", required=True),
)

# How many personas are out of date, as the clock counted last.
staleness = Table(
    "staleness",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), primary_key=True),
    Column("personas", Integer, nullable=False),
    Column("out_of_date", Integer, nullable=False),
    _time("counted_at", required=True),
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

crm_sync_state = Table(
    "crm_sync_state",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("cursor", JSONB, nullable=False, server_default="{}"),
    _time("synced_at", now=True),
    PrimaryKeyConstraint("workspace_id", "source"),
)

# A CRM that sends to us. Its name is in the address it sends to: of two workspaces one alone may have it.
crm_sources = Table(
    "crm_sources",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("secret_encrypted", LargeBinary, nullable=False),
    # After a rotation the secret before it serves until then.
    Column("old_secret_encrypted", LargeBinary),
    _time("old_until"),
    _time("added_at", now=True),
    PrimaryKeyConstraint("workspace_id", "source"),
)

# What a CRM sent. The items are kept until they are merged; that they came is kept longer.
crm_inbox = _tenant(
    "crm_inbox",
    Column("source", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("items", JSONB),
    # External ids of contacts that are not to be profiled any more: heeded before the items are merged.
    Column("objections", ARRAY(Text), nullable=False, server_default="{}"),
    Column("accepted", Integer, nullable=False),
    Column("rejected", JSONB, nullable=False, server_default="[]"),
    Column("waiting", Integer, nullable=False, server_default="0"),
    _time("received_at", now=True),
    _time("done_at"),
    UniqueConstraint("workspace_id", "source", "delivery"),
    UniqueConstraint("workspace_id", "source", "signature"),
    Index("ix_crm_inbox_received", "workspace_id", "source", "received_at"),
)

# Items that came before the row they belong to.
crm_waiting = Table(
    "crm_waiting",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspaces.workspace_id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # Hash of what the item is known by.
    Column("identity", LargeBinary, nullable=False),
    Column("lacks_kind", Text, nullable=False),
    Column("lacks_id", Text, nullable=False),
    Column("item", JSONB, nullable=False),
    _time("since", now=True),
    PrimaryKeyConstraint("workspace_id", "source", "kind", "identity"),
    Index("ix_crm_waiting_lacks", "workspace_id", "source", "lacks_kind", "lacks_id"),
)
