-- Advisory locks can be taken, filled up and read by whoever may connect: the server's login could stop the vault by
-- them, see in pg_locks whose document a desk has before it, and hold up a document or an officer's name that it
-- chose. Nothing of the system takes one any more but the making of partitions, by its owner's function; grants.sql
-- takes them away from everybody else.

-- A keyed hash that a transaction of the vault holds: its row is inserted and deleted at once, so that whoever
-- inserts the same waits until that transaction ends, and nothing is ever left.
CREATE TABLE vault.held_hash (
  hash bytea PRIMARY KEY
);
COMMENT ON TABLE vault.held_hash IS 'What one transaction does at a time, by hash. Retention: until the transaction ends that inserted it, which deletes it, too.';
ALTER TABLE vault.held_hash OWNER TO hk_vault_owner;

-- What one server process does at a time: tables without rows, locked for the length of a transaction.
CREATE TABLE health.turn_fact_change ();
COMMENT ON TABLE health.turn_fact_change IS 'A lock, and never a row. Retention: as long as the system runs.';
ALTER TABLE health.turn_fact_change OWNER TO hk_health_owner;
CREATE TABLE trace.turn_case_file ();
COMMENT ON TABLE trace.turn_case_file IS 'A lock, and never a row. Retention: as long as the system runs.';
ALTER TABLE trace.turn_case_file OWNER TO hk_trace_owner;

-- Two reports on one specimen take turns by its row, and a row is locked by whoever may update a column of it. This
-- one says nothing and cannot be given another value.
ALTER TABLE health.specimen ADD COLUMN turn boolean NOT NULL DEFAULT true CHECK (turn);
