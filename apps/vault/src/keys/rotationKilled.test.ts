import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { RotatedKind } from '@health-kit/api';
import { controlledClock, parseChildMessage } from '@health-kit/api/process-settings';
import { operatorRotateKey } from '@health-kit/api/vault';
import { identity, origin, seededRandomness, startMs } from '../../test/city.ts';
import { startDatabase, temporaryFolder, type TestDatabase } from '../../test/startDatabase.ts';
import { request } from 'node:http';
import { personId, type PersonId } from '../identifiers.ts';
import { openVault } from '../openVault.ts';
import { findPerson, storePerson } from '../people/people.ts';
import { randomUuid } from '../randomness.ts';
import { nowOf, type Vault } from '../vault.ts';

const manyPeople = 2_000;
let database: TestDatabase;
let folder: string;
let people: PersonId[];
let started: ChildProcess[];
const settings = (atMs: number) => ({
  databaseUrl: database.urlOf('hk_vault'), socketPath: join(folder, 'vault.sock'), keyFolder: join(folder, 'keys'), outboxUrl: null, timeZone: 'Asia/Shanghai',
  origin, cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs: atMs },
});
beforeEach(async () => {
  database = await startDatabase();
  folder = await temporaryFolder();
  started = [];
  people = [];
  await withVault(async (vault) => {
    await vault.database.transaction(async (queries) => {
      for (let number = 0; number < manyPeople; number += 1) {
        const person = personId(randomUuid(vault.random));
        people.push(person);
        await storePerson(vault, queries, person, { ...identity(number % 900), language: 'zh' }, nowOf(vault));
      }
    });
  });
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A vault in this process, for a moment. */
async function withVault<T>(work: (vault: Vault) => Promise<T>): Promise<T> {
  const vault = await openVault(settings(startMs), { clock: controlledClock(startMs), random: seededRandomness(`killed ${started.length}`) });
  try {
    return await work(vault);
  } finally {
    await vault.database.close();
  }
}
/** Starts a vault process, and waits until it serves. */
async function start(atMs: number): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, '..', 'main.ts'), { env: { ...process.env, HK_SETTINGS: JSON.stringify(settings(atMs)) }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  started.push(child);
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the vault ended')));
    child.on('message', (message) => {
      if (parseChildMessage(message)?.type === 'ready') resolve(undefined);
    });
  });
  return child;
}
function rotate(kind: RotatedKind): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: join(folder, 'operator.sock'), path: `/${operatorRotateKey.name}`, method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ kind, revoke: false }));
  });
}
async function progress(): Promise<{ done: number; total: number; over: boolean }> {
  const [row] = await database.sql<{ done: number; total: number; over: boolean }>('SELECT done, total, finished_at IS NOT NULL AS over FROM vault.key_rotation');
  return row ?? assert.fail('no rotation');
}
async function until(isSo: (now: { done: number; over: boolean }) => boolean): Promise<void> {
  while (!isSo(await progress())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const left = { kek: 'SELECT count(*)::int AS left FROM vault.person_key WHERE kek_version < 2', data: 'SELECT count(*)::int AS left FROM vault.person_key WHERE generation < 2' } as const;
for (const kind of ['kek', 'data'] as const) {
  test(`a vault process is killed while it replaces ${kind}: the next goes on where it was, and everybody's identity opens`, async () => {
    const first = await start(startMs);
    assert.equal(await rotate(kind), 200);
    await until(({ done }) => done > 0);
    const exited = new Promise((resolve) => first.once('exit', resolve));
    first.kill('SIGKILL');
    await exited;
    const [half] = await database.sql<{ left: number }>(left[kind]);
    assert.ok(half !== undefined && half.left > 0 && !(await progress()).over, 'it was killed half-way');

    // What there is of both versions is all that there is: it opens as it lies.
    await withVault(async (vault) => {
      for (const person of [...people.slice(0, 20), ...people.slice(-20)]) assert.ok((await findPerson(vault, vault.database, person)) !== null);
    });
    await start(startMs + 60_000);
    await until(({ over }) => over);
    const { done, total } = await progress();
    assert.equal(done, total);
    assert.equal((await database.sql<{ left: number }>(left[kind]))[0]?.left, 0);
    await withVault(async (vault) => {
      for (const person of people) assert.ok((await findPerson(vault, vault.database, person)) !== null);
    });
  });
}
