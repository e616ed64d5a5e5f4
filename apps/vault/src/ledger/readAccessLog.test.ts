import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginTrace, readAccessLog, readEarlierAccessLog, registerCase } from '@health-kit/api/vault';
import { keyThumbprint } from '@health-kit/proof';
import { canonicalJsonBytes, commitEntry, commitSecret, hashLeaf, verifyCheckpoint, verifyEntry } from '@health-kit/tlog';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { identity, startCity, startMs, type Caller, type City, type Resident } from '../../test/city.ts';
import { officerId, personId, resultId } from '../identifiers.ts';
import { openDataKeys } from '../people/dataKeys.ts';
import { accessEvents } from './accessEvent.ts';
import { appendPersonEvents, openPersonEntry } from './ledger.ts';

const PublicPart = Type.Object({
  type: Type.String(), day: Type.String(), purpose: Type.String(), office: Type.String(), fields: Type.Array(Type.String()), secret: Type.String(),
}, { additionalProperties: false });

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const logOf = async (resident: Resident) => (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content;
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));

test('each entry verifies under the signed checkpoint, down to its words', async () => {
  const resident = await city.register(identity(1));
  await city.prove(resident);
  const { entries, checkpoint: note } = await logOf(resident);
  const { origin, signer } = city.vault.ledger;
  const verdict = await verifyCheckpoint(note ?? '', { origin, logKey: signer.key });
  assert.ok(verdict.ok && entries.length === 2);
  for (const { leaf, proof, day, purpose, office, fields } of entries) {
    assert.ok(proof !== null);
    const claim: Pick<Parameters<typeof verifyEntry>[0], 'nonce' | 'leafIndex' | 'proof' | 'checkpoint'> = { nonce: bytesOf(proof.nonce), leafIndex: leaf.index, proof: proof.path.map(bytesOf), checkpoint: verdict.checkpoint };
    const event = new TextEncoder().encode(proof.event);
    assert.deepEqual(verifyEntry({ ...claim, event }), { ok: true });
    assert.deepEqual(verifyEntry({ ...claim, event: new TextEncoder().encode(proof.event.replace(office, 'Other')) }), { ok: false, refusal: 'root-differs' });
    const { secret, ...said } = Value.Parse(PublicPart, JSON.parse(proof.event));
    assert.deepEqual(said, { type: 'access', day, purpose, office, fields });
    assert.match(secret, /^[\w-]{43}$/);
  }
});

test('what the resident gets names neither officer nor case nor moment, and the vault can still open both', async () => {
  const resident = await city.register(identity(2));
  await city.prove(resident);
  const { entries } = await logOf(resident);
  const officers = await city.database.sql<{ officer_id: string; name: string }>('SELECT officer_id, name FROM vault.officer');
  const text = JSON.stringify(entries);
  for (const { officer_id, name } of officers) assert.ok(!text.includes(officer_id) && !text.includes(name));
  assert.doesNotMatch(text, /T\d\d:\d\d/);

  const [row] = await city.database.sql<{ seq: string; sealed: Buffer; person_id: string; commitment: Buffer }>(
    'SELECT a.seq, a.sealed, a.person_id, l.commitment FROM vault.access_entry a JOIN ledger.leaf l USING (seq) WHERE seq = $1', [entries[0]?.leaf.index],
  );
  assert.ok(row !== undefined);
  const [{ key } = assert.fail()] = await openDataKeys(city.vault, city.vault.database, [personId(row.person_id)], 'access-log');
  const { nonce, event, secret } = openPersonEntry(key, Number(row.seq), row.sealed);
  assert.deepEqual(Buffer.from(commitEntry(nonce, event)), row.commitment);
  assert.ok(secret !== null);
  const said: unknown = JSON.parse(secret.event.toString('utf8'));
  assert.ok(typeof said === 'object' && said !== null && 'officer' in said && 'at' in said);
  assert.ok(officers.some(({ officer_id }) => officer_id === said.officer));
  const publicPart = Value.Parse(PublicPart, JSON.parse(event.toString('utf8')));
  assert.equal(publicPart.secret, Buffer.from(commitSecret(secret.nonce, secret.event)).toString('base64url'));
  assert.deepEqual(canonicalJsonBytes(publicPart), new Uint8Array(event));
});

test('an entry that was read anew after the tree grew verifies under the new checkpoint', async () => {
  const resident = await city.register(identity(3));
  await city.prove(resident);
  const before = await logOf(resident);
  await city.prove(await city.register(identity(4)));
  const later = await city.register(identity(5));
  await city.prove(later);
  await logOf(later);
  const after = await logOf(resident);
  assert.notEqual(after.checkpoint, before.checkpoint);
  const { origin, signer } = city.vault.ledger;
  const verdict = await verifyCheckpoint(after.checkpoint ?? '', { origin, logKey: signer.key });
  const [entry] = after.entries;
  assert.ok(verdict.ok && entry?.proof !== null && entry !== undefined);
  assert.deepEqual(verifyEntry({
    nonce: bytesOf(entry.proof.nonce), event: new TextEncoder().encode(entry.proof.event), leafIndex: entry.leaf.index, proof: entry.proof.path.map(bytesOf), checkpoint: verdict.checkpoint,
  }), { ok: true });
  assert.equal(entry.leaf.hash, Buffer.from(hashLeaf(commitEntry(bytesOf(entry.proof.nonce), new TextEncoder().encode(entry.proof.event)))).toString('base64url'));
});

