-- Whoever proves a document's number under another name than its account has learns nothing of that account unseen.

-- HMAC-SHA-256 of the name, under the key of the blind index: whether whoever stands at a desk is the one whose account
-- was erased. Null for an account that was erased before this: then nobody is.
ALTER TABLE vault.held_account ADD COLUMN name_hash bytea CHECK (octet_length(name_hash) = 32);

-- A registrar who comes upon unusually many accounts of others is looked at before anybody is frozen.
SET ROLE hk_vault_owner;
ALTER TABLE vault.alarm DROP CONSTRAINT alarm_kind_check;
ALTER TABLE vault.alarm ADD CONSTRAINT alarm_kind_check CHECK (kind IN (
  'canary-touched', 'officer-budget', 'everybody-budget', 'one-time-codes', 'registrations', 'refused-sources', 'ledger', 'emergency-lapsed', 'destruction-overdue',
  'watcher-dismissed', 'watcher-frozen', 'desk-moves', 'moves-stopped'
));
RESET ROLE;
