-- The ledger's entries are opened to their commitments (healthkit ledger verify), and a change of the rules is one of them.

CREATE TABLE vault.unlinked_entry (
  -- Entries block * 65,536 to the next block's first.
  block integer PRIMARY KEY CHECK (block >= 0),
  -- A bit for each entry, sealed under the key of the ledger's events: whoever deletes a row cannot say that it was erased.
  sealed bytea NOT NULL
);
COMMENT ON TABLE vault.unlinked_entry IS 'Which entries of the ledger have no event any more, since their person was erased or a backup lacked them; not whose they were, nor which belonged together. Retention: as long as the ledger.';

CREATE TABLE vault.rules_in_force (
  -- SHA-256 of the profile''s canonical JSON (RFC 8785).
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  profile text NOT NULL,
  version integer NOT NULL,
  since timestamptz PRIMARY KEY
);
COMMENT ON TABLE vault.rules_in_force IS 'The disease profiles that this system ran under, each also an event of the ledger. Retention: as long as the system runs.';

ALTER TABLE vault.unlinked_entry OWNER TO hk_vault_owner;
ALTER TABLE vault.rules_in_force OWNER TO hk_vault_owner;
