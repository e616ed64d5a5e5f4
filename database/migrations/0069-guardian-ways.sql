-- Two further ways to a guardianship: a code to the dependant's phone, and a desk that sees the document.

ALTER TABLE vault.guardian_link
  -- Whether the dependant's own device has confirmed it. One that was made without a device is asked about when there is one.
  ADD COLUMN by_device boolean NOT NULL DEFAULT true,
  -- The registrar who asked: in force when nobody has refused it in time. Null for what waits for the device whatever comes.
  ADD COLUMN asked_by uuid REFERENCES vault.officer;
COMMENT ON TABLE vault.guardian_link IS 'Who may show whose pass, and who asks for that. Retention: a request ten minutes, or the delay of a recovery where it came by phone or desk; then until one of the two ends it, or the dependant is of age.';

CREATE TABLE vault.guardian_challenge (
  request_id uuid PRIMARY KEY,
  guardian_id uuid NOT NULL UNIQUE REFERENCES vault.person ON DELETE CASCADE,
  thumbprint text NOT NULL,
  -- Null where nobody agrees with what was typed, and nobody was sent a code: it accepts none.
  dependant_id uuid REFERENCES vault.person ON DELETE CASCADE,
  code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  guesses_left integer NOT NULL CHECK (guesses_left >= 0),
  expires_at timestamptz NOT NULL
);
CREATE INDEX guardian_challenge_dependant ON vault.guardian_challenge (dependant_id);
CREATE INDEX guardian_challenge_expiry ON vault.guardian_challenge (expires_at);
COMMENT ON TABLE vault.guardian_challenge IS 'One-time codes to dependants'' phones, as keyed hash: one a guardian. Retention: five minutes, cleared daily.';
ALTER TABLE vault.guardian_challenge OWNER TO hk_vault_owner;
