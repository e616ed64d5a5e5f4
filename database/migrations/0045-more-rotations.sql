-- Which version of its key hashed a row: those of an older one are made anew, and found under both until then.

ALTER TABLE vault.document ADD COLUMN key_version integer NOT NULL DEFAULT 1;
ALTER TABLE vault.document ALTER COLUMN key_version DROP DEFAULT;
CREATE INDEX document_key ON vault.document (key_version);
-- Of an erased account nothing is left to make the index anew of: its version reads until the last one lapses.
ALTER TABLE vault.held_account ADD COLUMN key_version integer NOT NULL DEFAULT 1;
ALTER TABLE vault.held_account ALTER COLUMN key_version DROP DEFAULT;
ALTER TABLE vault.canary ADD COLUMN key_version integer NOT NULL DEFAULT 1;
ALTER TABLE vault.canary ALTER COLUMN key_version DROP DEFAULT;

-- A lock as those of 0039: while data keys are replaced, nothing is sealed under them.
CREATE TABLE vault.turn_data_keys ();
COMMENT ON TABLE vault.turn_data_keys IS 'A lock, and never a row. Retention: as long as the system runs.';
ALTER TABLE vault.turn_data_keys OWNER TO hk_vault_owner;
