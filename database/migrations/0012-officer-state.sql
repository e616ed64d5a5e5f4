-- Officers who may act no longer, and keys whose tickets are worth nothing before their time.

ALTER TABLE vault.officer
  -- Stopped by the vault itself or by a privacy officer, until a privacy officer lets them go on.
  ADD COLUMN frozen_at timestamptz,
  -- Left, for good.
  ADD COLUMN dismissed_at timestamptz;

CREATE TABLE vault.revoked_key (
  -- RFC 7638 thumbprint of a device or session key.
  thumbprint text PRIMARY KEY,
  revoked_at timestamptz NOT NULL,
  -- When the last ticket that is bound to it is out of time anyway.
  until timestamptz NOT NULL
);
CREATE INDEX revoked_key_at ON vault.revoked_key (revoked_at);
CREATE INDEX revoked_key_until ON vault.revoked_key (until);
COMMENT ON TABLE vault.revoked_key IS 'Keys that were revoked while a ticket of theirs may still be in force; servers ask for them. Retention: until the ticket is out of time, cleared daily.';
ALTER TABLE vault.revoked_key OWNER TO hk_vault_owner;
