import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DayPassAnswer, type OwnFact, type StatusExplanation } from '@health-kit/api';
import { CityTrust, makeKey } from '@health-kit/client';
import { encodeBase64url, keyIdOf, parseP256PublicJwk, portraitDigest, readUnverifiedPass, signerFromCryptoKey, signPass, type PassClaims } from '@health-kit/pass';
import { computeStatus, covid19, DAY_MS, HOUR_MS, rules } from '@health-kit/policy';
import { Value } from 'typebox/value';
import { checkPass, type CheckedPass } from './checkPass.ts';
import { factsOf } from './ownFacts.ts';

const nowMs = Date.parse('2026-11-23T04:00:00Z');
const publicJwk = async (pair: CryptoKeyPair) => parseP256PublicJwk(await crypto.subtle.exportKey('jwk', pair.publicKey)) ?? assert.fail('no P-256 key');
const [issuer, stranger, device] = await Promise.all([makeKey(), makeKey(), makeKey()]);
const face = Uint8Array.from([0xff, 0xd8, 0xff, 1, 2, 3]);
const iso = (ms: number) => new Date(ms).toISOString();

const order: OwnFact = {
  kind: 'order', id: '11111111-1111-4111-8111-111111111111', orderKind: 'home-observation', legalBasis: 'Act', startsAt: iso(nowMs - HOUR_MS), endsAt: iso(nowMs + DAY_MS), releasedAt: null,
};
/** An explanation as an honest server gives it. */
function explain(facts: OwnFact[], atMs = nowMs): StatusExplanation {
  const decision = computeStatus(factsOf(facts), { identityProven: true, now: new Date(atMs), profile: covid19, utcOffsetMinutes: 480 });
  const rule = rules.find(({ id }) => id === decision.rule.id) ?? assert.fail('no rule');
  const kinds = new Map(facts.map(({ id, kind }) => [id, kind]));
  return {
    status: decision.status, rule: { id: rule.id, version: String(rule.version), words: { ...rule.words } },
    evidence: decision.evidence.map((id) => ({ kind: kinds.get(id) ?? 'identity', id, at: null })),
    since: decision.since === null ? null : iso(decision.since), until: decision.until === null ? null : iso(decision.until),
    endsWhen: decision.endsWhen, whatToDo: decision.whatToDo, appealable: decision.appealable, profile: { id: 'covid-19', version: '1' },
    decidedAt: iso(atMs), utcOffsetMinutes: 480, identityProven: true, facts,
  };
}
const honest = [order];

interface Changes {
  readonly claims?: Partial<PassClaims>;
  readonly signedBy?: CryptoKeyPair;
  readonly explanation?: StatusExplanation;
  readonly answer?: Record<string, unknown>;
  readonly holder?: Record<string, unknown>;
}
/** A pass as it lies on the device, with what was changed about it. */
async function passWith({ claims: changed = {}, signedBy = issuer, explanation = explain(honest), answer = {}, holder = {} }: Changes = {}): Promise<CheckedPass> {
  const issuerKey = await publicJwk(issuer);
  const kid = await keyIdOf(issuerKey);
  const claims: PassClaims = {
    issuer: 'CN-HC', issuedAt: nowMs / 1000 - 60, expiresAt: Date.parse('2026-11-23T18:00:00Z') / 1000, passId: new Uint8Array(16), holderKey: await publicJwk(device),
    status: 'isolate', maskedName: '欧阳＊＊', documentLastTwo: '4X', portraitDigest: await portraitDigest(face), statusListId: 1, statusListIndex: 2, ...changed,
  };
  const bytes = await signPass(claims, signerFromCryptoKey(signedBy.privateKey), kid);
  return {
    answer: Value.Parse(DayPassAnswer, {
      pass: encodeBase64url(bytes), expiresAt: '2026-11-23T18:00:00.000Z', day: '2026-11-23',
      holder: { name: '欧阳＊＊', documentType: 'resident-id', documentLastTwo: '4X', phone: '138*****001', identityProven: true, ...holder }, ...answer,
    }),
    bytes, claims: readUnverifiedPass(bytes) ?? assert.fail('no pass'), ownKey: await publicJwk(device), face,
    trust: Value.Parse(CityTrust, {
      city: { zh: '海川', en: 'Haichuan' }, timeZone: 'Asia/Shanghai', issuer: 'CN-HC', sealingKey: { ...issuerKey, kid: 'k' },
      keys: [{ issuer: 'CN-HC', name: 'Haichuan', kid, publicKey: issuerKey, use: 'pass', notBefore: 0, notAfter: nowMs / 1000 + 86_400 * 300 }],
      ledger: { origin: 'localhost/ledger', key: 'localhost/ledger+00000000+AA==', witnesses: [] }, iat: nowMs / 1000 - 600, exp: nowMs / 1000 + 86_400,
      root: 'A'.repeat(43), outbox: null, hotline: '12320',
    }),
    status: { explanation, checkedAtMs: nowMs },
  };
}
/** The names of the checks that fail. */
const failing = async (pass: CheckedPass, atMs = nowMs) => Object.entries(await checkPass(pass, atMs)).flatMap(([name, outcome]) => (outcome === 'bad' ? [name] : []));

