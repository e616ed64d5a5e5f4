-- A data key per person and class, and which version of the key-encryption key wraps what.

-- Versions of the key-encryption key. A wrapped key names its version: one that still wraps something cannot be
-- destroyed, and nothing can be stored under one that is.
CREATE TABLE vault.kek (
  version integer PRIMARY KEY CHECK (version > 0),
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE vault.kek IS 'Versions of the key-encryption key that the key provider holds; never a key. Retention: until nothing is wrapped under the version, when provider and row destroy it.';
ALTER TABLE vault.kek OWNER TO hk_vault_owner;
INSERT INTO vault.kek (version, created_at) SELECT 1, coalesce(min(created_at), now()) FROM vault.sealed_key;

ALTER TABLE vault.sealed_key ADD COLUMN kek_version integer NOT NULL DEFAULT 1 REFERENCES vault.kek;
ALTER TABLE vault.day_key ADD COLUMN kek_version integer NOT NULL DEFAULT 1 REFERENCES vault.kek;
ALTER TABLE vault.sealed_key ALTER COLUMN kek_version DROP DEFAULT;
ALTER TABLE vault.day_key ALTER COLUMN kek_version DROP DEFAULT;

CREATE TABLE vault.person_key (
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  class text NOT NULL CHECK (class IN ('identity', 'access-log')),
  wrapped bytea NOT NULL,
  kek_version integer NOT NULL REFERENCES vault.kek,
  -- Part of the name that is authenticated with the wrapped key; counts the person's keys of this class.
  -- 0: the one key that a person had before there were classes, wrapped under its name of then.
  generation integer NOT NULL CHECK (generation >= 0),
  PRIMARY KEY (person_id, class)
);
CREATE INDEX person_key_kek ON vault.person_key (kek_version);
CREATE INDEX person_key_generation ON vault.person_key (generation, person_id);
COMMENT ON TABLE vault.person_key IS 'Data keys of people, one for each class of what is sealed about them, wrapped. Retention: as the person; erasing the person shreds them.';
ALTER TABLE vault.person_key OWNER TO hk_vault_owner;

-- Who is there already keeps the one key for both classes, until the data keys are rotated.
INSERT INTO vault.person_key (person_id, class, wrapped, kek_version, generation)
SELECT p.person_id, c.class, p.wrapped_key, 1, 0 FROM vault.person p CROSS JOIN (VALUES ('identity'), ('access-log')) AS c (class);
ALTER TABLE vault.person DROP COLUMN wrapped_key;
COMMENT ON TABLE vault.person IS 'A person: random identifier, sealed identity. Retention: until the account is erased, which shreds the keys.';

-- An identity that waits is sealed for its registration, no longer for the person it may become. What waits at this
-- moment is five minutes old at most, and is started again.
DELETE FROM vault.registration WHERE confirmed_at IS NULL;
ALTER TABLE vault.registration ADD COLUMN kek_version integer REFERENCES vault.kek;
CREATE INDEX registration_kek ON vault.registration (kek_version) WHERE kek_version IS NOT NULL;
