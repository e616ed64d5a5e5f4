-- Who may do what, on one screen. Applied after every migration; a test
-- compares it with what the database really grants. Owner roles do not log in.
-- Nothing is granted to PUBLIC. No role may write a status: there is none to write.

-- Nor may anybody take advisory locks, which whoever connects could hold, fill up, and see others hold.
DO $$
DECLARE taking regprocedure;
BEGIN
  FOR taking IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_' LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', taking);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint) TO hk_visit_owner; -- its functions make and drop partitions one at a time

GRANT USAGE ON SCHEMA venue TO hk_venue_service;
GRANT USAGE ON SCHEMA visit TO hk_visit_service;
GRANT USAGE ON SCHEMA health TO hk_health_service;
GRANT USAGE ON SCHEMA notify TO hk_notify_service;
GRANT USAGE ON SCHEMA trace TO hk_trace_service;

-- Venues ---------------------------------------------------------------------
GRANT SELECT, INSERT ON venue.venue TO hk_venue_service;
GRANT UPDATE (venue_code) ON venue.venue TO hk_venue_service;
GRANT SELECT, INSERT ON venue.gate TO hk_venue_service;
GRANT UPDATE (code_digest, code_expires_at, key_thumbprint, enrolled_at, revoked_at) ON venue.gate TO hk_venue_service;

-- Visits: append, and say when one ended. The server makes the partitions of days by a function; only the vault drops them.
GRANT SELECT, INSERT ON visit.visit TO hk_visit_service;
GRANT UPDATE (left_at, left_assumed) ON visit.visit TO hk_visit_service;
GRANT EXECUTE ON FUNCTION visit.ensure_partition(date, timestamptz, timestamptz) TO hk_visit_service;

-- Health: results, orders and exposures are added, never changed: no row of the server lifts an order.
GRANT SELECT, INSERT ON health.institution TO hk_health_service;
GRANT SELECT ON health.institution_key TO hk_health_service; -- the vault writes them: on two officers' authority
GRANT SELECT, INSERT, DELETE ON health.used_assertion TO hk_health_service; -- DELETE: expired ones go
GRANT SELECT, INSERT ON health.specimen TO hk_health_service;
GRANT UPDATE (turn) ON health.specimen TO hk_health_service; -- to hold a specimen while a report on it is taken
GRANT UPDATE ON health.turn_fact_change TO hk_health_service; -- what locking a table takes
GRANT SELECT, INSERT ON health.result TO hk_health_service;
GRANT SELECT, INSERT ON health.observation_order TO hk_health_service;
GRANT SELECT, INSERT ON health.exposure TO hk_health_service;
GRANT SELECT, INSERT, DELETE ON health.fact_change TO hk_health_service; -- DELETE: the vault was told
GRANT SELECT ON health.withdrawn_fact, health.disputed_result TO hk_health_service; -- the vault writes them: on the answer to an appeal
GRANT SELECT ON health.fact TO hk_health_service;

-- Notices: told, and read.
GRANT SELECT, INSERT ON notify.notice TO hk_notify_service;
GRANT UPDATE (read_at) ON notify.notice TO hk_notify_service;

-- Tracing. A repeated trace replaces what an earlier one found, as far as no order hangs on it.
GRANT SELECT, INSERT ON trace.case_file TO hk_trace_service;
GRANT UPDATE ON trace.turn_case_file TO hk_trace_service; -- what locking a table takes
GRANT UPDATE (state, opened_at, opened_by, traced_at, window_from, window_to, closed_at, closed_by) ON trace.case_file TO hk_trace_service;
GRANT SELECT, INSERT, DELETE ON trace.index_visit TO hk_trace_service;
GRANT UPDATE (contacts) ON trace.index_visit TO hk_trace_service;
GRANT SELECT, INSERT, DELETE ON trace.contact TO hk_trace_service;
GRANT UPDATE (score, contact_class, overlap_minutes, terms) ON trace.contact TO hk_trace_service;
GRANT SELECT, INSERT, DELETE ON trace.exposure TO hk_trace_service;
GRANT SELECT, INSERT ON trace.order_proposal TO hk_trace_service;
GRANT UPDATE (state, decided_by_name, decided_at, refusal_reason) ON trace.order_proposal TO hk_trace_service;
GRANT SELECT, INSERT ON trace.order_proposal_contact TO hk_trace_service;
GRANT UPDATE (ordered) ON trace.order_proposal_contact TO hk_trace_service;

-- The server process runs all capabilities. A process that runs fewer logs in
-- as a role of its own with fewer of these memberships.
GRANT hk_venue_service, hk_visit_service, hk_health_service, hk_notify_service, hk_trace_service TO hk_server;

