SET ROLE hk_notify_owner;

-- Notices to residents, by the pseudonym of the notify sector. What a notice
-- says is about its reader; nothing in it is about the case behind it. Notices
-- of results are derived from the results when they are read; a row of that
-- kind says only that its owner has read it.
CREATE TABLE notify.notice (
  notice_id uuid PRIMARY KEY,
  subject uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('result', 'exposure', 'order')),
  -- What it comes from (result or proposal): the same cause tells once.
  cause_id uuid NOT NULL,
  exposure_day date,
  exposure_kind text,
  order_kind text,
  legal_basis text,
  reason text,
  ends_at timestamptz,
  what_to_do text NOT NULL,
  sent_at timestamptz NOT NULL,
  read_at timestamptz
);
CREATE UNIQUE INDEX notice_cause ON notify.notice (subject, kind, cause_id, exposure_day) NULLS NOT DISTINCT;
CREATE INDEX notice_subject ON notify.notice (subject, sent_at DESC);
COMMENT ON TABLE notify.notice IS 'Retention: 30 days.';

RESET ROLE;
