-- The ledger: a Merkle tree's leaves (RFC 9162, 2.1), insert-only for everybody, the vault included.

CREATE TABLE ledger.leaf (
  -- Position in the tree, from 0 without gaps: appended under an advisory lock, in the transaction of the deed.
  seq bigint PRIMARY KEY CHECK (seq >= 0),
  -- SHA-256 of nonce and event: the entry of the log as others see it.
  commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
  -- SHA-256 of 0x00 and the commitment.
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  appended_at timestamptz NOT NULL
);
COMMENT ON TABLE ledger.leaf IS 'Salted commitments to events. Retention: for ever; they tell nothing without nonce and event.';

CREATE TABLE ledger.event (
  seq bigint PRIMARY KEY REFERENCES ledger.leaf,
  -- Nonce and event, sealed under the ledger event key.
  sealed bytea NOT NULL
);
COMMENT ON TABLE ledger.event IS 'Events that concern no single person: staff, cases, proposals, keys. Retention: as long as the system runs.';

ALTER TABLE ledger.leaf OWNER TO hk_ledger_owner;
ALTER TABLE ledger.event OWNER TO hk_ledger_owner;
