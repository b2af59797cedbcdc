"""Name search that row-level security leaves quick: keys for equality and trigram bits for likeness.

Under row-level security PostgreSQL uses an index only for operators marked leakproof. Equality of plain columns is;
pg_trgm's operators and lower() are not, so the indexes made for them were never used by the app.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

_SCHEMA = """
-- Which of 512 bits a text's trigrams set: texts with many common bits are alike, in whatever order their words are.
-- Words are set apart by two spaces, as pg_trgm does; unlike pg_trgm it reads every script under every locale.
-- hashtext is what hash indexes of text are built from: it stays the same through pg_upgrade.
CREATE FUNCTION trigram_bits(value text) RETURNS bit LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(bit_or(set_bit(0::bit(512), hashtext(substr(padded, place, 3)) & 511, 1)), 0::bit(512))
    FROM (SELECT '  ' || replace(translate(value, '.,;:@_/"()-''', repeat(' ', 12)), ' ', '  ') || '  ') AS w (padded),
        generate_series(1, length(padded) - 2) AS place
    WHERE substr(padded, place, 3) NOT LIKE '%  '
);

DROP INDEX ix_contacts_search_text, ix_contacts_email;
ALTER TABLE contacts
    ADD name_key text
        GENERATED ALWAYS AS (left(search_form(regexp_replace(btrim(name), '\\s+', ' ', 'g')), 200)) STORED,
    ADD email_key text GENERATED ALWAYS AS (left(lower(btrim(email)), 200)) STORED,
    ADD search_bits bit(512) NOT NULL GENERATED ALWAYS AS (trigram_bits(left(search_text, 500))) STORED;
CREATE INDEX ix_contacts_name_key ON contacts (workspace_id, name_key);
CREATE INDEX ix_contacts_email_key ON contacts (workspace_id, email_key);
-- A look-up compares the bits of every contact: they are read from this narrow index, not from the wide rows.
CREATE INDEX ix_contacts_search_bits ON contacts (workspace_id, id) INCLUDE (search_bits);
"""


def upgrade() -> None:
    """Adds the keys and the bits, and drops the indexes nobody could use."""
    op.execute(_SCHEMA)
