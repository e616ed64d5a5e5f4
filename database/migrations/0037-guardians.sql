-- Guardians: who may show the pass of somebody else, by a code that came from that one's own device.

CREATE TABLE vault.guardian_code (
  code_hash bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
  dependant_id uuid NOT NULL UNIQUE REFERENCES vault.person ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX guardian_code_expiry ON vault.guardian_code (expires_at);
COMMENT ON TABLE vault.guardian_code IS 'One-time codes with which a dependant takes a guardian, as keyed hash: one live code a person. Retention: ten minutes, cleared daily.';
ALTER TABLE vault.guardian_code OWNER TO hk_vault_owner;

CREATE TABLE vault.guardian_link (
  link_id uuid PRIMARY KEY,
  guardian_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  dependant_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  linked_at timestamptz NOT NULL,
  -- The first instant of the dependant's majority; null where the document has no date of birth, or an adult took a guardian.
  ends_at timestamptz,
  UNIQUE (guardian_id, dependant_id),
  CHECK (guardian_id <> dependant_id)
);
CREATE INDEX guardian_link_dependant ON vault.guardian_link (dependant_id);
CREATE INDEX guardian_link_end ON vault.guardian_link (ends_at);
COMMENT ON TABLE vault.guardian_link IS 'Who may show whose pass. Retention: until one of the two ends it, or the dependant is of age.';
ALTER TABLE vault.guardian_link OWNER TO hk_vault_owner;
