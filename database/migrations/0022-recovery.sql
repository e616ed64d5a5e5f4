-- Recovery: a device that somebody lost or gave up is followed by another one, after a delay and with notice.

CREATE TABLE vault.recovery (
  -- The device that asks; it has an account of its own until then.
  thumbprint text PRIMARY KEY REFERENCES vault.device ON DELETE CASCADE,
  -- The account that it comes back to; null where none is the same human being's, or where its owner said no.
  account_id uuid REFERENCES vault.person ON DELETE SET NULL,
  requested_at timestamptz NOT NULL,
  completes_at timestamptz NOT NULL
);
CREATE INDEX recovery_account ON vault.recovery (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX recovery_completion ON vault.recovery (completes_at);
COMMENT ON TABLE vault.recovery IS 'Devices that asked for an account of their owner''s on another device, whether there is one or not. Retention: until it is complete, otherwise thirty days after it would have been.';
ALTER TABLE vault.recovery OWNER TO hk_vault_owner;

CREATE TABLE vault.recovery_block (
  person_id uuid PRIMARY KEY REFERENCES vault.person ON DELETE CASCADE,
  until timestamptz NOT NULL
);
CREATE INDEX recovery_block_until ON vault.recovery_block (until);
COMMENT ON TABLE vault.recovery_block IS 'Accounts whose owner stopped a recovery: none begins for a while. Retention: that while, cleared daily.';
ALTER TABLE vault.recovery_block OWNER TO hk_vault_owner;
