import { generateKeyPairSync } from 'node:crypto';
import { makeCanaries } from '@health-kit/api';
import { makeCanaryPeople } from '@health-kit/api/vault';
import { calculateJwkThumbprint } from 'jose';
import { officerHandler } from '../authority/handlers.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import type { Identity } from '../people/normaliseIdentity.ts';
import { storePerson } from '../people/people.ts';
import { randomDigits, randomUuid } from '../randomness.ts';
import { instant, nowOf, recordEvent, type Vault } from '../vault.ts';
import { addCanary } from './canaries.ts';
import { countCanaries } from './readOversight.ts';

/** Canaries that a city has at least, and people for one more. */
const fewest = 20;
const peoplePerCanary = 1_000;
const most = 2_000;

/** A privacy officer has canaries made. Who they are is told to nobody, this officer included. */
export const makeCanariesHandler = officerHandler(makeCanaryPeople, makeCanaries, async (vault, call) => {
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    for (let made = 0; made < call.body.count; made += 1) await makeCanary(vault, queries);
    await recordEvent(vault, queries, 'canaries-made', { count: call.body.count, by: call.officer.officerId });
  });
  return {};
});

/**
 * Makes one canary where the city has too few. Called now and then, and one at a time, so that canaries come into the
 * table between other people: twenty at once would be known by the moment.
 */
export async function tendCanaries(vault: Vault): Promise<void> {
  await vault.database.transaction(async (queries) => {
    const people = firstRow(await queries.query<{ count: number }>('SELECT count(*)::int AS count FROM vault.person'))?.count ?? 0;
    const wanted = Math.min(most, Math.max(fewest, Math.ceil(people / peoplePerCanary)));
    if ((await countCanaries(queries)) < wanted) await makeCanary(vault, queries);
  });
}

/**
 * Makes a person who does not exist, with everything that somebody has who has just registered: keys, identity, device,
 * and the leaf in the ledger. A proven identity follows within a day (proveCanaries.ts), visits from day to day, unless
 * it is declared to have none. The document's number is of no form that a desk accepts, so that it is nobody's.
 */
export async function makeCanary(vault: Vault, queries: Queries, declared: { readonly visits: boolean; readonly reference: string | null } = { visits: true, reference: null }): Promise<void> {
  const now = nowOf(vault);
  const person = personId(randomUuid(vault.random));
  const identity: Identity = {
    familyName: pick(vault, familyNames), givenName: pick(vault, givenNames), documentType: 'resident-id',
    documentNumber: `000000${randomDigits(vault.random, 12)}`, phone: `+86138${randomDigits(vault.random, 8)}`, language: 'zh',
  };
  await storePerson(vault, queries, person, identity, now);
  await queries.query('UPDATE vault.person SET portrait_digest = $2 WHERE person_id = $1', [person, Buffer.from(vault.random(16))]);
  const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) throw new Error('a device key is not on P-256');
  await queries.query('INSERT INTO vault.device (thumbprint, person_id, public_key, registered_at) VALUES ($1, $2, $3, $4)', [
    await calculateJwkThumbprint({ kty, crv, x, y }), person, JSON.stringify({ x, y }), now,
  ]);
  await addCanary(vault, queries, { person, ...declared });
  await appendPersonEvents(vault, queries, [{ person, event: { type: 'registration-confirmed', at: instant(now.getTime()) }, visibleFrom: null, caseId: null }]);
}

const familyNames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '胡', '朱', '高', '林'] as const;
const givenNames = ['伟', '芳', '娜', '敏', '静', '秀英', '丽', '强', '磊', '军', '洋', '勇', '艳', '杰', '娟', '涛'] as const;

function pick(vault: Vault, names: readonly string[]): string {
  return names[(vault.random(1)[0] ?? 0) % names.length] ?? '王';
}
