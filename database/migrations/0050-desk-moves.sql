-- A document that was seen at a desk moves an account away from a device only after the delay of a recovery, or when a
-- second registrar has seen the document, too.

SET ROLE hk_vault_owner;
ALTER TABLE vault.recovery
  -- A move that a registrar asked for, who has seen the document; null where the device asked for it by itself.
  ADD COLUMN move_id uuid UNIQUE,
  ADD COLUMN registrar_id uuid REFERENCES vault.officer,
  -- Another registrar who has seen the document since, and when: that one may confirm it for a while.
  ADD COLUMN second_id uuid REFERENCES vault.officer,
  ADD COLUMN second_seen_at timestamptz,
  ADD CHECK ((move_id IS NULL) = (registrar_id IS NULL)),
  ADD CHECK ((second_id IS NULL) = (second_seen_at IS NULL)),
  ADD CHECK (second_id IS NULL OR (registrar_id IS NOT NULL AND second_id <> registrar_id));
CREATE INDEX recovery_registrar ON vault.recovery (registrar_id) WHERE registrar_id IS NOT NULL;
COMMENT ON TABLE vault.recovery IS 'Devices that asked for an account of their owner''s on another device, whether there is one or not, or for which a registrar did. Retention: until it is complete, otherwise thirty days after it would have been.';
RESET ROLE;
