"""What is made of histories, and what people say of it."""

from pgvector.sqlalchemy import HALFVEC, Vector
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    cast,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from storage.tables.columns import belongs_to, metadata, tenant, time

DIMENSIONS = 256

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
    belongs_to("interactions", column="interaction_id"),
    Index("ix_interaction_embeddings_interaction", "workspace_id", "interaction_id"),
)

behavioral_patterns = Table(
    "behavioral_patterns",
    metadata,
    Column("workspace_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    time("as_of", required=True),
    Column("model", Text, nullable=False),
    # persona.model.Insights as JSON.
    Column("insights", JSONB, nullable=False),
    Column("behaviour", Vector(), nullable=False),
    # None when the contact has no words of their own in this model.
    Column("profile", Vector()),
    time("measured_at", now=True),
    # What the Home sorts by. A contact who goes silent is not measured again: from then on they count as quiet.
    Column("quality", Double, Computed("(insights #>> '{quality,score}'::text[])::double precision", persisted=True)),
    time("quiet_from"),
    PrimaryKeyConstraint("workspace_id", "contact_id"),
    belongs_to("contacts", column="contact_id"),
    Index(
        "ix_behavioral_patterns_standing",
        "workspace_id",
        "contact_id",
        postgresql_include=["quality", "quiet_from"],
    ),
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

customer_personas = tenant(
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
    time("written_at", required=True),
    # When it was found last to need no newer version, and when a model last failed to write one.
    time("confirmed_at"),
    time("failed_at"),
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
    belongs_to("contacts", column="contact_id"),
    Index(
        "ix_customer_personas_newest",
        "workspace_id",
        "contact_id",
        "version",
        postgresql_include=["written_at", "interaction_count"],
    ),
)

persona_generation_history = tenant(
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
    time("started_at", required=True),
    belongs_to("contacts", column="contact_id"),
    Index("ix_persona_generation_history_contact", "workspace_id", "contact_id", "started_at"),
    Index("ix_persona_generation_history_time", "workspace_id", "started_at"),
)

# workspace_id 0 is the shared workspace of the seeded benchmarks: every tenant may read it, none may write it.
industry_benchmarks = tenant(
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

ratings = tenant(
    "ratings",
    Column("persona_id", BigInteger, nullable=False),
    Column("slack_user_id", Text, nullable=False),
    # By what they rated: storage.ratings. No stars: taken back. The view standing_ratings has each person's rating.
    Column("source", Text, nullable=False),
    Column("stars", SmallInteger),
    Column("reason", Text),
    time("rated_at", required=True),
    UniqueConstraint("workspace_id", "persona_id", "slack_user_id", "source"),
    belongs_to("customer_personas", column="persona_id"),
    Index("ix_ratings_source", "workspace_id", "slack_user_id", "source"),
)

corrections = tenant(
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
    time("corrected_at", now=True),
    Column("withdrawn_by", Text),
    time("withdrawn_at"),
    belongs_to("contacts", column="contact_id"),
    belongs_to("customer_personas", column="persona_id"),
    Index("ix_corrections_contact", "workspace_id", "contact_id"),
)
