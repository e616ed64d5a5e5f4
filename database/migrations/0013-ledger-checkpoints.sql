-- What the ledger says to the world: its signed tree heads, who cosigned them, and the tiles' inner hashes.

CREATE TABLE ledger.checkpoint (
  -- Leaves in the tree.
  size bigint PRIMARY KEY CHECK (size > 0),
  -- Root of the tree at that size.
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  -- The signed note (C2SP tlog-checkpoint), as it was made.
  note text NOT NULL,
  signed_at timestamptz NOT NULL
);
COMMENT ON TABLE ledger.checkpoint IS 'Signed tree heads; never two at one size. Retention: for ever.';

CREATE TABLE ledger.cosignature (
  size bigint NOT NULL REFERENCES ledger.checkpoint,
  key_name text NOT NULL,
  key_id bigint NOT NULL,
  -- The signature line of a configured witness, verified before it was stored (C2SP tlog-cosignature).
  line text NOT NULL,
  cosigned_at timestamptz NOT NULL,
  PRIMARY KEY (size, key_name, key_id)
);
COMMENT ON TABLE ledger.cosignature IS 'Cosignatures of witnesses. Retention: for ever.';

CREATE TABLE ledger.subtree (
  -- Height of a complete subtree: 8, 16, 24 and so on, as tiles stand on each other.
  level smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
  index bigint NOT NULL CHECK (index >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, index)
);
COMMENT ON TABLE ledger.subtree IS 'Hashes of full tiles, derived from the leaves, so that a proof needs no walk over them. Retention: for ever.';

ALTER TABLE ledger.checkpoint OWNER TO hk_ledger_owner;
ALTER TABLE ledger.cosignature OWNER TO hk_ledger_owner;
ALTER TABLE ledger.subtree OWNER TO hk_ledger_owner;
