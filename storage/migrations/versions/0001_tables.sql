-- The tables as of revision 0001. History: later changes are later revisions (a test holds the sum to storage/tables).

CREATE TABLE workspaces (
    workspace_id bigint GENERATED ALWAYS AS IDENTITY,
    slack_enterprise_id text,
    slack_team_id text,
    name text NOT NULL,
    time_zone text DEFAULT 'UTC' NOT NULL,
    settings jsonb DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_workspaces PRIMARY KEY (workspace_id),
    CONSTRAINT uq_workspaces_slack_team_id UNIQUE (slack_team_id)
);

CREATE TABLE installations (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    slack_app_id text NOT NULL,
    bot_user_id text,
    bot_id text,
    scopes text[] DEFAULT '{}' NOT NULL,
    bot_token_encrypted bytea NOT NULL,
    refresh_token_encrypted bytea,
    token_expires_at timestamptz,
    installed_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_installations PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_installations_workspace_id_slack_app_id UNIQUE (workspace_id, slack_app_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);

CREATE TABLE members (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    slack_user_id text NOT NULL,
    email text,
    owner_email text,
    role text DEFAULT 'rep' NOT NULL,
    CONSTRAINT pk_members PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_members_workspace_id_slack_user_id UNIQUE (workspace_id, slack_user_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);

CREATE TABLE companies (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    domain text,
    industry text,
    size integer,
    CONSTRAINT pk_companies PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_companies_workspace_id_name UNIQUE (workspace_id, name),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);

CREATE TABLE contacts (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    source text NOT NULL,
    external_id text NOT NULL,
    name text NOT NULL,
    email text,
    phone text,
    title text,
    company_id bigint,
    owner_email text,
    time_zone text,
    do_not_profile boolean DEFAULT false NOT NULL,
    attributes jsonb DEFAULT '{}' NOT NULL,
    created_at timestamptz,
    search_text text DEFAULT '' NOT NULL,
    interaction_count integer DEFAULT 0 NOT NULL,
    last_interaction_at timestamptz,
    CONSTRAINT pk_contacts PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_contacts_workspace_id_source_external_id UNIQUE (workspace_id, source, external_id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES companies (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);
CREATE INDEX ix_contacts_email ON contacts (workspace_id, lower(email));

CREATE TABLE interactions (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    contact_id bigint NOT NULL,
    source text NOT NULL,
    record text NOT NULL,
    external_id text NOT NULL,
    kind text NOT NULL,
    direction text NOT NULL,
    occurred_at timestamptz NOT NULL,
    subject text DEFAULT '' NOT NULL,
    body text DEFAULT '' NOT NULL,
    own_words text DEFAULT '' NOT NULL,
    auto_reply boolean DEFAULT false NOT NULL,
    thread_id text,
    in_reply_to text,
    tracked boolean DEFAULT false NOT NULL,
    status text,
    duration_minutes integer,
    initiated_by_contact boolean DEFAULT false NOT NULL,
    owner_email text,
    deal_external_id text,
    email_external_id text,
    file_opened_at timestamptz,
    attributes jsonb DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_interactions PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_interactions_workspace_id_source_record_external_id UNIQUE (workspace_id, source, record, external_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_interactions_contact_time ON interactions (workspace_id, contact_id, occurred_at);

CREATE TABLE email_events (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    interaction_id bigint NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    url text,
    user_agent text,
    ip text,
    CONSTRAINT pk_email_events PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_email_events_workspace_id_source_external_id UNIQUE (workspace_id, source, external_id),
    FOREIGN KEY (workspace_id, interaction_id) REFERENCES interactions (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_email_events_interaction ON email_events (workspace_id, interaction_id);

CREATE TABLE deals (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    contact_id bigint NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    name text DEFAULT '' NOT NULL,
    amount double precision,
    currency text,
    stage text,
    outcome text NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    owner_email text,
    attributes jsonb DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_deals PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_deals_workspace_id_source_external_id UNIQUE (workspace_id, source, external_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_deals_contact ON deals (workspace_id, contact_id);

CREATE TABLE deal_stage_changes (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    deal_id bigint NOT NULL,
    stage text NOT NULL,
    position integer NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT pk_deal_stage_changes PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_deal_stage_changes_workspace_id_deal_id_stage_entered_at UNIQUE (workspace_id, deal_id, stage, entered_at),
    FOREIGN KEY (workspace_id, deal_id) REFERENCES deals (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE interaction_embeddings (
    workspace_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    model text NOT NULL,
    text_hash bytea NOT NULL,
    embedding vector(256) NOT NULL,
    CONSTRAINT pk_interaction_embeddings PRIMARY KEY (workspace_id, contact_id, interaction_id, model),
    FOREIGN KEY (workspace_id, interaction_id) REFERENCES interactions (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_interaction_embeddings_interaction ON interaction_embeddings (workspace_id, interaction_id);

CREATE TABLE behavioral_patterns (
    workspace_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    as_of timestamptz NOT NULL,
    model text NOT NULL,
    insights jsonb NOT NULL,
    behaviour vector NOT NULL,
    profile vector,
    measured_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_behavioral_patterns PRIMARY KEY (workspace_id, contact_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE customer_personas (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    contact_id bigint NOT NULL,
    version integer NOT NULL,
    method text NOT NULL,
    writer text NOT NULL,
    variant text DEFAULT 'default' NOT NULL,
    profile jsonb NOT NULL,
    interaction_count integer NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT pk_customer_personas PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_customer_personas_workspace_id_contact_id_version UNIQUE (workspace_id, contact_id, version),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE persona_generation_history (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    contact_id bigint NOT NULL,
    method text NOT NULL,
    writer text NOT NULL,
    model text,
    prompt_version text,
    variant text DEFAULT 'default' NOT NULL,
    input_tokens integer DEFAULT 0 NOT NULL,
    output_tokens integer DEFAULT 0 NOT NULL,
    cost_usd double precision DEFAULT 0 NOT NULL,
    latency_ms integer DEFAULT 0 NOT NULL,
    outcome text NOT NULL,
    started_at timestamptz NOT NULL,
    CONSTRAINT pk_persona_generation_history PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_persona_generation_history_contact ON persona_generation_history (workspace_id, contact_id, started_at);

CREATE TABLE industry_benchmarks (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    segment text NOT NULL,
    metric text NOT NULL,
    value double precision NOT NULL,
    low double precision,
    high double precision,
    source text NOT NULL,
    source_kind text NOT NULL,
    year smallint NOT NULL,
    n integer,
    quantiles double precision[] DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_industry_benchmarks PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_industry_benchmarks_workspace_id_segment_metric_source UNIQUE (workspace_id, segment, metric, source),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);

CREATE TABLE persona_posts (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    channel_id text NOT NULL,
    message_ts text NOT NULL,
    persona_id bigint NOT NULL,
    posted_by text NOT NULL,
    posted_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_persona_posts PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_persona_posts_workspace_id_channel_id_message_ts UNIQUE (workspace_id, channel_id, message_ts),
    FOREIGN KEY (workspace_id, persona_id) REFERENCES customer_personas (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE ratings (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    persona_id bigint NOT NULL,
    slack_user_id text NOT NULL,
    stars smallint NOT NULL,
    reason text,
    rated_at timestamptz NOT NULL,
    CONSTRAINT pk_ratings PRIMARY KEY (workspace_id, id),
    CONSTRAINT uq_ratings_workspace_id_persona_id_slack_user_id UNIQUE (workspace_id, persona_id, slack_user_id),
    FOREIGN KEY (workspace_id, persona_id) REFERENCES customer_personas (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE corrections (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    contact_id bigint NOT NULL,
    persona_id bigint NOT NULL,
    facet text NOT NULL,
    claim_text text NOT NULL,
    kind text NOT NULL,
    right_text text,
    slack_user_id text NOT NULL,
    corrected_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_corrections PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, persona_id) REFERENCES customer_personas (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_corrections_contact ON corrections (workspace_id, contact_id);

CREATE TABLE audit_log (
    workspace_id bigint NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    details jsonb DEFAULT '{}' NOT NULL,
    occurred_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);
CREATE INDEX ix_audit_log_time ON audit_log (workspace_id, occurred_at);

CREATE TABLE processed_events (
    workspace_id bigint NOT NULL,
    event_id text NOT NULL,
    processed_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_processed_events PRIMARY KEY (workspace_id, event_id),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);

CREATE TABLE crm_sync_state (
    workspace_id bigint NOT NULL,
    source text NOT NULL,
    cursor jsonb DEFAULT '{}' NOT NULL,
    synced_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_crm_sync_state PRIMARY KEY (workspace_id, source),
    FOREIGN KEY (workspace_id) REFERENCES workspaces (workspace_id) ON DELETE CASCADE
);
