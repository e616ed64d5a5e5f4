-- Two more things that privacy officers are told of: an emergency that nobody confirmed, and a destruction that is late.

-- When they were told that the emergency lapsed or was refused, so that they are told once.
ALTER TABLE vault.disclosure ADD COLUMN lapse_told_at timestamptz CHECK (lapse_told_at IS NULL OR (emergency AND decision IS DISTINCT FROM 'approved'));
CREATE INDEX disclosure_lapse ON vault.disclosure (signed_at) WHERE emergency AND signed_at IS NOT NULL AND decision IS DISTINCT FROM 'approved' AND lapse_told_at IS NULL;

ALTER TABLE vault.alarm DROP CONSTRAINT alarm_kind_check;
ALTER TABLE vault.alarm ADD CONSTRAINT alarm_kind_check CHECK (kind IN (
  'canary-touched', 'officer-budget', 'everybody-budget', 'one-time-codes', 'registrations', 'refused-sources', 'ledger', 'emergency-lapsed', 'destruction-overdue'
));
