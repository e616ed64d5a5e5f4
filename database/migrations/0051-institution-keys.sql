-- An institution's key is registered by one officer and confirmed by another, and revoked by an administrator alone. The
-- vault writes it, with its entry in the ledger; the server's login only reads it.

SET ROLE hk_health_owner;
ALTER TABLE health.institution_key
  -- The officer of the laboratory who registered it; null for keys from before.
  ADD COLUMN registered_by uuid,
  ADD COLUMN confirmed_by uuid,
  -- From when it is good: since a second officer confirmed it.
  ADD COLUMN confirmed_at timestamptz,
  ADD COLUMN revoked_by uuid;
UPDATE health.institution_key SET confirmed_at = created_at;
RESET ROLE;
