-- One schema per domain. Each has an owner role without login, that owns the
-- tables and can do anything to them, and a service role without login, that
-- has exactly the grants of grants.sql. Processes log in as hk_vault or
-- hk_server and are members of the service roles they need. PostgreSQL 15 or later.

DO $$
DECLARE domain text;
BEGIN
  FOREACH domain IN ARRAY ARRAY['venue', 'visit', 'health', 'notify', 'trace', 'vault', 'ledger'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hk_' || domain || '_owner') THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', 'hk_' || domain || '_owner');
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hk_' || domain || '_service') THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', 'hk_' || domain || '_service');
    END IF;
    -- The migrating role need not be a superuser, but it must be able to give ownership away.
    EXECUTE format('GRANT %I TO CURRENT_USER', 'hk_' || domain || '_owner');
    EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', domain, 'hk_' || domain || '_owner');
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hk_server') THEN CREATE ROLE hk_server LOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hk_vault') THEN CREATE ROLE hk_vault LOGIN; END IF;
END $$;

-- Nobody makes tables by the way.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
