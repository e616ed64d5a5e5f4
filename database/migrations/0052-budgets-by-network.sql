-- Whoever knows a number uses up what their own network may send to it, and not what its owner may ask for elsewhere.

SET ROLE hk_vault_owner;
ALTER TABLE vault.message_sent
  -- Keyed hash of the number together with the network that asked; null for messages from before.
  ADD COLUMN network_hash bytea,
  -- Asked for by a device whose account has that number.
  ADD COLUMN own boolean NOT NULL DEFAULT false;
CREATE INDEX message_sent_network ON vault.message_sent (network_hash, sent_at);
COMMENT ON TABLE vault.message_sent IS 'One-time codes sent, by keyed hash of the number, of the number with the network that asked, of the device and of the range of numbers, for the hourly budgets. Retention: one day.';
RESET ROLE;
