-- What the vault does one at a time, each a table without rows that is locked for the length of a transaction.
-- Advisory locks would do the same, but anybody who may connect to the database may take one and never give it
-- back; a table's lock takes a privilege, which the vault alone has.

DO $$
DECLARE turn text;
BEGIN
  FOREACH turn IN ARRAY ARRAY['ledger', 'checkpoint', 'clearing', 'journal', 'disclosure', 'subjects', 'token'] LOOP
    EXECUTE format('CREATE TABLE vault.%I ()', 'turn_' || turn);
    EXECUTE format('COMMENT ON TABLE vault.%I IS %L', 'turn_' || turn, 'A lock, and never a row. Retention: as long as the system runs.');
    EXECUTE format('ALTER TABLE vault.%I OWNER TO hk_vault_owner', 'turn_' || turn);
  END LOOP;
END $$;
