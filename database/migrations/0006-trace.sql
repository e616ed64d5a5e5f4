SET ROLE hk_trace_owner;

-- A case. Its id is the vault's, which made it from a positive result.
-- (The table is not called "case", which is a word of SQL.)
CREATE TABLE trace.case_file (
  case_id uuid PRIMARY KEY,
  result_id uuid NOT NULL UNIQUE,
  -- The index person, by the pseudonym of the trace sector.
  index_person uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'open', 'closed')),
  profile text NOT NULL,
  collected_at timestamptz NOT NULL,
  reported_at timestamptz NOT NULL,
  window_from timestamptz NOT NULL,
  window_to timestamptz NOT NULL,
  registered_at timestamptz NOT NULL,
  opened_at timestamptz,
  opened_by text,
  traced_at timestamptz,
  CHECK (window_to > window_from)
);
CREATE INDEX case_state ON trace.case_file (state, reported_at DESC);
COMMENT ON TABLE trace.case_file IS 'Retention: 90 days after it is closed.';

CREATE TABLE trace.index_visit (
  case_id uuid NOT NULL REFERENCES trace.case_file,
  venue_id uuid NOT NULL,
  arrived_at timestamptz NOT NULL,
  left_at timestamptz NOT NULL,
  left_assumed boolean NOT NULL,
  visit_id uuid NOT NULL,
  contacts integer NOT NULL,
  PRIMARY KEY (case_id, visit_id)
);
COMMENT ON TABLE trace.index_visit IS 'Retention: with its case.';

CREATE TABLE trace.contact (
  case_id uuid NOT NULL REFERENCES trace.case_file,
  contact uuid NOT NULL,
  score integer NOT NULL,
  contact_class text NOT NULL CHECK (contact_class IN ('close', 'casual')),
  overlap_minutes integer NOT NULL,
  terms jsonb NOT NULL,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, contact)
);
CREATE INDEX contact_score ON trace.contact (case_id, score DESC, contact);
COMMENT ON TABLE trace.contact IS 'Retention: with its case.';

-- One overlap of one visit of the contact with one visit of the index person.
CREATE TABLE trace.exposure (
  case_id uuid NOT NULL,
  contact uuid NOT NULL,
  venue_id uuid NOT NULL,
  index_visit_id uuid NOT NULL,
  visit_id uuid NOT NULL,
  overlap_from timestamptz NOT NULL,
  overlap_to timestamptz NOT NULL,
  PRIMARY KEY (case_id, contact, index_visit_id, visit_id),
  FOREIGN KEY (case_id, contact) REFERENCES trace.contact ON DELETE CASCADE
);
COMMENT ON TABLE trace.exposure IS 'Retention: with its case.';

CREATE TABLE trace.order_proposal (
  proposal_id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES trace.case_file,
  kind text NOT NULL CHECK (kind IN ('home-observation', 'central-observation', 'test')),
  legal_basis text NOT NULL,
  reason text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  proposed_by uuid NOT NULL,
  proposed_by_name text NOT NULL,
  proposed_unit text NOT NULL,
  proposed_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'approved', 'refused')),
  decided_by_name text,
  decided_at timestamptz,
  refusal_reason text,
  CHECK ((state = 'proposed') = (decided_at IS NULL))
);
CREATE INDEX proposal_state ON trace.order_proposal (state, proposed_at DESC);
COMMENT ON TABLE trace.order_proposal IS 'Retention: with its case.';

CREATE TABLE trace.order_proposal_contact (
  proposal_id uuid NOT NULL REFERENCES trace.order_proposal,
  case_id uuid NOT NULL,
  contact uuid NOT NULL,
  -- Whether the approval made an order; it makes none for people whose identity is not proven. Null as long as the proposal is not approved.
  ordered boolean,
  PRIMARY KEY (proposal_id, contact),
  FOREIGN KEY (case_id, contact) REFERENCES trace.contact
);
CREATE INDEX proposal_contact ON trace.order_proposal_contact (case_id, contact);
COMMENT ON TABLE trace.order_proposal_contact IS 'Retention: with its case.';

RESET ROLE;
