-- Proofs of identity by an OpenID Connect provider: what an ID token must answer to.
SET ROLE hk_vault_owner;
CREATE TABLE vault.provider_proof (
  -- The device that asked: one proof at a time.
  thumbprint text PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  -- With the device's thumbprint it gives the nonce.
  one_time bytea NOT NULL CHECK (octet_length(one_time) = 32),
  expires_at timestamptz NOT NULL
);
CREATE INDEX provider_proof_expiry ON vault.provider_proof (expires_at);
CREATE INDEX provider_proof_person ON vault.provider_proof (person_id);
COMMENT ON TABLE vault.provider_proof IS 'Devices that went to the identity provider and have not come back. Retention: ten minutes, cleared daily.';
RESET ROLE;
