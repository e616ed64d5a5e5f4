-- What somebody may do so often an hour is counted where every vault process and every restart finds it.

CREATE TABLE vault.hourly_count (
  kind text NOT NULL CHECK (kind IN ('export', 'guardian-guess')),
  -- Keyed hash of the kind and of the device key or person it counts.
  subject_hash bytea NOT NULL CHECK (octet_length(subject_hash) = 32),
  -- End of the hour that it counts, an hour of the clock.
  hour_end timestamptz NOT NULL,
  done integer NOT NULL CHECK (done > 0),
  PRIMARY KEY (kind, subject_hash, hour_end)
);
CREATE INDEX hourly_count_end ON vault.hourly_count (hour_end);
COMMENT ON TABLE vault.hourly_count IS 'Exports by device and wrong guardian codes by person in an hour of the clock, by keyed hash. Retention: one hour after that hour, cleared daily.';
ALTER TABLE vault.hourly_count OWNER TO hk_vault_owner;
