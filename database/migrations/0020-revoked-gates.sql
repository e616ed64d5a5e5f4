-- A host ends a gate: its key and its tickets are worth nothing from then on.

ALTER TABLE venue.gate ADD COLUMN revoked_at timestamptz;
CREATE INDEX gate_revoked ON venue.gate (revoked_at) WHERE revoked_at IS NOT NULL;
