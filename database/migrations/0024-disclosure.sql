-- Disclosures: who asked for what of whom under which case, who signed, who decided, how often it was opened,
-- and what the review found. Names and numbers are not here: they leave sealed to the browser of whoever asked.

-- So that a disclosure can refer to the index person of its case as it does to a contact.
CREATE UNIQUE INDEX case_authority_index ON vault.case_authority (case_id, person_id);

CREATE TABLE vault.disclosure (
  disclosure_id uuid PRIMARY KEY,
  case_id uuid NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('telephone-interview', 'deliver-order', 'isolation-check', 'medical-emergency')),
  emergency boolean NOT NULL GENERATED ALWAYS AS (purpose = 'medical-emergency') STORED,
  subjects integer NOT NULL CHECK (subjects BETWEEN 1 AND 50),
  -- Canonical JSON of the whole request, and its SHA-256: what both passkeys sign.
  canonical text NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  requested_by uuid NOT NULL REFERENCES vault.officer,
  requested_unit text NOT NULL,
  -- Session key by which it was asked for, and by which alone it opens (RFC 7638 thumbprint).
  session text NOT NULL,
  requested_at timestamptz NOT NULL,
  signed_at timestamptz,
  decision text CHECK (decision IN ('approved', 'refused')),
  decided_by uuid REFERENCES vault.officer CHECK (decided_by <> requested_by),
  decided_unit text CHECK (decided_unit <> requested_unit),
  decided_at timestamptz,
  refusal_reason text,
  -- What the vault sealed at the signature and at the approval: digest, session, officers and end. Nothing opens by the row alone.
  sealed_grant bytea,
  views integer NOT NULL DEFAULT 0 CHECK (views BETWEEN 0 AND 10),
  closed_at timestamptz,
  finding text CHECK (finding IN ('in-order', 'questioned')),
  review_note text,
  reviewed_by uuid REFERENCES vault.officer CHECK (reviewed_by <> requested_by AND reviewed_by <> decided_by),
  reviewed_at timestamptz,
  CHECK (NOT emergency OR subjects <= 5),
  CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_unit IS NULL) AND (decision IS NULL) = (decided_at IS NULL)),
  CHECK (decision IS NULL OR signed_at IS NOT NULL),
  CHECK ((sealed_grant IS NULL) = (signed_at IS NULL)),
  CHECK (views = 0 OR (signed_at IS NOT NULL AND (emergency OR decision IS NOT NULL))),
  CHECK ((finding IS NULL) = (review_note IS NULL) AND (finding IS NULL) = (reviewed_by IS NULL) AND (finding IS NULL) = (reviewed_at IS NULL))
);
CREATE INDEX disclosure_requester ON vault.disclosure (requested_by, requested_at);
CREATE INDEX disclosure_case ON vault.disclosure (case_id, requested_at);
CREATE INDEX disclosure_signed ON vault.disclosure (signed_at);
-- One emergency at a time that no second officer has confirmed, and none before the last was reviewed.
CREATE UNIQUE INDEX disclosure_unconfirmed_emergency ON vault.disclosure (requested_by)
  WHERE emergency AND signed_at IS NOT NULL AND decision IS DISTINCT FROM 'approved' AND reviewed_at IS NULL;
COMMENT ON TABLE vault.disclosure IS 'Requests for particulars of people of a case and what became of them. Retention: 90 days.';

CREATE TABLE vault.disclosure_subject (
  disclosure_id uuid NOT NULL REFERENCES vault.disclosure ON DELETE CASCADE,
  position integer NOT NULL CHECK (position BETWEEN 0 AND 49),
  case_id uuid NOT NULL,
  -- The database, too, refuses somebody outside the case: a contact of it, or its index person.
  contact_id uuid,
  index_id uuid,
  PRIMARY KEY (disclosure_id, position),
  UNIQUE (disclosure_id, contact_id),
  UNIQUE (disclosure_id, index_id),
  CHECK (num_nonnulls(contact_id, index_id) = 1),
  FOREIGN KEY (case_id, contact_id) REFERENCES vault.case_contact (case_id, person_id) ON DELETE CASCADE,
  FOREIGN KEY (case_id, index_id) REFERENCES vault.case_authority (case_id, person_id) ON DELETE CASCADE
);
CREATE INDEX disclosure_subject_contact ON vault.disclosure_subject (case_id, contact_id);
CREATE INDEX disclosure_subject_index ON vault.disclosure_subject (case_id, index_id);
COMMENT ON TABLE vault.disclosure_subject IS 'The people of a disclosure. Retention: as the case, or the disclosure.';

CREATE TABLE vault.disclosure_release (
  disclosure_id uuid NOT NULL REFERENCES vault.disclosure ON DELETE CASCADE,
  view integer NOT NULL CHECK (view BETWEEN 1 AND 10),
  released_at timestamptz NOT NULL,
  PRIMARY KEY (disclosure_id, view)
);
CREATE INDEX disclosure_release_at ON vault.disclosure_release (released_at);
COMMENT ON TABLE vault.disclosure_release IS 'When a disclosure was opened, each time. Retention: as the disclosure.';

ALTER TABLE vault.disclosure OWNER TO hk_vault_owner;
ALTER TABLE vault.disclosure_subject OWNER TO hk_vault_owner;
ALTER TABLE vault.disclosure_release OWNER TO hk_vault_owner;
