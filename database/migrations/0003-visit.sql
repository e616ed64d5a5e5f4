SET ROLE hk_visit_owner;

-- Who was where. `subject` is the visit pseudonym of the day of arrival: this
-- table does not link one day to the next, and links to nobody once the day's
-- key is destroyed. Partitioned by day; the venue, by which a cluster
-- distributes the table, and the partition key are part of the primary key.
CREATE TABLE visit.visit (
  venue_id uuid NOT NULL,
  arrived_at timestamptz NOT NULL,
  -- The usual stay of the venue after arrival until a check-out says better.
  left_at timestamptz NOT NULL,
  left_assumed boolean NOT NULL,
  subject uuid NOT NULL,
  -- Made by the client: a repeated check-in is the same visit.
  visit_id uuid NOT NULL,
  -- resident: scanned the venue's code; gate: a guard scanned the pass.
  source text NOT NULL CHECK (source IN ('resident', 'gate')),
  gate_id uuid,
  PRIMARY KEY (venue_id, arrived_at, visit_id),
  CHECK (left_at >= arrived_at AND left_at <= arrived_at + interval '24 hours')
) PARTITION BY RANGE (arrived_at);
CREATE INDEX visit_subject ON visit.visit (subject);
COMMENT ON TABLE visit.visit IS 'Retention: 14 days (a setting, at most 30): partitions are dropped and the keys of their days destroyed.';

-- Makes the partition of a local day. The service may call it and may not
-- make tables itself. Bounds are the day''s first and the next day''s first instant.
CREATE FUNCTION visit.ensure_partition(day date, starts_at timestamptz, ends_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE partition_name text := 'visit_' || to_char(day, 'YYYYMMDD');
BEGIN
  IF ends_at <= starts_at OR ends_at > starts_at + interval '26 hours' THEN
    RAISE EXCEPTION 'a day has 22 to 26 hours';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('visit.partition'));
  IF to_regclass(format('visit.%I', partition_name)) IS NULL THEN
    EXECUTE format('CREATE TABLE visit.%I PARTITION OF visit.visit FOR VALUES FROM (%L) TO (%L)', partition_name, starts_at, ends_at);
  END IF;
END $$;

-- Drops the partitions of the days before `first_kept`; returns how many.
CREATE FUNCTION visit.drop_partitions_before(first_kept date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE partition_name text; dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('visit.partition'));
  FOR partition_name IN
    SELECT child.relname FROM pg_inherits
    JOIN pg_class child ON child.oid = pg_inherits.inhrelid
    WHERE pg_inherits.inhparent = 'visit.visit'::regclass
      AND child.relname ~ '^visit_[0-9]{8}$' AND to_date(substr(child.relname, 7), 'YYYYMMDD') < first_kept
  LOOP
    EXECUTE format('DROP TABLE visit.%I', partition_name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION visit.ensure_partition(date, timestamptz, timestamptz), visit.drop_partitions_before(date) FROM PUBLIC;

RESET ROLE;
