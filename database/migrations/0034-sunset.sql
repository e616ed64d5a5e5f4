-- The end of the whole system: requested by the operator, approved by officers of different units by passkey, and
-- then everything personal is gone. What stays is the ledger's leaves, and a row that says when it ended.

CREATE TABLE vault.sunset_request (
  request_id uuid PRIMARY KEY,
  -- Canonical JSON of the statement, and its SHA-256: what every approver's passkey signs.
  canonical text NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  approvals integer NOT NULL CHECK (approvals >= 2),
  begun_at timestamptz NOT NULL,
  earliest_at timestamptz NOT NULL CHECK (earliest_at >= begun_at),
  withdrawn_at timestamptz
);
-- One at a time.
CREATE UNIQUE INDEX sunset_request_live ON vault.sunset_request ((true)) WHERE withdrawn_at IS NULL;
COMMENT ON TABLE vault.sunset_request IS 'Requests to end the system. Retention: as long as the system runs.';

CREATE TABLE vault.sunset_approval (
  request_id uuid NOT NULL REFERENCES vault.sunset_request,
  officer_id uuid NOT NULL REFERENCES vault.officer,
  -- As sameUnit compares them: two spellings of one unit are one unit.
  unit text NOT NULL,
  credential_id text NOT NULL,
  -- The passkey's signature over the statement (clientDataJSON, authenticatorData, signature), for the certificate.
  assertion jsonb NOT NULL,
  approved_at timestamptz NOT NULL,
  PRIMARY KEY (request_id, officer_id),
  -- The database, too, counts a unit once.
  UNIQUE (request_id, unit)
);
COMMENT ON TABLE vault.sunset_approval IS 'Approvals of the end by passkey. Retention: as long as the system runs.';
ALTER TABLE vault.sunset_request OWNER TO hk_vault_owner;
ALTER TABLE vault.sunset_approval OWNER TO hk_vault_owner;

CREATE TABLE ledger.ended (
  ended_at timestamptz NOT NULL,
  certificate text NOT NULL
);
CREATE UNIQUE INDEX ended_once ON ledger.ended ((true));
COMMENT ON TABLE ledger.ended IS 'When the system was ended, with the certificate of destruction; nothing starts on it any more. Retention: for ever; it names officers'' passkeys and nobody else.';
ALTER TABLE ledger.ended OWNER TO hk_ledger_owner;

SET ROLE hk_vault_owner;
-- Whether the live request has its approvals; each schema's destruction asks.
CREATE FUNCTION vault.sunset_is_approved() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM vault.sunset_request r WHERE r.withdrawn_at IS NULL
      AND (SELECT count(*) FROM vault.sunset_approval a WHERE a.request_id = r.request_id) >= r.approvals)
$$;
REVOKE ALL ON FUNCTION vault.sunset_is_approved() FROM PUBLIC;
RESET ROLE;

-- One function a schema: counts the rows of every table and empties them all, once the end is approved. Of the
-- ledger only the sealed events go; leaves and checkpoints tell nothing and stay.
DO $do$
DECLARE domain text;
BEGIN
  FOREACH domain IN ARRAY ARRAY['venue', 'visit', 'health', 'notify', 'trace', 'vault', 'ledger'] LOOP
    EXECUTE format($f$
      CREATE FUNCTION %1$I.destroy_all() RETURNS TABLE (relation text, destroyed bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE relations text[];
      BEGIN
        IF NOT vault.sunset_is_approved() THEN RAISE EXCEPTION 'nobody approved the end of this system'; END IF;
        relations := array(
          SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = %1$L AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND (%1$L <> 'ledger' OR c.relname = 'event')
          ORDER BY 1);
        FOREACH relation IN ARRAY relations LOOP
          EXECUTE 'SELECT count(*) FROM ' || relation INTO destroyed;
          RETURN NEXT;
        END LOOP;
        EXECUTE 'TRUNCATE ' || array_to_string(relations, ', ');
      END $$
    $f$, domain);
    EXECUTE format('ALTER FUNCTION %I.destroy_all() OWNER TO %I', domain, 'hk_' || domain || '_owner');
    EXECUTE format('REVOKE ALL ON FUNCTION %I.destroy_all() FROM PUBLIC', domain);
  END LOOP;
END $do$;
