-- What officers were refused: counts for those who watch over them.

CREATE TABLE vault.officer_refusal (
  day date NOT NULL,
  office text NOT NULL,
  -- The vault's operation and its refusal, both by name.
  operation text NOT NULL,
  refusal text NOT NULL,
  refusals integer NOT NULL CHECK (refusals > 0),
  PRIMARY KEY (day, office, operation, refusal)
);
COMMENT ON TABLE vault.officer_refusal IS 'How often officers of an office were refused what. Retention: 30 days.';
ALTER TABLE vault.officer_refusal OWNER TO hk_vault_owner;
