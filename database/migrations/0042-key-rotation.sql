-- Keys in versions: from when one is used, until when it still reads or is trusted, when it was revoked.

ALTER TABLE vault.sealed_key
  -- Null for at once. Until then the version is published and readable, and makes nothing new.
  ADD COLUMN used_from timestamptz,
  -- Null for no end. From then on the version reads nothing, is in no trust list, and is deleted.
  ADD COLUMN read_until timestamptz,
  ADD COLUMN revoked_at timestamptz;
COMMENT ON TABLE vault.sealed_key IS 'Long-lived keys, wrapped by the key provider. Retention: as long as the system runs, a replaced version until nothing is left for it to read; destroyed at sunset.';

CREATE TABLE vault.key_rotation (
  rotation_id uuid PRIMARY KEY,
  kind text NOT NULL,
  -- The version that replaces the ones before it.
  version integer NOT NULL,
  revokes boolean NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  done integer NOT NULL DEFAULT 0,
  total integer NOT NULL
);
CREATE UNIQUE INDEX key_rotation_under_way ON vault.key_rotation (kind) WHERE finished_at IS NULL;
COMMENT ON TABLE vault.key_rotation IS 'Rotations of keys and how far each has come, so that one that was cut off goes on. Retention: as long as the system runs.';
ALTER TABLE vault.key_rotation OWNER TO hk_vault_owner;

-- Which version of the signing key signed a pass: those of a revoked one are called back.
ALTER TABLE vault.pass ADD COLUMN key_version integer NOT NULL DEFAULT 1;

-- Rewrapping finds what is left by the version that wraps it.
CREATE INDEX sealed_key_kek ON vault.sealed_key (kek_version);
CREATE INDEX day_key_kek ON vault.day_key (kek_version);
