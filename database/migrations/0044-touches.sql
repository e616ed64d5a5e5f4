-- Ten thousand contacts of a case are ten thousand touches at once: no check for each of them that the one officer exists
-- (who is never deleted, and whose session has just been looked up), and no index for the clearing of once a day alone.

ALTER TABLE vault.subject_touch DROP CONSTRAINT subject_touch_officer_id_fkey;
DROP INDEX vault.subject_touch_at;
