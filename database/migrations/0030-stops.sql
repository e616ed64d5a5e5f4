-- What stops an officer: how many people each has touched, people whom nobody has a reason to touch, and alarms.

CREATE TABLE vault.subject_touch (
  -- Which budget: desk, specimen, trace, resolution, proposal or disclosure.
  kind text NOT NULL,
  officer_id uuid NOT NULL REFERENCES vault.officer,
  -- HMAC-SHA-256 of the person, cut to 16 bytes: how many people, not who.
  subject bytea NOT NULL CHECK (octet_length(subject) = 16),
  -- The last time: one row a person, so that a count of rows is a count of people.
  touched_at timestamptz NOT NULL,
  PRIMARY KEY (kind, officer_id, subject)
);
CREATE INDEX subject_touch_officer ON vault.subject_touch (kind, officer_id, touched_at);
CREATE INDEX subject_touch_everybody ON vault.subject_touch (kind, touched_at);
CREATE INDEX subject_touch_at ON vault.subject_touch (touched_at);
COMMENT ON TABLE vault.subject_touch IS 'Whom officers have touched, by keyed hash, for the budgets of distinct people. Retention: one day.';

CREATE TABLE vault.canary (
  -- HMAC-SHA-256 of the person: who is asked about can be compared, and nobody can be listed without the key.
  canary_hash bytea PRIMARY KEY CHECK (octet_length(canary_hash) = 32),
  -- The person, sealed under the key of the stops.
  sealed bytea NOT NULL,
  added_at timestamptz NOT NULL
);
COMMENT ON TABLE vault.canary IS 'People whom no officer has a reason to touch. Retention: as long as the system runs.';

CREATE TABLE vault.alarm (
  alarm_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN (
    'canary-touched', 'officer-budget', 'everybody-budget', 'one-time-codes', 'registrations', 'refused-sources', 'ledger', 'emergency-lapsed'
  )),
  -- Whom it is about; null for what is no single officer's.
  officer_id uuid REFERENCES vault.officer,
  raised_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  -- How often the same thing happened until somebody acknowledged it.
  occurrences integer NOT NULL CHECK (occurrences > 0),
  acknowledged_by uuid REFERENCES vault.officer,
  acknowledged_at timestamptz,
  CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
);
-- The same thing again is the same alarm, until somebody has acknowledged it.
CREATE UNIQUE INDEX alarm_open ON vault.alarm (kind, officer_id) NULLS NOT DISTINCT WHERE acknowledged_at IS NULL;
CREATE INDEX alarm_raised ON vault.alarm (raised_at);
COMMENT ON TABLE vault.alarm IS 'Alarms for the privacy officers; nothing in them is about a resident. Retention: 90 days after acknowledgement.';

ALTER TABLE vault.subject_touch OWNER TO hk_vault_owner;
ALTER TABLE vault.canary OWNER TO hk_vault_owner;
ALTER TABLE vault.alarm OWNER TO hk_vault_owner;
