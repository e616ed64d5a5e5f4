-- The vault's own tables: people, their keys, devices, passes, staff, and what tracing and orders rest on.
-- Only the vault process reads them (role hk_vault, see grants.sql). What would name somebody is sealed
-- (AES-256-GCM): under a key per person, which is wrapped by the key-encryption key of the key provider.

-- Keys -----------------------------------------------------------------------

CREATE TABLE vault.sealed_key (
  name text PRIMARY KEY,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL,
  -- In force for signing keys: the times of the trust list. Null for keys that sign nothing.
  not_before timestamptz,
  not_after timestamptz
);
COMMENT ON TABLE vault.sealed_key IS 'Long-lived keys, wrapped by the key provider. Retention: as long as the system runs; destroyed at sunset.';

CREATE TABLE vault.day_key (
  day date PRIMARY KEY,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE vault.day_key IS 'Key of a local day for visit pseudonyms, wrapped under a secret that only the key provider holds. Retention: the visit term (14 days unless set shorter); destroyed daily, here and at the provider.';

-- People ---------------------------------------------------------------------

CREATE TABLE vault.person (
  person_id uuid PRIMARY KEY,
  wrapped_key bytea NOT NULL,
  identity bytea NOT NULL,
  proven_at timestamptz,
  proven_by uuid,
  portrait_digest bytea CHECK (octet_length(portrait_digest) = 16),
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE vault.person IS 'A person: random identifier, own data key (wrapped), sealed identity. Retention: until the account is erased, which shreds the key.';

CREATE TABLE vault.document (
  blind_index bytea PRIMARY KEY CHECK (octet_length(blind_index) = 32),
  person_id uuid NOT NULL UNIQUE REFERENCES vault.person ON DELETE CASCADE
);
COMMENT ON TABLE vault.document IS 'Keyed blind index (HMAC-SHA-256) of proven documents: a self-asserted document is not here. Retention: as the person.';

CREATE TABLE vault.device (
  thumbprint text PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  public_key jsonb NOT NULL,
  registered_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX device_person ON vault.device (person_id);
COMMENT ON TABLE vault.device IS 'Device keys by RFC 7638 thumbprint. Retention: as the person.';

CREATE TABLE vault.former_person (
  former_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  since timestamptz NOT NULL
);
CREATE INDEX former_person_person ON vault.former_person (person_id);
COMMENT ON TABLE vault.former_person IS 'Identifier of an erased account of the same human being, so that its visits can still be traced. Retention: the visit term.';

CREATE TABLE vault.registration (
  registration_id uuid PRIMARY KEY,
  thumbprint text NOT NULL,
  public_key jsonb NOT NULL,
  person_id uuid NOT NULL,
  wrapped_key bytea,
  identity bytea,
  code_hash bytea NOT NULL,
  guesses_left integer NOT NULL CHECK (guesses_left >= 0),
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  confirmed_at timestamptz
);
CREATE UNIQUE INDEX registration_live ON vault.registration (thumbprint) WHERE confirmed_at IS NULL;
CREATE INDEX registration_expiry ON vault.registration (expires_at);
COMMENT ON TABLE vault.registration IS 'Registrations that wait for their one-time code: one live challenge per device. Retention: one day after expiry, the identity only until confirmed.';

CREATE TABLE vault.message_sent (
  message_id uuid PRIMARY KEY,
  phone_hash bytea NOT NULL,
  sent_at timestamptz NOT NULL
);
CREATE INDEX message_sent_phone ON vault.message_sent (phone_hash, sent_at);
CREATE INDEX message_sent_at ON vault.message_sent (sent_at);
COMMENT ON TABLE vault.message_sent IS 'One-time codes sent, by keyed hash of the number, for the hourly budget. Retention: one day.';

CREATE TABLE vault.failed_code (
  failure_id uuid PRIMARY KEY,
  failed_at timestamptz NOT NULL
);
CREATE INDEX failed_code_at ON vault.failed_code (failed_at);
COMMENT ON TABLE vault.failed_code IS 'Wrong one-time codes, for the budget of the whole system. Retention: one day.';

CREATE TABLE vault.presentation (
  presentation_id text PRIMARY KEY,
  officer_id uuid NOT NULL,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  thumbprint text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX presentation_expiry ON vault.presentation (expires_at);
COMMENT ON TABLE vault.presentation IS 'Passes that residents presented at a desk, bound to the officer. Retention: ten minutes, cleared daily.';

CREATE TABLE vault.document_mismatch (
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  day date NOT NULL,
  mismatches integer NOT NULL,
  PRIMARY KEY (person_id, day)
);
COMMENT ON TABLE vault.document_mismatch IS 'Entries at the desk that did not agree with the registration. Retention: one day.';

CREATE TABLE vault.used_proof (
  proof_key bytea PRIMARY KEY,
  until timestamptz NOT NULL
);
CREATE INDEX used_proof_until ON vault.used_proof (until);
COMMENT ON TABLE vault.used_proof IS 'Request proofs that changed something, so that no other vault process accepts them again. Retention: until the proof is out of time, cleared daily.';

-- Passes ---------------------------------------------------------------------

CREATE TABLE vault.pass (
  list_id integer NOT NULL,
  list_index integer NOT NULL,
  -- Null once the person is erased: the pass stays invalid in its list.
  person_id uuid REFERENCES vault.person ON DELETE SET NULL,
  thumbprint text NOT NULL,
  status text NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  invalid boolean NOT NULL DEFAULT false,
  PRIMARY KEY (list_id, list_index)
);
CREATE INDEX pass_person ON vault.pass (person_id, expires_at);
CREATE INDEX pass_expiry ON vault.pass (expires_at);
CREATE INDEX pass_invalid ON vault.pass (list_id, list_index) WHERE invalid;
COMMENT ON TABLE vault.pass IS 'Passes in force and the status that each says. Retention: one day after expiry.';

-- Staff ----------------------------------------------------------------------

CREATE TABLE vault.officer (
  officer_id uuid PRIMARY KEY,
  name text NOT NULL,
  office text NOT NULL,
  unit text NOT NULL,
  roles text[] NOT NULL,
  institution_id uuid,
  created_at timestamptz NOT NULL
);
CREATE INDEX officer_name ON vault.officer (name, office);
COMMENT ON TABLE vault.officer IS 'Members of staff. Retention: as long as the ledger names them.';

CREATE TABLE vault.passkey (
  credential_id text PRIMARY KEY,
  officer_id uuid NOT NULL REFERENCES vault.officer,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX passkey_officer ON vault.passkey (officer_id);
COMMENT ON TABLE vault.passkey IS 'Passkeys of staff (WebAuthn credentials), with signature counters. Retention: as the officer.';

CREATE TABLE vault.invitation (
  code_hash bytea PRIMARY KEY,
  officer_id uuid NOT NULL REFERENCES vault.officer,
  challenge text,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX invitation_expiry ON vault.invitation (expires_at);
COMMENT ON TABLE vault.invitation IS 'One-time codes for making a passkey, as SHA-256. Retention: seven days, cleared daily.';

CREATE TABLE vault.sign_in_challenge (
  thumbprint text PRIMARY KEY,
  challenge text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_challenge_expiry ON vault.sign_in_challenge (expires_at);
COMMENT ON TABLE vault.sign_in_challenge IS 'Sign-ins that wait for the passkey. Retention: five minutes, cleared daily.';

CREATE TABLE vault.officer_session (
  thumbprint text PRIMARY KEY,
  officer_id uuid NOT NULL REFERENCES vault.officer,
  expires_at timestamptz NOT NULL
);
CREATE INDEX officer_session_expiry ON vault.officer_session (expires_at);
COMMENT ON TABLE vault.officer_session IS 'Session keys of signed-in officers. Retention: twelve hours, cleared daily.';

-- Tracing and orders -----------------------------------------------------------

CREATE TABLE vault.case_authority (
  case_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  result_id uuid NOT NULL UNIQUE,
  collected_at timestamptz NOT NULL,
  registered_at timestamptz NOT NULL
);
CREATE INDEX case_authority_person ON vault.case_authority (person_id);
COMMENT ON TABLE vault.case_authority IS 'Cases, each made by one positive result. Retention: 60 days, longer while an approved order or exposure of it may count.';

CREATE TABLE vault.trace (
  trace_id text PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES vault.case_authority ON DELETE CASCADE,
  officer_id uuid NOT NULL,
  office text NOT NULL,
  from_day date NOT NULL,
  to_day date NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX trace_case ON vault.trace (case_id);
CREATE INDEX trace_expiry ON vault.trace (expires_at);
COMMENT ON TABLE vault.trace IS 'Traces that may still resolve contacts. Retention: ten minutes, cleared daily.';

CREATE TABLE vault.case_contact (
  case_id uuid NOT NULL REFERENCES vault.case_authority ON DELETE CASCADE,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  resolved_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, person_id)
);
CREATE INDEX case_contact_person ON vault.case_contact (person_id);
COMMENT ON TABLE vault.case_contact IS 'Who was found as a contact of a case; orders can name nobody else. Retention: as the case.';

CREATE TABLE vault.order_proposal (
  proposal_id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES vault.case_authority ON DELETE CASCADE,
  -- Canonical JSON of the whole proposal, and its SHA-256: what the second officer's passkey signs.
  canonical text NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  proposed_by uuid NOT NULL REFERENCES vault.officer,
  proposed_unit text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decision text CHECK (decision IN ('approved', 'refused')),
  decided_by uuid REFERENCES vault.officer CHECK (decided_by <> proposed_by),
  decided_at timestamptz,
  CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL))
);
CREATE INDEX order_proposal_case ON vault.order_proposal (case_id);
COMMENT ON TABLE vault.order_proposal IS 'Proposals of orders and what the second officer decided. Retention: as the case.';

CREATE TABLE vault.order_subject (
  proposal_id uuid NOT NULL REFERENCES vault.order_proposal ON DELETE CASCADE,
  position integer NOT NULL,
  case_id uuid NOT NULL,
  person_id uuid NOT NULL,
  PRIMARY KEY (proposal_id, position),
  UNIQUE (proposal_id, person_id),
  -- The database, too, refuses an order for somebody outside the case.
  FOREIGN KEY (case_id, person_id) REFERENCES vault.case_contact ON DELETE CASCADE
);
CREATE INDEX order_subject_contact ON vault.order_subject (case_id, person_id);
COMMENT ON TABLE vault.order_subject IS 'The people of a proposal. Retention: as the case.';

-- Access log -------------------------------------------------------------------

CREATE TABLE vault.access_entry (
  seq bigint PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  -- Nonce and event, sealed under the person's key: erasing the person makes the leaf unlinkable.
  sealed bytea NOT NULL,
  -- When the person may see it; null for what is no access to their data.
  visible_from timestamptz,
  case_id uuid
);
CREATE INDEX access_entry_person ON vault.access_entry (person_id, seq);
CREATE INDEX access_entry_case ON vault.access_entry (case_id, person_id) WHERE case_id IS NOT NULL;
COMMENT ON TABLE vault.access_entry IS 'What the ledger''s leaves about a person say. Retention: as the person.';

DO $$
DECLARE relation text;
BEGIN
  FOR relation IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'vault' LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO hk_vault_owner', relation);
  END LOOP;
END $$;
