-- An invitation's code reaches no server: the invited officer proves to have it, over the new passkey. Invitations from
-- before have nothing to prove it by, and are renewed by inviting the same officer again.

SET ROLE hk_vault_owner;
ALTER TABLE vault.invitation
  -- Key of that proof, sealed under the ledger event key at this table, column and row; null for invitations from before.
  ADD COLUMN sealed_proof_key bytea;
COMMENT ON TABLE vault.invitation IS 'Invitations to make a passkey, by the SHA-256 of their one-time code, and the key by which the code is proven. Retention: seven days, cleared daily.';
RESET ROLE;
