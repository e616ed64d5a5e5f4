import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeRefusal, CodeVerification, PassStatus, VerifiedStatusList } from '@health-kit/pass';
import { encodeStatusBits } from '@health-kit/pass';
import {
  checkAgainstLists, counted, decide, faceNeededFor, isJustDecided, listFreshMs, recognitionOf, tallyOf, type CardCheck, type ListCheck,
} from './decide.ts';

const nowMs = Date.UTC(2026, 10, 23, 8);
const nowSeconds = nowMs / 1000;
const digest = new Uint8Array(16).fill(7);

function shown(status: PassStatus, changes: { printed?: boolean; portraitDigest?: Uint8Array<ArrayBuffer> | null } = {}): CodeVerification {
  return {
    accepted: true, kind: changes.printed === true ? 'printed' : 'turning', passBytes: new Uint8Array(),
    pass: {
      issuer: 'CN-HZ', issuedAt: nowSeconds - 3600, expiresAt: nowSeconds + 3600, passId: new Uint8Array(16).fill(0xab), holderKey: null, status,
      maskedName: '王**', documentLastTwo: '4X', portraitDigest: changes.portraitDigest === undefined ? digest : changes.portraitDigest,
      statusListId: 20780, statusListIndex: 3,
    },
    trusted: {
      issuer: 'CN-HZ', name: 'Hangzhou', kid: 'AAAA', use: 'pass', notBefore: 0, notAfter: nowSeconds * 2,
      publicKey: { kty: 'EC', crv: 'P-256', x: '', y: '' },
    },
  };
}
function list(issuedAt: number, statuses: number[], changes: Partial<VerifiedStatusList> = {}): VerifiedStatusList {
  return {
    issuer: 'CN-HZ', subject: 'https://example.org/v1/status-lists/20780', statusListId: 20780, issuedAt, expiresAt: null, ttlSeconds: 60,
    list: encodeStatusBits(statuses, 1), ...changes,
  };
}
const valid: ListCheck = { state: 'fresh', says: 'valid', issuedAtMs: nowMs };
const strict = { admitCaution: false };

test('clear admits; caution, isolate and unverified do not', () => {
  const outcomes = (['clear', 'caution', 'isolate', 'unverified'] as const).map((status) => decide(shown(status), valid, strict).kind);
  assert.deepEqual(outcomes, ['admit', 'stop', 'stop', 'stop']);
});

test('a venue may let caution in, and that changes nothing for isolate and unverified', () => {
  const lenient = { admitCaution: true };
  const caution = decide(shown('caution'), valid, lenient);
  assert(caution.kind === 'admit');
  assert.equal(caution.byRule, true);
  assert.equal(decide(shown('isolate'), valid, lenient).kind, 'stop');
  assert.equal(decide(shown('unverified'), valid, lenient).kind, 'stop');
});

test('a pass that was called back is refused whatever its status, by an old list too', () => {
  for (const state of ['fresh', 'old'] as const) {
    const decision = decide(shown('clear'), { state, says: 'invalid', issuedAtMs: nowMs }, { admitCaution: true });
    assert(decision.kind === 'refuse');
    assert.equal(decision.reason, 'changed');
    assert.equal(decision.visitor?.maskedName, '王**');
  }
});

test('a clear pass that no list could be asked about is admitted, and the decision says so', () => {
  const decision = decide(shown('clear'), { state: 'unchecked' }, strict);
  assert(decision.kind === 'admit');
  assert.deepEqual(decision.listCheck, { state: 'unchecked' });
});

test('every refusal of a code has a reason of its own kind, and none admits or names a visitor', () => {
  const reasons: Record<CodeRefusal, string> = {
    'stale-code': 'stale', 'bad-signature': 'forged', 'bad-holder-proof': 'forged', 'holder-proof-missing': 'forged', 'unknown-issuer': 'untrusted',
    'key-not-in-force': 'untrusted', expired: 'expired', 'not-yet-valid': 'early', malformed: 'damaged', 'not-a-pass-code': 'damaged', 'printed-code': 'damaged',
  };
  for (const reason of Object.keys(reasons)) {
    if (!isRefusal(reason)) throw new Error(reason);
    assert.deepEqual(decide({ accepted: false, reason }, valid, { admitCaution: true }), { kind: 'refuse', reason: reasons[reason], visitor: null });
  }
  function isRefusal(reason: string): reason is CodeRefusal {
    return Object.hasOwn(reasons, reason);
  }
});

test('a printed pass is told from one on a phone', () => {
  const decision = decide(shown('clear', { printed: true }), valid, strict);
  assert(decision.kind === 'admit');
  assert.equal(decision.visitor.printed, true);
});