-- The vault reads, beyond its own schemas, only the rows it signs or decides on.
GRANT USAGE ON SCHEMA health, venue TO hk_vault_service;
GRANT SELECT ON health.fact TO hk_vault_service;
GRANT SELECT (subject, result_id, specimen_id, version, value, test_code, collected_at, reported_at) ON health.result TO hk_vault_service;
GRANT SELECT (subject, specimen_id, collected_at) ON health.specimen TO hk_vault_service; -- whether one is under way, when its account is erased
GRANT SELECT (subject, order_id, proposal_id, kind, legal_basis, starts_at, ends_at, released_at, made_at) ON health.observation_order TO hk_vault_service;
GRANT SELECT (subject, exposure_id, proposal_id, day, exposure_kind, noticed_at) ON health.exposure TO hk_vault_service;
GRANT SELECT, INSERT ON health.withdrawn_fact, health.disputed_result TO hk_vault_service; -- an appeal was upheld
GRANT SELECT (institution_id, name, kind) ON health.institution TO hk_vault_service;
GRANT SELECT, INSERT ON health.institution_key TO hk_vault_service;
GRANT UPDATE (confirmed_by, confirmed_at, revoked_by, revoked_at) ON health.institution_key TO hk_vault_service;
GRANT SELECT (venue_id, name, kind, usual_stay_minutes, created_at) ON venue.venue TO hk_vault_service;
GRANT hk_vault_service, hk_ledger_service TO hk_vault;

-- Canaries have venues of their own, and check in there as anybody does; of visits the vault can read none.
GRANT INSERT ON venue.venue, venue.gate TO hk_vault_service;
GRANT UPDATE (venue_code) ON venue.venue TO hk_vault_service;
GRANT EXECUTE ON FUNCTION visit.check_in(uuid, timestamptz, timestamptz, uuid, uuid, uuid), visit.check_out(uuid, timestamptz, timestamptz, uuid, uuid) TO hk_vault_service;

-- What has had its time goes by the vault's daily run alone, whose event is in the ledger: by functions that hold the terms.
GRANT USAGE ON SCHEMA visit, notify, trace TO hk_vault_service;
GRANT EXECUTE ON FUNCTION visit.drop_partitions_before(date) TO hk_vault_service;
GRANT EXECUTE ON FUNCTION visit.forget(uuid[]), notify.forget(uuid), venue.end_hosting(uuid, timestamptz) TO hk_vault_service; -- of an erased account
GRANT EXECUTE ON FUNCTION venue.clear_expired(timestamptz), health.clear_expired(timestamptz), notify.clear_expired(timestamptz), trace.clear_expired(timestamptz) TO hk_vault_service;

