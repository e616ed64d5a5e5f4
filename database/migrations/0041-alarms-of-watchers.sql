-- Who invites, confirms and watches cannot be put out of the way in silence: that raises an alarm.

SET ROLE hk_vault_owner;
ALTER TABLE vault.alarm DROP CONSTRAINT alarm_kind_check;
ALTER TABLE vault.alarm ADD CONSTRAINT alarm_kind_check CHECK (kind IN (
  'canary-touched', 'officer-budget', 'everybody-budget', 'one-time-codes', 'registrations', 'refused-sources', 'ledger', 'emergency-lapsed', 'destruction-overdue',
  'watcher-dismissed', 'watcher-frozen'
));
RESET ROLE;