test('the list of the same issuer and number decides, and the one issued last', () => {
  const pass = { issuer: 'CN-HZ', statusListId: 20780, statusListIndex: 3 };
  const older = list(nowSeconds - 120, [0, 0, 0, 0]);
  const newer = list(nowSeconds - 30, [0, 0, 0, 1]);
  assert.deepEqual(checkAgainstLists(pass, [newer, older], nowMs), { state: 'fresh', says: 'invalid', issuedAtMs: nowMs - 30_000 });
  assert.deepEqual(checkAgainstLists(pass, [list(nowSeconds, [1, 1, 1, 1], { issuer: 'CN-SZ' })], nowMs), { state: 'unchecked' });
  assert.deepEqual(checkAgainstLists({ ...pass, statusListIndex: 900 }, [older], nowMs), { state: 'unchecked' });
});

test('a list is old when it is older than five minutes, not at five', () => {
  const pass = { issuer: 'CN-HZ', statusListId: 20780, statusListIndex: 3 };
  const at = (ageSeconds: number) => checkAgainstLists(pass, [list(nowSeconds - ageSeconds, [0, 0, 0, 0])], nowMs).state;
  assert.deepEqual([at(0), at(listFreshMs / 1000), at(listFreshMs / 1000 + 1)], ['fresh', 'fresh', 'old']);
});

test('the same pass within ten seconds of being let in is the same visit', () => {
  const recent = [{ subject: 'a', admitted: true, atMs: nowMs }, { subject: 'b', admitted: true, atMs: nowMs + 5_000 }];
  assert.equal(isJustDecided(recent, 'a', nowMs + 9_999), 'admitted');
  assert.equal(isJustDecided(recent, 'a', nowMs + 10_000), null);
  assert.equal(isJustDecided(recent, 'c', nowMs + 1), null);
});

test('a code that was put away stays away for a moment, and counts by its last decision', () => {
  const recent = [{ subject: 'a', admitted: true, atMs: nowMs - 60_000 }, { subject: 'a', admitted: false, atMs: nowMs }];
  assert.equal(isJustDecided(recent, 'a', nowMs + 3_999), 'put-away');
  assert.equal(isJustDecided(recent, 'a', nowMs + 4_000), null);
});

test('nobody is let in before face or document can be compared', () => {
  const admit = decide(shown('clear'), valid, strict);
  assert.deepEqual(faceNeededFor(admit), { state: 'reading', late: false });
  assert.equal(recognitionOf({ state: 'reading', late: false }), null);
  assert.equal(recognitionOf({ state: 'reading', late: true }), 'by-document');
  assert.equal(recognitionOf({ state: 'other' }), null);
  assert.equal(recognitionOf({ state: 'shown', mediaType: 'image/webp', image: new Uint8Array() }), 'by-face');
});

test('a pass without portrait goes by the document, and who is not let in needs no face', () => {
  assert.equal(recognitionOf(faceNeededFor(decide(shown('clear', { portraitDigest: null }), valid, strict))), 'by-document');
  assert.deepEqual(faceNeededFor(decide(shown('isolate'), valid, strict)), { state: 'not-needed' });
  assert.equal(recognitionOf({ state: 'not-needed' }), null);
});

test('counts begin anew with the day', () => {
  const first = counted(null, '2026-11-23', 'admitted');
  const second = counted(first, '2026-11-23', 'refused');
  assert.deepEqual(second, { day: '2026-11-23', admitted: 1, refused: 1 });
  assert.deepEqual(tallyOf(second, '2026-11-24'), { day: '2026-11-24', admitted: 0, refused: 0 });
  assert.deepEqual(counted(second, '2026-11-24', 'admitted'), { day: '2026-11-24', admitted: 1, refused: 0 });
});

const card = shownCard();
function shownCard(): CodeVerification {
  const printed = shown('clear', { printed: true });
  return printed.accepted ? { ...printed, pass: { ...printed.pass, status: 'listed', statusListId: 0, statusListIndex: 0 } } : printed;
}
const says = (said: 'clear' | 'caution' | 'isolate' | 'ended', state: 'fresh' | 'old' = 'fresh'): CardCheck => ({ state, says: said, issuedAtMs: nowMs - 60_000 });
const unchecked: ListCheck = { state: 'unchecked' };

test('a card is worth what the list of cards says, and nothing where no list knows it', () => {
  const outcomes = (['clear', 'caution', 'isolate', 'ended'] as const).map((said) => {
    const decision = decide(card, unchecked, strict, says(said));
    return decision.kind === 'refuse' ? decision.reason : `${decision.kind} ${decision.status}`;
  });
  assert.deepEqual(outcomes, ['admit clear', 'stop caution', 'stop isolate', 'card-ended']);
  const unknown = decide(card, valid, { admitCaution: true });
  assert.deepEqual(unknown.kind === 'refuse' && unknown.reason, 'card-unchecked');
  assert.equal(decide(card, unchecked, { admitCaution: true }, says('caution')).kind, 'admit');
});

test('the age of the list that a card was looked up in comes with the decision', () => {
  const decision = decide(card, unchecked, strict, says('clear', 'old'));
  assert.deepEqual(decision.kind === 'admit' && decision.listCheck, { state: 'old', says: 'valid', issuedAtMs: nowMs - 60_000 });
});

test('what a phone says of itself is not looked up among the cards', () => {
  assert.equal(decide(shown('clear'), valid, strict, says('isolate')).kind, 'admit');
});
