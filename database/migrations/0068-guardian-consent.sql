-- A guardianship takes effect when the dependant's own device has confirmed it.

ALTER TABLE vault.guardian_link
  -- Until when a request waits for the dependant's device; null once it is in force.
  ADD COLUMN waits_until timestamptz;
COMMENT ON TABLE vault.guardian_link IS 'Who may show whose pass, and who asks for that. Retention: a request ten minutes, unless the dependant confirms it; then until one of the two ends it, or the dependant is of age.';
CREATE INDEX guardian_link_request ON vault.guardian_link (waits_until) WHERE waits_until IS NOT NULL;
