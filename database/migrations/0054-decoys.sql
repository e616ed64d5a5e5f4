-- Decoys are declared and retired, and check in at venues of their own (docs/adr/0028).

-- HMAC-SHA-256 of the reference under which the privacy officer who declared it may retire it; null for one made by itself.
ALTER TABLE vault.canary ADD COLUMN reference_hash bytea UNIQUE CHECK (octet_length(reference_hash) = 32);
-- The day alone: the moment would name whoever was registered at it.
ALTER TABLE vault.canary ALTER COLUMN added_at TYPE date USING (added_at AT TIME ZONE 'UTC')::date;
ALTER TABLE vault.canary RENAME COLUMN added_at TO added_on;
COMMENT ON TABLE vault.canary IS 'People whom no officer has a reason to touch. Retention: until it is retired, or as long as the system runs.';

-- The vault checks decoys in as the server checks in anybody, and reads no visit.
SET ROLE hk_visit_owner;
CREATE FUNCTION visit.check_in(venue uuid, arrived timestamptz, leaves timestamptz, visitor uuid, scan uuid, gate uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source, gate_id)
  VALUES (venue, arrived, leaves, true, visitor, scan, CASE WHEN gate IS NULL THEN 'resident' ELSE 'gate' END, gate)
  ON CONFLICT DO NOTHING
$$;
CREATE FUNCTION visit.check_out(venue uuid, arrived timestamptz, leaves timestamptz, visitor uuid, scan uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE visit.visit SET left_at = leaves, left_assumed = false
  WHERE venue_id = venue AND arrived_at = arrived AND visit_id = scan AND subject = visitor
$$;
REVOKE ALL ON FUNCTION visit.check_in(uuid, timestamptz, timestamptz, uuid, uuid, uuid), visit.check_out(uuid, timestamptz, timestamptz, uuid, uuid) FROM PUBLIC;
RESET ROLE;
