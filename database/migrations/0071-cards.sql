-- Residents without a phone: their pass on paper, a card.

CREATE TABLE vault.card (
  -- What the card's code says as its pass id: random, and in no other table.
  card_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES vault.person ON DELETE CASCADE,
  issued_by uuid NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
  ended_at timestamptz,
  -- Version of the key that signed it.
  key_version integer NOT NULL
);
-- One card at a time: a new one ends the one before.
CREATE UNIQUE INDEX card_good ON vault.card (person_id) WHERE ended_at IS NULL;
CREATE INDEX card_expiry ON vault.card (expires_at);
COMMENT ON TABLE vault.card IS 'Passes on paper, which say no status: that is computed for each card list. Retention: 30 days after expiry, for visits that gates deliver late.';
ALTER TABLE vault.card OWNER TO hk_vault_owner;

-- Whoever stands at a desk without a phone is there by a card, or by the document alone.
ALTER TABLE vault.presentation ALTER COLUMN thumbprint DROP NOT NULL;
ALTER TABLE vault.presentation ADD COLUMN card_id uuid, ADD CHECK (thumbprint IS NULL OR card_id IS NULL);
SET ROLE hk_vault_owner;
COMMENT ON TABLE vault.presentation IS 'Whom officers at a desk have before them, by the pass on a phone, by a card or by the document, bound to the officer. Retention: ten minutes, cleared daily.';
RESET ROLE;
