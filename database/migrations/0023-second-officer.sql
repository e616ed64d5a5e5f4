-- An invitation by an administrator is good once a second officer confirmed it; and an officer's further passkeys.

ALTER TABLE vault.invitation
  -- Null for an invitation by the operator of the machine.
  ADD COLUMN invited_by uuid REFERENCES vault.officer,
  ADD COLUMN invited_at timestamptz,
  -- SHA-256 of what the second officer's passkey signs; null where nobody has to.
  ADD COLUMN digest bytea CHECK (octet_length(digest) = 32),
  ADD COLUMN confirmed_by uuid REFERENCES vault.officer,
  ADD COLUMN confirmed_at timestamptz,
  ADD CONSTRAINT invitation_second_officer CHECK (confirmed_by <> invited_by),
  ADD CONSTRAINT invitation_confirmation CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL));

CREATE TABLE vault.passkey_addition (
  officer_id uuid PRIMARY KEY REFERENCES vault.officer,
  challenge text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX passkey_addition_expiry ON vault.passkey_addition (expires_at);
COMMENT ON TABLE vault.passkey_addition IS 'Officers who are making a further passkey. Retention: five minutes, cleared daily.';
ALTER TABLE vault.passkey_addition OWNER TO hk_vault_owner;