test('the trace of a case is in the index person\'s log after 14 days at most, and not before anybody is told', async () => {
  const index = await city.register(identity(6));
  await city.prove(index);
  const { caseId } = (await city.ask(registerCase, { resultId: resultId(await city.result(index, 'positive')) })).content;
  const tracer = await city.officer('Tracer', ['tracer']);
  const begun = await tracer.call(beginTrace, 'POST', `/v1/cases/${caseId}/trace`, { from: new Date(startMs - 86_400_000).toISOString(), to: new Date(startMs).toISOString(), reason: 'a positive result' });
  assert.equal(begun.status, 200);
  const purposes = async () => (await logOf(index)).entries.map(({ purpose }) => purpose);
  assert.deepEqual(await purposes(), ['specimen-collection', 'identity-proof', 'identity-proof']);
  city.clock.set(startMs + 14 * 86_400_000 - 1);
  assert.deepEqual(await purposes(), ['specimen-collection', 'identity-proof', 'identity-proof']);
  city.clock.set(startMs + 14 * 86_400_000);
  assert.deepEqual(await purposes(), ['contact-tracing', 'specimen-collection', 'identity-proof', 'identity-proof']);
});

const earlierOf = (resident: Caller, index: number | string) => resident.call(readEarlierAccessLog, 'GET', `/v1/me/access-log/before/${index}`);
/** Has offices look at somebody so often; each is called by the number of the look. */
async function look(resident: Resident, times: number, visibleFrom?: Date): Promise<void> {
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.device WHERE thumbprint = $1', [await keyThumbprint(resident.keys.publicKey)]);
  const person = personId(row?.person_id ?? '');
  const officer = officerId('11111111-1111-4111-8111-111111111111');
  await city.vault.database.transaction((queries) => appendPersonEvents(city.vault, queries, Array.from({ length: times }, (_, number) =>
    accessEvents(city.vault, [person], { purpose: 'order', officer: { officerId: officer, office: `look ${number}` }, fields: ['order'], ...(visibleFrom === undefined ? {} : { visibleFrom }) })).flat()));
}

test('a log of more than a page is read to its end: in order, each entry once and checking, while others are appended, and what waits stays hidden', async () => {
  const resident = await city.register(identity(7));
  await look(resident, 700);
  await look(resident, 3, new Date(city.clock.now() + 86_400_000));
  await look(resident, 400);
  const first = await logOf(resident);
  const pages = [first];
  for (let page = first; page.earlier;) {
    // Between two pages somebody looks again.
    await look(resident, 2);
    page = (await earlierOf(resident, page.entries.at(-1)?.leaf.index ?? 0)).content;
    pages.push(page);
  }
  assert.deepEqual(pages.map(({ entries }) => entries.length), [500, 500, 100]);
  const { origin, signer } = city.vault.ledger;
  for (const { entries, checkpoint: note } of pages) {
    const verdict = await verifyCheckpoint(note ?? '', { origin, logKey: signer.key });
    assert.ok(verdict.ok);
    for (const { leaf, proof } of entries) {
      assert.ok(proof !== null && verifyEntry({ nonce: bytesOf(proof.nonce), event: new TextEncoder().encode(proof.event), leafIndex: leaf.index, proof: proof.path.map(bytesOf), checkpoint: verdict.checkpoint }).ok);
    }
  }
  const told = pages.flatMap(({ entries }) => entries.map(({ office }) => office));
  const looks = (times: number) => Array.from({ length: times }, (_, number) => `look ${times - 1 - number}`);
  assert.deepEqual(told, [...looks(400), ...looks(700)]);
});

test('an earlier page is given to the device whose log it is, by its own proof of exactly this page', async () => {
  const [resident, other] = [await city.register(identity(8)), await city.register(identity(9))];
  await look(resident, 3);
  const { entries } = await logOf(resident);
  const [newest = assert.fail(), middle] = entries.map(({ leaf }) => leaf.index);
  assert.deepEqual((await earlierOf(resident, newest)).content.entries.map(({ leaf }) => leaf.index), entries.slice(1).map(({ leaf }) => leaf.index));
  assert.deepEqual((await earlierOf(other, newest)).content, { entries: [], checkpoint: null, earlier: false });
  assert.equal((await earlierOf(await city.stranger(), newest)).refusal, 'not-authorized');
  // A proof of one page is none of another, nor of the newest.
  for (const path of [`/v1/me/access-log/before/${middle}`, '/v1/me/access-log']) {
    assert.equal((await resident.call(readEarlierAccessLog, 'GET', `/v1/me/access-log/before/${newest}`, undefined, { path })).refusal, 'not-authorized');
  }
  for (const index of ['-1', '01', '1e3', '9'.repeat(16), '']) assert.match((await earlierOf(resident, index)).refusal ?? '', /^not-(found|authorized)$/, index);
  assert.deepEqual((await earlierOf(resident, 0)).content.entries, []);
});
