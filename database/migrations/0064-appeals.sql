-- Appeals against a status. What somebody writes, the facts it is against and the answer are sealed under the person's
-- own data key of class access-log, so that they go with the account, in backups too.

CREATE TABLE vault.appeal (
  appeal_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  filed_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL CHECK (due_at > filed_at),
  state text NOT NULL CHECK (state IN ('open', 'withdrawn', 'upheld', 'rejected')),
  -- Answered, or taken back.
  ended_at timestamptz,
  answered_by uuid REFERENCES vault.officer,
  sealed bytea NOT NULL,
  CHECK ((state = 'open') = (ended_at IS NULL)),
  CHECK ((state IN ('upheld', 'rejected')) = (answered_by IS NOT NULL))
);
CREATE INDEX appeal_person ON vault.appeal (person_id);
CREATE INDEX appeal_due ON vault.appeal (due_at) WHERE state = 'open';
CREATE INDEX appeal_ended ON vault.appeal (ended_at);
COMMENT ON TABLE vault.appeal IS 'Appeals, open until they are answered or taken back. Retention: 90 days after that; with the account before.';
ALTER TABLE vault.appeal OWNER TO hk_vault_owner;

-- Public numbers, which no erasure changes.
CREATE TABLE vault.appeal_count (
  day date PRIMARY KEY,
  filed integer NOT NULL DEFAULT 0 CHECK (filed >= 0),
  answered integer NOT NULL DEFAULT 0 CHECK (answered >= 0),
  in_time integer NOT NULL DEFAULT 0 CHECK (in_time BETWEEN 0 AND answered),
  upheld integer NOT NULL DEFAULT 0 CHECK (upheld BETWEEN 0 AND answered),
  withdrawn integer NOT NULL DEFAULT 0 CHECK (withdrawn >= 0)
);
COMMENT ON TABLE vault.appeal_count IS 'Appeals a day, without anybody: filed, answered, in time, upheld, taken back. Retention: 365 days.';
ALTER TABLE vault.appeal_count OWNER TO hk_vault_owner;

SET ROLE hk_health_owner;

-- Facts that count no more because an appeal against them was upheld. The vault writes here and the server cannot:
-- as no row of the server makes an order, none lifts one.
CREATE TABLE health.withdrawn_fact (
  kind text NOT NULL CHECK (kind IN ('order', 'exposure')),
  fact_id uuid NOT NULL,
  withdrawn_at timestamptz NOT NULL,
  PRIMARY KEY (kind, fact_id)
);
COMMENT ON TABLE health.withdrawn_fact IS 'Orders ended and exposures struck because an appeal was upheld. Retention: as long as the order or exposure, cleared daily.';

-- Results that an appeal disputes with reason: the laboratory is asked to look again. The result counts until it is corrected.
CREATE TABLE health.disputed_result (
  result_id uuid PRIMARY KEY REFERENCES health.result ON DELETE CASCADE,
  disputed_at timestamptz NOT NULL
);
COMMENT ON TABLE health.disputed_result IS 'Results that a laboratory is asked to look at again. Retention: with the result.';

CREATE OR REPLACE VIEW health.fact WITH (security_invoker = true) AS
  SELECT r.subject, 'result' AS kind, r.result_id AS fact_id, r.reported_at AS at,
    jsonb_build_object('value', r.value, 'testCode', r.test_code,
      'collectedAt', floor(extract(epoch FROM r.collected_at) * 1000), 'reportedAt', floor(extract(epoch FROM r.reported_at) * 1000)) AS data,
    NULL::uuid AS proposal_id
  FROM health.result r
  WHERE NOT EXISTS (SELECT FROM health.result newer WHERE newer.specimen_id = r.specimen_id AND newer.version > r.version)
  UNION ALL
  -- An order is lifted by the vault's row alone; the column released_at of older versions lifts nothing.
  SELECT o.subject, 'order', o.order_id, o.made_at,
    jsonb_build_object('orderKind', o.kind, 'legalBasis', o.legal_basis,
      'startsAt', floor(extract(epoch FROM o.starts_at) * 1000), 'endsAt', floor(extract(epoch FROM o.ends_at) * 1000),
      'releasedAt', floor(extract(epoch FROM w.withdrawn_at) * 1000)),
    o.proposal_id
  FROM health.observation_order o LEFT JOIN health.withdrawn_fact w ON w.kind = 'order' AND w.fact_id = o.order_id
  UNION ALL
  SELECT e.subject, 'exposure', e.exposure_id, e.noticed_at,
    jsonb_build_object('day', e.day, 'exposureKind', e.exposure_kind, 'noticedAt', floor(extract(epoch FROM e.noticed_at) * 1000),
      'withdrawnAt', floor(extract(epoch FROM w.withdrawn_at) * 1000)),
    e.proposal_id
  FROM health.exposure e LEFT JOIN health.withdrawn_fact w ON w.kind = 'exposure' AND w.fact_id = e.exposure_id;

CREATE OR REPLACE FUNCTION health.clear_expired(at timestamptz) RETURNS TABLE (relation text, cleared bigint)
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
  DELETE FROM health.withdrawn_fact w
    WHERE NOT EXISTS (SELECT FROM health.observation_order o WHERE o.order_id = w.fact_id) AND NOT EXISTS (SELECT FROM health.exposure e WHERE e.exposure_id = w.fact_id);
  relation := 'health.withdrawn_fact'; GET DIAGNOSTICS cleared = ROW_COUNT; RETURN NEXT;
END $$;

RESET ROLE;

SET ROLE hk_notify_owner;
ALTER TABLE notify.notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notify.notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('result', 'exposure', 'order', 'appeal'));
RESET ROLE;
