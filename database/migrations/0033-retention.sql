-- What has had its time goes by functions whose terms stand in them, next to the comments that promise them. The
-- vault alone may call them (grants.sql): it runs them in one transaction with the destruction of day keys and
-- records the run in the ledger. The server's login can delete no fact and drop no day.

-- Visits ---------------------------------------------------------------------

SET ROLE hk_visit_owner;
DROP FUNCTION visit.drop_partitions_before(date);
-- Drops the partitions of the days before `first_kept`; returns each with the number of its visits. A trace that
-- reads for longer than ten seconds is not waited for with every check-in behind it: the next run tries again.
CREATE FUNCTION visit.drop_partitions_before(first_kept date) RETURNS TABLE (day date, visits bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE partition_name text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('visit.partition'));
  FOR partition_name IN
    SELECT child.relname FROM pg_inherits
    JOIN pg_class child ON child.oid = pg_inherits.inhrelid
    WHERE pg_inherits.inhparent = 'visit.visit'::regclass
      AND child.relname ~ '^visit_[0-9]{8}$' AND to_date(substr(child.relname, 7), 'YYYYMMDD') < first_kept
    ORDER BY child.relname
  LOOP
    day := to_date(substr(partition_name, 7), 'YYYYMMDD');
    EXECUTE format('SELECT count(*) FROM visit.%I', partition_name) INTO visits;
    EXECUTE format('DROP TABLE visit.%I', partition_name);
    RETURN NEXT;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION visit.drop_partitions_before(date) FROM PUBLIC;
RESET ROLE;

-- Venues ---------------------------------------------------------------------

SET ROLE hk_venue_owner;
CREATE FUNCTION venue.clear_expired(at timestamptz) RETURNS TABLE (relation text, cleared bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM venue.gate WHERE key_thumbprint IS NULL AND code_expires_at < at;
  relation := 'venue.gate'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION venue.clear_expired(timestamptz) FROM PUBLIC;
RESET ROLE;

-- Health ---------------------------------------------------------------------

SET ROLE hk_health_owner;
CREATE INDEX order_end ON health.observation_order (ends_at);
CREATE INDEX exposure_noticed ON health.exposure (noticed_at);
CREATE INDEX result_reported ON health.result (reported_at);
CREATE INDEX specimen_registered ON health.specimen (registered_at);
COMMENT ON TABLE health.institution_key IS 'Retention: as long as the institution takes part; a revoked key 90 days, as long as what it signed.';
COMMENT ON TABLE health.used_assertion IS 'Retention: until the assertion expires, minutes, cleared daily.';
COMMENT ON TABLE health.specimen IS 'Retention: 90 days, and as long as a result of it is kept.';
CREATE FUNCTION health.clear_expired(at timestamptz) RETURNS TABLE (relation text, cleared bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Assertions count for twenty seconds beyond their end, for clocks that differ.
  DELETE FROM health.used_assertion WHERE expires_at < at - interval '1 minute';
  relation := 'health.used_assertion'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM health.institution_key WHERE revoked_at < at - interval '90 days';
  relation := 'health.institution_key'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM health.result WHERE reported_at < at - interval '90 days';
  relation := 'health.result'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM health.specimen s WHERE s.registered_at < at - interval '90 days'
    AND NOT EXISTS (SELECT FROM health.result r WHERE r.specimen_id = s.specimen_id);
  relation := 'health.specimen'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM health.observation_order WHERE ends_at < at - interval '90 days';
  relation := 'health.observation_order'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM health.exposure WHERE noticed_at < at - interval '30 days';
  relation := 'health.exposure'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION health.clear_expired(timestamptz) FROM PUBLIC;
RESET ROLE;

-- Notices --------------------------------------------------------------------

SET ROLE hk_notify_owner;
CREATE INDEX notice_sent ON notify.notice (sent_at);
CREATE FUNCTION notify.clear_expired(at timestamptz) RETURNS TABLE (relation text, cleared bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM notify.notice WHERE sent_at < at - interval '30 days';
  relation := 'notify.notice'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION notify.clear_expired(timestamptz) FROM PUBLIC;
RESET ROLE;

-- Tracing: a case has an end ---------------------------------------------------

SET ROLE hk_trace_owner;
ALTER TABLE trace.case_file
  ADD COLUMN closed_at timestamptz,
  -- Name and unit; null where the end came by itself: its result was taken back, or its time was over.
  ADD COLUMN closed_by text;
UPDATE trace.case_file SET closed_at = greatest(registered_at, opened_at, traced_at) WHERE state = 'closed';
ALTER TABLE trace.case_file ADD CHECK ((state = 'closed') = (closed_at IS NOT NULL));
CREATE INDEX case_closed ON trace.case_file (closed_at);
COMMENT ON TABLE trace.case_file IS 'Retention: 90 days after it is closed, which happens by itself 60 days after it was registered, or when its last order ends.';
CREATE FUNCTION trace.clear_expired(at timestamptz) RETURNS TABLE (relation text, cleared bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ended uuid[];
BEGIN
  -- The vault knows a case no longer by then, so that nothing more can come of it.
  UPDATE trace.case_file c SET state = 'closed', closed_at = at
    WHERE c.state <> 'closed' AND c.registered_at < at - interval '60 days'
      AND NOT EXISTS (SELECT FROM trace.order_proposal p WHERE p.case_id = c.case_id AND p.state = 'approved' AND p.ends_at > at);
  ended := array(SELECT c.case_id FROM trace.case_file c WHERE c.closed_at < at - interval '90 days' FOR UPDATE);
  DELETE FROM trace.order_proposal_contact WHERE case_id = ANY (ended);
  relation := 'trace.order_proposal_contact'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM trace.order_proposal WHERE case_id = ANY (ended);
  relation := 'trace.order_proposal'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM trace.exposure WHERE case_id = ANY (ended);
  relation := 'trace.exposure'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM trace.contact WHERE case_id = ANY (ended);
  relation := 'trace.contact'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM trace.index_visit WHERE case_id = ANY (ended);
  relation := 'trace.index_visit'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
  DELETE FROM trace.case_file WHERE case_id = ANY (ended);
  relation := 'trace.case_file'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION trace.clear_expired(timestamptz) FROM PUBLIC;
RESET ROLE;

-- The vault --------------------------------------------------------------------

ALTER TABLE vault.case_authority ADD COLUMN closed_at timestamptz;

CREATE TABLE vault.destruction_run (
  run_id uuid PRIMARY KEY,
  -- Local day of the run, and the first day whose visits and keys it kept.
  day date NOT NULL,
  first_kept date NOT NULL,
  ran_at timestamptz NOT NULL,
  -- What it destroyed, as the ledger's event says.
  destroyed jsonb NOT NULL
);
CREATE INDEX destruction_run_at ON vault.destruction_run (ran_at);
COMMENT ON TABLE vault.destruction_run IS 'Runs of the daily destruction, each also an event of the ledger: a missing day is a missing run. Retention: 365 days.';
ALTER TABLE vault.destruction_run OWNER TO hk_vault_owner;
