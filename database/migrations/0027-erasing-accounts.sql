-- Deleting an account: what the vault still has to do and to know once the person is gone.

-- A case outlives the account of the person it began with: its contacts, and the orders about them, rest on it. What
-- stays is an identifier whose key is shredded.
ALTER TABLE vault.case_authority DROP CONSTRAINT case_authority_person_id_fkey;

CREATE TABLE vault.held_account (
  -- The erased person's identifier, so that a case can still be made and traced; it leads to no identity.
  person_id uuid PRIMARY KEY,
  -- Of the proven document: nobody proves it anew while an order or a result of the erased account would still count.
  blind_index bytea NOT NULL CHECK (octet_length(blind_index) = 32),
  until timestamptz NOT NULL
);
CREATE INDEX held_account_document ON vault.held_account (blind_index);
CREATE INDEX held_account_until ON vault.held_account (until);
COMMENT ON TABLE vault.held_account IS 'Erased accounts that public health still counts on: a case, a specimen under way, a result or order in force. Retention: until that is over, cleared daily.';
ALTER TABLE vault.held_account OWNER TO hk_vault_owner;

-- What other schemas keep of an erased account goes in the vault's own transaction, by functions that the vault alone
-- may call (grants.sql): each takes pseudonyms of its sector. Specimens, results, orders and exposures are records of
-- institutions and authority, and stay for their term under a pseudonym that leads to nobody.

SET ROLE hk_visit_owner;
CREATE FUNCTION visit.forget(subjects uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM visit.visit WHERE subject = ANY (subjects);
$$;
REVOKE ALL ON FUNCTION visit.forget(uuid[]) FROM PUBLIC;
RESET ROLE;

SET ROLE hk_notify_owner;
CREATE FUNCTION notify.forget(forgotten uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM notify.notice WHERE subject = forgotten;
$$;
REVOKE ALL ON FUNCTION notify.forget(uuid) FROM PUBLIC;
RESET ROLE;

SET ROLE hk_venue_owner;
-- A venue whose host is gone has ended: visits to it keep its name, nobody hosts it, and its gates are worth nothing.
ALTER TABLE venue.venue ALTER COLUMN host DROP NOT NULL;
ALTER TABLE venue.venue ADD COLUMN ended_at timestamptz, ADD CHECK ((host IS NULL) = (ended_at IS NOT NULL));
CREATE FUNCTION venue.end_hosting(former_host uuid, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE venue.gate SET revoked_at = at, code_digest = NULL, code_expires_at = NULL
    WHERE revoked_at IS NULL AND venue_id IN (SELECT venue_id FROM venue.venue WHERE host = former_host);
  UPDATE venue.venue SET host = NULL, ended_at = at WHERE host = former_host;
$$;
REVOKE ALL ON FUNCTION venue.end_hosting(uuid, timestamptz) FROM PUBLIC;
RESET ROLE;
