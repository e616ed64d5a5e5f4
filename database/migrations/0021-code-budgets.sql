-- Budgets of one-time codes per device and per range of numbers, besides those per number and for everybody.

ALTER TABLE vault.message_sent ADD COLUMN device_hash bytea, ADD COLUMN range_hash bytea;
CREATE INDEX message_sent_device ON vault.message_sent (device_hash, sent_at);
CREATE INDEX message_sent_range ON vault.message_sent (range_hash, sent_at);
COMMENT ON TABLE vault.message_sent IS 'One-time codes sent, by keyed hash of the number, of the device and of the range of numbers, for the hourly budgets. Retention: one day.';