test('a pass as the vault signs it, explained as the rules have it, passes every check: the control', async () => {
  assert.deepEqual(await checkPass(await passWith(), nowMs), { signature: 'good', holder: 'good', particulars: 'good', portrait: 'good', explanation: 'good', status: 'good' });
});

test('another signature, another key, another portrait and other particulars are noticed, each by its name', async () => {
  assert.deepEqual(await failing(await passWith({ signedBy: stranger })), ['signature']);
  assert.deepEqual(await failing(await passWith({ claims: { issuer: 'CN-XX' } })), ['signature']);
  assert.deepEqual(await failing(await passWith({ claims: { holderKey: await publicJwk(stranger) } })), ['holder']);
  const printed = await passWith({ claims: { holderKey: null, status: 'listed', statusListId: 0, statusListIndex: 0 } });
  assert.ok((await failing(printed)).includes('holder'), 'a card, which is nobody\'s device');
  assert.deepEqual(await failing(await passWith({ claims: { portraitDigest: new Uint8Array(16) } })), ['portrait']);
  assert.deepEqual(await failing(await passWith({ claims: { portraitDigest: null } })), ['portrait']);
  assert.deepEqual(await failing(await passWith({ holder: { name: '王＊' } })), ['particulars']);
  assert.deepEqual(await failing(await passWith({ holder: { documentLastTwo: '00' } })), ['particulars']);
  assert.deepEqual(await failing(await passWith({ answer: { day: '2026-11-24' } })), ['particulars']);
  assert.deepEqual(await failing(await passWith({ answer: { expiresAt: '2026-11-25T18:00:00.000Z' } })), ['particulars']);
});

test('a server that lies about the status is noticed, however it lies', async () => {
  const told = explain(honest);
  const clear = explain([]);
  // It says another status, another reason, other evidence, or another end than the facts it shows give.
  const lies: readonly StatusExplanation[] = [
    { ...told, status: 'caution' }, { ...told, rule: { ...told.rule, id: 'positive-result' } }, { ...told, evidence: [] }, { ...told, since: null }, { ...told, until: iso(nowMs + 9 * DAY_MS) },
    { ...told, endsWhen: 'ends.term' }, { ...told, whatToDo: 'do.nothing' }, { ...told, appealable: false },
    { ...told, rule: { ...told.rule, words: { ...told.rule.words, en: 'Because we say so.' } } },
    { ...clear, facts: told.facts }, { ...told, decidedAt: iso(nowMs + 2 * DAY_MS) }, { ...told, utcOffsetMinutes: 480, identityProven: false },
  ];
  for (const lie of lies) assert.ok((await failing(await passWith({ explanation: lie }))).includes('explanation'), JSON.stringify(lie));
  // It hides the fact, or makes one up, and explains all else by the rules: the signed status then gives it away.
  assert.deepEqual(await failing(await passWith({ explanation: clear })), ['status']);
  assert.deepEqual(await failing(await passWith({ claims: { status: 'clear' } })), ['status']);
  // It has the facts so that another moment would be needed: one that is not this device's.
  assert.deepEqual(await failing(await passWith({ claims: { status: 'clear' }, explanation: explain(honest, nowMs + 2 * DAY_MS) })), ['explanation']);
});

test("a pass of tomorrow signs what holds from its first moment on, and agrees with an explanation of the evening before", async () => {
  const midnight = Date.parse('2026-11-23T16:00:00Z');
  const untilMidnight: OwnFact = { ...order, endsAt: iso(midnight) };
  const tomorrow = { issuedAt: midnight / 1000, expiresAt: midnight / 1000 + 26 * 3600 };
  const answer = { day: '2026-11-24', expiresAt: iso(midnight + 26 * HOUR_MS) };
  const evening = explain([untilMidnight]);
  assert.deepEqual(await failing(await passWith({ claims: { ...tomorrow, status: 'clear' }, answer, explanation: evening }), midnight), []);
  assert.deepEqual(await failing(await passWith({ claims: { ...tomorrow, status: 'isolate' }, answer, explanation: evening }), midnight), ['status']);
});

test('what cannot be looked at is not called wrong: no keys or old ones, no portrait, no explanation yet, rules newer than the app', async () => {
  const pass = await passWith();
  assert.deepEqual(await checkPass({ ...pass, trust: null, face: null, status: null }, nowMs), { signature: 'open', holder: 'good', particulars: 'open', portrait: 'open', explanation: 'open', status: 'open' });
  assert.equal((await checkPass(pass, nowMs + 2 * DAY_MS)).signature, 'open');
  const newer = explain(honest);
  const later = await checkPass(await passWith({ explanation: { ...newer, rule: { ...newer.rule, version: '2' } } }), nowMs);
  assert.deepEqual([later.explanation, later.status], ['open', 'open']);
});