-- Vault: the vault process alone. It deletes what has had its time, and accounts whose key is to be shredded.
GRANT USAGE ON SCHEMA vault TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.kek TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.sealed_key TO hk_vault_service;
GRANT UPDATE (wrapped, kek_version, read_until, revoked_at) ON vault.sealed_key TO hk_vault_service; -- rotation: wrapped anew, or taken out of use
GRANT SELECT, INSERT ON vault.key_rotation TO hk_vault_service;
GRANT UPDATE (finished_at, done) ON vault.key_rotation TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.day_key TO hk_vault_service;
GRANT UPDATE (wrapped, kek_version) ON vault.day_key TO hk_vault_service; -- wrapped anew under another key-encryption key
GRANT UPDATE (wrapped, kek_version, generation) ON vault.person_key TO hk_vault_service; -- the same, or replaced
GRANT SELECT, INSERT ON vault.person_key TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.person TO hk_vault_service;
GRANT UPDATE (identity, proven_at, proven_by, portrait_digest) ON vault.person TO hk_vault_service;
GRANT SELECT, INSERT ON vault.document TO hk_vault_service;
GRANT UPDATE (blind_index, key_version) ON vault.document TO hk_vault_service; -- rotation: whose it is stays
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.device TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.guardian_code, vault.guardian_challenge, vault.guardian_link TO hk_vault_service;
GRANT UPDATE (guesses_left) ON vault.guardian_challenge TO hk_vault_service;
GRANT UPDATE (ends_at, linked_at, waits_until, by_device, asked_by) ON vault.guardian_link TO hk_vault_service; -- a request is confirmed; ends_at: to hold a link while its pass is made
GRANT SELECT, INSERT, DELETE ON vault.recovery TO hk_vault_service;
GRANT UPDATE (account_id, second_id, second_seen_at) ON vault.recovery TO hk_vault_service; -- when it completes was told, and stays
GRANT SELECT, INSERT, DELETE ON vault.recovery_block TO hk_vault_service;
GRANT UPDATE (until) ON vault.recovery_block TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.held_account TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.former_person TO hk_vault_service;
GRANT UPDATE (person_id) ON vault.former_person TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.registration TO hk_vault_service;
GRANT UPDATE (guesses_left, confirmed_at, identity, wrapped_key, kek_version) ON vault.registration TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.message_sent, vault.failed_code, vault.presentation, vault.used_proof TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.hourly_count TO hk_vault_service;
GRANT UPDATE (done) ON vault.hourly_count TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.provider_proof TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.document_mismatch TO hk_vault_service;
GRANT UPDATE (mismatches) ON vault.document_mismatch TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.pass TO hk_vault_service;
GRANT UPDATE (invalid, thumbprint) ON vault.pass TO hk_vault_service; -- a status once signed is never rewritten; thumbprint: erased with its person
GRANT SELECT, INSERT, DELETE ON vault.card TO hk_vault_service;
GRANT UPDATE (ended_at) ON vault.card TO hk_vault_service; -- what was signed stays as it is
GRANT SELECT, INSERT ON vault.officer TO hk_vault_service;
GRANT UPDATE (frozen_at, dismissed_at) ON vault.officer TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.revoked_key TO hk_vault_service;
GRANT UPDATE (revoked_at, until) ON vault.revoked_key TO hk_vault_service;
-- UPDATE: what locking a table takes. These have neither rows nor columns, and nobody else may lock them.
GRANT UPDATE ON vault.turn_ledger, vault.turn_checkpoint, vault.turn_clearing, vault.turn_journal, vault.turn_disclosure, vault.turn_subjects, vault.turn_token, vault.turn_data_keys TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.held_hash TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.passkey TO hk_vault_service;
GRANT UPDATE (counter) ON vault.passkey TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.invitation TO hk_vault_service;
GRANT UPDATE (challenge, used_at, confirmed_by, confirmed_at) ON vault.invitation TO hk_vault_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.sign_in_challenge, vault.passkey_addition TO hk_vault_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.officer_session TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.subject_touch TO hk_vault_service;
GRANT UPDATE (touched_at) ON vault.subject_touch TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.canary TO hk_vault_service; -- DELETE: retired
GRANT UPDATE (canary_hash, sealed, reference_hash, key_version) ON vault.canary TO hk_vault_service; -- rotation
GRANT SELECT, INSERT, DELETE ON vault.officer_refusal TO hk_vault_service;
GRANT UPDATE (refusals) ON vault.officer_refusal TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.alarm TO hk_vault_service;
GRANT UPDATE (last_at, occurrences, acknowledged_by, acknowledged_at) ON vault.alarm TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.case_authority TO hk_vault_service;
GRANT UPDATE (closed_at) ON vault.case_authority TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.trace TO hk_vault_service;
GRANT SELECT, INSERT ON vault.case_contact TO hk_vault_service;
GRANT SELECT, INSERT ON vault.order_proposal TO hk_vault_service;
GRANT UPDATE (decision, decided_by, decided_at) ON vault.order_proposal TO hk_vault_service; -- what was proposed stays as it was signed
GRANT SELECT, INSERT ON vault.order_subject TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.appeal TO hk_vault_service;
GRANT UPDATE (state, ended_at, answered_by, sealed) ON vault.appeal TO hk_vault_service; -- when it must be answered stays
GRANT SELECT, INSERT, DELETE ON vault.appeal_count TO hk_vault_service;
GRANT UPDATE (filed, answered, in_time, upheld, withdrawn) ON vault.appeal_count TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.disclosure TO hk_vault_service;
GRANT UPDATE (signed_at, decision, decided_by, decided_unit, decided_at, refusal_reason, sealed_grant, views, closed_at, finding, review_note, reviewed_by, reviewed_at, lapse_told_at) ON vault.disclosure TO hk_vault_service; -- what was asked for stays as it was signed
GRANT SELECT, INSERT ON vault.disclosure_subject, vault.disclosure_release TO hk_vault_service;
GRANT SELECT, INSERT ON vault.access_entry TO hk_vault_service;
GRANT UPDATE (visible_from, sealed) ON vault.access_entry TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.destruction_run TO hk_vault_service;
GRANT SELECT, INSERT ON vault.unlinked_entry, vault.rules_in_force TO hk_vault_service;
GRANT UPDATE (sealed) ON vault.unlinked_entry TO hk_vault_service;

-- The end of the system: the functions empty a schema only once its approvals stand in the tables above.
GRANT SELECT, INSERT ON vault.sunset_request TO hk_vault_service;
GRANT UPDATE (withdrawn_at) ON vault.sunset_request TO hk_vault_service;
GRANT SELECT, INSERT, DELETE ON vault.sunset_approval TO hk_vault_service; -- DELETE: an approval is withdrawn
GRANT EXECUTE ON FUNCTION venue.destroy_all(), visit.destroy_all(), health.destroy_all(), notify.destroy_all(), trace.destroy_all(), vault.destroy_all(), ledger.destroy_all() TO hk_vault_service;
GRANT USAGE ON SCHEMA vault TO hk_venue_owner, hk_visit_owner, hk_health_owner, hk_notify_owner, hk_trace_owner, hk_ledger_owner;
GRANT EXECUTE ON FUNCTION vault.sunset_is_approved() TO hk_venue_owner, hk_visit_owner, hk_health_owner, hk_notify_owner, hk_trace_owner, hk_ledger_owner;

-- Ledger: append only, for the vault too.
GRANT USAGE ON SCHEMA ledger TO hk_ledger_service;
GRANT SELECT, INSERT ON ledger.leaf TO hk_ledger_service;
GRANT SELECT, INSERT ON ledger.event TO hk_ledger_service;
GRANT SELECT, INSERT ON ledger.checkpoint, ledger.cosignature, ledger.subtree TO hk_ledger_service;
GRANT SELECT, INSERT ON ledger.ended TO hk_ledger_service;
