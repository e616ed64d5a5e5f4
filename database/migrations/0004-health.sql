SET ROLE hk_health_owner;

CREATE TABLE health.institution (
  institution_id uuid PRIMARY KEY,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
  kind text NOT NULL CHECK (kind IN ('test-site', 'laboratory')),
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE health.institution IS 'Retention: as long as the institution takes part.';

CREATE TABLE health.institution_key (
  institution_id uuid NOT NULL REFERENCES health.institution,
  kid text NOT NULL,
  name text NOT NULL,
  public_key jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (institution_id, kid)
);
COMMENT ON TABLE health.institution_key IS 'Retention: as long as the institution takes part.';

-- Identifiers of client assertions that were used (RFC 7523: each once).
CREATE TABLE health.used_assertion (
  institution_id uuid NOT NULL,
  assertion_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (institution_id, assertion_id)
);
COMMENT ON TABLE health.used_assertion IS 'Retention: until the assertion expires, minutes.';

-- `subject` is the health pseudonym of the person whose pass was scanned.
CREATE TABLE health.specimen (
  specimen_id uuid PRIMARY KEY,
  barcode text NOT NULL UNIQUE CHECK (barcode ~ '^[A-Z0-9-]{6,32}$'),
  subject uuid NOT NULL,
  test_site_id uuid NOT NULL REFERENCES health.institution,
  collected_at timestamptz NOT NULL,
  collected_by uuid NOT NULL,
  registered_at timestamptz NOT NULL
);
CREATE INDEX specimen_site ON health.specimen (test_site_id, collected_at DESC);
COMMENT ON TABLE health.specimen IS 'Retention: 90 days.';

-- A correction is a new version; nothing is overwritten.
CREATE TABLE health.result (
  result_id uuid PRIMARY KEY,
  specimen_id uuid NOT NULL REFERENCES health.specimen,
  version integer NOT NULL CHECK (version >= 1),
  subject uuid NOT NULL,
  laboratory_id uuid NOT NULL REFERENCES health.institution,
  test_code text NOT NULL,
  value text NOT NULL CHECK (value IN ('positive', 'negative', 'inconclusive')),
  collected_at timestamptz NOT NULL,
  performed_at timestamptz NOT NULL,
  reported_at timestamptz NOT NULL,
  UNIQUE (specimen_id, version),
  CHECK (performed_at >= collected_at AND reported_at >= performed_at)
);
CREATE INDEX result_subject ON health.result (subject);
CREATE INDEX result_laboratory ON health.result (laboratory_id, reported_at DESC);
CREATE INDEX result_positive ON health.result (reported_at) WHERE value = 'positive';
COMMENT ON TABLE health.result IS 'Retention: 90 days.';

CREATE TABLE health.observation_order (
  order_id uuid PRIMARY KEY,
  -- The approved proposal it comes from; no order without one.
  proposal_id uuid NOT NULL,
  subject uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('home-observation', 'central-observation', 'test')),
  legal_basis text NOT NULL,
  reason text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  released_at timestamptz,
  made_at timestamptz NOT NULL,
  UNIQUE (proposal_id, subject),
  CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '31 days')
);
CREATE INDEX order_subject ON health.observation_order (subject);
COMMENT ON TABLE health.observation_order IS 'Retention: 90 days after its end.';

CREATE TABLE health.exposure (
  exposure_id uuid PRIMARY KEY,
  proposal_id uuid NOT NULL,
  subject uuid NOT NULL,
  day date NOT NULL,
  exposure_kind text NOT NULL CHECK (exposure_kind IN ('close', 'casual')),
  noticed_at timestamptz NOT NULL,
  UNIQUE (proposal_id, subject, day)
);
CREATE INDEX exposure_subject ON health.exposure (subject);
COMMENT ON TABLE health.exposure IS 'Retention: 30 days.';

-- Facts the vault has yet to hear about, so that passes which no longer tell
-- the truth turn invalid. Written in the transaction that makes the fact and
-- deleted when the vault has answered: a crash between the two loses nothing.
CREATE TABLE health.fact_change (
  change_id uuid PRIMARY KEY,
  subject uuid NOT NULL,
  -- When the fact begins to count: an order may begin later than it is made.
  due_at timestamptz NOT NULL
);
CREATE INDEX fact_change_due ON health.fact_change (due_at);
COMMENT ON TABLE health.fact_change IS 'Retention: until the vault has been told, moments after it is due.';

-- All facts from which a status is computed, one shape for server and vault.
-- There is no status column anywhere: a status is a function of these rows.
-- Times in `data` are epoch milliseconds. Of a corrected result only the newest version counts.
-- `proposal_id` (null of a result) lets the vault compare orders and exposures with the proposals that it recorded itself.
CREATE VIEW health.fact WITH (security_invoker = true) AS
  SELECT r.subject, 'result' AS kind, r.result_id AS fact_id, r.reported_at AS at,
    jsonb_build_object('value', r.value, 'testCode', r.test_code,
      'collectedAt', floor(extract(epoch FROM r.collected_at) * 1000), 'reportedAt', floor(extract(epoch FROM r.reported_at) * 1000)) AS data,
    NULL::uuid AS proposal_id
  FROM health.result r
  WHERE NOT EXISTS (SELECT FROM health.result newer WHERE newer.specimen_id = r.specimen_id AND newer.version > r.version)
  UNION ALL
  SELECT o.subject, 'order', o.order_id, o.made_at,
    jsonb_build_object('orderKind', o.kind, 'legalBasis', o.legal_basis,
      'startsAt', floor(extract(epoch FROM o.starts_at) * 1000), 'endsAt', floor(extract(epoch FROM o.ends_at) * 1000),
      'releasedAt', floor(extract(epoch FROM o.released_at) * 1000)),
    o.proposal_id
  FROM health.observation_order o
  UNION ALL
  SELECT e.subject, 'exposure', e.exposure_id, e.noticed_at,
    jsonb_build_object('day', e.day, 'exposureKind', e.exposure_kind, 'noticedAt', floor(extract(epoch FROM e.noticed_at) * 1000)),
    e.proposal_id
  FROM health.exposure e;

RESET ROLE;
